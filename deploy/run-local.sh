#!/usr/bin/env bash
# The site on one's own machine: static files, migrate, make the demo once, clean up after a crash, serve.
# HOST, PORT (127.0.0.1 and 8000 by default), BIN (the virtual environment's bin). Ends with Ctrl-C.
# On a HOST that others reach, the keys and the demo's password are made up for this machine, not the published
# ones; VITRINE_ALLOWED_HOSTS must then say by what names the site is called.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin} HOST=${HOST:-127.0.0.1} PORT=${PORT:-8000}
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.development}

secret() { # secret NAME: made once, kept in a file that only its owner reads
  mkdir -p -m 700 var
  [ -s "var/$1" ] || (umask 077; "$BIN/python" -c 'import secrets; print(secrets.token_urlsafe(48))' >"var/$1")
  cat "var/$1"
}

case $HOST in
  127.*|localhost|::1) ;;
  *)
    [ -n "${VITRINE_ALLOWED_HOSTS:-}" ] || {
      echo "Others reach HOST=$HOST: give the names it is called by, as in VITRINE_ALLOWED_HOSTS=192.168.1.5" >&2; exit 1; }
    VITRINE_SECRET_KEY=$(secret secret-key) VITRINE_JWT_SIGNING_KEY=$(secret jwt-key)
    VITRINE_DEMO_PASSWORD=$(secret demo-password)
    export VITRINE_SECRET_KEY VITRINE_JWT_SIGNING_KEY VITRINE_DEMO_PASSWORD ;;
esac

# Asked by connecting: the server shares its port with others that allow it, so binding would tell nothing.
"$BIN/python" - "$HOST" "$PORT" <<'PY' || { echo "Port $PORT is taken: choose another, as in make run PORT=8001" >&2; exit 1; }
import socket, sys
host, port = sys.argv[1:]
with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
    sys.exit(probe.connect_ex((host, int(port))) == 0)
PY

BIN=$BIN deploy/assets.sh
# Beside the migration: each takes a core.
VITRINE_COLLECTED=1 "$BIN/python" manage.py collectstatic --noinput -v 0 &
collecting=$!
"$BIN/python" manage.py migrate -v 0
wait "$collecting"
# Process groups of their own: Ctrl-C then reaches this script alone, which ends server and worker in order.
set -m
BIN=$BIN HOST=$HOST PORT=$PORT WORKERS=1 GRACE=5 LOG_LEVEL=error deploy/serve.sh &
server=$!
BIN=$BIN deploy/worker.sh &
worker=$!
set +m
trap 'kill "$server" "$worker" 2>/dev/null; wait "$server" "$worker" 2>/dev/null' EXIT
trap 'exit 0' INT TERM HUP

"$BIN/python" manage.py demo
"$BIN/python" manage.py reconcile >/dev/null
kill -0 "$server" 2>/dev/null || { echo "The server did not start." >&2; exit 1; }
kill -0 "$worker" 2>/dev/null || { echo "The worker did not start." >&2; exit 1; }
cat <<TXT

Vitrine runs:
  The site   http://$HOST:$PORT/
  API docs   http://$HOST:$PORT/api/docs
  Admin      http://$HOST:$PORT/admin/
Ctrl-C ends it.
TXT
# Whichever ends first ends the other.
while kill -0 "$server" 2>/dev/null && kill -0 "$worker" 2>/dev/null; do sleep 1; done
