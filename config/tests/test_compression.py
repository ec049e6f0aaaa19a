"""Pages are sent compressed to whoever takes that; nothing else is."""

import gzip

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PACKED = Client(headers={"Accept-Encoding": "gzip"})


def test_a_page_is_compressed() -> None:
    answer = PACKED.get("/login")
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert b"</html>" in gzip.decompress(answer.content)


def test_a_page_is_plain_for_who_asks_nothing(client: Client) -> None:
    answer = client.get("/login")
    assert "Content-Encoding" not in answer
    assert b"</html>" in answer.content


def test_the_same_page_is_not_the_same_length_each_time() -> None:
    assert len({len(PACKED.get("/nothing").content) for _ in range(20)}) > 1


@pytest.mark.parametrize("path", ["/api/gigs", "/api/schema", "/healthz"])
def test_what_is_no_page_is_left_alone(path: str) -> None:
    assert "Content-Encoding" not in PACKED.get(path)
