#!/usr/bin/env bash
# nginx in front of a Vitrine that runs already, in the foreground, as any user:
#   LISTEN=127.0.0.1:8080 UPSTREAM=127.0.0.1:8000 MEDIA=/srv/vitrine/media deploy/nginx.sh
# RUN: a folder for its pid and temporary files (made if absent). MAX_BODY: bytes, in step with
# VITRINE_MAX_FILE_SIZE plus 1 MiB for the form around it. PATIENCE: seconds for a slow client.
set -euo pipefail
cd "$(dirname "$0")"
export LISTEN=${LISTEN:-127.0.0.1:8080} UPSTREAM=${UPSTREAM:-127.0.0.1:8000}
export MEDIA=${MEDIA:-$(cd .. && pwd)/media} RUN=${RUN:-${TMPDIR:-/tmp}/vitrine-nginx-$(id -u)}
export MAX_BODY=${MAX_BODY:-11534336} PATIENCE=${PATIENCE:-30}
mkdir -p "$RUN"
# Only these names: nginx's own variables begin with a dollar sign too.
names='${LISTEN} ${UPSTREAM} ${MEDIA} ${RUN} ${MAX_BODY} ${PATIENCE}'
if command -v envsubst >/dev/null; then
  envsubst "$names" <nginx.conf >"$RUN/nginx.conf"
else
  python3 - "$RUN/nginx.conf" <<'PY'
import os, pathlib, sys
text = pathlib.Path("nginx.conf").read_text()
for name in ("LISTEN", "UPSTREAM", "MEDIA", "RUN", "MAX_BODY", "PATIENCE"):
    text = text.replace("${" + name + "}", os.environ[name])
pathlib.Path(sys.argv[1]).write_text(text)
PY
fi
nginx=$(command -v nginx || echo /usr/sbin/nginx)
# Its workers drop to an account of their own when root starts it, and could not read pictures of mode 0640.
user=; [ "$(id -u)" = 0 ] && user="user root;"
exec "$nginx" -p "$RUN" -c "$RUN/nginx.conf" -g "daemon off; $user"
