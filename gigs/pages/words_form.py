"""The form of what a gig says. It checks shapes alone: `gigs.rules` judge."""

from typing import Any

from django import forms

from gigs import rules
from gigs.models import Gig
from gigs.services.update import GigChanges
from uploads_app.pages.forms import LineField, LinesField

_NEEDED = "needed to publish"


class WordsForm(forms.Form):
    """Title, description, price and tags. All may be empty while the gig is a draft."""

    title = LineField(max_length=rules.MAX_TITLE, required=False, help_text="What one gets, in a few words.")
    description = LinesField(
        max_length=rules.MAX_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What is included, how long it takes, and what you need to know first.",
    )
    price = forms.DecimalField(
        min_value=0, max_value=rules.MAX_PRICE, max_digits=10, decimal_places=2, required=False
    )
    currency = forms.ChoiceField(choices=[(code, code) for code in rules.CURRENCIES])
    tags = LineField(
        max_length=(rules.MAX_TAG + 2) * rules.MAX_TAGS,
        required=False,
        help_text=f"Up to {rules.MAX_TAGS}, with commas between them, such as: pottery, gifts, handmade.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "price"):
            self.fields[name].mark = _NEEDED  # type: ignore[attr-defined]  # forms/field.html shows it

    @classmethod
    def of(cls, gig: Gig) -> "WordsForm":
        """The form with what the gig says now."""
        tags = ", ".join(tag.name for tag in gig.tags.all())
        words = ("title", "description", "price", "currency")
        return cls(initial={name: getattr(gig, name) for name in words} | {"tags": tags})

    def clean_tags(self) -> list[str]:
        """The tags one by one; what is empty between two commas is none."""
        return [tag for part in self.cleaned_data["tags"].split(",") if (tag := part.strip())]

    def words(self) -> GigChanges:
        """What was written, as the services take it."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "description": data["description"],
            "price": data["price"],
            "currency": data["currency"],
            "tags": data["tags"],
        }
