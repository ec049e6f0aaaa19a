"""For how long a link to a picture is to be good."""

from django import forms

_HOUR = 3600
_TIMES = ((_HOUR, "An hour"), (24 * _HOUR, "A day"), (7 * 24 * _HOUR, "A week"))


class ShareForm(forms.Form):
    """`expires_in` is in seconds."""

    expires_in = forms.TypedChoiceField(
        label="The link is good for", choices=_TIMES, coerce=int, initial=24 * _HOUR
    )
