"""The picture tags: their markup to the letter, in every state of a file's renditions."""

from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from pytest_django.fixtures import DjangoAssertNumQueries

from uploads_app.edits import to_json
from uploads_app.images.placeholder import placeholder_url
from uploads_app.images.presets import PRESETS, WIDTHS, OutputFormat
from uploads_app.images.recipes import Crop, Edits
from uploads_app.models import Rendition, UploadedFile
from uploads_app.rendition_sets import attach_renditions, in_all_sizes
from uploads_app.services.rendering.wanted import recipe
from uploads_app.tests.factories import FileFactory, ready_rendition
from users.models import User

SQUARE = Crop(0.25, 0.0, 0.5, 1.0)
HOSTILE = """"><script>alert(1)</script>'&"""


@pytest.fixture
def file(owner: User) -> UploadedFile:
    """A picture of 1600 × 1200 px."""
    return FileFactory.create(owner=owner, width=1600, height=1200, alt_text="A boat", placeholder="")


def drawn(tag: str, file: UploadedFile | None, **context: Any) -> str:
    if file is not None:
        attach_renditions([file], for_pages=True)
    text = Template("{% load pictures %}{% " + tag + " %}")
    return text.render(Context({"file": file, **context}))


def made(file: UploadedFile, *formats: str, crop: Crop | None = None) -> None:
    for format_ in formats:
        for preset in PRESETS:
            ready_rendition(file, preset, format_, crop=crop)


def url(file: UploadedFile, preset: str, format_: str, crop: Crop | None = None) -> str:
    digest = recipe(file, PRESETS[preset], OutputFormat(format_), crop).digest
    return f"/api/upload/{file.pk}/{preset}.{format_}?v={digest}"


def widths(file: UploadedFile, format_: str, crop: Crop | None = None) -> str:
    """The srcset of a picture that is 1600 px wide, or 800 by SQUARE."""
    most = 1600 if crop is None else 800
    sides = {min(most, PRESETS[name].width): name for name in reversed(WIDTHS)}
    return ", ".join(f"{url(file, name, format_, crop)} {side}w" for side, name in sorted(sides.items()))


def image(src: str, width: int, height: int, alt: str = "A boat") -> str:
    return f'<img src="{src}" width="{width}" height="{height}" alt="{alt}" loading="lazy" decoding="async">'


def test_a_picture_that_is_not_rendered_is_the_stored_one(file: UploadedFile) -> None:
    whole = image(f"/api/upload/{file.pk}", 1600, 1200)
    assert drawn("picture file", file) == f'<span class="picture"><picture>{whole}</picture></span>'


def test_a_cover_that_is_not_rendered_has_the_preset_s_box(file: UploadedFile) -> None:
    whole = image(f"/api/upload/{file.pk}", 480, 360)
    assert whole in drawn('picture file preset="card"', file)


def test_with_webp_alone_webp_is_offered(file: UploadedFile) -> None:
    made(file, "webp")
    assert drawn('picture file sizes="50vw"', file) == (
        '<span class="picture"><picture>'
        f'<source type="image/webp" srcset="{widths(file, "webp")}" sizes="50vw">'
        f"{image(url(file, 'w960', 'jpg'), 1600, 1200)}</picture></span>"
    )


def test_with_both_avif_comes_first(file: UploadedFile) -> None:
    made(file, "webp", "avif")
    assert drawn('picture file sizes="50vw" class="wide"', file) == (
        '<span class="picture wide"><picture>'
        f'<source type="image/avif" srcset="{widths(file, "avif")}" sizes="50vw">'
        f'<source type="image/webp" srcset="{widths(file, "webp")}" sizes="50vw">'
        f"{image(url(file, 'w960', 'jpg'), 1600, 1200)}</picture></span>"
    )


def test_a_cover_comes_in_one_size(file: UploadedFile) -> None:
    made(file, "webp", "avif")
    assert drawn('picture file preset="card" sizes="50vw"', file) == (
        '<span class="picture"><picture>'
        f'<source type="image/avif" srcset="{url(file, "card", "avif")}">'
        f'<source type="image/webp" srcset="{url(file, "card", "webp")}">'
        f"{image(url(file, 'card', 'jpg'), 480, 360)}</picture></span>"
    )


