"""Whether scripts of the pages send pictures straight to the storage."""

from django.conf import settings

from uploads_app.storage.errors import StorageAway
from uploads_app.storage.forms import forms_origin
from uploads_app.storage.places import LOCAL, new_originals


def direct_origin() -> str:
    """Where scripts send pictures, as an origin; empty where they send them to this server."""
    if new_originals() == LOCAL or not settings.VITRINE_DIRECT_PAGES:
        return ""
    try:
        return forms_origin(new_originals())
    except StorageAway:
        return ""
