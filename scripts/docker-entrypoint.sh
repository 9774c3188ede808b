#!/bin/sh
# Runs a role of Tranche in a container. Where no ENCRYPTION_KEY is given, one is made on the first start and kept in the data
# volume, readable by this user only; the services share the volume, so they share the key.
set -eu
key="${DATA_DIR:-/data}/encryption.key"
if [ -n "${DATABASE_URL:-}" ] && [ -z "${ENCRYPTION_KEY:-}" ]; then
  if [ ! -f "$key" ]; then
    umask 077
    node -e "process.stdout.write(require('node:crypto').randomBytes(32).toString('hex'))" >"$key.$$"
    # `ln` refuses when another container was first; its key then counts.
    ln "$key.$$" "$key" 2>/dev/null || true
    rm -f "$key.$$"
  fi
  ENCRYPTION_KEY="$(cat "$key")"
  export ENCRYPTION_KEY
fi
exec "$@"
