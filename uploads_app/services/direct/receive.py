"""Bytes that come to this server in place of the storage, by a permit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from uploads_app.errors import Conflict, Invalid, NotFound, PermissionDenied
from uploads_app.models import DirectUpload
from uploads_app.services.direct.permit import Permit
from uploads_app.services.spooling import Spooled
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import KeyTaken
from uploads_app.storage.places import storage


def receive(permit: Permit, fields: Mapping[str, str], spooled: Spooled) -> None:
    """Stores a body where its permit says, unseen: as S3 does, it is only counted and hashed.

    Sent again, the same is success. Raises PermissionDenied for other fields, Invalid for other bytes,
    NotFound when the upload has ended, Conflict while the same arrives already, StorageAway.
    """
    if dict(fields) != permit.fields:
        raise PermissionDenied("These are not the fields that were signed.")
    if (spooled.size, spooled.sha256) != (permit.size, permit.sha256):
        raise Invalid.field("file", "These are not the bytes that were announced.")
    awaited = DirectUpload.objects.under_way().filter(owner=permit.owner_id, key=permit.key)
    row = awaited.filter(pk=permit.file_id, state=DirectUpload.State.OPEN).first()
    if row is None:
        raise NotFound()
    with _alone(row), suppress(KeyTaken):  # none but these bytes are ever written there
        storage(row.storage).write_once(row.key, spooled.path, Facts(row.sha256, row.content_type))


@contextmanager
def _alone(row: DirectUpload) -> Iterator[None]:
    """Two writers of one key would be in each other's way. Raises Conflict while another writes."""
    token = uuid4()
    mine = DirectUpload.objects.filter(pk=row.pk, state=DirectUpload.State.OPEN)
    free = mine.filter(Q(claim=None) | Q(lease_until__lte=Now()))
    lease = Now() + timedelta(seconds=settings.VITRINE_DIRECT_LEASE)
    if not free.update(claim=token, lease_until=lease):
        raise Conflict("These bytes are arriving already.")
    try:
        yield
    finally:
        mine.filter(claim=token).update(claim=None, lease_until=None)
