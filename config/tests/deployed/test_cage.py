"""Within the system calls that the units allow, decoders still work, and set their own limits."""

import ctypes.util
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.tests.deployed.units import unit
from config.tests.live import BIN, ROOT, installation
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"),
    pytest.mark.skipif(ctypes.util.find_library("seccomp") is None, reason="libseccomp is not installed"),
]
_CAGED = Path(__file__).parent / "caged.py"


def members(group: str) -> set[str]:
    """The calls of one of systemd's groups, as it tells them itself."""
    said = subprocess.run(
        ["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True
    ).stdout
    words = [line.strip() for line in said.splitlines()[1:] if line.strip() and "#" not in line]
    inner = [members(word) for word in words if word.startswith("@")]
    return {word for word in words if not word.startswith("@")}.union(*inner)


def allowed(name: str) -> set[str]:
    """By the unit's own lines, in their order."""
    found: set[str] = set()
    for line in unit(name).all("SystemCallFilter"):
        named = set().union(*(members(word) for word in line.lstrip("~").split()))
        found = found - named if line.startswith("~") else found | named
    return found


def test_pictures_are_taken_in_and_rendered_in_the_cage(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    with installation(tmp_path, VITRINE_RENDITION_FORMATS="webp,avif") as server:
        calls.write_text("\n".join(allowed("vitrine-web@a.service")))
        cage = [sys.executable, str(_CAGED), str(calls)]
        server.start(before=cage)
        owner = server.sign_up("owner")
        picture = {"file": ("a.jpg", jpeg_bytes((600, 400), noisy=True))}
        up = owner.post("/api/upload/general", files=picture).raise_for_status().json()
        calls.write_text("\n".join(allowed("vitrine-worker@1.service")))
        worker = [*cage, str(BIN / "python"), "manage.py", "worker", "--drain"]
        done = subprocess.run(
            worker, cwd=ROOT, env=server.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        rendered = owner.get(f"/api/upload/{up['file_id']}/metadata").json()["renditions"]
        assert "w320" in rendered
        assert owner.get(rendered["w320"]["url"].replace("webp", "avif")).status_code == 200


def test_the_cage_holds(tmp_path: Path) -> None:
    """Else the test above would show nothing."""
    calls = tmp_path / "calls"
    calls.write_text("\n".join(allowed("vitrine-web@a.service")))
    code = "import os; os.chroot('/')"
    done = subprocess.run(
        [sys.executable, str(_CAGED), str(calls), sys.executable, "-c", code], capture_output=True
    )
    assert b"PermissionError" in done.stderr
    assert done.returncode != -signal.SIGSYS
