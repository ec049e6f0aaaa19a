"""Two web servers and two workers, each a machine of its own: whoever is asked, the answer is the same."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from config.tests.fleet.machines import Fleet, fleet
from config.tests.live import LiveServer
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [pytest.mark.fleet, pytest.mark.service, pytest.mark.timeout(600)]
_RENDERED = """
from uploads_app.models import Rendition
from uploads_app.storage.keys import RENDITIONS
from uploads_app.storage.places import new_renditions, storage
keys = [key for key, _ in storage(new_renditions()).keys(RENDITIONS)]
rows = list(Rendition.objects.values_list("state", "format"))
print(len(keys), rows)
"""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two web servers that run; their databases take longest, so one installation does for all tests."""
    with fleet(tmp_path_factory.mktemp("fleet"), workers=0) as found:
        found.start()
        yield found


def upload(server: LiveServer, person: httpx.Client) -> str:
    """Uploads a picture to a server; gives its id."""
    picture = {"file": ("a.jpg", jpeg_bytes((1200, 900), noisy=True))}
    answer = person.post(f"{server.url}/api/upload/general", files=picture)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file_id"])


def rendered(machines: Fleet) -> str:
    """How many renditions the bucket holds, and the rows of them."""
    return machines.manage("shell", "-v", "0", "-c", _RENDERED).strip()


def test_what_one_server_took_the_other_serves_at_once(machines: Fleet) -> None:
    one, other = machines.webs
    person = one.sign_up("reader")
    for _ in range(3):
        path = f"/api/upload/{upload(one, person)}"
        here, there = (person.get(web.url + path, follow_redirects=True) for web in (one, other))
        assert (here.status_code, there.status_code) == (200, 200)
        assert here.content == there.content
        assert person.delete(other.url + path).status_code == 204
        assert person.get(one.url + path).status_code == 404


def test_what_both_are_asked_for_is_made_once(machines: Fleet) -> None:
    person = machines.webs[0].sign_up("crowd")
    path = f"/api/upload/{upload(machines.webs[0], person)}/w640.avif"

    def ask(number: int) -> httpx.Response:
        """As a browser does that is asked to come back, since on a busy machine it takes long."""
        url, limit = machines.webs[number % 2].url + path, time.monotonic() + 100
        while True:
            answer = httpx.get(
                url, headers=person.headers, timeout=30, trust_env=False, follow_redirects=True
            )
            if answer.status_code != 503 or time.monotonic() > limit:
                return answer
            time.sleep(int(answer.headers["Retry-After"]))

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(ask, range(8)))

    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({answer.content for answer in answers}) == 1
    assert rendered(machines) == "1 [('ready', 'avif')]"
