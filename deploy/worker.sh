#!/usr/bin/env bash
# The workers of a machine, in the foreground, by the engine that VITRINE_TASKS names: database (manage.py worker) or
# celery (docs/operating.md).
#   WORKERS    processes (1), each of which does one thing after another; a render keeps both cores of a small machine
#              busy. On SQLite one.
#   LOG_LEVEL  what Celery itself tells of (warning)
#   BIN        the virtual environment's bin
# SIGTERM and SIGINT end it after the work under way. One of several that ends by itself ends the others, so that who
# watches over it starts all of them anew.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.production}
BIN=${BIN:-.venv/bin} WORKERS=${WORKERS:-1}

case ${VITRINE_TASKS:-database} in
  database) command=("$BIN/python" manage.py worker) ;;
  celery) command=("$BIN/celery" --app config.celery --quiet --no-color worker --loglevel "${LOG_LEVEL:-warning}"
    --without-gossip --without-mingle --without-heartbeat) ;;
  *) echo "VITRINE_TASKS is database or celery, not $VITRINE_TASKS" >&2; exit 2 ;;
esac
[ "$WORKERS" -gt 1 ] || exec "${command[@]}"

workers=() told= status=0
end() { kill -TERM "${workers[@]}" 2>/dev/null || true; }
trap 'told=1; end' TERM INT
# Process groups of their own: Ctrl-C then reaches this script alone, which tells each of them once.
set -m
for _ in $(seq "$WORKERS"); do "${command[@]}" & workers+=($!); done
set +m
wait -n || status=$?
[ -n "$told" ] || { echo "a worker ended by itself" >&2; end; }
# A signal interrupts `wait`: again, until all of them are gone.
for worker in "${workers[@]}"; do while kill -0 "$worker" 2>/dev/null; do wait "$worker" || true; done; done
[ -n "$told" ] || exit $((status ? status : 1))
