"""What a page is made of, without what people wrote: its elements, their attributes, where they lead."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_ADDRESSES = {"href", "src", "action", "formaction", "poster", "data", "xlink:href"}
# Lists of addresses, of pictures in their sizes.
_SETS = {"srcset", "imagesrcset"}
_HERE = re.compile(r"(?:/(?![/\\])|[?#]|http://testserver/|data:image/|[-\w.][-\w./]*$|$)")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.astray: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(f"<{tag} {' '.join(name for name, _ in attrs)}>")
        for name, value in attrs:
            self._follow(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.parts.append("<!---->")

    def handle_decl(self, decl: str) -> None:
        self.parts.append("<!>")

    def unknown_decl(self, data: str) -> None:
        self.parts.append("<![>")

    def handle_pi(self, data: str) -> None:
        self.parts.append("<?>")

    def _follow(self, name: str, value: str) -> None:
        addresses = [value] if name in _ADDRESSES else []
        if name in _SETS:
            addresses = [each.partition(" ")[0] for each in value.split(", ")]
        self.astray += [each for each in addresses if not _HERE.match(each)]


@dataclass(frozen=True, slots=True)
class Skeleton:
    """`parts`: the start and end of every element, in order, with the names of the attributes; comments too.

    `astray`: the addresses in them that lead to another site, or are no addresses but scripts.
    """

    parts: list[str]
    astray: list[str]


def skeleton(page: str) -> Skeleton:
    """Reads a page as a browser would."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return Skeleton(reader.parts, reader.astray)
