"""Collected real and hostile files, if they lie beside the project: a folder a kind, each with a manifest."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared"
FOLDERS = ("valid", "invalid", "orientation", "polyglots", "wrongtype", "bombs")
absent = pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the shared corpus is not here")


@dataclass(frozen=True)
class Row:
    """A file and what must become of it: accept, reject, either or bounded."""

    path: Path
    expectation: str
    marker: str
    upright: str
    reference: str

    @property
    def id(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def rows(*folders: str) -> list[Row]:
    """The rows of the manifests of these folders of the corpus; none if it is absent."""
    return [row for folder in folders for row in _manifest(SHARED / "corpus" / folder)]


def photos() -> list[Row]:
    """The rows of the manifest of the photographs."""
    return _manifest(SHARED / "photos")


def _manifest(folder: Path) -> list[Row]:
    path = folder / "MANIFEST.tsv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                folder / row["file"],
                row["expectation"],
                row.get("marker") or "",
                row.get("upright") or "",
                row.get("ref") or "",
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
