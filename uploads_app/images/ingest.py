"""From an untrusted file to a clean one and the facts about it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .colour import dominant_colour
from .decode import decode_preview
from .focus import focal_point
from .formats import ImageFormat, sniff
from .jpeg import sanitise_jpeg
from .limits import Limits
from .phash import copy_hashes, perceptual_hash
from .png import sanitise_png
from .recipes import Point
from .sanitised import Sanitised
from .thumbhash import thumbhash
from .webp import sanitise_webp

_SANITISERS: Mapping[ImageFormat, Callable[[bytes, Limits], Sanitised]] = {
    ImageFormat.JPEG: sanitise_jpeg,
    ImageFormat.PNG: sanitise_png,
    ImageFormat.WEBP: sanitise_webp,
}


@dataclass(frozen=True, slots=True)
class Ingested:
    """What is known of an accepted picture; sizes in px are of the upright picture, `size` is in bytes.

    `size` and `sha256` (hexadecimal) are of the sanitised file. `phash` is an unsigned 64-bit DCT hash,
    `dominant_color` "#rrggbb", `focal` the detected point to keep in view, in 0..1. `removed` names the kinds
    of data left out: gps, exif, xmp, iptc, comment,
    text, thumbnail, trailing_data, other.
    """

    format: ImageFormat
    width: int
    height: int
    orientation: int
    frames: int
    size: int
    sha256: str
    phash: int
    thumbhash: bytes
    dominant_color: str
    focal: Point
    removed: frozenset[str]


def ingest(source: Path, target: Path, limits: Limits) -> Ingested:
    """Inspect, sanitise without loss, decode strictly, fingerprint; write a clean `target` of mode 0600.

    Raises ImageError subclasses for the picture and OSError for the disk. On any error `target` is
    untouched, or removed if writing to it had begun.
    """
    picture = _sanitised(source, limits)
    width, height = picture.upright_size
    with _written(target, picture.data) as digest:
        preview = decode_preview(picture)
        return Ingested(
            format=picture.format,
            width=width,
            height=height,
            orientation=picture.orientation,
            frames=picture.frames,
            size=len(picture.data),
            phash=perceptual_hash(preview),
            thumbhash=thumbhash(preview),
            dominant_color=dominant_colour(preview),
            focal=focal_point(preview),
            removed=picture.removed,
            sha256=digest.result(),
        )


def hashes_of_copies(source: Path, limits: Limits) -> frozenset[int]:
    """The perceptual hashes that copies of a stored picture may have, unsigned; empty for a flat one.

    Seen just as `ingest` sees a picture. Raises what it raises.
    """
    return copy_hashes(decode_preview(_sanitised(source, limits)))


def _sanitised(source: Path, limits: Limits) -> Sanitised:
    data = _read(source, limits)
    return _SANITISERS[sniff(data[:12])](data, limits)


@contextmanager
def _written(target: Path, data: bytes) -> Iterator[Future[str]]:
    """Writes the file beside what is done in the context; the result is the SHA-256 of its bytes.

    Hashing, writing and decoding all release the interpreter. An error in the context leaves no file.
    """
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(_write_hashed, target, data)
        try:
            yield written
        except BaseException:
            if written.exception() is None:
                target.unlink()
            raise


def _write_hashed(target: Path, data: bytes) -> str:
    _write(target, data)
    return hashlib.sha256(data).hexdigest()


def _read(source: Path, limits: Limits) -> bytes:
    with source.open("rb") as file:
        # One byte more than allowed tells an exact fit from a file that is too large.
        data = file.read(limits.max_bytes + 1)
    limits.check_bytes(len(data))
    return data


def _write(target: Path, data: bytes) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
