"""The test suite: a database of its own in a file (threads share it, as in life), cheap password hashes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, SIMPLE_JWT, STORAGES

SECRET_KEY = "for-tests-only-" + "t" * 50
SIMPLE_JWT["SIGNING_KEY"] = "tokens-for-tests-only-" + "t" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True


def _folder_of_this_run() -> Path:
    """A folder that no other run shares; the processes of one run do, and the first of them removes it."""
    if "VITRINE_TESTS_SCRATCH" not in os.environ:
        os.environ["VITRINE_TESTS_SCRATCH"] = folder = tempfile.mkdtemp(prefix="vitrine-tests-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(os.environ["VITRINE_TESTS_SCRATCH"])


_scratch = _folder_of_this_run()
VITRINE_MEDIA_ROOT = MEDIA_ROOT = _scratch / "media"  # conftest.py gives every test a fresh one
VITRINE_SPOOL_DIR = _scratch / "spool"
VITRINE_THROTTLE_SCALE = 0.0  # tests of the throttles switch them on
VITRINE_SANDBOX_WORKERS = 1
VITRINE_S3_DELIVERY = "through"  # most tests look at bytes; those of the other ways set it
VITRINE_REDIS_TIMEOUT = (
    10.0  # a busy machine is no reason to do without; tests of a lost one have no patience
)

if pool := DATABASES["default"]["OPTIONS"].get("pool"):
    pool["max_size"] = 40  # tests begin more threads at once than a server has

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_scratch / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
