"""docs/settings.md has every setting that is read, with its default; no page names one that nobody reads."""

import ast
import re
import subprocess
from collections.abc import Iterator

import pytest

from config.tests.live import ROOT

SETTINGS = ROOT / "config/settings"
PAGE = (ROOT / "docs/settings.md").read_text()
ROWS = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| (.+?) \| .+ \|$", PAGE, re.MULTILINE))
UNITS = {"MIB": 1024 * 1024, "MB": 1_000_000}
# Too long for a table.
IN_WORDS = {"VITRINE_CHECKS"}
# Read before our own settings are, by Django.
OF_DJANGO = {"DJANGO_SETTINGS_MODULE"}


def reads() -> Iterator[tuple[str, ast.expr | None]]:
    """Each name that is read from the environment, and its default; those of production after all others."""
    for path in sorted(SETTINGS.glob("*.py"), key=lambda path: path.stem == "production"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("env."):
                given = [word.value for word in node.keywords if word.arg == "default"] + node.args[1:2]
                yield ast.literal_eval(node.args[0]), given[0] if given else None


READ = dict(reads())


def constant(expression: ast.expr | None) -> object:
    """Its value; None for one that depends on others, on the machine, or says that there is nothing."""
    if expression is None:
        return None
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    if not names <= set(UNITS):
        return None
    return eval(ast.unparse(expression), {"__builtins__": {}}, UNITS)


def written(value: object) -> str:
    """As the environment has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def test_the_page_has_every_setting_and_no_other() -> None:
    assert len(READ) > 100
    assert set(ROWS) == set(READ) | OF_DJANGO


@pytest.mark.parametrize("name", [name for name, default in READ.items() if constant(default) is not None])
def test_its_defaults_are_those_of_the_code(name: str) -> None:
    value = written(constant(READ[name]))
    if name in IN_WORDS or not value:
        assert not ROWS[name].startswith("`")
    else:
        assert ROWS[name] == f"`{value}`"


def test_no_page_names_a_setting_that_nobody_reads() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    code = "".join((ROOT / path).read_text() for path in listed.splitlines() if path.endswith((".py", ".sh")))
    made = set(
        re.findall(
            r"^(VITRINE_\w+)\b.* = ", "".join(p.read_text() for p in SETTINGS.glob("*.py")), re.MULTILINE
        )
    )
    pages = [path for path in listed.splitlines() if path.endswith(".md") or ".example" in path]
    for path in pages:
        for name in re.findall(r"\bVITRINE_[A-Z0-9_]*[A-Z0-9]\b(?!_|…)", (ROOT / path).read_text()):
            assert name in READ or name in made or f'"{name}"' in code, f"{path}: {name}"
