#!/usr/bin/env python3
"""The commands of a page as one script: `blocks.py PAGE`. Blocks of `sh` are taken, those of `sh untried` are not."""

import re
import sys
from pathlib import Path

_BLOCK = re.compile(r"^```sh(?P<words>[^\n]*)\n(?P<commands>.*?)^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def blocks(text: str) -> list[tuple[str, str, bool]]:
    """Of each block: the heading above it, its commands, and whether it is tried."""
    found = []
    for block in _BLOCK.finditer(text):
        heading = _HEADING.findall(text[: block.start()])[-1]
        found.append((heading, block["commands"], block["words"].strip() != "untried"))
    return found


def script(text: str) -> str:
    """They share one shell, as they do for who types them; the first that fails ends it."""
    parts = ["set -euo pipefail\n"]
    for heading, commands, is_tried in blocks(text):
        title = heading.replace("'", "")
        told = f"=== {title}" if is_tried else f"=== {title}: left out, it needs the world outside"
        parts.append(f"echo '{told}'\n")
        if is_tried:
            parts += ["set -x\n", commands, "{ set +x; } 2>/dev/null\n"]
    return "".join([*parts, "echo '=== All of it went well'\n"])


if __name__ == "__main__":
    print(script(Path(sys.argv[1]).read_text()), end="")  # noqa: T201  (what it is for)
