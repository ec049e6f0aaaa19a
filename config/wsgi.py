"""The WSGI application, on the production settings unless the environment says otherwise."""

import os
import threading

from django.core.wsgi import get_wsgi_application

from uploads_app.observing import watchers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
watchers.begin()
_django = get_wsgi_application()

from config.guard import Guard  # noqa: E402  (Django has to be set up)
from uploads_app.checks import require_broker  # noqa: E402  (as above)
from uploads_app.services import decoding  # noqa: E402  (as above)
from uploads_app.storage import temporary  # noqa: E402  (as above)

require_broker()
application = Guard(_django)

# The decoders start beside the first requests, not inside the first upload.
threading.Thread(target=decoding.warm_up, name="warm-up", daemon=True).start()
threading.Thread(target=temporary.clean_up, name="clean-up", daemon=True).start()
