"""A process of an installation that does what it is told, line by line: starting one each time takes long."""

import json
import subprocess
import sys

from config.tests.live import ROOT

_LOOP = """
import contextlib, io, json, sys, traceback
import django
django.setup()
from django.db import connection
for line in sys.stdin:
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            exec(json.loads(line), {})
        answer = [said.getvalue(), ""]
    except Exception:
        answer = ["", traceback.format_exc()]
    connection.close()
    print(json.dumps(answer), flush=True)
"""


class Console:
    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LOOP],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, code: str) -> str:
        """What the code prints; fails with what it raises."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        said, failed = json.loads(self._process.stdout.readline())
        assert not failed, failed
        return str(said).strip()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
