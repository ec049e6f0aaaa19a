#!/usr/bin/env bash
# A private PostgreSQL on loopback for tests, as any user:
#   eval "$(deploy/postgres-for-tests.sh up)"     starts it and exports DATABASE_URL
#   deploy/postgres-for-tests.sh down             stops it and removes its data
# PG_PORT (55433). Never touches a server of the system.
set -euo pipefail
port=${PG_PORT:-55433}
home=${TMPDIR:-/tmp}/vitrine-postgres-$(id -u)-$port
bin=$(dirname "$(ls -d /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb 2>/dev/null | sort -V | tail -1)")

# initdb refuses root: give the server to an account that owns nothing else.
as_user() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$home" "$@"; else "$@"; fi
}

up() {
  mkdir -p "$home"
  [ "$(id -u)" = 0 ] && chown nobody:nogroup "$home"
  chmod 700 "$home"
  cd /
  as_user test -f "$home/data/PG_VERSION" ||
    as_user "$bin/initdb" -D "$home/data" -U vitrine -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  # Tests need no durability of the server itself.
  as_user "$bin/pg_ctl" -D "$home/data" status >/dev/null 2>&1 ||
    as_user "$bin/pg_ctl" -w -D "$home/data" -l "$home/log" start >/dev/null \
      -o "-p $port -k $home -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
  echo "export DATABASE_URL=postgres://vitrine@127.0.0.1:$port/postgres"
}

down() {
  cd /
  as_user "$bin/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$home"
}

case ${1:-} in
  up) up ;;
  down) down ;;
  *) echo "usage: $0 up|down" >&2; exit 2 ;;
esac
