"""Starting what tells others of this process: traces and errors, where settings say so."""

from django.conf import settings
from django.utils.module_loading import import_string


def begin() -> None:
    """Called once per process, before Django's middleware is loaded and after any fork.

    What is not wanted is not even imported: it is only named, in VITRINE_WATCHERS.
    """
    for path in settings.VITRINE_WATCHERS:
        import_string(path)()
