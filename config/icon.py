"""The icon, at the address where browsers look for it by themselves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static


def favicon(_request: HttpRequest) -> HttpResponse:
    """Pages of others, such as the admin's, name no icon, and browsers then ask for this one."""
    return redirect(static("img/mark.svg"))
