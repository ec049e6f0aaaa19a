"""How renditions are written: quality and effort of each format, chosen by measurement (docs/decisions)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from .presets import OutputFormat

PILLOW_NAME = MappingProxyType(
    {OutputFormat.WEBP: "WEBP", OutputFormat.AVIF: "AVIF", OutputFormat.JPEG: "JPEG"}
)
OPTIONS: MappingProxyType[OutputFormat, dict[str, Any]] = MappingProxyType(
    {
        OutputFormat.WEBP: {"quality": 80, "method": 2},
        OutputFormat.AVIF: {"quality": 60, "speed": 9, "max_threads": 1},
        OutputFormat.JPEG: {"quality": 82, "optimize": True, "progressive": True},
    }
)
