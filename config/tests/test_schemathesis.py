"""schemathesis, all its checks, against a real server: signed in and not."""

import subprocess
from pathlib import Path

import pytest

from config.tests.live import BIN, installation


@pytest.mark.service
@pytest.mark.timeout(900)
@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "visitor"])
def test_the_schema_holds(tmp_path: Path, signed_in: bool) -> None:
    with installation(tmp_path) as server:
        server.start()
        token = server.sign_up("tester").headers["Authorization"]
        command = [
            str(BIN / "schemathesis"),
            "--config-file",
            str(Path(__file__).with_name("schemathesis.toml")),
        ]
        command += ["run", f"{server.url}/api/schema", "--checks", "all", "--continue-on-failure"]
        command += [
            "--max-examples",
            "20",
            "--seed",
            "20261122",
            "--no-color",
            "--generation-database",
            "none",
        ]
        if signed_in:
            command += ["--header", f"Authorization: {token}"]
        done = subprocess.run(command, cwd=tmp_path, env=server.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
        assert "Traceback" not in server.log()
