"""The forms of accounts. They check shapes alone; services judge."""

from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from uploads_app.pages.forms import LineField, LinesField
from users.models import Profile

_LONGEST_PASSWORD = 1024  # characters: it has to be hashed whole
_ABOUT_PASSWORDS = "8 characters or more; no common one, not only digits, not your name."


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None while its page is only looked at."""
    return request.POST if request.method == "POST" else None


class PasswordField(forms.CharField):
    """Taken as it is, spaces included, and never written into a page."""

    def __init__(self, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(strip=False, max_length=_LONGEST_PASSWORD, widget=widget, **kwargs)


def _text_input(autocomplete: str, **attrs: str) -> forms.TextInput:
    names = {"autocapitalize": "none", "spellcheck": "false"} if autocomplete == "username" else {}
    return forms.TextInput(attrs={"autocomplete": autocomplete, **names, **attrs})


class RegisterForm(forms.Form):
    username = LineField(
        max_length=150,
        widget=_text_input("username"),
        help_text="A part of your page's address: letters, digits and @ . + - _",
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Shown to nobody. You need it when you forget your password.",
    )
    password = PasswordField("new-password", help_text=_ABOUT_PASSWORDS)


class LoginForm(forms.Form):
    username = LineField(max_length=150, widget=_text_input("username"))
    password = PasswordField("current-password")


class ProfileForm(forms.Form):
    display_name = LineField(
        label="Name",
        max_length=80,
        required=False,
        widget=_text_input("name"),
        help_text="As others see it. Without one they see your username.",
    )
    headline = LineField(max_length=120, required=False, help_text="What you do, in one line.")
    location = LineField(max_length=80, required=False, widget=_text_input("off"))
    bio = LinesField(label="About you", max_length=2000, required=False)
    is_public = forms.BooleanField(
        required=False,
        label="Show my profile",
        help_text="Without this, others see neither your page nor your picture; your published gigs stay.",
    )

    @classmethod
    def of(cls, profile: Profile, data: QueryDict | None) -> "ProfileForm":
        """The form with what the profile says now."""
        return cls(data, initial={name: getattr(profile, name) for name in cls.base_fields})


class ChangePasswordForm(forms.Form):
    old_password = PasswordField("current-password", label="Your password now")
    new_password = PasswordField("new-password", label="Your new password", help_text=_ABOUT_PASSWORDS)


class AskForLinkForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="The one that you registered with.",
    )


class NewPasswordForm(forms.Form):
    new_password = PasswordField("new-password", label="Your new password", help_text=_ABOUT_PASSWORDS)


class DeleteForm(forms.Form):
    password = PasswordField("current-password", label="Your password")


class ChosenPictureForm(forms.Form):
    file_id = forms.UUIDField()
