"""The site of the admin: password first, then the second factor, and nothing before both."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.admin.sites import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp import DEVICE_ID_SESSION_KEY

from users.models import User
from users.staff import log, pages

Page = Callable[[HttpRequest, dict[str, Any]], HttpResponse]


class StaffSite(AdminSite):
    """Django's, for staff who act as such (`User.acts_as_staff`)."""

    site_title = site_header = "Vitrine"
    index_title = "Staff"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this very session may be in the admin."""
        return self._is_staff(request) and cast(User, request.user).acts_as_staff

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"wants_second_factor": settings.VITRINE_ADMIN_2FA}

    def get_urls(self) -> list[Any]:
        own = {
            "second-factor/": ("second_factor", pages.show),
            "second-factor/set-up/": ("second_factor_setup", pages.set_up),
            "second-factor/recovery-codes/": ("second_factor_recovery", pages.recovery_codes),
        }
        found = [path(route, self._after_password(page), name=name) for route, (name, page) in own.items()]
        return found + super().get_urls()

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Takes the password, and leads on to the second factor where one is wanted."""
        if request.method != "POST":
            if self._is_staff(request) and not self.has_permission(request):
                return redirect(_second_factor(request.GET.get("next", "")))
            return super().login(request, extra_context)
        # Who logs in anew begins without what an earlier login has shown.
        request.session.pop(DEVICE_ID_SESSION_KEY, None)
        answer = super().login(request, extra_context)
        if answer.status_code != 302:
            log.tell(request, "login refused", who=_account(request.POST.get("username", "")))
            return answer
        log.tell(request, "login")
        if not self.has_permission(request):
            answer["Location"] = _second_factor(answer["Location"])  # the answer itself bears the new cookies
        return answer

    def _is_staff(self, request: HttpRequest) -> bool:
        return super().has_permission(request)

    def _after_password(self, page: Page) -> Callable[[HttpRequest], HttpResponse]:
        """A page for staff who are logged in, whether or not they have shown a second factor."""

        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        def opened(request: HttpRequest) -> HttpResponse:
            if not settings.VITRINE_ADMIN_2FA:
                raise Http404
            if not self._is_staff(request):
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            return page(request, self.each_context(request))

        return opened


def _second_factor(wanted: str) -> str:
    """The address of the page that asks for it, and itself looks whether `wanted` is a place of this site."""
    return f"{reverse('admin:second_factor')}?{urlencode({'next': wanted})}"


def _account(username: str) -> str:
    """The name, if it is somebody's: people type other things there too, even their password."""
    known = User.objects.with_username(username).only("username").first()
    return known.username if known else "somebody unknown"
