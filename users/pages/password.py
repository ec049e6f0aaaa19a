"""Changing one's password, and choosing another when it is forgotten."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from uploads_app.errors import Conflict, Invalid
from uploads_app.pages.forms import refuse
from uploads_app.pages.limits import throttled
from users.guessing import confirm_password, forget_tries
from users.pages.forms import AskForLinkForm, ChangePasswordForm, NewPasswordForm, sent
from users.pages.people import person
from users.services import password_reset
from users.services.password import change_password

# Stands in addresses for a token that is kept in the session, where no Referer and no history leaks it.
_KEPT = "set"
_KEY = "password_reset_token"


@throttled()
@login_required
@sensitive_post_parameters()
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """The session at hand stays; every other ends."""
    user = person(request)
    form = ChangePasswordForm(sent(request))
    if form.is_valid():
        old, new = form.cleaned_data["old_password"], form.cleaned_data["new_password"]
        try:
            confirm_password(request, user, old)
            change_password(user=user, old=old, new=new)
        except Invalid as error:
            refuse(form, error, {"password": "old_password"})
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "Your password is changed. Everywhere else you are logged out.")
            return redirect("account")
    return render(request, "account/password.html", {"form": form}, status=400 if form.errors else 200)


@throttled("reset")
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Answers alike whether or not anybody here has the address."""
    form = AskForLinkForm(sent(request))
    if form.is_valid():
        origin = f"{request.scheme}://{request.get_host()}"
        password_reset.ask_for_link(email=form.cleaned_data["email"], origin=origin)
        return redirect("password-reset-sent")
    return render(request, "auth/password_reset.html", {"form": form}, status=400 if form.errors else 200)


@cache_control(private=True, no_cache=True)
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "auth/password_reset_sent.html")


@throttled()
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """The page that the mail leads to. It opens at an address without the token."""
    kept = request.session.get(_KEY, "") if token == _KEPT else token
    if password_reset.person_of_link(uid=uid, token=kept) is None:
        return _stale(request)
    if token != _KEPT:
        request.session[_KEY] = token
        return redirect("password-reset-link", uid, _KEPT)
    form = NewPasswordForm(sent(request))
    if form.is_valid():
        try:
            user = password_reset.set_forgotten_password(
                uid=uid, token=kept, new=form.cleaned_data["new_password"]
            )
        except Invalid as error:
            refuse(form, error)
        except Conflict:
            return _stale(request)
        else:
            logout(request)  # this browser's session may be one of those that ended
            forget_tries(request, user)  # whoever reads the mail of an account is no guesser
            messages.success(request, "Your password is changed. Log in with the new one.")
            return redirect("login")
    return render(request, "auth/password_choose.html", {"form": form}, status=400 if form.errors else 200)


def _stale(request: HttpRequest) -> HttpResponse:
    return render(request, "auth/password_stale.html", status=400)
