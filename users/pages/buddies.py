"""Choosing favourites among people, and taking them back: forms that stand beside a person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from uploads_app.pages.limits import throttled
from uploads_app.pages.returning import next_page
from users.pages.people import person, signed_in
from users.services.buddies import add_buddy, remove_buddy


@throttled()
@signed_in
@require_POST
def add(request: HttpRequest, username: str) -> HttpResponse:
    """Goes back to where the form stood."""
    add_buddy(person=person(request), username=username)
    messages.success(request, f"{username} is one of your buddies now.")
    return redirect(next_page(request) or "buddies")


@throttled()
@signed_in
@require_POST
def remove(request: HttpRequest, username: str) -> HttpResponse:
    """Goes back to where the form stood."""
    remove_buddy(person=person(request), username=username)
    messages.success(request, f"{username} is no longer one of your buddies.")
    return redirect(next_page(request) or "buddies")
