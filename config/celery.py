"""Celery's application for `celery --app config.celery worker`, which deploy/worker.sh starts."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django.setup()

from uploads_app.checks import require_broker  # noqa: E402  (Django has to be set up)
from uploads_app.worker.fleet.app import worker  # noqa: E402  (as above)
from uploads_app.worker.fleet.beside import Beside, turn  # noqa: E402  (as above)
from uploads_app.worker.fleet.carry import register  # noqa: E402  (as above)

require_broker()
app = worker()
app.steps["worker"].add(Beside)
register(app, turn)
