#!/usr/bin/env bash
# A backup of database and pictures, made beside live traffic: backup.sh FOLDER [KEEP]
#   FOLDER  where backups are kept, one in a folder named by its time; unchanged pictures are linked, not copied again
#   KEEP    how many whole ones are kept (14); those with a deleted picture in them must go some day
# Runs with the settings of the installation (docs/backup.md). BIN: the virtual environment's bin.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 FOLDER [KEEP]" >&2; exit 1; }
kept=$(realpath -m "$1") keep=${2:-14}
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.production}
mkdir -p -m 700 "$kept"
# Names sort by time.
whole() { for one in "$kept"/*/whole; do [ ! -e "$one" ] || dirname "$one"; done; }
last=$(whole | tail -n 1)
"${BIN:-.venv/bin}/python" manage.py backup make "$kept/$(date -u +%Y-%m-%dT%H-%M-%SZ)" ${last:+--like "$last"}
whole | head -n "-$keep" | while read -r old; do rm -rf "$old"; done
