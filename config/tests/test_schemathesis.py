"""schemathesis, all its checks, against a real server: signed in and not."""

import os
import subprocess
from pathlib import Path

import pytest

from config.tests.live import BIN, installation

EXAMPLES = 15 if os.environ.get("VITRINE_REQUIRE_SERVICES") == "1" else 6
OPTIONS = f"--checks all --max-examples {EXAMPLES} --seed 20261122 --generation-database none"
ALLOWANCES = Path(__file__).with_name("schemathesis.toml")
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")


@pytest.mark.long
@pytest.mark.service
@pytest.mark.timeout(900)
@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "visitor"])
def test_the_schema_holds(tmp_path: Path, signed_in: bool) -> None:
    with installation(tmp_path) as server:
        server.start()
        token = server.sign_up("tester").headers["Authorization"]
        program = [str(BIN / "schemathesis"), "--config-file", str(ALLOWANCES), "run"]
        command = [
            *program,
            f"{server.url}/api/schema",
            *OPTIONS.split(),
            "--continue-on-failure",
            "--no-color",
        ]
        if signed_in:
            command += ["--header", f"Authorization: {token}"]
        environment = server.environment | {"SCHEMATHESIS_HOOKS": str(HOOKS)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
        assert "Traceback" not in server.log()
