"""One's own account: what it shows of oneself, and what is missing."""

from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from uploads_app.pages.limits import throttled
from users.pages.forms import ProfileForm, sent
from users.pages.people import person
from users.services.profile import completeness, profile_of, update_profile


class Missing(NamedTuple):
    """Something that a profile lacks, in words, and where it is filled in."""

    words: str
    address: str


_WORDS = {
    "display_name": "your name",
    "headline": "what you do",
    "bio": "something about you",
    "location": "where you are",
    "profile_image": "a picture of you",
}


@throttled()
@login_required
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The overview, with the profile to be changed."""
    profile = profile_of(person(request))
    form = ProfileForm.of(profile, sent(request))
    if form.is_valid():
        update_profile(person(request), form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("account")
    found = completeness(profile)
    shown = {
        "form": form,
        "profile": profile,
        "percent": found.percent,
        "missing": [_missing(name) for name in found.missing],
    }
    return render(request, "account/account.html", shown, status=400 if form.errors else 200)


def _missing(name: str) -> Missing:
    where = reverse("account-picture") if name == "profile_image" else f"#id_{name}"
    return Missing(_WORDS[name], where)
