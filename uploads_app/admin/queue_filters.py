"""What the queue is narrowed by, as a form that lives in the page's address."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict

from uploads_app.models import UploadedFile
from uploads_app.services.moderation.queue import Wanted, Which, look_alikes

_DAYS = 3650

_STATES = [
    (Which.WAITING, "In the queue"),
    (Which.UNREVIEWED, "Unreviewed"),
    (Which.WITHHELD, "Withheld"),
    (Which.APPROVED, "Approved"),
    (Which.REJECTED, "Rejected"),
    (Which.ALL, "All"),
]


class FilterForm(forms.Form):
    """Every field may be absent; what is malformed narrows nothing and is told beside its field."""

    state = forms.ChoiceField(choices=_STATES, required=False)
    category = forms.ChoiceField(
        choices=[("", "Any"), *UploadedFile.Category.choices], required=False, label="Category"
    )
    reported = forms.IntegerField(min_value=1, max_value=10_000, required=False, label="Reports, at least")
    owner = forms.CharField(max_length=150, required=False, label="Owner's username")
    older = forms.IntegerField(min_value=1, max_value=_DAYS, required=False, label="Older than, days")
    newer = forms.IntegerField(min_value=1, max_value=_DAYS, required=False, label="Newer than, days")
    near = forms.UUIDField(required=False, label="Looks like the file, by its id")

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, label_suffix="", auto_id="filter-%s")
        self.full_clean()

    @cached_property
    def wanted(self) -> Wanted:
        """What the valid fields say."""
        found: dict[str, Any] = self.cleaned_data
        return Wanted(
            which=Which(found.get("state") or Which.WAITING),
            category=found.get("category") or "",
            reported=found.get("reported") or 0,
            owner=found.get("owner") or "",
            older=_days(found.get("older")),
            newer=_days(found.get("newer")),
            among=look_alikes(found["near"]) if found.get("near") else None,
        )

    @property
    def narrows(self) -> bool:
        """Whether anything but the state is asked for."""
        return any(found for name, found in self.cleaned_data.items() if name != "state")


def _days(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(days=number)
