"""The history is read and never written in the admin, by whoever, with whatever form."""

import pytest

from uploads_app.models import Appeal, ModerationEvent
from uploads_app.services.moderation.decide import Seen, approve
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.moderation.staff import browser
from users.models import User

KINDS = {"moderationevent": ModerationEvent, "appeal": Appeal}


@pytest.fixture
def row(request: pytest.FixtureRequest, owner: User, lead: User) -> ModerationEvent | Appeal:
    file = FileFactory.create(owner=owner)
    approve(file_id=file.pk, by=lead, seen=Seen.of(file), note="As it was written")
    Appeal.objects.create(file=file, text="As it was written")
    found: ModerationEvent | Appeal = KINDS[request.param].objects.get()  # type: ignore[attr-defined]  # of a model by its name
    return found


@pytest.mark.parametrize(("row", "kind"), [(kind, kind) for kind in KINDS], indirect=["row"])
@pytest.mark.parametrize("who", ["root", "lead"])
def test_nothing_is_added_changed_or_deleted(
    request: pytest.FixtureRequest, row: ModerationEvent | Appeal, kind: str, who: str
) -> None:
    client = browser(request.getfixturevalue(who))
    listed = f"/admin/uploads_app/{kind}/"
    text = client.get(listed).content.decode()
    assert 'name="action"' not in text
    assert client.get(f"{listed}{row.pk}/change/").status_code == 200
    forged = {"note": "other", "text": "other", "action": "approve", "state": "open", "post": "yes"}
    for address in (f"{listed}add/", f"{listed}{row.pk}/change/", f"{listed}{row.pk}/delete/"):
        assert client.post(address, forged).status_code == 403, address
    client.post(listed, {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"})
    formset = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": str(row.pk), "_save": "Save"}
    client.post(listed, formset | {"form-0-note": "other", "form-0-text": "other"})
    kept = type(row).objects.filter(pk=row.pk).values().get()
    assert "As it was written" in kept.values()


@pytest.mark.parametrize(("row", "kind"), [(kind, kind) for kind in KINDS], indirect=["row"])
@pytest.mark.parametrize(
    ("who", "status"), [("moderator", 200), ("viewer", 403), ("staff", 403), ("owner", 302)]
)
def test_the_history_is_for_those_who_may_read_it(
    request: pytest.FixtureRequest, row: ModerationEvent | Appeal, kind: str, who: str, status: int
) -> None:
    client = browser(request.getfixturevalue(who))
    assert client.get(f"/admin/uploads_app/{kind}/").status_code == status
    assert client.get(f"/admin/uploads_app/{kind}/{row.pk}/change/").status_code == status


def test_steps_are_found_by_what_is_known_of_them(lead: User, moderator: User, owner: User) -> None:
    for by, sha in ((lead, "aa" * 32), (moderator, "bb" * 32)):
        file = FileFactory.create(owner=owner, sha256=sha)
        approve(file_id=file.pk, by=by, seen=Seen.of(file))
    client, listed = browser(lead), "/admin/uploads_app/moderationevent/"
    for query in ({"q": "aa" * 32}, {"q": "lead"}):
        text = client.get(listed, query).content.decode()
        assert text.count("field-created_at") == 1
    assert client.get(listed, {"action__exact": "reject"}).content.decode().count("field-created_at") == 0
