"""MDN's HTTP Observatory, which judges what a site tells browsers for their safety, finds nothing to better."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from config.tests.deployed.site import NAME, Deployed, needs
from config.tests.live import ROOT
from config.tests.node import has_package, node

pytestmark = [
    *needs,
    pytest.mark.skipif(
        not has_package("@mdn/mdn-http-observatory"), reason="no Observatory (run deploy/assets.sh --dev)"
    ),
]


def observatory(site: Deployed, path: str) -> dict[str, Any]:
    """Its scan of a page, by https with a certificate that it trusts, and by http."""
    script = Path(__file__).with_name("observatory.mjs")
    words = [node(), str(script), NAME, str(site.http), str(site.https), path]
    environment = os.environ | {"NODE_EXTRA_CA_CERTS": str(site.certificate)}
    done = subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("page", ["/", "gig", "/login", "/admin/login/"])
def test_every_test_of_the_observatory_passes(site: Deployed, page: str) -> None:
    found = observatory(site, site.gig if page == "gig" else page)
    assert {name: test["result"] for name, test in found["tests"].items() if not test["pass"]} == {}
    assert (found["scan"]["statusCode"], found["scan"]["grade"]) == (200, "A+")


def test_pages_have_the_best_that_it_knows(site: Deployed) -> None:
    found = observatory(site, "/login")["tests"]  # the page that sets a cookie for visitors
    assert {name: test["result"] for name, test in found.items()} == {
        "content-security-policy": "csp-implemented-with-no-unsafe-default-src-none",
        "cookies": "cookies-secure-with-httponly-sessions-and-samesite",
        "cross-origin-resource-policy": "corp-implemented-with-same-origin",
        "cross-origin-resource-sharing": "cross-origin-resource-sharing-not-implemented",
        "redirection": "redirection-to-https",
        "referrer-policy": "referrer-policy-private",
        "strict-transport-security": "hsts-implemented-max-age-at-least-six-months",
        # All scripts are the site's own.
        "subresource-integrity": "sri-not-implemented-but-all-scripts-loaded-from-secure-origin",
        "x-content-type-options": "x-content-type-options-nosniff",
        "x-frame-options": "x-frame-options-implemented-via-csp",
    }
