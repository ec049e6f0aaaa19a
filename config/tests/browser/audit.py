"""Pages judged by tools: axe-core for what shuts people out, Lighthouse for how a phone sees a page."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from config.tests.browser.chromium import ARGUMENTS, executable
from config.tests.live import ROOT
from config.tests.node import node

_TRIES = 3  # on a busy machine it misses the page's beginning, and asks to be run again
# It would copy sheets that import others into the page, which the policy forbids; no rule needs it.
_ONLY_MEDIA = "{preload: {assets: ['media']}}"


@cache
def _axe_source() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text()


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong on a page as it stands, best practices included: a line for each element.

    It is run by the debugger, which no content policy stops, so any page will do.
    """
    page.evaluate(_axe_source())
    found: list[dict[str, Any]] = page.evaluate(f"axe.run({_ONLY_MEDIA}).then((result) => result.violations)")
    return [f"{rule['id']}: {rule['help']}: {node['html']}" for rule in found for node in rule["nodes"]]


def lighthouse(url: str, home: Path, *, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Lighthouse's report on a page with its mobile settings (categories, audits); takes about 15 s.

    `home` is a folder for the report and the browser's profile; `headers`, such as a Cookie, go with every
    request. Raises AssertionError with Lighthouse's words when it has no result.
    """
    report = home / "lighthouse.json"
    flags = " ".join(["--headless=new", f"--user-data-dir={home / 'profile'}", *ARGUMENTS])
    words = [
        node(), str(ROOT / "node_modules/lighthouse/cli/index.js"), url,
        "--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={flags}",
        f"--extra-headers={json.dumps(headers or {})}", "--no-enable-error-reporting",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": str(executable())}
    for _ in range(_TRIES):
        done = subprocess.run(words, env=environment, cwd=home, capture_output=True, text=True, timeout=100)
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stdout + done.stderr
    result: dict[str, Any] = json.loads(report.read_text())
    assert not result.get("runtimeError"), result["runtimeError"]
    return result


def scores(report: dict[str, Any]) -> dict[str, int]:
    """The marks of a report's categories, of 100."""
    return {name: round(100 * (kind["score"] or 0)) for name, kind in report["categories"].items()}
