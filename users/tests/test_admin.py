"""People in the admin: what staff see, and that they cannot go around the services."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from rest_framework.test import APIClient

from uploads_app.models import UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from uploads_app.tests.stored import all_stored
from users.admin import PeopleAdmin
from users.models import Login, Profile, User
from users.services.login import log_in
from users.tests.factories import UserFactory


@pytest.fixture
def chief(db: None) -> User:
    return UserFactory.create(username="chief", is_staff=True, is_superuser=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def admin(chief: User) -> Client:
    return signed_in(chief)


@pytest.fixture
def helper(db: None) -> User:
    """Staff who may do with people what permissions can give, and are no superuser."""
    user = UserFactory.create(username="helper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="users"))
    return user


def with_picture(user: User) -> UploadedFile:
    file = FileFactory.create(owner=user)
    store_bytes(file)
    ready_rendition(file, "w320")
    Profile.objects.filter(user=user).update(image=file, display_name=f"Name of {user.username}")
    return file


@pytest.mark.parametrize("page", ["user", "profile"])
def test_lists_show_a_small_preview(admin: Client, owner: User, page: str) -> None:
    file = with_picture(owner)  # 640 × 480: shown in its own proportions
    html = admin.get(f"/admin/users/{page}/").content.decode()
    version = file.renditions.get().digest
    shown = f"/api/upload/{file.pk}/w320.webp?v={version}"
    assert f'<img src="{shown}" alt="" width="40" height="30" loading="lazy">' in html


@pytest.mark.parametrize("page", ["user", "profile", "login"])
def test_lists_cost_no_query_per_row(admin: Client, page: str, django_assert_max_num_queries: Any) -> None:
    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            assert admin.get(f"/admin/users/{page}/").status_code == 200
        return len(captured)

    def more(count: int) -> None:
        for user in UserFactory.create_batch(count):
            with_picture(user)
            log_in(user)

    more(2)
    few = queries()
    more(10)
    assert queries() == few


@pytest.mark.parametrize("page", ["user", "profile"])
@pytest.mark.parametrize("query", ["owner", "Name of own"])
def test_people_are_found_by_name(admin: Client, owner: User, stranger: User, page: str, query: str) -> None:
    with_picture(owner)
    with_picture(stranger)
    html = admin.get(f"/admin/users/{page}/", {"q": query}).content.decode()
    assert ">owner<" in html
    assert ">stranger<" not in html


@pytest.mark.parametrize("page", ["user", "profile", "login"])
def test_a_single_one_can_be_looked_at(admin: Client, owner: User, page: str) -> None:
    with_picture(owner)
    log_in(owner)
    pk = Login.objects.get().pk if page == "login" else owner.pk
    assert admin.get(f"/admin/users/{page}/{pk}/change/").status_code == 200


def test_an_account_made_here_has_its_profile(admin: Client) -> None:
    assert admin.get("/admin/users/user/add/").status_code == 200
    body = {
        "username": "made.here",
        "email": "made@example.com",
        "usable_password": "true",
        "password1": "quite a long one",
        "password2": "quite a long one",
        "profile-TOTAL_FORMS": "0",
        "profile-INITIAL_FORMS": "0",
    }
    answer = admin.post("/admin/users/user/add/", body)
    assert answer.status_code == 302, answer.content.decode()
    assert Profile.objects.get(user__username="made.here")


@pytest.mark.parametrize("name", ["OWNER", "me", "a/b"])
def test_names_are_checked_here_as_well(admin: Client, owner: User, name: str) -> None:
    body = {"username": name, "email": "", "password1": "quite a long one", "password2": "quite a long one"}
    assert admin.post("/admin/users/user/add/", body | {"usable_password": "true"}).status_code == 200
    assert User.objects.filter(username=name).count() == 0


@pytest.mark.parametrize("way", ["one", "action"])
def test_deleting_an_account_here_deletes_its_files(
    admin: Client, owner: User, django_capture_on_commit_callbacks: Any, way: str
) -> None:
    with_picture(owner)
    log_in(owner)
    with django_capture_on_commit_callbacks(execute=True):
        if way == "one":
            answer = admin.post(f"/admin/users/user/{owner.pk}/delete/", {"post": "yes"})
        else:
            body = {"action": "delete_selected", "_selected_action": [owner.pk], "post": "yes"}
            answer = admin.post("/admin/users/user/", body)

    assert answer.status_code == 302
    assert not User.objects.filter(pk=owner.pk).exists()
    assert all_stored() == set()
    assert UploadedFile.objects.get().lifecycle == "purged"
    history = admin.get("/admin/").content.decode()
    assert ">owner<" not in history
    assert "a deleted account" in history


def test_a_password_changed_here_ends_the_logins(admin: Client, owner: User) -> None:
    tokens = log_in(owner)
    body = {"usable_password": "true", "password1": "quite a new one", "password2": "quite a new one"}
    assert admin.post(f"/admin/users/user/{owner.pk}/password/", body).status_code == 302
    header = {"authorization": f"Bearer {tokens.access}"}
    assert APIClient().get("/api/users/me", headers=header).status_code == 401


def test_saving_a_person_undoes_nothing_that_happened_meanwhile(
    admin: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of the row and its saving, the password changes and the picture goes."""
    file = with_picture(owner)
    real = PeopleAdmin.save_model

    def meanwhile(self: PeopleAdmin, request: Any, obj: User, form: Any, change: bool) -> None:
        User.objects.filter(pk=obj.pk).update(password="changed meanwhile")
        delete_file(file)
        real(self, request, obj, form, change)

    monkeypatch.setattr(PeopleAdmin, "save_model", meanwhile)
    body = {
        "username": owner.username,
        "email": "new@example.org",
        "is_active": "on",
        "profile-TOTAL_FORMS": "1",
        "profile-INITIAL_FORMS": "1",
        "profile-0-user": str(owner.pk),
        "profile-0-headline": "A new headline",
        "profile-0-is_public": "on",
    }
    answer = admin.post(f"/admin/users/user/{owner.pk}/change/", body)
    assert answer.status_code == 302, answer.context["errors"]
    owner.refresh_from_db()
    profile = Profile.objects.get(pk=owner.pk)
    assert (owner.email, profile.headline) == ("new@example.org", "A new headline")
    assert (owner.password, profile.image_id) == ("changed meanwhile", None)


