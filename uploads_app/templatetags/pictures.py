"""Pictures in templates. Files come with their renditions attached (`attach_renditions`, for pages)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import template

from uploads_app.images.presets import PRESETS, Fit, Preset
from uploads_app.models import UploadedFile
from uploads_app.shown import Shown, shown

register = template.Library()

# Sides of avatars in px by their class, as styles/50-pictures.css has them.
AVATAR_SIDES = {"tiny": 24, "small": 32, "": 40, "large": 64, "huge": 128}
_DENSITY = 2  # of most screens: an avatar has so many px for each of its own


@register.inclusion_tag("parts/picture.html")
def picture(
    file: UploadedFile,
    *,
    preset: str = "",
    sizes: str = "100vw",
    alt: str | None = None,
    variant: str = "",
    priority: bool = False,
    **names: str,
) -> dict[str, Any]:
    """A picture with its placeholder: cut to a cover preset, or whole, in the widths that `sizes` needs.

    `alt` is the file's own unless given, `variant` names a use's own crop, `class` is added to `picture`.
    `priority` is for the one that is seen first: it is fetched at once, all others when they come near.
    """
    extra = names.pop("class", "")
    if names:
        raise template.TemplateSyntaxError(f"picture knows no {', '.join(names)}")
    found = _shown(file, preset, variant)
    return {
        "shown": found if alt is None else replace(found, alt=alt),
        "sizes": "" if preset else sizes,
        "priority": priority,
        "extra": extra,
    }


@register.inclusion_tag("parts/preload.html")
def preload_picture(
    file: UploadedFile, *, preset: str = "", sizes: str = "100vw", variant: str = ""
) -> dict[str, Any]:
    """For the head: the best format that there is of what `picture` shows with the same arguments."""
    found = _shown(file, preset, variant)
    return {
        "source": next(iter(found.sources), None),
        "src": found.src,
        "sizes": "" if preset else sizes,
    }


@register.inclusion_tag("parts/avatar.html")
def avatar(file: UploadedFile | None, name: str, size: str = "") -> dict[str, Any]:
    """A person's picture, or without one their initial; it says nothing aloud, since the name stands beside.

    The file is one that the viewer may see. `size` is tiny, small, large, huge, or nothing for the usual.
    """
    side = AVATAR_SIDES[size]
    context = {"size": size, "initial": _initial(name)}
    if not file:  # also what a template finds no value for
        return context
    preset = "thumb" if side * _DENSITY <= PRESETS["thumb"].width else "avatar"
    return context | {
        "shown": replace(_shown(file, preset, ""), width=side, height=side, placeholder="", alt="")
    }


def _shown(file: UploadedFile, preset: str, variant: str) -> Shown:
    return shown(file, _cover(preset) if preset else None, variant)


def _cover(name: str) -> Preset:
    found = PRESETS.get(name)
    if found is None or found.fit is not Fit.COVER:
        raise template.TemplateSyntaxError(f"{name!r} is no cover preset")
    return found


def _initial(name: str) -> str:
    """The first letter or digit in capitals: names may begin with signs, or with what is not seen at all."""
    return next((letter.upper()[0] for letter in name if letter.isalnum()), "")
