"""The colour a picture is mostly made of."""

from __future__ import annotations

from PIL import Image

_SIDE = 32
_CLUSTERS = 8
_OPAQUE = 128


def dominant_colour(image: Image.Image) -> str:
    """The largest of up to eight colour clusters of the visible pixels, as "#rrggbb" in sRGB.

    Clusters: median cut (Heckbert 1982). A wholly transparent picture counts as white.
    """
    small = image.convert("RGBA")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    data = small.tobytes()
    visible = b"".join(data[at : at + 3] for at in range(0, len(data), 4) if data[at + 3] >= _OPAQUE)
    if not visible:
        return "#ffffff"
    clusters = Image.frombytes("RGB", (len(visible) // 3, 1), visible).quantize(
        _CLUSTERS, Image.Quantize.MEDIANCUT
    )
    counts = clusters.histogram()
    palette = bytes(clusters.getpalette() or (255, 255, 255))
    largest = max(range(len(palette) // 3), key=counts.__getitem__)
    return f"#{palette[3 * largest : 3 * largest + 3].hex()}"
