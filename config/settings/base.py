"""What all environments share. development.py, production.py and test.py say what differs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from config.csp import PAGES
from config.settings.observing import *  # noqa: F403  (as below)
from config.settings.postgres import postgres
from config.settings.rounds import *  # noqa: F403  (Django reads settings from this module's names)
from config.settings.tasks import *  # noqa: F403  (as below)
from config.settings.tus import *  # noqa: F403  (as below)
from config.settings.vitrine import *  # noqa: F403  (Django reads settings from this module's names)
from config.settings.vitrine import (
    BASE_DIR,
    REDIS_URL,
    VITRINE_ACCESS_TTL,
    VITRINE_EMAIL_FROM,
    VITRINE_EMAIL_TIMEOUT,
    VITRINE_EMAIL_URL,
    VITRINE_MAX_FILE_SIZE,
    VITRINE_MEDIA_ROOT,
    VITRINE_REFRESH_TTL,
    VITRINE_RESET_TTL,
    VITRINE_S3_ACCESS_KEY,
    VITRINE_S3_BUCKET,
    VITRINE_S3_ENDPOINT,
    VITRINE_S3_PUBLIC_BUCKET,
    VITRINE_S3_PUBLIC_URL,
    VITRINE_S3_REGION,
    VITRINE_S3_RENDITIONS_BUCKET,
    VITRINE_S3_SECRET_KEY,
    VITRINE_STORAGE,
    env,
)
from config.static_headers import add_headers

# Lets classes of Django's admin be written with their model's type, as the type checker wants them.
django_stubs_ext.monkeypatch()

DEBUG = False
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
# Paths under /api/ are accepted with and without their final slash by config.middleware. It never redirects:
# a redirected POST would lose its body.
APPEND_SLASH = False

INSTALLED_APPS = [
    "config.apps.StaffAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    # Before users, whose admin takes their pages, which would show keys, out again.
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "uploads_app",
    "users",
    "gigs",
]

MIDDLEWARE = [
    # Outermost: it measures all that follows, and answers what is asked about the site itself.
    "config.observing.middleware.Observed",
    # First, so that also pages that those after it make themselves have a policy.
    "config.csp.PolicyMiddleware",
    "config.isolation.IsolationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.ProblemMiddleware",
    "config.middleware.PicturesFirst",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.PageCompression",
    "config.middleware.SpoolMiddleware",
    "config.middleware.OptionalSlashMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "users.staff.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "users.staff.middleware.StaffLogMiddleware",
    "users.staff.middleware.StaffClockMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "users.pages.context.viewer",
            ],
        },
    },
]


def database() -> dict[str, Any]:
    """DATABASE_URL as Django wants it. SQLite writes wait for each other instead of failing."""
    found: dict[str, Any] = env.dj_db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
    if not found["ENGINE"].endswith("sqlite3"):
        return found | postgres(found.get("OPTIONS", {}))
    # synchronous=FULL: what was acknowledged outlives a power cut, also in WAL mode.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    found["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas}
    found["CONN_MAX_AGE"] = None  # a file does not go away, and opening it costs more than asking it
    return found


DATABASES: dict[str, Any] = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, Any] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:  # where it is, and how it is asked: uploads_app.redis.connection
    CACHES = {"default": {"BACKEND": "uploads_app.redis.cache.ForgetfulRedisCache"}}

MEDIA_ROOT = VITRINE_MEDIA_ROOT
STORAGES: dict[str, dict[str, Any]] = {
    # Django wants one of this name; ours are uploads_app.storage.places'.
    "default": {"BACKEND": "uploads_app.storage.local.DurableLocalStorage"},
    "local": {"BACKEND": "uploads_app.storage.local.DurableLocalStorage"},
    "local_renditions": {"BACKEND": "uploads_app.storage.local.DurableLocalStorage"},
    "staticfiles": {"BACKEND": "config.static_storage.HashedStaticFiles"},
}


def s3(bucket: str, backend: str = "uploads_app.storage.s3.DurableS3Storage") -> dict[str, Any]:
    """A bucket as django-storages wants it."""
    options = {
        "bucket_name": bucket,
        "endpoint_url": VITRINE_S3_ENDPOINT or None,
        "region_name": VITRINE_S3_REGION,
        "access_key": VITRINE_S3_ACCESS_KEY or None,
        "secret_key": VITRINE_S3_SECRET_KEY or None,
    }
    return {"BACKEND": backend, "OPTIONS": options}


if VITRINE_S3_BUCKET:
    STORAGES |= {"s3": s3(VITRINE_S3_BUCKET), "s3_renditions": s3(VITRINE_S3_RENDITIONS_BUCKET)}
elif VITRINE_STORAGE == "s3":
    raise ImproperlyConfigured("VITRINE_STORAGE=s3 needs VITRINE_S3_BUCKET.")
if VITRINE_S3_PUBLIC_BUCKET:
    STORAGES["s3_public"] = s3(VITRINE_S3_PUBLIC_BUCKET, "uploads_app.storage.s3_public.PublicS3Storage")
elif VITRINE_S3_PUBLIC_URL:
    raise ImproperlyConfigured("VITRINE_S3_PUBLIC_URL needs VITRINE_S3_PUBLIC_BUCKET.")
if VITRINE_S3_PUBLIC_BUCKET and VITRINE_S3_PUBLIC_BUCKET in (VITRINE_S3_BUCKET, VITRINE_S3_RENDITIONS_BUCKET):
    raise ImproperlyConfigured("VITRINE_S3_PUBLIC_BUCKET has to be a bucket of its own.")
STATIC_URL = "/static/"
# Folder that collectstatic fills. A path.
STATIC_ROOT: Path | None = env.path("VITRINE_STATIC_ROOT", default=BASE_DIR / "staticfiles")
WHITENOISE_ADD_HEADERS_FUNCTION = add_headers
# Our own files, and what deploy/assets.sh made, where it ran.
STATICFILES_DIRS = [folder for folder in (BASE_DIR / "static", BASE_DIR / "var/assets") if folder.is_dir()]

# Bodies go straight to a private file that is hashed and counted on the way; none is held in memory.
FILE_UPLOAD_HANDLERS = ["uploads_app.api.spool.SpoolUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes of a body that is not a file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# Room for multipart framing and the text fields beside the file, in bytes.
VITRINE_MAX_BODY_SIZE = VITRINE_MAX_FILE_SIZE + DATA_UPLOAD_MAX_MEMORY_SIZE

AUTH_USER_MODEL = "users.User"
# Tells who asks for bytes: a function from HttpRequest to a user. uploads_app knows people only by this.
VITRINE_VIEWER = "users.viewer.viewer_of"
SESSION_ENGINE = "users.sessions"
SESSION_COOKIE_AGE = VITRINE_REFRESH_TTL  # a login lasts as long on pages as at the API
PASSWORD_RESET_TIMEOUT = VITRINE_RESET_TTL
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# django-axes stands at every door that takes a password (API, admin, pages) and asks users.guessing, which
# counts by account and address. Its own tables stay empty.
AXES_HANDLER = "users.guessing.PasswordGuard"
AXES_CLIENT_IP_CALLABLE = "users.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "users.guessing.lockout_response"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Vitrine"  # what apps call the account
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

EMAIL_BACKEND = VITRINE_EMAIL_URL["EMAIL_BACKEND"]
EMAIL_HOST = VITRINE_EMAIL_URL["EMAIL_HOST"] or "localhost"
EMAIL_PORT = VITRINE_EMAIL_URL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = VITRINE_EMAIL_URL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = VITRINE_EMAIL_URL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = VITRINE_EMAIL_URL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = VITRINE_EMAIL_URL["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = VITRINE_EMAIL_URL["EMAIL_FILE_PATH"] or None
EMAIL_TIMEOUT = VITRINE_EMAIL_TIMEOUT
DEFAULT_FROM_EMAIL = SERVER_EMAIL = VITRINE_EMAIL_FROM
EMAIL_SUBJECT_PREFIX = "[Vitrine] "

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

FORM_RENDERER = "config.forms.Renderer"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "marketplace"
CSRF_FAILURE_VIEW = "config.pages.csrf_failure"
# Words for people on the pages, kept in a signed cookie between a form and the page after it.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PAGES}

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # scripts of the pages send it back as a header

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "users.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["users.api.parsers.JSONObjectParser"],
    "DEFAULT_THROTTLE_CLASSES": ["users.throttling.PersonThrottle", "users.throttling.AddressThrottle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.negotiation.OneFormat",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.errors.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Vitrine",
    "DESCRIPTION": "Image management for a marketplace of gigs.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # What comes in and what goes out are written apart already, under names of their own.
    "COMPONENT_SPLIT_REQUEST": False,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_NAME_OVERRIDES": {
        "ContentType": "uploads_app.api.serializers.CONTENT_TYPES",
        "Category": "uploads_app.api.serializers.CATEGORIES",
        "Reason": "uploads_app.api.serializers.REASONS",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

SIMPLE_JWT: dict[str, Any] = {
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=VITRINE_ACCESS_TTL),
    "REFRESH_TOKEN_LIFETIME": timedelta(seconds=VITRINE_REFRESH_TTL),
    "ALGORITHM": "HS256",
    "LEEWAY": 10,  # seconds of clock difference between machines
    "UPDATE_LAST_LOGIN": False,
}
# Signing keys of before, newest first: tokens made with them are good until they expire, so that the key can
# be changed without logging everybody out. None is ever made with them.
VITRINE_JWT_FALLBACK_KEYS: list[str] = env.list("VITRINE_JWT_FALLBACK_KEYS", default=[])
