"""The measure that renders are judged by sees what an eye sees, also where it is small."""

import pytest
from PIL import Image

from uploads_app.tests.images.colour_difference import difference

GREY = Image.new("RGB", (320, 240), (128, 128, 128))


def test_it_is_the_distance_in_lab() -> None:
    white, black = (Image.new("RGB", (20, 20), colour) for colour in ("white", "black"))
    assert difference(white, black).mean == pytest.approx(100, abs=0.5)
    # Lab of the sRGB primaries, adapted to D50: 54.3 80.8 69.9 and 87.8 -79.3 81.0.
    red, green = (Image.new("RGB", (20, 20), colour) for colour in ((255, 0, 0), (0, 255, 0)))
    assert difference(red, green).mean == pytest.approx(164, abs=1.5)


def test_equal_pictures_do_not_differ() -> None:
    found = difference(GREY, GREY.copy())
    assert (found.mean, found.worst) == (0, 0)


@pytest.mark.parametrize("place", [(0, 0), (311, 7), (100, 100), (316, 236)])
def test_an_error_in_one_place_is_seen_wherever_it_is(place: tuple[int, int]) -> None:
    spoilt = GREY.copy()
    spoilt.paste((255, 0, 0), (*place, place[0] + 8, place[1] + 8))
    found = difference(GREY, spoilt)
    assert found.mean < 0.2  # which a bound on the mean alone would let pass
    assert found.worst > 20
