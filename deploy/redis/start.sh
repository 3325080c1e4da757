#!/bin/sh
# Starts Redis with the desk's settings and roles. A role's password is read from the file `redis_ROLE` among the secrets
# and stays out of the image, the environment and the list of processes; Redis keeps its SHA-256.
#
#   REDIS_SECRETS  folder with redis_producer, redis_worker ... and, for tls.conf, tls.crt, tls.key, ca.crt
#   REDIS_DATA     folder of the append-only file      REDIS_RUN     folder for the roles' file (memory is best)
#   REDIS_CONFIG   redis.conf or tls.conf, beside this script
# Further arguments go to redis-server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder() { (cd "$1" && pwd); }
secrets=$(folder "${REDIS_SECRETS:-/run/secrets}")
data=$(folder "${REDIS_DATA:-/data}")
run=$(folder "${REDIS_RUN:-/run/redis}")
umask 077

# A role's lines as one, without comments.
roles() {
  sed -e 's/#.*//' -e '/^ *$/d' "$here/users.acl" |
    awk '/^user/ { if (line) print line; line = $0; next } { line = line $0 } END { print line }' | tr -s ' '
}

password() {
  [ ! -r "$secrets/redis_$1" ] || printf ' #%s' "$(tr -d '\n' <"$secrets/redis_$1" | sha256sum | cut -d ' ' -f 1)"
}

roles | while read -r word name rules; do
  echo "$word $name$(password "$name") $rules"
done >"$run/users.acl"

# Of a log that power failure tore within a script's effects Redis cuts off the last command alone, and runs the first ones
# at the start after this. redis-check-aof cuts in front of the script. What is broken elsewhere waits for a person.
mend() {
  said=$(redis-check-aof "$1" 2>&1) || case $said in
    *'Expected to read '* | *'Reached EOF before reading EXEC'*) echo y | redis-check-aof --fix "$1" || : ;;
  esac
}
if command -v redis-check-aof >/dev/null; then
  for log in "$data"/appendonlydir/*.manifest "$data/appendonly.aof"; do [ ! -f "$log" ] || mend "$log"; done
fi

# Copies: a fail-over has Redis write what it has become into its file, and what is included is looked for beside it.
cp "$here/redis.conf" "$here/tls.conf" "$run/"
cd "$run"
config=${REDIS_CONFIG:-redis.conf}
if [ "$config" = tls.conf ]; then
  set -- --tls-cert-file "$secrets/tls.crt" --tls-key-file "$secrets/tls.key" --tls-ca-cert-file "$secrets/ca.crt" "$@"
fi
exec "${REDIS_SERVER:-redis-server}" "$config" --aclfile "$run/users.acl" --dir "$data" "$@"
