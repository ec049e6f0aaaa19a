#!/usr/bin/env bash
# A command with the settings of an installation, as the site's account: with-settings.sh COMMAND…
#   deploy/with-settings.sh .venv/bin/python manage.py migrate
#   SETTINGS  the file with them (/etc/vitrine/env): lines of NAME=value, read as systemd reads them, not by a shell
#   AS        the account (vitrine), where this is called by root
# Secrets reach the command by its environment alone: words of a command line can be read by everybody.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND…" >&2; exit 1; }
while IFS= read -r line || [ -n "$line" ]; do
  case $line in '#'* | '') ;; *=*) export "${line%%=*}=${line#*=}" ;; esac
done <"${SETTINGS:-/etc/vitrine/env}"
cd "$(dirname "$0")/.."
as=()
[ "$(id -u)" != 0 ] || [ "${AS:-vitrine}" = root ] || as=(runuser -u "${AS:-vitrine}" --)
export PYTHONDONTWRITEBYTECODE=1 # the code is root's
exec ${as[@]+"${as[@]}"} "$@"
