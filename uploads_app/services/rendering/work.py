"""A worker's part: the set of renditions of one file. Which files wait for theirs, the list of work says."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.db.models.functions import Now

from uploads_app.errors import Conflict, Unavailable
from uploads_app.images.errors import DecoderLate, ImageError, SandboxUnavailable
from uploads_app.images.recipes import Recipe
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering import work_list
from uploads_app.services.rendering.changes import WAITING_AGAIN
from uploads_app.services.rendering.likeness import keep_likeness
from uploads_app.services.rendering.make import make
from uploads_app.services.rendering.rest import end_rest, resting
from uploads_app.services.rendering.retire import retire_stale
from uploads_app.services.rendering.source import Source, source_of
from uploads_app.services.rendering.wanted import by_format, wanted
from uploads_app.storage.errors import StorageAway

logger = logging.getLogger(__name__)

_Rendering = UploadedFile.Rendering
_DONE = {**WAITING_AGAIN, "rendering": _Rendering.DONE}
DEATHS_OF_POISON = 2
LATE_OF_A_DEATH = 8  # in a row, over more than four minutes by the pauses between them alone
_LONGEST_DELAY = 3600  # seconds


def render_set(file_id: UUID, *, give_way: bool = False) -> None:
    """Makes what a waiting file lacks. A file that is gone, done or somebody else's right now is success.

    One format after another: the first is ready and seen before the next is begun, and loses nothing by what
    befalls that. With `give_way` the next is put off while some file waits for its first.
    A picture of which nothing can be made, twice, is set aside; a size that cannot be made is left out. What
    cannot be done now is tried again later, each time after twice as long, and so is what nobody foresaw: one
    file's fault holds up no other. A late decoder is put off so seven times in a row, and then a failure.
    Raises only OperationalError and InterfaceError: the database is away.
    """
    if work_list.claim(file_id):
        _render_claimed(file_id, give_way)


def render_next() -> bool:
    """The same for the oldest file that waits and is in nobody's hands; false where there is none."""
    file_id = work_list.claim_next()
    if file_id is None:
        return False
    _render_claimed(file_id, give_way=False)
    return True


def _render_claimed(file_id: UUID, give_way: bool) -> None:
    file = UploadedFile.objects.get(pk=file_id)
    try:
        with source_of(file) as source:
            _make_missing(file, source, give_way)
    except DecoderLate as error:
        _record_late(file, error)
    except (SandboxUnavailable, Unavailable, StorageAway, FileNotFoundError) as error:
        logger.warning("renditions of %s put off: %s", file_id, error)
        _later(file, file.render_attempts)
    except ImageError as error:
        _record_death(file, error)
    except Conflict:
        work_list.put_back(file, 0)  # changed meanwhile: at once, as it is now
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("renditions of %s met an unforeseen fault", file_id)
        _later(file, file.render_attempts)


def _make_missing(file: UploadedFile, source: Source, give_way: bool) -> None:
    if file.render_attempts == 1:
        end_rest(file)
    first, *later = by_format(wanted(file).values())
    if not _complete(file, first, source):
        return
    keep_likeness(file)
    for recipes in later:
        if give_way and work_list.somebody_waits_for_the_first():
            work_list.leave(file, 0)
            return
        work_list.hold(file)
        if not _complete(file, recipes, source):
            return
    retire_stale(file)
    same = UploadedFile.objects.filter(pk=file.pk, revision=file.revision, rendering=_Rendering.WAITING)
    if not same.update(**_DONE):
        work_list.put_back(file, 0)


def _complete(file: UploadedFile, recipes: list[Recipe], source: Source) -> bool:
    """Makes what is missing of these; false when somebody else is at some of them."""
    ready = _ready(file)
    missing = [recipe for recipe in recipes if recipe.digest not in ready]
    lost = _make(file, missing, source) | resting(file)
    if {recipe.digest for recipe in recipes} <= _ready(file) | lost:
        return True
    work_list.leave(file, 1)
    return False


def _make(file: UploadedFile, recipes: list[Recipe], source: Source) -> set[str]:
    """Makes what is missing; gives the digests of what cannot be made. Raises when that is all there is."""
    try:
        if recipes:
            make(file, recipes, source)
    except ImageError as error:
        if isinstance(error, SandboxUnavailable) and not _late_too_often(file, error):
            raise
        if len(recipes) > 1:
            logger.warning("picture %s is rendered one by one: %s", file.pk, error)
            return _one_by_one(file, recipes, source)
        if not _ready(file):
            raise
        logger.error("picture %s lacks %s: %s", file.pk, recipes[0], error)
        return {recipes[0].digest}
    return set()


def _one_by_one(file: UploadedFile, recipes: list[Recipe], source: Source) -> set[str]:
    """After a decoder's end: the smallest first, so that only what ends it again is lost.

    A picture of which not even that can be made is itself at fault.
    """
    lost: set[str] = set()
    for recipe in sorted(recipes, key=lambda one: one.preset.width):
        work_list.hold(file)
        lost |= _make(file, [recipe], source)
    return lost


def _ready(file: UploadedFile) -> set[str]:
    rows = Rendition.objects.filter(file=file, state=Rendition.State.READY)
    return set(rows.values_list("digest", flat=True))


def _record_death(file: UploadedFile, error: ImageError) -> None:
    """Counts that nothing could be made of a picture; the second time it is set aside for good."""
    rows = UploadedFile.objects.filter(pk=file.pk, revision=file.revision)
    rows.update(render_deaths=F("render_deaths") + 1, render_after=Now() + timedelta(seconds=1))
    rows.filter(render_deaths__gte=DEATHS_OF_POISON).update(rendering=_Rendering.POISON, render_after=None)
    logger.error("picture %s could not be rendered: %s", file.pk, error)


def _late_too_often(file: UploadedFile, error: ImageError) -> bool:
    """Whether that a decoder was late is no longer laid to the machine: it is a failure like any other."""
    return isinstance(error, DecoderLate) and file.render_late + 1 >= LATE_OF_A_DEATH


def _record_late(file: UploadedFile, error: DecoderLate) -> None:
    UploadedFile.objects.filter(pk=file.pk, revision=file.revision).update(render_late=F("render_late") + 1)
    if _late_too_often(file, error):
        _record_death(file, error)
    else:
        logger.warning("renditions of %s put off, a decoder was late: %s", file.pk, error)
        # By this count, not by all attempts: what else went wrong meanwhile makes no picture wait longer for it.
        _later(file, file.render_late + 1)


def _later(file: UploadedFile, times: int) -> None:
    work_list.put_back(file, min(2**times, _LONGEST_DELAY))
