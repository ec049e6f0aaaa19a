"""Taking one's things along, and ending one's account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from uploads_app.errors import Invalid
from uploads_app.pages.forms import refuse
from uploads_app.pages.limits import throttled
from uploads_app.services.usage import usage_of
from users.archive import archive
from users.guessing import confirm_password
from users.pages.forms import DeleteForm, sent
from users.pages.people import person, signed_in
from users.services.deletion import delete_account


@throttled("export")
@signed_in
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The ZIP, as a download."""
    return archive(person(request))


@throttled()
@login_required
@sensitive_post_parameters()
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Says what goes; with the password, it goes."""
    user = person(request)
    form = DeleteForm(sent(request))
    if form.is_valid():
        try:
            confirm_password(request, user, form.cleaned_data["password"])
        except Invalid as error:
            refuse(form, error)
        else:
            delete_account(user)
            logout(request)
            messages.success(request, "Your account is gone, with all that was yours. Goodbye.")
            return redirect("marketplace")
    shown = {"form": form, "usage": usage_of(user)}
    return render(request, "account/delete.html", shown, status=400 if form.errors else 200)
