"""How a phone sees the pages that visitors come to: Lighthouse's marks that do not depend on the machine."""

from pathlib import Path

import pytest

from config.tests.browser.audit import lighthouse, scores
from config.tests.browser.site import Site
from config.tests.browser.stage import set_up


@pytest.mark.parametrize(
    "template", ["/", "{gig}", "/people/{owner}/"], ids=["marketplace", "gig", "profile"]
)
def test_a_page_has_full_marks_and_stands_still(site: Site, tmp_path: Path, template: str) -> None:
    stage = set_up(site)
    report = lighthouse(site.url + stage.path(template), tmp_path)
    marks = scores(report)
    marks.pop("performance")  # a matter of the machine: benchmarks/pages.py measures it
    failed = [f"{name}: {audit['title']}" for name, audit in report["audits"].items() if audit["score"] == 0]
    assert marks == {"accessibility": 100, "best-practices": 100, "seo": 100}, failed
    assert report["audits"]["cumulative-layout-shift"]["numericValue"] < 0.01
    assert report["audits"]["total-byte-weight"]["numericValue"] < 400_000
