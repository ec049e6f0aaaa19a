"""Making an account, logging in and out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from uploads_app.errors import Invalid
from uploads_app.pages.forms import refuse
from uploads_app.pages.limits import throttled
from uploads_app.pages.returning import next_page
from users.guessing import person_with
from users.models import User
from users.pages.forms import LoginForm, RegisterForm, sent
from users.services.register import register

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_WRONG = "No active account has this name and password."

_own = cache_control(private=True, no_cache=True)


@throttled("register")
@_own
@require_http_methods(["GET", "HEAD", "POST"])
def register_page(request: HttpRequest) -> HttpResponse:
    """Who has made an account is signed in, and where they came from."""
    if request.user.is_authenticated:
        return _onwards(request)
    form = RegisterForm(sent(request))
    if form.is_valid():
        try:
            user = register(**form.cleaned_data)
        except Invalid as error:
            refuse(form, error)
        else:
            login(request, user, backend=_BACKEND)
            messages.success(request, f"Welcome, {user.username}. Your account is ready.")
            return _onwards(request)
    return _form_page(request, "register", form)


@_own
@require_http_methods(["GET", "HEAD", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """Tries are counted by `users.guessing`, for this door and the others together."""
    if request.user.is_authenticated:
        return _onwards(request)
    form = LoginForm(sent(request))
    if form.is_valid():
        user = person_with(request, **form.cleaned_data)
        if user is not None:
            return _let_in(request, user)
        form.add_error(None, _WRONG)
    return _form_page(request, "login", form)


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    """Ends this session; the person's others stay."""
    logout(request)
    messages.success(request, "You are logged out.")
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user)
    return _onwards(request)


def _onwards(request: HttpRequest) -> HttpResponse:
    return redirect(next_page(request) or settings.LOGIN_REDIRECT_URL)


def _form_page(request: HttpRequest, topic: str, form: RegisterForm | LoginForm) -> HttpResponse:
    shown = {"form": form, "next": next_page(request), "section": topic}
    return render(request, f"auth/{topic}.html", shown, status=400 if form.errors else 200)
