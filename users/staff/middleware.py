"""What holds for every request of staff, whichever page of the admin it is for."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from users.staff import ADMIN, clock, log

Handler = Callable[[HttpRequest], HttpResponseBase]
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SecondFactorMiddleware:
    """Tells `request.user` whether this very session has shown the second factor, and still may use it.

    Comes after django-otp's, which knows the device. Nothing is asked before a view asks for the person.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        request.user = SimpleLazyObject(lambda: _marked(request, user))  # type: ignore[assignment]
        return self.get_response(request)


class StaffLogMiddleware:
    """Logs each change, each refusal, and each event that a page of the admin tells of."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ADMIN):
            return self.get_response(request)
        before = request.user.get_username()  # asked first, for who logs out is nobody afterwards
        response = self.get_response(request)
        event, who = log.told(request)
        if event or request.method not in _SAFE or response.status_code == 403:
            name = request.user.get_username() or before or who or ""
            log.write(request, event or "request", name, response.status_code)
        return response


class StaffClockMiddleware:
    """Ends a session of staff that comes to the admin after its time."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ADMIN) or not getattr(request.user, "is_staff", False):
            return self.get_response(request)
        why = clock.over(request.session)
        if why is None:
            clock.tick(request.session)
            return self.get_response(request)
        logout(request)
        messages.warning(request, why)
        log.tell(request, "session over")
        door = reverse("admin:login")
        if request.path == door:
            return self.get_response(request)
        # What a form had sent is not repeated; its page may not even answer to GET.
        back = request.get_full_path() if request.method == "GET" else reverse("admin:index")
        return redirect_to_login(back, door)


def _marked(request: HttpRequest, user: Any) -> Any:
    if user.is_authenticated:
        user.second_factor_shown = user.otp_device is not None and clock.over(request.session) is None
    return user
