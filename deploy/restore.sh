#!/usr/bin/env bash
# Brings a backup back into an empty database and an empty storage, and proves it: restore.sh BACKUP
#   BACKUP  one folder that backup.sh made
# Server and worker are stopped until it ends well. The settings say where to (docs/backup.md).
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 BACKUP" >&2; exit 1; }
backup=$(realpath "$1")
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.production}
python=${BIN:-.venv/bin}/python
"$python" manage.py backup restore "$backup"
"$python" manage.py media_fsck --deep --after-restore
