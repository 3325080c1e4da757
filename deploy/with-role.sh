#!/bin/sh
# Runs wiredesk as a role of deploy/redis/users.acl whose password is a mounted secret:  with-role.sh ROLE COMMAND...
# The password is in no image, no compose file and no `docker inspect`.
set -eu
role=$1
shift
export WIREDESK_REDIS_URL="redis://$role:$(cat "/run/secrets/redis_$role")@${REDIS_HOST:-redis:6379}/0"
exec wiredesk "$@"
