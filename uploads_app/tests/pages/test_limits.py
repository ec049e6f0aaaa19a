"""What the forms of files change is counted as the API's changes are."""

from typing import Any

import pytest
from django.test import Client

from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/files/{}/", "/files/{}/share", "/files/delete"])
def test_a_form_of_files_is_taken_so_often_and_then_refused(
    page: Client, owner: User, settings: Any, path: str
) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1
    settings.VITRINE_THROTTLE_RATES = {**settings.VITRINE_THROTTLE_RATES, "write": "2/minute"}
    address = path.format(FileFactory.create(owner=owner).pk)
    sent = {"restore": "1", "expires_in": "3600"}
    answers = [page.post(address, sent) for _ in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert answers[2]["Retry-After"]
    assert {page.get("/files/").status_code for _ in range(5)} == {200}  # looking counts nothing
