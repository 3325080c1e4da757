#!/bin/sh
# Makes a password for each role that has none, as files in deploy/secrets (or in the folder that is named).
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
for role in producer watch gateway worker reader dashboard admin; do
  # Containers read them as users of their own: the folder is what keeps others out.
  [ -s "$folder/redis_$role" ] || head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$folder/redis_$role"
done
chmod 700 "$folder"
chmod 644 "$folder"/redis_*
echo "passwords are in $folder"
