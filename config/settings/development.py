"""A clone on one's own machine: loopback only, with keys that are no secret, unless others are given."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import SIMPLE_JWT, STATIC_ROOT, STORAGES, env

DEBUG = env.bool("VITRINE_DEBUG", default=False)

# Published with the source, so good for loopback alone.
_PUBLISHED = "for-development-on-loopback-only-" + "v" * 32
SECRET_KEY = env.str("VITRINE_SECRET_KEY", default=_PUBLISHED)
SIMPLE_JWT["SIGNING_KEY"] = env.str("VITRINE_JWT_SIGNING_KEY", default=f"tokens-{_PUBLISHED}")

_others: list[str] = env.list("VITRINE_ALLOWED_HOSTS", default=[])
if _others and _PUBLISHED in SECRET_KEY + SIMPLE_JWT["SIGNING_KEY"]:
    raise ImproperlyConfigured("Names beyond loopback need VITRINE_SECRET_KEY and VITRINE_JWT_SIGNING_KEY.")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *_others]

# Static files that were collected (make run does) are served as in production: hashed, compressed, kept for a
# year. Otherwise, and while they are worked on, they are found where they lie.
_COLLECTED = STATIC_ROOT is not None and (STATIC_ROOT / "staticfiles.json").exists()
if not env.bool("VITRINE_COLLECTED", default=_COLLECTED and not DEBUG):
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    STATIC_ROOT = None
    WHITENOISE_USE_FINDERS = True
