"""Who asks, for views that do without DRF."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import InvalidToken

from users.models import Session, User
from users.services.login import log_in
from users.sessions import SessionStore
from users.viewer import viewer_of


def with_bearer(token: str) -> HttpRequest:
    return RequestFactory().get("/", headers={"authorization": f"Bearer {token}"})


def test_an_access_token_costs_one_query(owner: User, django_assert_num_queries: Any) -> None:
    request = with_bearer(log_in(owner).access)
    with django_assert_num_queries(1):
        assert viewer_of(request) == owner


def test_a_viewer_without_credentials_costs_no_query(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert isinstance(viewer_of(RequestFactory().get("/")), AnonymousUser)


def test_a_viewer_with_a_bad_token_is_refused_even_beside_a_good_session(owner: User) -> None:
    request = with_bearer("bad")
    request.COOKIES = session_cookies(owner)
    with pytest.raises(InvalidToken):
        viewer_of(request)
    request.META["HTTP_AUTHORIZATION"] = "Bearer a b"
    with pytest.raises(AuthenticationFailed):
        viewer_of(request)


def session_cookies(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return {name: morsel.value for name, morsel in client.cookies.items()}


def of_session(cookies: dict[str, str]) -> User | AnonymousUser:
    request = RequestFactory().get("/")
    request.COOKIES = cookies
    viewer = viewer_of(request)
    assert not hasattr(request, "session")
    return viewer


def test_a_viewer_by_session_is_known_at_one_query(owner: User, django_assert_num_queries: Any) -> None:
    cookies = session_cookies(owner)
    with django_assert_num_queries(1):
        assert of_session(cookies) == owner


@pytest.mark.parametrize("what", ["over", "of another", "forged", "of another way in"])
def test_a_session_row_that_does_not_hold_is_anonymous(owner: User, stranger: User, what: str) -> None:
    cookies, row = session_cookies(owner), Session.objects.get()
    if what == "over":
        row.expire_date = timezone.now() - timedelta(seconds=1)
    elif what == "of another":
        row.account = stranger
    elif what == "forged":
        row.session_data = row.session_data[:-1] + "x"
    else:
        data = row.get_decoded() | {"_auth_user_backend": "elsewhere.Backend"}
        row.session_data = SessionStore().encode(data)
    row.save()
    assert isinstance(of_session(cookies), AnonymousUser)


@pytest.mark.parametrize("end", ["disabled", "password", "deleted", "logged out"])
def test_a_session_that_is_over_is_anonymous(owner: User, end: str) -> None:
    cookies = session_cookies(owner)
    match end:
        case "disabled":
            User.objects.update(is_active=False)
        case "password":
            owner.set_password("x")
            owner.save()
        case "deleted":
            owner.delete()
        case "logged out":
            Session.objects.all().delete()
    assert isinstance(of_session(cookies), AnonymousUser)


@pytest.mark.parametrize("cookie", ["", "x", "\x00", "ü", "a" * 5000, "0123456789abcdef" * 2])
def test_cookies_that_are_no_session_are_anonymous(db: None, cookie: str) -> None:
    assert isinstance(of_session({"sessionid": cookie}), AnonymousUser)
