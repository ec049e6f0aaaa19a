"""A clone on one's own machine: loopback only, keys that are no secret."""

from config.settings.base import *  # noqa: F403
from config.settings.base import SIMPLE_JWT, STORAGES, env

DEBUG = env.bool("VITRINE_DEBUG", default=False)
# Never secret, so never served beyond loopback: ALLOWED_HOSTS holds that line.
SECRET_KEY = "for-development-on-loopback-only-" + "v" * 32
SIMPLE_JWT["SIGNING_KEY"] = "tokens-for-development-on-loopback-only-" + "v" * 32
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = None  # nothing is collected: static files are found where they lie
WHITENOISE_USE_FINDERS = True
