"""What staff get for a password alone, and for a password and a code."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, store_bytes
from users.models import Profile, User
from users.services import second_factor
from users.services.login import log_in
from users.tests.factories import PASSWORD, UserFactory
from users.tests.second_factor import enrolled, with_both, with_password

SignedIn = Callable[[User], APIClient]


@pytest.fixture(autouse=True)
def wanted(settings: Any) -> None:
    settings.VITRINE_ADMIN_2FA = True


@pytest.fixture
def chief(db: None) -> User:
    return UserFactory.create(username="chief", is_staff=True, is_superuser=True)


@pytest.fixture
def private(owner: User) -> UploadedFile:
    file = FileFactory.create(owner=owner)
    store_bytes(file)
    return file


def sights(client: Any, file: UploadedFile) -> list[int]:
    """How a file answers: its bytes, what is known of it; and a person who is hidden."""
    Profile.objects.filter(user=file.owner).update(is_public=False)
    paths = (f"/api/upload/{file.pk}", f"/api/upload/{file.pk}/metadata", "/api/users/owner")
    return [client.get(path).status_code for path in paths]


@pytest.mark.parametrize("path", [
    "/admin/", "/admin/users/user/", "/admin/users/user/1/change/", "/admin/uploads_app/uploadedfile/",
    "/admin/jsi18n/", "/admin/autocomplete/", "/admin/password_change/", "/admin/nothing/",
])  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("has_device", [True, False])
def test_nothing_of_the_admin_answers_to_a_password(
    chief: User, path: str, method: str, has_device: bool
) -> None:
    if has_device:
        enrolled(chief)
    answer = getattr(with_password(chief), method)(path)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_a_password_leads_to_the_code_and_the_first_time_to_a_device(chief: User) -> None:
    first = Client()
    body = {"username": "chief", "password": PASSWORD}
    answer = first.post("/admin/login/?next=/admin/users/", body, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/second-factor/set-up/?next=%2Fadmin%2Fusers%2F"
    enrolled(chief)
    answer = Client().post("/admin/login/?next=/admin/users/", body, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/second-factor/?next=%2Fadmin%2Fusers%2F"
    # Also for who logged in on the pages, and then follows the link to the admin.
    answer = with_password(chief).get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/second-factor/?next=%2Fadmin%2F"


def test_the_answer_to_the_password_changes_the_token_of_forms(chief: User) -> None:
    client = Client()
    client.get("/admin/login/")
    before = client.cookies["csrftoken"].value
    client.post("/admin/login/", {"username": "chief", "password": PASSWORD})
    assert client.cookies["csrftoken"].value != before


def test_with_both_factors_the_admin_answers(chief: User) -> None:
    client = with_both(chief)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/users/user/").status_code == 200


def test_a_cookie_for_a_password_sees_as_anybody_does(staff: User, private: UploadedFile) -> None:
    assert sights(with_password(staff), private) == [404, 404, 404]


def test_a_bearer_token_sees_as_anybody_does(staff: User, private: UploadedFile, signed_in: SignedIn) -> None:
    enrolled(staff)
    assert sights(signed_in(staff), private) == [404, 404, 404]


def test_a_session_with_both_factors_sees_all(staff: User, private: UploadedFile) -> None:
    assert sights(with_both(staff), private) == [200, 200, 200]


def test_without_the_setting_all_is_as_ever(
    staff: User, private: UploadedFile, signed_in: SignedIn, settings: Any
) -> None:
    settings.VITRINE_ADMIN_2FA = False
    assert sights(with_password(staff), private) == [200, 200, 200]
    assert sights(signed_in(staff), private) == [200, 200, 200]
    client = with_password(staff)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/second-factor/").status_code == 404


def test_permissions_count_for_nothing_without_the_second_factor(chief: User) -> None:
    assert not chief.has_perm("users.change_user")
    assert not chief.has_module_perms("users")
    chief.second_factor_shown = True
    assert chief.has_perm("users.change_user")
    assert chief.has_module_perms("users")


def test_a_second_factor_makes_nobody_staff(owner: User, stranger: User, private: UploadedFile) -> None:
    client = with_password(stranger)
    made = enrolled(stranger)
    session = client.session
    session["otp_device_id"] = made.device.persistent_id
    session.save()
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/second-factor/").status_code == 302
    assert sights(client, private) == [404, 404, 404]


def test_the_bytes_cost_one_query_to_know_who_asks(
    staff: User, private: UploadedFile, django_assert_num_queries: Any
) -> None:
    from django.test import RequestFactory

    from users.viewer import viewer_of

    client, request = with_both(staff), RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    with django_assert_num_queries(1):
        viewer = viewer_of(request)
    assert isinstance(viewer, User)
    assert viewer.acts_as_staff


@pytest.mark.parametrize("how", ["reset", "removed", "unconfirmed"])
def test_who_loses_the_device_is_out_at_once(chief: User, private: UploadedFile, how: str) -> None:
    client = with_both(chief)
    assert sights(client, private) == [200, 200, 200]
    device = second_factor.device_of(chief)
    assert device is not None
    match how:
        case "reset":
            second_factor.reset(user=chief)
        case "removed":
            device.delete()
        case "unconfirmed":
            device.confirmed = False
            device.save()
    assert client.get("/admin/").status_code == 302
    assert set(sights(client, private)) <= {401, 404}


def test_a_reset_ends_tokens_too(staff: User) -> None:
    tokens = log_in(staff)
    second_factor.reset(user=staff)
    header = {"authorization": f"Bearer {tokens.access}"}
    assert APIClient().get("/api/users/me", headers=header).status_code == 401
