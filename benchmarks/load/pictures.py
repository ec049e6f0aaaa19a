"""Real photographs, each time another picture: told apart by bytes, and by pixels, that outlive sanitising."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

_DQT, _SOS = 0xDB, 0xDA
_KEPT = 40  # the coarser waves of a table, which are left as they are


def photographs(folder: Path, pixels: int) -> list[bytes]:
    """The JPEGs of a folder, scaled to so many pixels at most; 0 leaves them as they are."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".jpg", ".jpeg"):
            continue
        with Image.open(path) as picture:
            scale = (pixels / (picture.width * picture.height)) ** 0.5 if pixels else 1
            if scale < 1:
                small = picture.resize(
                    (round(picture.width * scale), round(picture.height * scale)), reducing_gap=2
                )
                out = BytesIO()
                small.save(out, "JPEG", quality=88)
                found.append(out.getvalue())
            elif len(tables_of(path.read_bytes())) > 0:
                found.append(path.read_bytes())
    if not found:
        raise SystemExit(f"no JPEG in {folder}")
    return found


def another(photograph: bytes, number: int) -> bytes:
    """The same photograph with the finest waves a little stronger or weaker: each number gives another file."""
    made = bytearray(photograph)
    start = tables_of(photograph)[0]
    for place in range(_KEPT, 64):
        number, digit = divmod(number, 3)
        made[start + place] = min(255, max(1, made[start + place] + digit))
    return bytes(made)


def tables_of(photograph: bytes) -> list[int]:
    """Where the quantisation tables of 8 bits begin, in a JPEG."""
    found = []
    for marker, start, end in _segments(photograph):
        while marker == _DQT and start < end:
            wide = photograph[start] >> 4
            if not wide:
                found.append(start + 1)
            start += 1 + 64 * (1 + wide)
    return found


def _segments(photograph: bytes) -> Iterator[tuple[int, int, int]]:
    place = 2
    while place + 4 <= len(photograph) and photograph[place] == 0xFF and photograph[place + 1] != _SOS:
        length = int.from_bytes(photograph[place + 2 : place + 4], "big")
        yield photograph[place + 1], place + 4, place + 2 + length
        place += 2 + length
