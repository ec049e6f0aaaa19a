"""Changing one's password."""

import pytest

from uploads_app.errors import Invalid
from users.models import Login, User
from users.services.login import log_in
from users.services.password import change_password
from users.tests.factories import PASSWORD

NEW = "another horse battery"


def test_a_changed_password_is_the_only_one_that_fits(owner: User) -> None:
    change_password(user=owner, old=PASSWORD, new=NEW)
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert not owner.check_password(PASSWORD)


def test_every_login_is_marked_as_ended(owner: User) -> None:
    log_in(owner)
    change_password(user=owner, old=PASSWORD, new=NEW)
    assert not Login.objects.filter(revoked_at=None).exists()


def test_a_wrong_old_password_changes_nothing(owner: User) -> None:
    with pytest.raises(Invalid) as refused:
        change_password(user=owner, old="wrong", new=NEW)
    assert [error.field for error in refused.value.errors] == ["old_password"]
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


@pytest.mark.parametrize("new", ["", "short", "password1", "1234567890", "owner@example.com"])
def test_a_weak_new_password_is_refused(owner: User, new: str) -> None:
    with pytest.raises(Invalid) as refused:
        change_password(user=owner, old=PASSWORD, new=new)
    assert {error.field for error in refused.value.errors} == {"new_password"}
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
