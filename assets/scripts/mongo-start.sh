#!/bin/sh
# Starts the member of this pod. Members trust each other by the key file, which has to be for their user alone; the
# first one makes the root user on its empty disk, and the others get it from the replica set.
set -eu
umask 077
secrets=${CA3_SECRETS_DIR:-/etc/ca3/secrets}
run=${CA3_RUN_DIR:-/run/ca3}

rm -f "$run/keyfile"
cat "$secrets/keyfile" >"$run/keyfile"
chmod 400 "$run/keyfile"

if [ "${POD_NAME##*-}" = 0 ]; then
  export MONGO_INITDB_ROOT_USERNAME=root MONGO_INITDB_ROOT_PASSWORD_FILE="$secrets/root-password"
fi

exec docker-entrypoint.sh mongod --replSet "$REPLICA_SET" --keyFile "$run/keyfile" --bind_ip_all \
  --dbpath /data/db --wiredTigerCacheSizeGB "$CACHE_GB"
