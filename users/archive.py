"""The answer that brings a person everything that is theirs."""

from collections.abc import Iterator
from itertools import chain

from django.http import StreamingHttpResponse

from users.models import User
from users.services.export import export

ZIP = "application/zip"


def archive(user: User) -> StreamingHttpResponse:
    """The person's files with their metadata as a ZIP that is made while it is sent.

    The first piece is made before the answer begins: a storage that is away raises StorageAway here, and
    cuts no ZIP short.
    """
    pieces = export(user)
    whole: Iterator[bytes] = chain([next(pieces)], pieces)
    return StreamingHttpResponse(
        whole,
        content_type=ZIP,
        headers={
            "Content-Disposition": f'attachment; filename="vitrine-{user.username}.zip"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
