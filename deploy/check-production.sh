#!/usr/bin/env bash
# `check --deploy` on the production settings: silent with proper secrets, failing without them.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
export DJANGO_SETTINGS_MODULE=config.settings.production
secret() { "$BIN/python" -c 'import secrets; print(secrets.token_urlsafe(64))'; }

VITRINE_SECRET_KEY=$(secret) VITRINE_JWT_SIGNING_KEY=$(secret) VITRINE_ALLOWED_HOSTS=example.org \
  "$BIN/python" manage.py check --deploy --fail-level WARNING

if env -u VITRINE_SECRET_KEY -u VITRINE_JWT_SIGNING_KEY "$BIN/python" manage.py check --deploy >/dev/null 2>&1; then
  echo "production settings start without their secrets" >&2
  exit 1
fi

if VITRINE_SECRET_KEY=$(secret) VITRINE_JWT_SIGNING_KEY=$(secret) VITRINE_ALLOWED_HOSTS=example.org \
  VITRINE_ADMIN_2FA=false "$BIN/python" manage.py check --deploy --fail-level WARNING >/dev/null 2>&1; then
  echo "production settings let staff in without a second factor, and nothing warns of it" >&2
  exit 1
fi
