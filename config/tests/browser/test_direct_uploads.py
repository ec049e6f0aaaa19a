"""Pictures of a page that go straight to S3, by a bucket that lets pages of this site in and no others."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from django.conf import settings
from playwright.sync_api import Page, Request, Route, expect

from config.tests.browser.conftest import OpenPage
from config.tests.browser.making import photo, pick, saved, saves, tiles
from config.tests.browser.site import Person, Site, running
from config.tests.browser.watch import Watch
from config.tests.live import ROOT
from config.tests.services import need_s3


@pytest.fixture(scope="module")
def bucket() -> Iterator[tuple[Any, str]]:
    """A bucket of its own, and a client for it."""
    s3 = need_s3()
    client = boto3.client(
        "s3",
        endpoint_url=s3["VITRINE_S3_ENDPOINT"],
        region_name=s3["VITRINE_S3_REGION"],
        aws_access_key_id=s3["VITRINE_S3_ACCESS_KEY"],
        aws_secret_access_key=s3["VITRINE_S3_SECRET_KEY"],
        config=Config(s3={"addressing_style": "path"}),
    )
    name = f"direct-{uuid.uuid4()}"
    client.create_bucket(Bucket=name)
    yield client, name
    for key in _keys(client, name):
        client.delete_object(Bucket=name, Key=key)
    client.delete_bucket(Bucket=name)


@pytest.fixture(scope="module")
def site(bucket: tuple[Any, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose pictures lie in that bucket, with the rule that the documentation gives for it."""
    client, name = bucket
    static = Path(settings.VITRINE_SPOOL_DIR).parent / "static"
    home = tmp_path_factory.mktemp("direct")
    own = need_s3() | {
        "VITRINE_STORAGE": "s3",
        "VITRINE_S3_BUCKET": name,
        "VITRINE_S3_RENDITIONS_BUCKET": name,
    }
    with running(home, static, **own) as started:
        rule = json.loads((ROOT / "deploy/s3-cors.json").read_text())
        rule["CORSRules"][0]["AllowedOrigins"] = [started.url]
        client.put_bucket_cors(Bucket=name, CORSConfiguration=rule)
        yield started


def _keys(client: Any, name: str) -> list[str]:
    return [found["Key"] for found in client.list_objects_v2(Bucket=name).get("Contents", ())]


def add(page: Page, *pictures: Any, field: str = "#add") -> None:
    page.set_input_files(field, list(pictures))


def requests_of(page: Page) -> list[str]:
    """Will hold "METHOD path" of what the page sends, with "S3" for the path of a form to the storage."""
    found: list[str] = []

    def note(request: Request) -> None:
        path = request.url.split("/", 3)[3]
        if request.method in ("POST", "PUT"):
            found.append(f"{request.method} {path if path.startswith('api/') else 'S3'}")

    page.on("request", note)
    return found


def test_pictures_go_straight_to_the_storage_and_into_the_list(
    site: Site, page: Page, bucket: tuple[Any, str]
) -> None:
    person = site.join()
    site.sign_in(page, person)
    page.goto("/files/")
    sent = requests_of(page)
    add(page, photo("one.jpg"), photo("two.jpg", 2))
    expect(page.locator(".file-tile")).to_have_count(2)
    assert sorted(sent)[:2] == ["POST S3", "POST S3"]
    assert "POST api/upload/general" not in sent
    assert not [key for key in _keys(*bucket) if key.startswith("incoming/")]
    names = [file["original_filename"] for file in person.api.get("/api/upload/my-files").json()["results"]]
    assert sorted(names) == ["one.jpg", "two.jpg"]


def test_what_is_refused_is_told_in_the_same_words(site: Site, page: Page, watch: Watch) -> None:
    watch.expect(r"status of 4(15|22)")
    person = site.join()
    site.sign_in(page, person)
    page.goto("/files/")
    cut, text = photo("cut.jpg"), photo("text.jpg")
    cut["buffer"], text["buffer"] = cut["buffer"][:-400], b"no picture"
    add(page, cut, text)
    coming = page.locator("[data-uploads]")
    expect(coming).to_contain_text("The picture ends before all of its data has arrived.")
    expect(coming).to_contain_text("Only JPEG, PNG and WebP pictures are accepted.")
    expect(page.locator("[data-state=refused]")).to_have_count(2)


def test_they_come_into_a_gig_in_their_order(site: Site, draft: Any, maker: Person) -> None:
    page = draft()
    sent = requests_of(page)
    with saves(page):
        pick(page, photo("one.jpg"), photo("two.jpg", 2))
    expect(tiles(page)).to_have_count(2)
    assert "POST S3" in sent
    files = [maker.api.get(f"/api/upload/{pk}/metadata").json() for pk in saved(maker, page)]
    assert [file["original_filename"] for file in files] == ["one.jpg", "two.jpg"]


def test_where_the_storage_lets_the_page_not_in_the_site_takes_them(
    site: Site, open_page: OpenPage, watch: Watch, bucket: tuple[Any, str]
) -> None:
    watch.expect("ERR_FAILED")
    page = open_page()
    person = site.join()
    site.sign_in(page, person)
    page.route(f"{need_s3()['VITRINE_S3_ENDPOINT']}/**", lambda route: route.abort())
    page.goto("/files/")
    sent = requests_of(page)
    add(page, photo("one.jpg"))
    expect(page.locator(".file-tile")).to_have_count(1)
    assert "POST api/upload/tus" in sent
    assert person.api.get("/api/upload/usage").json()["files"] == 1


def test_an_answer_that_was_lost_stores_nothing_twice_and_sends_nothing_again(
    site: Site, page: Page, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    person = site.join()
    site.sign_in(page, person)
    page.goto("/files/")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/complete", lose, times=1)
    sent = requests_of(page)
    add(page, photo("one.jpg"))
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".file-tile")).to_have_count(1)
    assert sent.count("POST S3") == 1
    assert person.api.get("/api/upload/usage").json()["files"] == 1


def test_a_picture_of_oneself_goes_there_too(site: Site, page: Page) -> None:
    person = site.join()
    site.sign_in(page, person)
    page.goto("/account/picture")
    sent = requests_of(page)
    add(page, photo("me.jpg"), field="#id_file")
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert "POST S3" in sent
    assert person.api.get("/api/users/me").json()["profile_image_url"]
