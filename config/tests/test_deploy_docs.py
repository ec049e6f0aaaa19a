"""docs/deploy.md names only what is there, beyond what test_docs.py asks of every page.

That its commands do what they should, deploy/try-docs.sh tries.
"""

import re
import runpy
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs/deploy.md").read_text()
BLOCKS: list[tuple[str, str, bool]] = runpy.run_path(str(DEPLOY / "tryout/blocks.py"))["blocks"](PAGE)
COMMANDS = "".join(commands for _, commands, _ in BLOCKS).replace("\\\n", " ")
SPANS = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE))
SAID = "\n".join([COMMANDS, *SPANS])


def named(pattern: str) -> list[str]:
    """What the page names that looks like this, each once; a page that names none would make a test empty."""
    found = sorted(set(re.findall(pattern, SAID)))
    assert found
    return found


@pytest.mark.parametrize("unit", named(r"\bvitrine[\w-]*(?:@\w+)?\.(?:service|timer|target)"))
def test_every_unit_that_it_names_is_there(unit: str) -> None:
    assert (DEPLOY / "systemd" / re.sub(r"@\w+", "@", unit)).is_file()


@pytest.mark.parametrize("name", named(r"\bVITRINE_[A-Z0-9_]+[A-Z0-9]\b"))
def test_every_setting_that_it_names_is_read(name: str) -> None:
    read = "".join(path.read_text() for path in (ROOT / "config/settings").glob("*.py"))
    assert f'"{name}"' in read or any(f'"{start}' in read for start in (name, name + "_"))


@pytest.mark.parametrize("name", named(r"\|\^(\w+)="))
def test_every_setting_that_it_fills_in_is_a_line_of_the_example(name: str) -> None:
    assert re.search(rf"^{name}=", (DEPLOY / "env.example").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ["CERTIFICATE", "CERTIFICATE_KEY", "PLAIN", "TRUSTED", "UPSTREAM", "S3"])
def test_every_setting_of_nginx_that_it_names_is_read(name: str) -> None:
    assert f"`{name}`" in PAGE
    assert re.search(rf"\$\{{?{name}\b", (DEPLOY / "nginx.sh").read_text())


@pytest.mark.parametrize("words", named(r"manage\.py ([a-z_]+[^\n;)`]*)"))
def test_every_command_takes_the_words_that_it_is_given(words: str) -> None:
    name, *rest = shlex.split(words)
    where: Any = get_commands()[name]  # the name of an app, or the command itself
    command = load_command_class(where, name) if isinstance(where, str) else where
    command.create_parser("manage.py", name).parse_args(rest)


@pytest.mark.parametrize(
    "folder",
    [path for path in named(r"/(?:srv|var)/[\w/-]*vitrine[\w-]*(?:/media\b)?") if "before" not in path],
)
def test_every_folder_is_made_by_the_example(folder: str) -> None:
    made = (DEPLOY / "systemd/tmpfiles.conf").read_text()
    assert re.search(rf"^d {re.escape(folder)} ", made, re.MULTILINE)


@pytest.mark.parametrize("path", named(r"/etc/vitrine/tls/[\w.]+"))
def test_the_certificate_is_put_where_nginx_looks(path: str) -> None:
    assert path in (DEPLOY / "nginx.env.example").read_text()


def test_its_commands_are_one_script_that_bash_can_read() -> None:
    script = subprocess.run(
        ["python3", "deploy/tryout/blocks.py", "docs/deploy.md"], cwd=ROOT, check=True, capture_output=True
    )
    subprocess.run(["bash", "-n"], input=script.stdout, check=True, capture_output=True)
    assert [is_tried for _, _, is_tried in BLOCKS].count(False) == 1  # the certificate of an authority
