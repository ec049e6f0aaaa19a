"""Pages show their pictures wherever the bytes come from: by redirect, as public copies, through the site."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from config.tests.browser.site import Site, running
from config.tests.browser.stage import Stage, set_up
from config.tests.browser.watch import Watch
from config.tests.services import need_s3
from uploads_app.tests.publishing.copies import BUCKET, everybodys_bucket

ALL_SHOWN = "[...document.images].length > 0 && [...document.images].every(one => one.complete)"
OFFERED = r'/api/upload/[^"\s,]+\.(?:avif|webp)\?[^"\s,]+'
BROKEN = "[...document.images].filter(one => !one.naturalWidth).map(one => one.currentSrc)"


@pytest.fixture(scope="module", params=["redirect", "public", "through"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def own_site(way: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, whose pictures lie in S3."""
    own = need_s3() | {"VITRINE_STORAGE": "s3", "VITRINE_S3_LOCATION": f"tests/{uuid4()}"}
    own["VITRINE_S3_DELIVERY"] = "through" if way == "through" else "redirect"
    if way == "public":
        own |= {"VITRINE_S3_PUBLIC_BUCKET": BUCKET, "VITRINE_S3_PUBLIC_URL": everybodys_bucket(own)}
        own["VITRINE_TIDY_EVERY"] = "2"
    static = Path(settings.VITRINE_SPOOL_DIR).parent / "static"
    with running(tmp_path_factory.mktemp(way), static, **own) as started:
        yield started


@pytest.fixture(scope="module")
def stage(own_site: Site) -> Stage:
    made = set_up(own_site)
    own_site.server.manage("worker", "--drain")
    return made


@pytest.fixture
def looker(browser: Browser, own_site: Site, watch: Watch) -> Iterator[Page]:
    context = browser.new_context(base_url=own_site.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    watch.over(context)
    yield context.new_page()
    context.close()


def _shown(page: Page, path: str) -> list[str]:
    """Looks at a page; all its pictures are there. Gives the addresses that were asked for them."""
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if request.resource_type == "image" else None
    )
    page.goto(path)
    page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(one => { one.loading = 'eager' })")
    page.wait_for_function(ALL_SHOWN)
    assert page.evaluate(BROKEN) == []
    return asked


@pytest.mark.timeout(400)
def test_everybody_sees_the_pictures_of_a_gig_and_their_owner_sees_all(
    own_site: Site, way: str, stage: Stage, looker: Page, tmp_path: Path
) -> None:
    if way == "public":
        _wait_for_copies(own_site.url, stage.gig)
    asked = _shown(looker, stage.gig)
    looker.screenshot(path=tmp_path / f"{way}-gig.png")
    s3 = urlsplit(need_s3()["VITRINE_S3_ENDPOINT"]).netloc
    there = [url for url in asked if urlsplit(url).netloc == s3]
    assert bool(there) == (way != "through")
    if way == "public":
        assert all(f"/{BUCKET}/" in url for url in there)
    own_site.sign_in(looker, stage.owner)
    _shown(looker, "/files/")
    looker.screenshot(path=tmp_path / f"{way}-files.png")


def _wait_for_copies(url: str, path: str) -> None:
    """Until every picture that a page offers is sent from the bucket that everybody reads."""
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as visitor:
        left = set(re.findall(OFFERED, visitor.get(path, follow_redirects=True).text))
        assert left
        for _ in range(300):
            left = {one for one in left if f"/{BUCKET}/" not in visitor.get(one).headers.get("Location", "")}
            if not left:
                return
            time.sleep(0.2)
    raise AssertionError(f"no copies of {left}")