def test_avif_is_not_offered_while_a_width_of_it_lacks(file: UploadedFile) -> None:
    made(file, "webp", "avif")
    Rendition.objects.filter(preset="w640", format="avif").delete()
    text = drawn("picture file", file)
    assert "image/avif" not in text
    assert widths(file, "webp") in text
    assert "image/avif" in drawn('picture file preset="card"', file)


def test_a_cover_that_lacks_is_the_nearest_size(file: UploadedFile) -> None:
    made(file, "webp", "avif")
    Rendition.objects.filter(preset="card").delete()
    text = drawn('picture file preset="card"', file)
    assert f'<source type="image/webp" srcset="{url(file, "w640", "webp")}">' in text
    assert 'width="480" height="360"' in text


def test_rows_that_are_not_ready_are_not_offered(file: UploadedFile) -> None:
    ready_rendition(file, "card", "webp", state="pending")
    assert "<source" not in drawn('picture file preset="card"', file)


def test_an_edited_picture_is_never_the_stored_one(file: UploadedFile) -> None:
    file.edits = to_json(Edits(crop=Crop(0, 0, 0.5, 1), rotate=90))
    text = drawn("picture file", file)
    assert f'src="{url(file, "w1920", "webp")}" width="1200" height="800"' in text
    made(file, "webp", "avif")
    text = drawn("picture file", file)
    assert 'width="1200" height="800"' in text
    assert url(file, "w960", "jpg") in text


def test_an_edited_picture_has_the_placeholder_of_what_is_seen(file: UploadedFile) -> None:
    hashes = "1QcSHQRnh493V4dIh4eXh1h4kJUI", "3OcRJYB4d3h/iIeHeEh3eIhw+j3A"
    file.placeholder, file.edited_placeholder = hashes
    seen = [placeholder_url(one) for one in hashes]
    assert f'<img class="placeholder" src="{seen[0]}" alt="" aria-hidden="true">' in drawn(
        "picture file", file
    )
    file.edits = to_json(Edits(rotate=90))
    text = drawn("picture file", file)
    assert seen[1] in text
    assert seen[0] not in text
    file.edited_placeholder = ""
    assert "placeholder" not in drawn("picture file", file)


def test_a_use_s_own_crop_is_shown_once_it_is_rendered(file: UploadedFile) -> None:
    made(file, "webp", "avif")
    before = drawn("picture file", file)
    assert drawn("picture file variant=variant", file, variant=SQUARE.name) == before
    made(file, "webp", crop=SQUARE)
    text = drawn("picture file variant=variant", file, variant=SQUARE.name)
    assert f'srcset="{widths(file, "webp", SQUARE)}"' in text
    assert 'width="800" height="1200"' in text
    assert "image/avif" not in text  # of the whole picture alone
    made(file, "avif", crop=SQUARE)
    assert widths(file, "avif", SQUARE) in drawn("picture file variant=variant", file, variant=SQUARE.name)
    assert drawn("picture file", file) == before


def test_a_very_tall_picture_tells_its_true_widths(owner: User) -> None:
    file = FileFactory.create(owner=owner, width=1920, height=16_000, placeholder="")
    made(file, "webp")
    row = Rendition.objects.get(preset="w1920")
    text = drawn("picture file", file)
    assert row.width < 1000
    assert f'width="{row.width}" height="{row.height}"' in text
    assert f" {row.width}w" in text
    assert "1920w" not in text


def test_a_small_picture_has_each_width_once_by_the_same_address(owner: User) -> None:
    file = FileFactory.create(owner=owner, width=300, height=200, placeholder="")
    for preset in ("w1920", "w640", "w320"):
        ready_rendition(file, preset)
    assert f'srcset="{url(file, "w320", "webp")} 300w"' in drawn("picture file", file)


def test_the_first_picture_is_eager(file: UploadedFile) -> None:
    text = drawn("picture file priority=True", file)
    assert 'loading="eager" fetchpriority="high"' in text
    assert "lazy" not in text


