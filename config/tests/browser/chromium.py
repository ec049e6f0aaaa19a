"""Debian's Chromium, driven by Playwright: how it is started, and the screens that pages are looked at on."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from config.tests.live import ROOT

# Nothing but the page under test: no sandbox, for CI runs as root, and no calls to anywhere.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SCREENS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
    "narrow": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
}


def executable() -> str | None:
    """The path of the browser; CHROME_PATH names another than the system's."""
    return os.environ.get("CHROME_PATH") or shutil.which("chromium")


def missing() -> str:
    """What browser tests need and do not find here, in words; empty when all is there."""
    if executable() is None:
        return "no chromium (on Debian: apt install chromium)"
    if not (ROOT / "node_modules/axe-core").is_dir() or not (ROOT / "var/assets").is_dir():
        return "no assets (run deploy/assets.sh --dev)"
    return ""


@contextmanager
def launched() -> Iterator[Browser]:
    """A running browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
