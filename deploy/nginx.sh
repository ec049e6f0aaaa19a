#!/usr/bin/env bash
# nginx in front of a Vitrine that runs already, in the foreground, as any user:
#   LISTEN=127.0.0.1:8080 UPSTREAM=127.0.0.1:8000 MEDIA=/srv/vitrine/media deploy/nginx.sh
#   LISTEN           address and port
#   PLAIN            address and port where plain HTTP is sent on to https (with CERTIFICATE)
#   HTTPS_PORT       where to, as people see it (443)
#   ACME             a folder whose .well-known/acme-challenge/ is answered at PLAIN, for who renews the certificate
#   CERTIFICATE, CERTIFICATE_KEY   files, in PEM: TLS ends here
#   TRUSTED          addresses or networks, apart by spaces, of what ends TLS in front: their X-Forwarded-For and
#                    X-Forwarded-Proto are believed, nobody else's
#   UPSTREAM, MEDIA  the servers, apart by spaces (each address and port, or unix:/path), and the folder of their pictures
#   S3               where pictures lie that lie in S3, as a URL without a path; its name is looked up at the start and at
#                    each SIGHUP. Without it the server sends those itself
#   RESOLVER         a name server (127.0.0.11 in Docker's networks) that is asked for S3's name while nginx runs, so that
#                    S3 may come back elsewhere. Each picture then takes a connection of its own to S3
#   S3_CA            file in PEM of who may vouch for it over TLS; by default, whom the system trusts
#   RUN              a folder for the pid, bodies on their way in, and what Django said; made if absent
#   MAX_BODY         bytes, in step with VITRINE_MAX_FILE_SIZE plus 1 MiB for the form around it
#   PATIENCE         seconds for a slow client
#   ACCESS_LOG       file of a line of JSON for each request; off by default. It is opened anew at SIGUSR1
#   HSTS             what browsers are told over TLS, in step with VITRINE_HSTS_SECONDS; empty: nothing
# Started by root, its workers run as the owner of MEDIA. `nginx.sh reload`, with the same settings, has the one that
# runs take over changed ones; a configuration that nginx finds fault with changes nothing.
set -euo pipefail
absolute() { case $1 in "" | /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac; }
MEDIA=$(absolute "${MEDIA:-}") RUN=$(absolute "${RUN:-}")
S3_CA=$(absolute "${S3_CA:-/etc/ssl/certs/ca-certificates.crt}")
ACCESS_LOG=$(absolute "${ACCESS_LOG:-}")
ACME=$(absolute "${ACME:-}")
CERTIFICATE=$(absolute "${CERTIFICATE:-}") CERTIFICATE_KEY=$(absolute "${CERTIFICATE_KEY:-}")
cd "$(dirname "$0")"
export LISTEN=${LISTEN:-127.0.0.1:8080} UPSTREAM=${UPSTREAM:-127.0.0.1:8000}
export MEDIA=${MEDIA:-$(cd .. && pwd)/media}
export ACCESS_LOG=${ACCESS_LOG:+"$ACCESS_LOG seen"}
export ACCESS_LOG=${ACCESS_LOG:-off}
export MAX_BODY=${MAX_BODY:-11534336} PATIENCE=${PATIENCE:-30}
export HSTS=${HSTS-max-age=31536000; includeSubDomains; preload}

user=
if [ "$(id -u)" = 0 ]; then
  owner=$(stat -c %U "$MEDIA") group=$(stat -c %G "$MEDIA")
  if [ "$owner" = UNKNOWN ] || [ "$group" = UNKNOWN ]; then
    echo "the owner of $MEDIA has no name here, so nginx's workers cannot run as that user" >&2
    exit 1
  fi
  user="user $owner $group;"
  RUN=${RUN:-/var/lib/vitrine-nginx}
  mkdir -p -m 711 "$RUN" # the workers go through it to folders of their own
else
  # On a disk, since bodies wait there; never in a folder of all users under a name that one can guess.
  RUN=${RUN:-${XDG_STATE_HOME:-${HOME:?RUN or HOME is needed}/.local/state}/vitrine-nginx}
  mkdir -p "$(dirname "$RUN")" && mkdir -p -m 700 "$RUN"