@pytest.mark.parametrize(("tag", "alt"), [("picture file", "A boat"), ('picture file alt=""', "")])
def test_the_alternative_text_is_the_file_s_unless_given(file: UploadedFile, tag: str, alt: str) -> None:
    assert f' alt="{alt}" ' in drawn(tag, file)


def test_what_people_wrote_is_escaped(file: UploadedFile) -> None:
    file.alt_text = file.original_filename = file.placeholder = HOSTILE
    made(file, "webp")
    for tag in (
        "picture file",
        "picture file alt=text class=text sizes=text",
        "preload_picture file sizes=text",
        "avatar file text",
        "avatar none text",
    ):
        text = drawn(tag, file, text=HOSTILE)
        assert "<script" not in text
        assert "'&\"" not in text


def test_a_preload_is_of_the_best_format_that_is_there(file: UploadedFile) -> None:
    stored = f'<link rel="preload" as="image" href="/api/upload/{file.pk}" fetchpriority="high">'
    assert drawn('preload_picture file preset="card"', file) == stored
    made(file, "webp")
    assert drawn('preload_picture file sizes="50vw"', file) == (
        f'<link rel="preload" as="image" imagesrcset="{widths(file, "webp")}" imagesizes="50vw"'
        ' type="image/webp" fetchpriority="high">'
    )
    made(file, "avif")
    assert drawn('preload_picture file preset="card" sizes="50vw"', file) == (
        f'<link rel="preload" as="image" imagesrcset="{url(file, "card", "avif")}"'
        ' type="image/avif" fetchpriority="high">'
    )


@pytest.mark.parametrize(("size", "side", "preset"), [("tiny", 24, "thumb"), ("huge", 128, "avatar")])
def test_an_avatar_has_the_size_that_it_is_shown_in(
    file: UploadedFile, size: str, side: int, preset: str
) -> None:
    made(file, "webp")
    assert drawn(f'avatar file "Ada" "{size}"', file) == (
        f'<span class="avatar {size}"><picture>'
        f'<source type="image/webp" srcset="{url(file, preset, "webp")}">'
        f"{image(url(file, preset, 'jpg'), side, side, '')}</picture></span>"
    )


@pytest.mark.parametrize(
    ("name", "initial"), [("ada", "A"), ("\u202e\u200b#élan", "É"), ("ßen", "S"), ("", ""), ("☃ ♥", "")]
)
def test_without_a_picture_it_is_the_initial(name: str, initial: str) -> None:
    text = drawn("avatar file name", None, name=name)
    assert text == f'<span class="avatar" aria-hidden="true">{initial}</span>'


@pytest.mark.parametrize(
    "tag", ['picture file preset="w640"', 'picture file preset="huge"', "picture file width=3"]
)
def test_what_the_tag_does_not_know_is_an_error(file: UploadedFile, tag: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn(tag, file)


def test_many_files_take_one_query_and_none_of_the_storage(
    owner: User, request: pytest.FixtureRequest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    files = [FileFactory.create(owner=owner) for _ in range(4)]
    for file in files[:3]:
        made(file, "webp", "avif")
    files[2].edits = files[3].edits = to_json(Edits(rotate=90))
    request.getfixturevalue("no_storage")
    text = Template(
        "{% load pictures %}{% for file in files %}{% picture file %}{% preload_picture file %}"
        '{% picture file preset="card" %}{% avatar file "x" %}{% endfor %}'
    )
    with django_assert_num_queries(1):
        attach_renditions(files, for_pages=True)
        text.render(Context({"files": files}))


def test_the_api_tells_webp_alone_also_of_a_page_s_rows(file: UploadedFile) -> None:
    made(file, "avif", "webp")
    attach_renditions([file], for_pages=True)
    found = in_all_sizes(file)
    attach_renditions([file])
    assert in_all_sizes(file) == found
    assert "avif" not in str(found)
    assert {row.format for row in file.ready_renditions} == {"webp"}  # type: ignore[attr-defined]
