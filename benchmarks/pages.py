#!/usr/bin/env python
"""How a phone sees the pages: Lighthouse with its mobile settings on the demo's marketplace, a gig and a profile.

    .venv/bin/python benchmarks/pages.py [--runs 5]

Needs Chromium and `deploy/assets.sh --dev`. Prints the median of each mark and measure; the marks of performance are
of this machine under a simulated slow phone, and vary by a few points when something else runs beside.
"""

import argparse
import re
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.demo_site import demo_site
from config.tests.browser.audit import lighthouse, scores

MEASURES = {
    "largest-contentful-paint": "LCP, ms",
    "cumulative-layout-shift": "layout shift",
    "total-blocking-time": "blocking, ms",
    "total-byte-weight": "bytes",
}


def measured(url: str, runs: int) -> dict[str, float]:
    """The medians of a page's marks and measures."""
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as home:
            report = lighthouse(url, Path(home))
        values: dict[str, Any] = {**scores(report)}
        values |= {name: report["audits"][key]["numericValue"] for key, name in MEASURES.items()}
        for name, value in values.items():
            found.setdefault(name, []).append(value)
    return {name: statistics.median(values) for name, values in found.items()}


def pages_of(url: str) -> dict[str, str]:
    """The addresses of one page of each kind, found from the marketplace as a person would."""
    with httpx.Client(base_url=url, trust_env=False) as client:
        marketplace = client.get("/").text
        gig = re.search(r'href="(/gigs/\d+-[^"]+/)"', marketplace)
        assert gig, "no gig on the marketplace"
        person = re.search(r'href="(/people/[^"/]+/)"', client.get(gig[1]).text)
        assert person, "no person on the gig's page"
    return {"marketplace": url + "/", "gig": url + gig[1], "profile": url + person[1]}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=5)
    runs = words.parse_args().runs
    with tempfile.TemporaryDirectory() as home, demo_site(Path(home)) as site:
        for name, url in pages_of(site.url).items():
            medians = measured(url, runs)
            print(f"{name:12}", "  ".join(f"{key} {value:g}" for key, value in medians.items()))


if __name__ == "__main__":
    main()
