"""Whose session is over when a form is sent comes to a page after logging in, not to where the form went."""

import pytest
from django.test import Client

from gigs.tests.factories import GigFactory
from uploads_app.tests.factories import FileFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["arrange", "unpublish", "pictures", "share"])
def test_nobody_comes_back_to_an_address_that_only_takes_forms(client: Client, what: str) -> None:
    path = f"/files/{FileFactory.create().pk}" if what == "share" else f"/gigs/{GigFactory.create().pk}"
    answer = client.post(f"{path}/{what}", {"expires_in": "3600"})
    assert (answer.status_code, answer["Location"]) == (302, "/login?next=%2F")
