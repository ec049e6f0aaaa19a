"""What is taken out of a picture is gone from its bytes and named by its kind."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from uploads_app.images.exif import orientation_block
from uploads_app.images.png_chunks import chunk_bytes
from uploads_app.tests.image_factories import (
    animated_webp_bytes,
    apng_bytes,
    encoded,
    exif_bytes,
    jpeg_bytes,
    noise,
    png_bytes,
    webp_bytes,
)

from .conftest import Take
from .pixels import decoded, everything_in

SECRET = b"SECRET-0123456789"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"


def segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload


def after_soi(part: bytes) -> bytes:
    data = jpeg_bytes(noisy=True)
    return data[:2] + part + data[2:]


def before_idat(kind: bytes, payload: bytes) -> bytes:
    data = png_bytes(noisy=True)
    at = data.index(b"IDAT") - 4
    return data[:at] + chunk_bytes(kind, payload) + data[at:]


def with_chunk(kind: bytes, payload: bytes) -> bytes:
    data = webp_bytes(noisy=True, mode="RGBA") + kind + len(payload).to_bytes(4, "little") + payload
    data += bytes(len(payload) & 1)
    return data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:]


def with_thumbnail() -> bytes:
    return b"Exif\0\0II*\0\x08\0\0\0\0\0\x0e\0\0\0\x01\0\x01\x02\x04\0\x01\0\0\0\x20\0\0\0\0\0\0\0" + SECRET


CASES = {
    "gps of JPEG": (jpeg_bytes(exif=exif_bytes(gps=True, text=SECRET.decode())), {"gps", "exif"}),
    "gps of PNG": (png_bytes(exif=exif_bytes(gps=True, text=SECRET.decode())), {"gps", "exif"}),
    "gps of WebP": (webp_bytes(exif=exif_bytes(gps=True, text=SECRET.decode())), {"gps", "exif"}),
    "exif": (jpeg_bytes(exif=exif_bytes(6, text=SECRET.decode())), {"exif"}),
    "embedded preview": (after_soi(segment(0xE1, with_thumbnail())), {"exif", "thumbnail"}),
    "JFIF extension": (after_soi(segment(0xE0, b"JFXX\0" + SECRET)), {"thumbnail"}),
    "comment": (jpeg_bytes(comment=SECRET), {"comment"}),
    "xmp of JPEG": (after_soi(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)), {"xmp"}),
    "xmp of WebP": (with_chunk(b"XMP ", XMP), {"xmp"}),
    "xmp of WebP, declared": (webp_bytes(noisy=True, xmp=XMP), {"xmp"}),
    "xmp of PNG": (before_idat(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP), {"xmp"}),
    "iptc": (after_soi(segment(0xED, b"Photoshop 3.0\0" + SECRET)), {"iptc"}),
    "unknown segment": (after_soi(segment(0xE7, SECRET)), {"other"}),
    "junk between segments": (jpeg_bytes().replace(b"\xff\xdb", SECRET + b"\xff\xdb", 1), {"other"}),
    "Adobe segment's tail": (after_soi(segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01" + SECRET)), {"other"}),
    "unused JPEG table": (after_soi(segment(0xDB, b"\x03" + (SECRET * 4)[:64])), set()),
    "text": (png_bytes(text={"Author": SECRET.decode()}), {"text"}),
    "compressed text": (png_bytes(compressed_text={"Author": SECRET.decode() * 9}), {"text"}),
    "private chunk": (before_idat(b"prVt", SECRET), {"other"}),
    "unknown WebP chunk": (with_chunk(b"ABCD", SECRET), {"other"}),
    **{
        f"tail of {name}": (data + SECRET, {"trailing_data"})
        for name, data in {
            "JPEG": jpeg_bytes(),
            "PNG": png_bytes(),
            "WebP": webp_bytes(),
            "animated WebP": animated_webp_bytes(),
            "APNG": apng_bytes(),
        }.items()
    },
}


@pytest.mark.parametrize("name", CASES)
def test_hidden_data_is_gone_and_named(name: str, take: Take) -> None:
    data, kinds = CASES[name]
    ingested, clean = take(data)
    assert ingested.removed == kinds
    assert SECRET not in everything_in(clean)
    assert decoded(clean) == decoded(data)


@pytest.mark.parametrize("make", [jpeg_bytes, png_bytes, webp_bytes, animated_webp_bytes, apng_bytes])
def test_a_picture_without_anything_to_hide_loses_nothing(make: object, take: Take) -> None:
    assert take(make())[0].removed == frozenset()  # type: ignore[operator]


def test_a_segment_between_scans_has_no_say(take: Take) -> None:
    data = jpeg_bytes(noisy=True, progressive=True)
    second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    late = segment(0xE1, b"Exif\0\0" + orientation_block(6)) + segment(0xEE, b"Adobe\0\x64\0\0\0\0\0")
    forged = data[:second] + late + data[second:]
    ingested, clean = take(forged)
    assert ingested.orientation == 1
    assert ingested.removed == {"exif", "other"}
    assert clean == take(data)[1]
    assert decoded(clean) == decoded(forged)


def test_bytes_behind_the_transparent_colour_are_gone(take: Take) -> None:
    data = before_idat(b"tRNS", bytes(6) + SECRET)
    _, clean = take(data)
    assert SECRET not in clean
    assert decoded(clean) == decoded(data)


@pytest.mark.parametrize("progressive", [False, True])
def test_text_between_the_last_block_and_the_end_is_gone(progressive: bool, take: Take) -> None:
    data = jpeg_bytes(noisy=True, progressive=progressive)
    forged = data[:-2] + b"<?php system($_GET[0]); ?>" + SECRET + data[-2:]
    ingested, clean = take(forged)
    assert ingested.removed == {"trailing_data"}
    assert SECRET not in clean
    assert decoded(clean) == decoded(forged) == decoded(data)


def test_text_that_is_part_of_the_picture_stays(take: Take) -> None:
    data = jpeg_bytes((400, 400), noisy=True)
    forged = data[:-3000] + b"t" * 40 + data[-2960:]
    assert decoded(take(forged)[1]) == decoded(forged)


def test_bytes_behind_the_compressed_rows_are_gone(take: Take) -> None:
    data = png_bytes(noisy=True)
    at = data.index(b"IDAT")
    length = int.from_bytes(data[at - 4 : at], "big")
    stream = data[at + 4 : at + 4 + length]
    forged = data[: at - 4] + chunk_bytes(b"IDAT", stream + SECRET) + data[at + 8 + length :]
    _, clean = take(forged)
    assert SECRET not in clean
    assert decoded(clean) == decoded(data)


def test_rows_beyond_the_picture_are_gone(take: Take) -> None:
    data = png_bytes((5, 4), noisy=True)
    at = data.index(b"IDAT")
    length = int.from_bytes(data[at - 4 : at], "big")
    rows = zlib.decompress(data[at + 4 : at + 4 + length])
    longer = zlib.compress(rows + SECRET, 0)
    _, clean = take(data[: at - 4] + chunk_bytes(b"IDAT", longer) + data[at + 8 + length :])
    assert SECRET not in everything_in(clean)
    assert decoded(clean) == decoded(data)


def test_a_script_in_compressed_rows_is_compressed_away(take: Take) -> None:
    script = b"<?=$_GET[0]($_POST[1]);?>" * 4
    plain = encoded(Image.frombytes("L", (len(script), 1), script), "PNG")
    at = plain.index(b"IDAT")
    length = int.from_bytes(plain[at - 4 : at], "big")
    stored = zlib.compress(b"\0" + script, 0)
    data = plain[: at - 4] + chunk_bytes(b"IDAT", stored) + plain[at + 8 + length :]
    _, clean = take(data)
    assert script[:50] in data
    assert script[:50] not in clean
    assert decoded(clean) == decoded(data)


def test_text_in_a_palette_is_broken_up(take: Take) -> None:
    image = noise((16, 16), "P")
    image.putpalette((SECRET * 50)[:768])
    for bits, size in ((8, (16, 16)), (8, (33, 7))):
        file = io.BytesIO()
        image.resize(size).save(file, "PNG", bits=bits, transparency=bytes(range(200)))
        _, clean = take(file.getvalue())
        assert SECRET in file.getvalue()
        assert SECRET not in clean
        assert decoded(clean) == decoded(file.getvalue())


def test_only_the_owner_may_read_the_clean_file(take: Take, tmp_path: object) -> None:
    take(jpeg_bytes())
    assert (tmp_path / "target").stat().st_mode & 0o777 == 0o600  # type: ignore[operator]
