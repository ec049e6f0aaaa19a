"""What an owner says against a rejection."""

from django import forms

from uploads_app.pages.forms import LinesField
from uploads_app.services.moderation.appeal import LONGEST


class AppealForm(forms.Form):
    text = LinesField(
        label="Why should it be shown?",
        max_length=LONGEST,
        help_text="Staff read this and look at the picture again. You can appeal once.",
    )
