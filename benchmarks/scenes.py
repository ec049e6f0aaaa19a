"""Pictures made for benchmarks where no photographs are at hand: they compress about as photographs do."""

from pathlib import Path

from PIL import Image


def scene(size: tuple[int, int], strength: float = 18) -> Image.Image:
    """Gradients, edges, and grain of this strength."""
    bands = (Image.radial_gradient("L").resize(size), Image.linear_gradient("L").resize(size))
    return Image.merge("RGB", (*bands, Image.effect_noise(size, strength)))


def photograph(folder: Path, size: tuple[int, int] = (4000, 3000), quality: int = 88) -> Path:
    """A JPEG of 12 megapixels, or of another size."""
    path = folder / "scene.jpg"
    scene(size).save(path, quality=quality)
    return path
