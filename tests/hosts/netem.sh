#!/bin/sh
# The trial of several hosts with the kernel's netem, on a machine whose kernel has none: in a Linux that runs as a process.
#
#   sh tests/hosts/netem.sh      needs root, user-mode-linux, kmod, iproute2; takes one to two minutes
#
# It sees this machine's files (hostfs) and starts this very script as its first process.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
if [ $$ -ne 1 ]; then
  exec linux.uml mem=1500M rootfstype=hostfs rootflags=/ rw con=null con0=null,fd:1 init=/bin/sh \
    MODULES="$(echo "${UML_MODULES:-/usr/lib/uml/modules}"/*/kernel)" PATH="$PATH" -- "$here/tests/hosts/netem.sh" </dev/null
fi
trap 'halt -f' EXIT
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /run
mkdir -p /run/netns /dev/net
[ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200
for module in drivers/net/veth net/sched/sch_netem net/llc/llc net/802/stp lib/crc-ccitt net/ipv6/ipv6 net/bridge/bridge \
  drivers/net/tun; do
  insmod "$MODULES/$module.ko"
done
ip link set lo up
cd "$here"
HOME=/root .venv/bin/python -m pytest -q -p no:cacheprovider --basetemp=/run/tests tests/test_hosts.py -v
