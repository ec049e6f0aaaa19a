"""What tests of rendering ask about: rows, stored bytes, clocks, and decoders that die."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from uploads_app.images.errors import DecoderCrashed, ImageError
from uploads_app.images.presets import PRESETS
from uploads_app.images.recipes import Crop, Edits
from uploads_app.images.sandbox import Sandbox
from uploads_app.models import Rendition, UploadedFile

CROPPED = Edits(crop=Crop(0, 0, 0.5, 0.5))


def keys(**state: Any) -> set[str]:
    return set(Rendition.objects.filter(**state).values_list("key", flat=True))


def set_size() -> int:
    """How many renditions a worker makes of a file: every size in every format."""
    return len(PRESETS) * len(settings.VITRINE_RENDITION_FORMATS)


def state_of(file: UploadedFile) -> str:
    return str(UploadedFile.objects.get(pk=file.pk).rendering)


def crashing_at(*presets: str) -> Any:
    """A stand-in for Sandbox.render that ends whenever one of these is among what is wanted."""
    return failing_at(*presets, error=DecoderCrashed)


def failing_at(*presets: str, error: type[ImageError]) -> Any:
    """The same, with another end."""
    render = Sandbox.render

    def fail(self: Sandbox, source: Path, targets: Any) -> Any:
        if any(one.preset.name in presets for one, _ in targets):
            raise error()
        return render(self, source, targets)

    return fail


def ready_presets(file: UploadedFile) -> set[str]:
    return set(Rendition.objects.filter(file=file, state="ready").values_list("preset", flat=True))


def delay_of(file: UploadedFile) -> float:
    """Seconds until a file is tried again."""
    after = UploadedFile.objects.get(pk=file.pk).render_after
    assert after is not None
    return (after - timezone.now()).total_seconds()


def let_leases_end() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Rendition.objects.filter(state="pending").update(lease_until=past)
    UploadedFile.objects.exclude(render_after=None).update(render_after=past)
