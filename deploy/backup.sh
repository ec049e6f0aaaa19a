#!/usr/bin/env bash
# A backup of database and pictures, made beside live traffic: backup.sh FOLDER [KEEP]
#   FOLDER  where backups are kept, one in a folder named by its time; unchanged pictures are linked, not copied again
#   KEEP    how many whole ones are kept (14), 1 or more; those with a deleted picture in them must go some day
# One at a time. What an earlier one left that did not end is removed first: it has deleted pictures too, and a disk that
# it filled would stay full.
# Runs with the settings of the installation (docs/backup.md). BIN: the virtual environment's bin.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 FOLDER [KEEP]" >&2; exit 1; }
kept=$(realpath -m "$1") keep=${2:-14}
[[ $keep =~ ^[1-9][0-9]*$ ]] || { echo "KEEP is a number, 1 or more, not $keep" >&2; exit 1; }
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.production}
mkdir -p -m 700 "$kept"
# Whatever this starts holds it too, so it is free once nothing writes to the folder any more.
exec 9>"$kept/.lock"
flock --nonblock 9 || { echo "another backup is being made in $kept" >&2; exit 1; }
# By names that this script gives alone: what else lies here is somebody's.
for one in "$kept"/????-??-??T??-??-??Z; do [ ! -d "$one" ] || [ -e "$one/whole" ] || rm -rf "$one"; done
# Names sort by time.
whole() { for one in "$kept"/*/whole; do [ ! -e "$one" ] || dirname "$one"; done; }
last=$(whole | tail -n 1)
"${BIN:-.venv/bin}/python" manage.py backup make "$kept/$(date -u +%Y-%m-%dT%H-%M-%SZ)" ${last:+--like "$last"}
whole | head -n "-$keep" | while read -r old; do rm -rf "$old"; done
