#!/usr/bin/env bash
# The web server of a production machine, in the foreground: granian, one WSGI process per core.
#   SOCKET         where it listens for an nginx on the same machine (deploy/nginx.sh): a path, in a folder that only
#                  the site's account and nginx's get into. It costs less than a port, and nothing is lost when the
#                  server is replaced (below).
#   DRAIN          seconds that it goes on to take connections after its name led elsewhere (2); with SOCKET
#   STARTING       seconds that a server has to answer for the first time (60); with SOCKET
#   HOST, PORT     where it listens otherwise (127.0.0.1, 8000)
#   WORKERS        processes (the number of cores)
#   VITRINE_THREADS  requests that each process works on at once (8), with VITRINE_DB_POOL connections to PostgreSQL. Behind nginx, which
#                  waits for slow clients, 4 answer more requests a second.
#   BACKPRESSURE   connections that each process takes at once (128); the others wait in the kernel's backlog
#   BACKLOG        connections that may wait there (1024)
#   GRACE          seconds that requests under way have to end when a process is told to stop (30)
#   LIFETIME       seconds after which a process is replaced by a fresh one (86400), while others serve on
#   OVERLAP        seconds that a process which is replaced serves on beside its fresh one (10): as long as that one takes
#                  to start on a busy machine
#   BIN            the virtual environment's bin
# SIGTERM ends it after what is under way. SIGHUP replaces the processes, for new code or settings, while others serve on.
#
# With SOCKET, that name is the switch. A server listens at a name of its own and takes SOCKET over once it answers; one
# that is to go loses SOCKET first (to the next one, or altogether, where another instance is to take its place), then
# serves whoever had found it, and only then ends. So nobody finds one that is not ready, or ends.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.production}
BIN=${BIN:-.venv/bin}
cores=$(getconf _NPROCESSORS_ONLN)
granian=("$BIN/granian" --interface wsgi
  --http 1 --no-ws --workers "${WORKERS:-$cores}" --blocking-threads "${VITRINE_THREADS:-8}"
  --backlog "${BACKLOG:-1024}" --backpressure "${BACKPRESSURE:-128}"
  --respawn-failed-workers --respawn-interval "${OVERLAP:-10}" --workers-kill-timeout "${GRACE:-30}" --workers-lifetime "${LIFETIME:-86400}"
  --log-level "${LOG_LEVEL:-warning}" "${APPLICATION:-config.wsgi:application}")
[ -n "${SOCKET:-}" ] || exec "${granian[@]}" --host "${HOST:-127.0.0.1}" --port "${PORT:-8000}"

turn=0 current=
start() { # a server that has SOCKET as its name; fails, and leaves everything as it was, when it does not answer
  local own=$SOCKET.$$.$((++turn)) fresh
  rm -f "$own"
  "${granian[@]}" --uds "$own" --uds-permissions 0660 &
  fresh=$!
  if ! "$BIN/python" deploy/ask.py --patience "${STARTING:-60}" --of "$fresh" "$own" /healthz >/dev/null; then
    kill -TERM "$fresh" 2>/dev/null || true
    rm -f "$own"
    return 1
  fi
  mv -f "$own" "$SOCKET"
  current=$fresh
}
replace() {
  local old=$current
  if start; then
    sleep "${DRAIN:-2}"
    kill -TERM "$old" 2>/dev/null || true
  else
    echo "the new server does not answer; the old one serves on" >&2
  fi
}
stop() {
  rm -f "$SOCKET"
  sleep "${DRAIN:-2}"
  # shellcheck disable=SC2046  # ids, one a word
  kill -TERM $(jobs -p) 2>/dev/null || true
  wait
  exit 0
}

mkdir -p "$(dirname "$SOCKET")"
trap stop TERM INT
start
trap replace HUP
[ -z "${NOTIFY_SOCKET:-}" ] || systemd-notify --ready || echo "systemd is not told that this is ready" >&2
# A signal ends the wait too. Whoever started this starts it anew when the server ended by itself.
while kill -0 "$current" 2>/dev/null; do wait "$current" && status=0 || status=$?; done
rm -f "$SOCKET"
exit "${status:-1}"
