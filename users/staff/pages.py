"""The pages of the second factor: show it, set it up, get new recovery codes.

`StaffSite` opens them to staff who are logged in, by password alone; each gets the context of the admin.
"""

from typing import Any, cast

import segno
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as note_device
from django_otp.plugins.otp_totp.models import TOTPDevice

from uploads_app.errors import Invalid
from uploads_app.pages.forms import refuse
from uploads_app.pages.returning import next_page
from users.guessing import count_code, forget_codes
from users.models import User
from users.services import second_factor as factor
from users.staff import clock, log
from users.staff.forms import CodeForm, ReplaceForm, SetupForm, signed

Context = dict[str, Any]


def show(request: HttpRequest, context: Context) -> HttpResponse:
    """Asks for a code; who has none to show yet is led to where one is set up."""
    user = _person(request)
    if user.acts_as_staff:
        return _onwards(request)
    if factor.device_of(user) is None:
        return _led_to("admin:second_factor_setup", request)
    form = CodeForm(_given(request))
    device = _proved(request, form)
    if device is not None:
        _let_in(request, device)
        return _onwards(request)
    shown = context | {"title": "Second factor", "form": form, "next": next_page(request)}
    return render(request, "admin/second_factor/show.html", shown, status=400 if form.errors else 200)


def set_up(request: HttpRequest, context: Context) -> HttpResponse:
    """Sets up the first device, or another by who shows the one before once more."""
    user = _person(request)
    device = factor.device_of(user)
    if device is not None and not user.acts_as_staff:
        return _led_to("admin:second_factor", request)
    form = (SetupForm if device is None else ReplaceForm)(user, _given(request))
    if form.is_valid() and (device is None or _holds_the_one_before(request, form)):
        try:
            made = factor.enrol(user=user, replace=device is not None, **_sent(form))
        except Invalid as error:
            refuse(form, error)
        else:
            log.tell(request, "second factor set up")
            _let_in(request, made.device)
            return _codes(request, context, made.recovery_codes)
    if form.errors:
        log.tell(request, "second factor refused")
    shown = context | _key_to_add(user, form) | {"title": "Set up your second factor", "form": form}
    shown |= {"next": next_page(request), "replaces": device is not None}
    return render(request, "admin/second_factor/set_up.html", shown, status=400 if form.errors else 200)


def recovery_codes(request: HttpRequest, context: Context) -> HttpResponse:
    """Says how many are left, and gives new ones for a fresh code."""
    user = _person(request)
    if not user.acts_as_staff:
        return _led_to("admin:second_factor", request)
    form = CodeForm(_given(request))
    if _proved(request, form) is not None:
        log.tell(request, "recovery codes renewed")
        return _codes(request, context, factor.renew_recovery_codes(user=user))
    left = factor.recovery_codes_left(user)
    shown = context | {"title": "Recovery codes", "form": form, "left": left}
    return render(request, "admin/second_factor/recovery.html", shown, status=400 if form.errors else 200)


def _proved(request: HttpRequest, form: CodeForm) -> TOTPDevice | None:
    """The device that the form's code proves; None, with the form's error, where it proves nothing.

    Raises Throttled after too many wrong ones.
    """
    if not form.is_bound:
        return None
    log.tell(request, "second factor refused")
    if not form.is_valid():
        return None
    user = _person(request)
    count_code(request, user)
    try:
        device = factor.confirm(user=user, code=form.cleaned_data["code"])
    except Invalid as error:
        refuse(form, error)
        return None
    forget_codes(request, user)
    log.tell(request, "second factor shown")
    return device


def _holds_the_one_before(request: HttpRequest, form: SetupForm) -> bool:
    """Whether the form has a code of the present device; if not, it says so. Raises Throttled."""
    user = _person(request)
    count_code(request, user)
    try:
        factor.confirm(user=user, code=form.cleaned_data["present"])
    except Invalid as error:
        form.add_error("present", [one.detail for one in error.errors])
        return False
    forget_codes(request, user)
    return True


def _let_in(request: HttpRequest, device: TOTPDevice) -> None:
    """Notes in the session, under a new key, that it has shown the second factor."""
    # A device that was replaced may still be noted; the new row could not refer to it.
    request.session.pop(DEVICE_ID_SESSION_KEY, None)
    request.session.cycle_key()
    note_device(request, device)
    clock.begin(request.session)


def _codes(request: HttpRequest, context: Context, codes: list[str]) -> HttpResponse:
    """Shown as the answer to the form, so that they are kept nowhere."""
    shown = context | {"title": "Your recovery codes", "codes": codes, "next": _where(request)}
    return render(request, "admin/second_factor/codes.html", shown)


def _key_to_add(user: User, form: SetupForm) -> Context:
    """The key of a form that comes back, so that a mistyped code costs no second scan; else a new one."""
    key = getattr(form, "cleaned_data", {}).get("secret") or factor.new_key()
    picture = segno.make_qr(factor.as_address(user, key), error="m")
    # Light on purpose, also on a dark page: else no app could read it.
    drawn = picture.svg_data_uri(scale=5, border=4, light="#fff")
    side = picture.symbol_size(scale=5, border=4)[0]
    return {"qr": drawn, "side": side, "key": factor.as_text(key), "secret": signed(user, key)}


def _given(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _sent(form: SetupForm) -> dict[str, str]:
    return {"key": form.cleaned_data["secret"], "code": form.cleaned_data["code"]}


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _where(request: HttpRequest) -> str:
    return next_page(request) or reverse("admin:index")


def _onwards(request: HttpRequest) -> HttpResponse:
    return redirect(_where(request))


def _led_to(page: str, request: HttpRequest) -> HttpResponse:
    wanted = next_page(request)
    return redirect(reverse(page) + (f"?{urlencode({'next': wanted})}" if wanted else ""))
