"""REDbot, which judges how answers deal with caches, ranges, conditions and compression, finds nothing wrong."""

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from config.tests.deployed.site import Deployed, needs

pytestmark = needs

# Complaints that stay, by REDbot's names, and why.
NONCE = {
    # A page has no validator: its scripts bear a nonce that its policy names. A 304 would come with another
    # policy, so that the page that was kept would not run.
    "FRESHNESS_NO_CACHE_NO_VALIDATOR",
}
PUBLIC = {
    # `public` is said of what everybody may see, as API.md promises, and WhiteNoise says it too. That s-maxage
    # implies it is not known to every cache.
    "STORE_PUBLIC_UNNECESSARY",
}
WHOLE_PICTURE = {"INM_304", "IMS_304", "RANGE_CORRECT"}
COMPRESSED = {"CONNEG_GZIP_GOOD"}


def judged(url: str, *headers: str) -> tuple[set[str], set[str]]:
    """The names of what REDbot finds good, and of what it warns of or finds bad."""
    words = [sys.executable, str(Path(__file__).with_name("red.py")), url, *headers]
    done = subprocess.run(words, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    notes = json.loads(done.stdout)
    good = {name for _, level, name, _ in notes if level == "good"}
    return good, {name for _, level, name, _ in notes if level in ("warning", "bad")}


@pytest.mark.parametrize("path", ["/", "gig", "/people/owner/", "/login"])
def test_pages(site: Deployed, path: str) -> None:
    good, complaints = judged(site.url + (site.gig if path == "gig" else path))
    assert complaints == NONCE
    assert good >= COMPRESSED


@pytest.mark.parametrize("which", ["rendition", "picture"])
@pytest.mark.parametrize("known", [False, True])
def test_a_public_picture(site: Deployed, which: str, known: bool) -> None:
    headers = [f"Authorization:{site.authorization}"] if known else []
    good, complaints = judged(site.url + getattr(site, which), *headers)
    assert complaints == PUBLIC
    assert good >= WHOLE_PICTURE


def test_a_private_picture_as_its_owner_gets_it(site: Deployed) -> None:
    good, complaints = judged(site.url + site.private, f"Authorization:{site.authorization}")
    assert complaints == set()
    assert good >= WHOLE_PICTURE


def test_a_private_picture_by_its_link(site: Deployed) -> None:
    good, complaints = judged(site.url + site.shared)
    assert complaints == set()
    assert good >= WHOLE_PICTURE


@pytest.mark.parametrize(
    "path", ["private", "/api/gigs", "/api/upload/config", "/robots.txt", "/gigs/1", "/none/"]
)
def test_refusals_redirects_and_the_api(site: Deployed, path: str) -> None:
    _, complaints = judged(site.url + (site.private if path == "private" else path))
    assert complaints == set()


def test_a_static_file(site: Deployed) -> None:
    page = httpx.get(site.url, verify=False, trust_env=False).text
    [sheet] = set(re.findall(r'"(/static/css/[^"]+)"', page))
    good, complaints = judged(site.url + sheet)
    assert complaints == PUBLIC
    assert good >= COMPRESSED | {"INM_304", "IMS_304"}


def test_what_plain_http_answers(site: Deployed) -> None:
    _, complaints = judged(f"http://127.0.0.1:{site.http}/")
    assert complaints == set()


@pytest.mark.parametrize("which", ["rendition", "picture", "private"])
def test_the_way_to_a_picture_in_s3(site_on_s3: Deployed, which: str) -> None:
    address = site_on_s3.url + getattr(site_on_s3, which)
    _, complaints = judged(address, f"Authorization:{site_on_s3.authorization}")
    assert complaints == set()
