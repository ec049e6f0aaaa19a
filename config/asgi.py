"""The ASGI application. Vitrine is served by WSGI: under ASGI Django reads whole files into memory."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_asgi_application()
