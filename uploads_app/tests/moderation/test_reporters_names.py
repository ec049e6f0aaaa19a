"""Who reported a file is for those alone who may see reporters."""

import pytest

from uploads_app.models import Report, UploadedFile
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.moderation.staff import browser
from users.models import User
from users.tests.factories import UserFactory

NAME = "hidden.informant"
LIST = "/admin/uploads_app/report/"


@pytest.fixture
def report(owner: User) -> Report:
    file = FileFactory.create(owner=owner)
    return Report.objects.create(
        file=file, reporter=UserFactory.create(username=NAME), reason="spam", detail="Bought elsewhere."
    )


def pages(report: Report) -> list[str]:
    return [
        LIST,
        f"{LIST}{report.pk}/change/",
        f"/admin/uploads_app/uploadedfile/{report.file_id}/change/",
    ]


@pytest.mark.parametrize("who", ["lead", "root"])
def test_names_are_shown_to_who_may_see_them(
    request: pytest.FixtureRequest, report: Report, who: str
) -> None:
    client = browser(request.getfixturevalue(who))
    for address in pages(report):
        assert NAME in client.get(address).content.decode(), address
    assert "Bought elsewhere." in client.get(LIST, {"q": NAME}).content.decode()


def test_a_moderator_sees_what_was_said_and_not_by_whom(moderator: User, report: Report) -> None:
    client = browser(moderator)
    for address in pages(report):
        text = client.get(address).content.decode()
        assert "Bought elsewhere." in text, address
        assert NAME not in text, address


@pytest.mark.parametrize(
    "query",
    [
        {"q": NAME},
        {"reporter__username": NAME},
        {"reporter__username__startswith": "hidden"},
        {"reporter": "1"},
        {"reporter__id__exact": "1"},
    ],
)
def test_no_search_or_filter_tells_who_it_was(moderator: User, report: Report, query: dict[str, str]) -> None:
    """What was asked for is not found by name: the answer is the same as for a name that nobody has."""
    client = browser(moderator)
    answer = client.get(LIST, query)
    assert answer.status_code in (200, 302, 400)
    text = answer.content.decode()
    assert "Bought elsewhere." not in text


def test_reports_lead_to_the_page_of_their_file(moderator: User, report: Report) -> None:
    text = browser(moderator).get(LIST).content.decode()
    assert f'href="/admin/uploads_app/uploadedfile/{report.file_id}/change/"' in text
    assert UploadedFile.objects.count() == 1
