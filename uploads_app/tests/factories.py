"""Files for tests: rows made the short way, or uploads through the real service."""

import hashlib
import uuid
from typing import Any

import factory
from django.utils import timezone

from uploads_app.images.geometry import rendered_size
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Crop
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.wanted import recipe, variant
from uploads_app.services.spooling import spool_bytes
from uploads_app.services.upload import upload
from uploads_app.storage.keys import new_rendition_key
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.stored import Stored, stored
from users.models import User
from users.tests.factories import UserFactory

PIXEL = b"\xff\xd8stored bytes of a test\xff\xd9"


class FileFactory(factory.django.DjangoModelFactory[UploadedFile]):
    """A ready file. `store_bytes` puts bytes at its key."""

    class Meta:
        model = UploadedFile

    owner = factory.SubFactory(UserFactory)
    category = "general"
    lifecycle = "ready"
    lease_until = factory.LazyAttribute(lambda o: timezone.now() if o.lifecycle == "pending" else None)
    deleted_at = factory.LazyAttribute(lambda o: timezone.now() if o.lifecycle == "deleted" else None)
    file = factory.LazyAttribute(lambda o: f"uploads/{o.category}/{uuid.uuid4()}.jpg")
    original_filename = factory.Sequence(lambda n: f"picture {n}.jpg")
    content_type = "image/jpeg"
    file_size = len(PIXEL)
    sha256 = "0" * 64
    width = 640
    height = 480
    placeholder = "1QcSHQRnh493V4dIh4eXh1h4kJUI"
    dominant_color = "#336699"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> UploadedFile:
        file = super()._create(model_class, *args, **kwargs)
        assert isinstance(file, UploadedFile)
        return file


def uploaded(owner: User, data: bytes | None = None, *, category: str = "general") -> UploadedFile:
    """A file that came in through the service; a small photograph-like JPEG unless `data` is given."""
    with spool_bytes(data or jpeg_bytes((200, 150), noisy=True), "picture.jpg") as spooled:
        return upload(owner=owner, category=category, spooled=spooled)


def ready_rendition(
    file: UploadedFile,
    preset: str = "card",
    format_: str = "webp",
    data: bytes = PIXEL,
    crop: Crop | None = None,
    **kwargs: Any,
) -> Rendition:
    """A ready rendition by the file's present recipe, with `data` as its bytes."""
    made = recipe(file, PRESETS[preset], OutputFormat(format_), crop)
    width, height = rendered_size(made, file.width, file.height)
    fields = {
        "digest": made.digest, "preset": preset, "format": format_, "variant": variant(crop),
        "state": "ready", "key": new_rendition_key(format_), "width": width, "height": height,
        "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    row = Rendition.objects.create(file=file, **fields | kwargs)
    stored(row).write_bytes(data, OutputFormat(format_).content_type)
    return row


def store_bytes(file: UploadedFile, data: bytes = PIXEL) -> Stored:
    """Puts bytes at a file's key, and says where they lie."""
    place = stored(file)
    place.write_bytes(data)
    return place