fi
RUN=$(cd "$RUN" && pwd)
export RUN
if [ "${1:-}" = reload ]; then
  # What nginx finds fault with is taken back: it would not start with it.
  kept=$(mktemp -d "$RUN/before-XXXXXX")
  cp -p "$RUN"/*.conf "$kept"
  accepted=
  trap '[ -n "$accepted" ] || cp -p "$kept"/*.conf "$RUN"; rm -rf "$kept"' EXIT
else
  rm -f "$RUN/ask.sock" # left by one that was killed
fi

if [ -n "$CERTIFICATE" ]; then
  cat >"$RUN/listen.conf" <<CONF
listen $LISTEN ssl http2;
ssl_certificate "$CERTIFICATE";
ssl_certificate_key "${CERTIFICATE_KEY:?goes with CERTIFICATE}";
ssl_protocols TLSv1.2 TLSv1.3;
ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
ssl_session_cache shared:tls:10m;
ssl_session_timeout 1d;
ssl_session_tickets off;
CONF
else
  echo "listen $LISTEN;" >"$RUN/listen.conf"
fi

# A server that is away is known at once and costs nothing, so none is left out for a while (max_fails): all would be,
# where they are replaced one after another.
servers=
for one in $UPSTREAM; do servers+="server $one max_fails=0; "; done
{
  echo "upstream django { ${servers}keepalive 32; }"
  echo "upstream django_anew { $servers}"
} >"$RUN/upstreams.conf"

if [ -n "${PLAIN:-}" ]; then
  port=:${HTTPS_PORT:-443}
  [ "$port" != :443 ] || port=
  {
    echo "server { listen $PLAIN;"
    [ -z "$ACME" ] || echo "location ^~ /.well-known/acme-challenge/ { root \"$ACME\"; default_type text/plain; }"
    echo "location / { add_header Cache-Control max-age=3600; return 301 https://\$host$port\$request_uri; } }"
  } >"$RUN/plain.conf"
else
  : >"$RUN/plain.conf"
fi

{
  echo 'real_ip_header X-Forwarded-For; real_ip_recursive on;'
  for peer in ${TRUSTED:-}; do echo "set_real_ip_from $peer;"; done
  echo 'geo $realip_remote_addr $from_terminator { default 0;'
  for peer in ${TRUSTED:-}; do echo "$peer 1;"; done
  echo '}'
} >"$RUN/trusted.conf"

# Only these names: nginx's own variables begin with a dollar sign too.
names="MEDIA RUN MAX_BODY PATIENCE ACCESS_LOG HSTS S3_SCHEME S3_HOST S3_AT S3_CA"
fill_in() { # fill_in TEMPLATE TARGET
  python3 - "$1" "$2" $names <<'PY'
import os, pathlib, sys
template, target, *names = sys.argv[1:]
text = pathlib.Path(template).read_text()
for name in names:
    text = text.replace("${" + name + "}", os.environ.get(name, ""))
pathlib.Path(target).write_text(text)
PY
}
if [ -n "${S3:-}" ]; then
  [[ $S3 =~ ^(https?)://(\[[0-9a-f:]+\]|[^/:]+)(:[0-9]+)?/?$ ]] || { echo "S3 is a URL without a path, not $S3" >&2; exit 1; }
  export S3_SCHEME=${BASH_REMATCH[1]} S3_HOST=${BASH_REMATCH[2]} S3_CA
  port=${BASH_REMATCH[3]:-$([ "$S3_SCHEME" = https ] && echo :443 || echo :80)}
  if [ -n "${RESOLVER:-}" ]; then
    # Shorter than what an answer says of itself, which is ten minutes in Docker's networks. An address needs no asking.
    export S3_AT=$S3_HOST$port
    echo "resolver $RESOLVER valid=2s; resolver_timeout 2s;" >"$RUN/s3.conf"
  else
    export S3_AT=s3
    echo "upstream s3 { server $S3_HOST$port; keepalive 32; }" >"$RUN/s3.conf"
  fi
  fill_in nginx-s3.conf "$RUN/from-s3.conf"
else
  : >"$RUN/s3.conf"
  echo 'error_page 418 = @missing; return 418;' >"$RUN/from-s3.conf"
fi
fill_in nginx.conf "$RUN/nginx.conf"
nginx=$(command -v nginx || echo /usr/sbin/nginx)
if [ "${1:-}" = reload ]; then
  "$nginx" -q -t -p "$RUN" -c "$RUN/nginx.conf" -g "$user"
  accepted=1
  kill -HUP "$(cat "$RUN/nginx.pid")"
  exit
fi
exec "$nginx" -p "$RUN" -c "$RUN/nginx.conf" -g "daemon off; $user"