def test_logins_can_be_ended_here_and_not_changed(admin: Client, owner: User) -> None:
    tokens = log_in(owner)
    login = Login.objects.get()
    body = {"action": "revoke", "_selected_action": [str(login.pk)]}
    assert admin.post("/admin/users/login/", body).status_code == 302
    header = {"authorization": f"Bearer {tokens.access}"}
    assert APIClient().get("/api/users/me", headers=header).status_code == 401
    assert admin.get("/admin/users/login/add/").status_code == 403
    assert admin.post(f"/admin/users/login/{login.pk}/delete/", {"post": "yes"}).status_code == 403


def test_nothing_that_opens_a_door_is_shown(admin: Client, owner: User) -> None:
    log_in(owner)
    login = Login.objects.get()
    for page in ("/admin/users/login/", f"/admin/users/login/{login.pk}/change/"):
        html = admin.get(page).content.decode()
        assert login.auth_hash not in html
        assert login.current_jti not in html


def test_a_profile_goes_with_its_account_only(admin: Client, owner: User) -> None:
    assert admin.get("/admin/users/profile/add/").status_code == 403
    assert admin.post(f"/admin/users/profile/{owner.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("who", "raised"), [("helper", False), ("chief", True)])
def test_only_a_superuser_gives_powers(
    helper: User, chief: User, owner: User, who: str, raised: bool
) -> None:
    client = signed_in(helper if who == "helper" else chief)
    body = {
        "username": "owner",
        "email": "new@example.com",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "profile-TOTAL_FORMS": "1",
        "profile-INITIAL_FORMS": "1",
        "profile-0-user": str(owner.pk),
        "profile-0-is_public": "on",
    }
    assert client.post(f"/admin/users/user/{owner.pk}/change/", body).status_code == 302
    owner.refresh_from_db()
    assert owner.email == "new@example.com"
    assert (owner.is_staff, owner.is_superuser) == (raised, raised)


def test_staff_cannot_take_over_other_staff(helper: User, chief: User) -> None:
    client = signed_in(helper)
    body = {"usable_password": "true", "password1": "quite a new one", "password2": "quite a new one"}
    before = chief.password
    assert client.post(f"/admin/users/user/{chief.pk}/password/", body).status_code == 403
    assert client.post(f"/admin/users/user/{chief.pk}/delete/", {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [chief.pk], "post": "yes"}
    assert client.post("/admin/users/user/", bulk).status_code == 403
    chief.refresh_from_db()
    assert chief.password == before


def test_staff_may_delete_people(helper: User, owner: User) -> None:
    client = signed_in(helper)
    assert client.post(f"/admin/users/user/{owner.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=owner.pk).exists()


@pytest.mark.parametrize("page", ["user", "profile", "login"])
def test_others_do_not_get_in(owner: User, page: str) -> None:
    assert signed_in(owner).get(f"/admin/users/{page}/").status_code == 302
    assert Client().get(f"/admin/users/{page}/").status_code == 302
