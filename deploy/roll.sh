#!/usr/bin/env bash
# New code or settings for a running site, without a request lost: web servers are replaced one after another, then
# workers. Migrations come first (systemctl start vitrine-migrate): the old code has to live with the new database.
#   roll.sh [web|workers]   only these
#   INSTANCES   names of the web servers (a b)
#   WEB         what each is called where it is restarted, %s being its name (vitrine-web@%s.service)
#   SOCKETS     where each listens (/run/vitrine/web-%s/socket)
#   WORKERS     names of the workers (1 2)
#   WORKER      what each is called (vitrine-worker@%s.service)
#   RESTART     the command that stops one, waits for its end, and starts it (systemctl restart)
#   ALIVE       the command that says whether a worker runs (systemctl is-active --quiet; none where RESTART is given)
#   SETTLED     seconds that a worker has to run on before the next one is replaced (10): one may end as soon as it began
#   READY       what a server has to answer with 200 before the next one is stopped (/readyz)
#   PATIENCE    seconds that it has for that (90)
#   BIN         the virtual environment's bin
# It stops at the first one that does not come back; the others then serve on, as they were.
set -euo pipefail
cd "$(dirname "$0")/.."
read -ra instances <<<"${INSTANCES:-a b}"
read -ra workers <<<"${WORKERS:-1 2}"
read -ra restart <<<"${RESTART:-systemctl restart}"
alive=${ALIVE:-${RESTART:+true}}
read -ra alive <<<"${alive:-systemctl is-active --quiet}"
python=${BIN:-.venv/bin}/python
# shellcheck disable=SC2059  # the pattern is what is given
named() { printf "$1" "$2"; }
answers() { # answers INSTANCE: within PATIENCE; what it says otherwise is told
  local said
  said=$("$python" deploy/ask.py --patience "${PATIENCE:-90}" "$(named "${SOCKETS:-/run/vitrine/web-%s/socket}" "$1")" "${READY:-/readyz}") ||
    { echo "$said" >&2; return 1; }
}
runs_on() { # runs_on WORKER: for SETTLED seconds
  local tries
  for ((tries = 0; tries < ${SETTLED:-10}; tries++)); do
    sleep 1
    "${alive[@]}" "$1" || return 1
  done
}
fail() { echo "$*" >&2; exit 1; }

roll_web() {
  local one other
  [ ${#instances[@]} -gt 1 ] || fail "with one web server there is none to serve meanwhile: kill -HUP replaces it"
  for one in "${instances[@]}"; do
    for other in "${instances[@]}"; do
      [ "$other" = "$one" ] || answers "$other" || fail "$other does not answer: $one is not stopped"
    done
    "${restart[@]}" "$(named "${WEB:-vitrine-web@%s.service}" "$one")" || fail "$one was not restarted"
    answers "$one" || fail "$one does not answer; the rest was left as it was"
    echo "web server $one is replaced"
  done
}
roll_workers() {
  local one unit
  for one in "${workers[@]}"; do
    unit=$(named "${WORKER:-vitrine-worker@%s.service}" "$one")
    "${restart[@]}" "$unit" || fail "worker $one was not restarted"
    runs_on "$unit" || fail "worker $one does not run on; the rest was left as it was"
    echo "worker $one is replaced"
  done
}

case ${1:-all} in
  all) roll_web; roll_workers ;;
  web) roll_web ;;
  workers) roll_workers ;;
  *) fail "usage: $0 [web|workers]" ;;
esac
