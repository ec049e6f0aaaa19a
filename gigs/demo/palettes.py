"""The colours of the demo pictures: each palette from dark to light, with accents that belong to it."""

from dataclasses import dataclass

from gigs.demo.brush import Colour, rgb


@dataclass(frozen=True, slots=True)
class Palette:
    dark: Colour
    mid: Colour
    soft: Colour
    light: Colour
    accents: tuple[Colour, ...]


def _palette(dark: str, mid: str, soft: str, light: str, *accents: str) -> Palette:
    return Palette(rgb(dark), rgb(mid), rgb(soft), rgb(light), tuple(rgb(code) for code in accents))


PALETTES = {
    "dawn": _palette("#2b2d42", "#6d6a8a", "#e0a899", "#fbe3cf", "#e07a5f", "#f2b880", "#8d99ae"),
    "fjord": _palette("#12303b", "#3d6b7a", "#a9c5c9", "#e9efe9", "#d98f5c", "#7fa9a3", "#f0d9b5"),
    "forest": _palette("#17291f", "#43604b", "#a9b99a", "#eef0df", "#c98b4b", "#7a9a6b", "#e3cf9f"),
    "clay": _palette("#3a241d", "#9a5a41", "#d9a98c", "#f4e6d8", "#b5533c", "#7d8471", "#e2b36a"),
    "linen": _palette("#38342f", "#8b7f72", "#d5c8b8", "#f6f1e8", "#a3745a", "#6f7f86", "#c9a66b"),
    "ocean": _palette("#0d2a45", "#2f6c8f", "#8fc1cf", "#eaf4f0", "#e9c39b", "#4fa3a5", "#f6e7c8"),
    "plum": _palette("#2a1a33", "#6b4267", "#c79bab", "#f4e3e1", "#d4657a", "#8f7fb0", "#f0b89a"),
    "night": _palette("#0b1026", "#2a3560", "#7280a8", "#dfe3ee", "#f3c77b", "#e58b6b", "#9fb4e0"),
    "sage": _palette("#29332d", "#6e8272", "#bccabb", "#f3f4ec", "#c77f5d", "#93a58c", "#e6c98f"),
    "ochre": _palette("#2f2618", "#94702f", "#dcb866", "#f8edd2", "#b4502f", "#5f7466", "#e89c45"),
    "rose": _palette("#3b2430", "#a06173", "#e3b4b4", "#fbeeea", "#c4455c", "#7b8c8a", "#f0cba0"),
    "slate": _palette("#1e242b", "#55636f", "#aab5bd", "#f0f2f2", "#d9774f", "#7d93a6", "#e5c07b"),
}
