#!/usr/bin/env bash
# The web server of a production machine, in the foreground: granian, one WSGI process per core.
#   SOCKET         where it listens for an nginx on the same machine (deploy/nginx.sh): a path, in a folder that only
#                  the site's account and nginx's get into. It costs less than a port.
#   HOST, PORT     where it listens otherwise (127.0.0.1, 8000)
#   WORKERS        processes (the number of cores)
#   VITRINE_THREADS  requests that each process works on at once (8), with VITRINE_DB_POOL connections to PostgreSQL. Behind nginx, which
#                  waits for slow clients, 4 answer more requests a second.
#   BACKPRESSURE   connections that each process takes at once (128); the others wait in the kernel's backlog
#   BACKLOG        connections that may wait there (1024)
#   GRACE          seconds that requests under way have to end when a process is told to stop (30)
#   LIFETIME       seconds after which a process is replaced by a fresh one (86400), while others serve on
#   BIN            the virtual environment's bin
# SIGTERM ends it after what is under way. SIGHUP replaces the processes one by one, for new code or settings.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.production}
cores=$(getconf _NPROCESSORS_ONLN)
where=(--host "${HOST:-127.0.0.1}" --port "${PORT:-8000}")
[ -z "${SOCKET:-}" ] || where=(--uds "$SOCKET" --uds-permissions 660)
exec "${BIN:-.venv/bin}/granian" --interface wsgi "${where[@]}" \
  --http 1 --no-ws --workers "${WORKERS:-$cores}" --blocking-threads "${VITRINE_THREADS:-8}" \
  --backlog "${BACKLOG:-1024}" --backpressure "${BACKPRESSURE:-128}" \
  --respawn-failed-workers --workers-kill-timeout "${GRACE:-30}" --workers-lifetime "${LIFETIME:-86400}" \
  --log-level "${LOG_LEVEL:-warning}" "${APPLICATION:-config.wsgi:application}"
