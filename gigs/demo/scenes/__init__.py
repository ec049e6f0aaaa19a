"""Every kind of picture by its name: a function from chance and a palette to an image of 1600×1200."""

from collections.abc import Callable
from random import Random

from PIL import Image

from gigs.demo.palettes import Palette
from gigs.demo.scenes import built, cloth, crafts, lands, lights, people, plants, tabletop, waters

Scene = Callable[[Random, Palette], Image.Image]

SCENES: dict[str, Scene] = {
    "arches": built.arches,
    "aurora": lights.aurora,
    "bokeh": lights.bokeh,
    "books": crafts.books,
    "candles": lights.candles,
    "city": built.city,
    "coast": waters.coast,
    "dunes": lands.dunes,
    "folds": cloth.folds,
    "lake": lands.lake,
    "leaves": plants.leaves,
    "loaf": tabletop.loaf,
    "mountains": lands.mountains,
    "pattern": cloth.pattern,
    "plates": tabletop.plates,
    "portrait": people.portrait,
    "record": crafts.record,
    "sea": waters.sea,
    "stationery": crafts.stationery,
    "vessels": tabletop.vessels,
}
