#!/bin/sh
# Build deploy/Dockerfile for real where there is neither a Docker daemon nor a registry, and read a page in what it gives.
#
#   sh tests/image.sh PREFIX      needs root, buildah, debootstrap; PREFIX: a CPython 3.12 as `make install` leaves it
#
# The base image's place is taken by Debian's own packages (debootstrap) with that Python in /usr/local; every step of the
# Dockerfile is then run by buildah as it stands, network and all. tests/test_image.py follows it without any of this.
set -eu
cd "$(dirname "$0")/.."
prefix=$1
export STORAGE_DRIVER="${STORAGE_DRIVER:-vfs}" BUILDAH_ISOLATION="${BUILDAH_ISOLATION:-chroot}"
certificates=/etc/ssl/certs/ca-certificates.crt
base=docker.io/library/$(sed -n 's/^FROM \([^ ]*\) AS run$/\1/p' deploy/Dockerfile)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

debootstrap --variant=minbase \
  --include=ca-certificates,libssl3,libffi8,libsqlite3-0,libbz2-1.0,liblzma5,zlib1g,libreadline8,libexpat1 \
  bookworm "$root" http://deb.debian.org/debian
cp -a "$prefix/." "$root/usr/local/"
rm -rf "$root"/usr/local/lib/python3.12/test
# Its scripts name the Python that they were installed with.
grep -lI "^#!$prefix" "$root"/usr/local/bin/* | xargs -r sed -i '1s|^#!.*|#!/usr/local/bin/python3.12|'
ln -sf python3.12 "$root/usr/local/bin/python"
chroot "$root" ldconfig
# This machine's certificates: what lies between it and the package index may have its own.
cp "$certificates" "$root$certificates"

made=$(buildah from scratch)
buildah copy -q "$made" "$root" /
buildah config --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin \
  --env PIP_CERT=$certificates --env SSL_CERT_FILE=$certificates "$made"
buildah commit -q "$made" "$base"
buildah rm "$made"

buildah bud --pull-never --format docker --ignorefile deploy/Dockerfile.dockerignore -f deploy/Dockerfile -t wiredesk .
made=$(buildah from --pull-never localhost/wiredesk)
buildah copy -q "$made" "$(ls examples/pages/*.txt | head -1)" /page.txt
buildah run --user 10001:10001 --cap-drop all "$made" -- wiredesk read /page.txt | head -c 300
echo
buildah rm "$made"
buildah images
