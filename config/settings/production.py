"""A site that others reach: refuses to start without its secrets, and knows no unsafe default."""

from django.core.exceptions import ImproperlyConfigured
from environs import validate

from config.settings.base import *  # noqa: F403
from config.settings.base import SIMPLE_JWT, env

SECRET_KEY = env.str("VITRINE_SECRET_KEY", validate=validate.Length(min=50))
SIMPLE_JWT["SIGNING_KEY"] = env.str("VITRINE_JWT_SIGNING_KEY", validate=validate.Length(min=50))
ALLOWED_HOSTS: list[str] = env.list("VITRINE_ALLOWED_HOSTS", validate=validate.Length(min=1))
if SIMPLE_JWT["SIGNING_KEY"] == SECRET_KEY:
    raise ImproperlyConfigured("VITRINE_SECRET_KEY and VITRINE_JWT_SIGNING_KEY must differ.")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("VITRINE_ALLOWED_HOSTS must name the hosts; * lets anybody choose the name.")
VITRINE_ADMIN_2FA = env.bool("VITRINE_ADMIN_2FA", default=True)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("VITRINE_CSRF_TRUSTED_ORIGINS", default=[])

SECURE_SSL_REDIRECT = env.bool("VITRINE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("VITRINE_BEHIND_TLS_PROXY", False) else None
)
SECURE_HSTS_SECONDS = env.int("VITRINE_HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# The __Host- prefix makes browsers refuse these cookies from anywhere but this very host over TLS.
SESSION_COOKIE_NAME = "__Host-sessionid"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = True
