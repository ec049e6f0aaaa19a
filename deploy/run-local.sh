#!/usr/bin/env bash
# The site on one's own machine: migrate, make the demo once, clean up after a crash, serve.
# HOST, PORT (loopback and 8000 by default), BIN (the virtual environment's bin). Ends with Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin} HOST=${HOST:-127.0.0.1} PORT=${PORT:-8000}
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.development}

"$BIN/python" manage.py migrate -v 0
"$BIN/granian" --interface wsgi --host "$HOST" --port "$PORT" --workers 1 --blocking-threads 16 \
  --no-ws --respawn-failed-workers --log-level error config.wsgi:application &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null' EXIT
trap 'exit 0' INT TERM

"$BIN/python" manage.py demo
"$BIN/python" manage.py reconcile >/dev/null
cat <<TXT

Vitrine runs:
  API docs   http://$HOST:$PORT/api/docs
  Gigs       http://$HOST:$PORT/api/gigs
  Admin      http://$HOST:$PORT/admin/
Ctrl-C ends it.
TXT
wait "$server"
