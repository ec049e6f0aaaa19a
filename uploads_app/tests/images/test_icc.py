"""Colour profiles are rebuilt: the colours stay, the words do not."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms

from uploads_app.images.icc import rebuild_profile
from uploads_app.tests.image_factories import encoded, jpeg_bytes, noise, png_bytes, webp_bytes

from .conftest import Take
from .corpus import Row, absent, rows

MAX = 2**20
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def through(profile: bytes, image: Image.Image) -> bytes:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert converted is not None
    return converted.tobytes()


def embedded(data: bytes) -> bytes | None:
    with Image.open(io.BytesIO(data)) as image:
        profile: bytes | None = image.info.get("icc_profile")
        return profile


def test_the_colours_stay_and_rebuilding_twice_changes_nothing() -> None:
    rebuilt = rebuild_profile(SRGB + b"TRAILING SECRET", b"RGB ", MAX)
    assert rebuilt is not None
    assert b"SECRET" not in rebuilt
    assert through(rebuilt, noise()) == through(SRGB, noise())
    assert rebuild_profile(rebuilt, b"RGB ", MAX) == rebuilt


def test_bytes_hidden_inside_a_tag_go() -> None:
    at = SRGB.index(b"rXYZ")
    offset = int.from_bytes(SRGB[at + 4 : at + 8], "big")
    longer = SRGB[offset : offset + 4] + b"HIDE" + SRGB[offset + 8 : offset + 20] + b"TRAILING SECRET"
    entry = b"rXYZ" + len(SRGB).to_bytes(4, "big") + len(longer).to_bytes(4, "big")
    profile = SRGB[:at] + entry + SRGB[at + 12 :] + longer
    rebuilt = rebuild_profile(len(profile).to_bytes(4, "big") + profile[4:], b"RGB ", MAX)
    assert rebuilt is not None
    assert b"SECRET" not in rebuilt
    assert b"HIDE" not in rebuilt
    assert through(rebuilt, noise()) == through(SRGB, noise())


def test_words_of_the_author_go() -> None:
    text = ImageCms.getProfileCopyright(ImageCms.ImageCmsProfile(io.BytesIO(SRGB))).strip()
    rebuilt = rebuild_profile(SRGB, b"RGB ", MAX)
    assert text
    assert rebuilt is not None
    assert text.encode("utf-16-be") in SRGB
    assert text.encode("utf-16-be") not in rebuilt


@pytest.mark.parametrize(
    "profile",
    [
        b"not a profile",
        SRGB[:100],
        SRGB[:400],
        b"\0" * 500,
        SRGB[:128] + b"\xff\xff\xff\xff" + SRGB[132:],
        SRGB.replace(b"rXYZ", b"rXYZ\xff", 1),
        SRGB.replace(b"rXYZ", b"zXYZ"),
        SRGB[:36] + b"nope" + SRGB[40:],
        SRGB + bytes(MAX),
    ],
    ids=range(9),  # the profile holds the time it was made: no name that all workers agree on
)
def test_a_broken_or_huge_profile_is_dropped(profile: bytes, take: Take) -> None:
    assert rebuild_profile(profile, b"RGB ", MAX) is None
    for make in (jpeg_bytes, png_bytes, webp_bytes):
        ingested, clean = take(make(icc_profile=profile))
        assert ingested.removed == {"other"}
        assert embedded(clean) is None


def test_a_profile_of_another_colour_space_is_dropped(take: Take) -> None:
    ingested, clean = take(jpeg_bytes(mode="L", color=9, icc_profile=SRGB))
    assert embedded(clean) is None
    assert ingested.removed == {"other"}


@pytest.mark.parametrize("make", [jpeg_bytes, png_bytes, webp_bytes])
def test_a_sound_profile_is_embedded_again(make: object, take: Take) -> None:
    _, clean = take(make(icc_profile=SRGB))  # type: ignore[operator]
    profile = embedded(clean)
    assert profile is not None
    assert through(profile, noise()) == through(SRGB, noise())


def test_a_large_profile_is_split_over_jpeg_segments(take: Take) -> None:
    # Two copies of a long curve, each of its own, make a profile of more than one segment.
    curve = b"curv" + bytes(4) + (30_000).to_bytes(4, "big")
    ramps = [curve + b"".join((2 * i + j).to_bytes(2, "big") for i in range(30_000)) for j in range(2)]
    count = int.from_bytes(SRGB[128:132], "big")
    entries = [SRGB[132 + 12 * i : 144 + 12 * i] for i in range(count)]
    body, table = SRGB[132 + 12 * count :], b""
    at = 132 + 12 * count + len(body)
    for entry in entries:
        if entry[:4] in (b"rTRC", b"gTRC"):
            ramp = ramps[entry[:4] == b"gTRC"]
            entry = entry[:4] + at.to_bytes(4, "big") + len(ramp).to_bytes(4, "big")
            body, at = body + ramp, at + len(ramp)
        table += entry
    profile = SRGB[:128] + SRGB[128:132] + table + body
    profile = len(profile).to_bytes(4, "big") + profile[4:]
    _, clean = take(encoded(noise(), "JPEG", icc_profile=profile))
    assert clean.count(b"ICC_PROFILE\0") == 2
    kept = embedded(clean)
    assert kept is not None
    assert through(kept, noise()) == through(profile, noise())


@absent
@pytest.mark.shared
@pytest.mark.parametrize(
    "row", [row for row in rows("valid") if "icc" in row.path.name], ids=lambda row: row.id
)
def test_collected_profiles_keep_their_colours(row: Row, take: Take) -> None:
    before = embedded(row.path.read_bytes())
    after = embedded(take(row.path.read_bytes())[1])
    if after is None or before is None:
        assert "gen_" not in row.path.name
        return
    with Image.open(row.path) as image:
        sample = image.convert(image.mode.replace("A", "").replace("P", "RGB"))
    assert through(after, sample) == through(before, sample)
