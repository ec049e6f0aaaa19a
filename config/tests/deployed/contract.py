"""What shared API.md promises, read from it; and what of it was asked for, and answered."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

_METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE"


@dataclass(frozen=True)
class Contract:
    """Sections by their headings; calls as (method, path with its {names}); codes of errors."""

    sections: list[str]
    calls: set[tuple[str, str]]
    codes: set[str]


def contract(path: Path) -> Contract:
    text = path.read_text()
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    errors = next(section for section in sections if section.startswith("Errors"))
    codes = {
        code
        for row in re.findall(r"^\| \d{3} \| ([^|]*) \|", errors, re.MULTILINE)
        for code in re.findall(r"`(\w+)`", row)
    }
    return Contract([section.splitlines()[0] for section in sections], set(_calls(text)), codes)


def _calls(text: str) -> Iterator[tuple[str, str]]:
    """From the first cell of each row, and from the service's sentence: its methods, each with each of its paths."""
    cells = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    service = text[text.index("## Service") :]
    for cell in [*cells, *re.findall(r"^`GET [^.]*\.", service, re.MULTILINE)]:
        methods = re.findall(rf"(?<![\w/])({_METHODS})(?![\w/])", cell)
        paths = re.findall(r"/[\w/{}.-]+|(?<=`, `)/\w+(?=`)", cell)
        beginning = ""
        for one in paths:
            # "`/api/gigs/{gig_id}/publish`, `/unpublish`": the last part of the path before.
            full = beginning + one if one.count("/") == 1 and beginning else one
            if full.startswith("/api/gigs/{gig_id}/"):
                beginning = full.rpartition("/")[0]
            for method in methods:
                yield method, full.rstrip("/")


@dataclass
class Recorder:
    """Notes each call that was answered as it should be, and each code of an error."""

    calls: set[tuple[str, str]]
    seen: set[tuple[str, str]] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    checks: list[Callable[[httpx.Response], None]] = field(default_factory=list)

    def note(self, answer: httpx.Response) -> None:
        """A hook of httpx' clients."""
        answer.read()
        for check in self.checks:
            check(answer)
        if answer.headers.get("content-type") == "application/problem+json":
            self.codes.add(answer.json()["code"])
        elif answer.status_code < 300:
            self.seen.add((answer.request.method, self._promised(answer.request)))

    def _promised(self, request: httpx.Request) -> str:
        """The path that API.md has for it: of those that fit, the one with the fewest names in it."""
        path = request.url.path.rstrip("/")
        fitting = [
            one for method, one in self.calls if method == request.method and _pattern(one).fullmatch(path)
        ]
        return min(fitting, key=lambda one: one.count("{"), default=path)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", path)
    return re.compile("".join("[^/.]+" if part.startswith("{") else re.escape(part) for part in parts))
