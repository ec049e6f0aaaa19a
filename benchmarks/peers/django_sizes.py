"""The eight presets by a Django library: LIBRARY INPUT OUTPUT_FOLDER ROUNDS. Prints JSON like its peers.

Each library does what its documentation shows, with WebP at quality 80 and its other defaults.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.files import File

library, source, folder, rounds = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
COVER = {"thumb": (96, 96), "avatar": (256, 256), "card": (480, 360)}
WIDTHS = (320, 640, 960, 1280, 1920)
settings.configure(
    INSTALLED_APPS=["sorl.thumbnail", "easy_thumbnails", "imagekit"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    MEDIA_ROOT=str(folder),
    THUMBNAIL_EXTENSION="webp",
    THUMBNAIL_QUALITY=80,
    SECRET_KEY="benchmark",
)
django.setup()


def with_easy_thumbnails() -> dict[str, bytes]:
    from easy_thumbnails.files import get_thumbnailer

    with source.open("rb") as opened:
        maker = get_thumbnailer(File(opened), relative_name="source.jpg")
        made = {
            name: maker.generate_thumbnail({"size": size, "crop": True, "quality": 80}).read()
            for name, size in COVER.items()
        }
        wide = {f"w{width}": {"size": (width, 0), "quality": 80} for width in WIDTHS}
        return made | {name: maker.generate_thumbnail(options).read() for name, options in wide.items()}


def with_sorl() -> dict[str, bytes]:
    from sorl.thumbnail.engines.pil_engine import Engine
    from sorl.thumbnail.parsers import parse_geometry

    class Sink:
        data = b""

        def write(self, data: bytes) -> None:
            self.data = data

    def one(geometry: str, crop: str | None) -> bytes:
        # What its backend does for each thumbnail: open, create, write.
        engine, sink = Engine(), Sink()
        image = engine.get_image(File(source.open("rb")))
        options = {"crop": crop, "upscale": False, "quality": 80, "format": "WEBP", "progressive": False}
        options |= {
            "colorspace": "RGB",
            "orientation": True,
            "cropbox": None,
            "rounded": None,
            "blur": 0,
            "padding": False,
        }
        ratio = engine.get_image_ratio(image, options)
        made = engine.create(image, parse_geometry(geometry, ratio), options)
        engine.write(made, options, sink)
        return sink.data

    made = {name: one(f"{size[0]}x{size[1]}", "center") for name, size in COVER.items()}
    return made | {f"w{width}": one(str(width), None) for width in WIDTHS}


def with_imagekit() -> dict[str, bytes]:
    from imagekit import ImageSpec
    from imagekit.processors import ResizeToFill, ResizeToFit, Transpose

    def one(processor: object) -> bytes:
        class Spec(ImageSpec):
            processors = [Transpose(), processor]
            format = "WEBP"
            options = {"quality": 80}

        with source.open("rb") as opened:
            return Spec(source=opened).generate().read()

    made = {name: one(ResizeToFill(*size)) for name, size in COVER.items()}
    return made | {f"w{width}": one(ResizeToFit(width, None, upscale=False)) for width in WIDTHS}


MAKERS: dict[str, Callable[[], dict[str, bytes]]] = {
    "easy-thumbnails": with_easy_thumbnails,
    "sorl-thumbnail": with_sorl,
    "django-imagekit": with_imagekit,
}
times, cpu = [], []
for _ in range(rounds):
    before, begun = time.process_time(), time.perf_counter()
    for name, data in MAKERS[library]().items():
        (folder / f"{name}.webp").write_bytes(data)
    times.append((time.perf_counter() - begun) * 1000)
    cpu.append((time.process_time() - before) * 1000)
print(
    json.dumps(
        {"times": times, "cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    )
)
