"""The pages for people name only what is there: files, links, commands, settings of scripts."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class

from config.tests.live import ROOT

PAGES = sorted([*(ROOT / "docs").glob("*.md"), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md"))])
PLACES = r"(?:deploy|config|docs|uploads_app|users|gigs|static|templates|benchmarks|styles)"
MADE = {"deploy/env", "deploy/tls"}  # by whoever starts it
WORDS_FOR_SOMETHING = re.compile(r"…|\b[A-Z]{4,}\b|:pk|\bNAME\b")


def heading(title: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\s-]", "", title.lower()).strip().replace(" ", "-")


def code(page: Path) -> str:
    """What stands in backticks and in blocks of a page."""
    text = page.read_text().replace("\\\n", " ")
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))
    fenced = re.findall(r"^```.*?\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    indented = re.findall(r"^ {4,}.*$", text, flags=re.MULTILINE)
    return "\n".join([*spans, *fenced, *indented])


def every(pattern: str) -> list[Any]:
    found = [(page, one) for page in PAGES for one in sorted(set(re.findall(pattern, code(page))))]
    assert found
    return [pytest.param(page, one, id=f"{page.name}: {one}") for page, one in found]


def links() -> list[Any]:
    found = [(page, one) for page in PAGES for one in set(re.findall(r"\]\(([^)\s]+)\)", page.read_text()))]
    near = [(page, one) for page, one in found if not re.match(r"\w+:", one)]
    return [pytest.param(page, one, id=f"{page.name}: {one}") for page, one in sorted(near)]


@pytest.mark.parametrize(("page", "link"), links())
def test_every_link_leads_somewhere(page: Path, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    assert target.exists()
    if anchor:
        titles = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
        assert anchor in [heading(title) for title in titles]


@pytest.mark.parametrize(
    ("page", "path"), every(rf"(?<![\w/.-])(?:{PLACES}/[\w./*@-]*\w|requirements[\w-]*\.txt)")
)
def test_every_file_that_is_named_is_there(page: Path, path: str) -> None:
    assert (
        path in MADE or list(ROOT.glob(path)) or list(ROOT.glob(f"{path}-*"))
    )  # decisions go by their number


@pytest.mark.parametrize(("page", "words"), every(r"manage\.py ([a-z_]+[^\n;)`#|&]*)"))
def test_every_command_takes_the_words_that_it_is_given(page: Path, words: str) -> None:
    name, *rest = shlex.split(re.sub(r"  .*", "", words))
    where: Any = get_commands()[name]
    command = load_command_class(where, name) if isinstance(where, str) else where
    parser = command.create_parser("manage.py", name)
    if rest and not WORDS_FOR_SOMETHING.search(words):
        parser.parse_args(rest)


def test_all_that_nginx_takes_is_told() -> None:
    head = (ROOT / "deploy/nginx.sh").read_text().partition("set -e")[0]
    starts = " ".join(re.findall(r"^#   ([A-Z][A-Z0-9_, ]+)  ", head, re.MULTILINE))
    names = re.findall(r"\b[A-Z][A-Z0-9_]+\b", starts)
    assert {"LISTEN", "RESOLVER", "HSTS"} <= set(names)
    told = (ROOT / "docs/operating.md").read_text().partition("\n## nginx\n")[2].partition("\n## ")[0]
    assert [name for name in names if not re.search(rf"\b{name}\b", told)] == []
