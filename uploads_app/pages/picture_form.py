"""What an owner says about a picture and changes of its look, as one plain form; shares are in per cent."""

from dataclasses import asdict
from typing import Any

from django import forms

from uploads_app.edits import edits_of
from uploads_app.images.recipes import Crop, Edits, Filters
from uploads_app.models import UploadedFile
from uploads_app.pages.forms import LineField, LinesField
from uploads_app.services.annotate import FocalPoint, annotate
from uploads_app.services.edit import edit

_TURNS = (
    (0, "As it is"),
    (90, "A quarter to the right"),
    (180, "Upside down"),
    (270, "A quarter to the left"),
)
_SIDES = ("x", "y", "width", "height")
_WHOLE: dict[str, float] = {"x": 0, "y": 0, "width": 100, "height": 100}
_SWITCHES = ("grayscale", "sepia", "invert")
_BOTH_WAYS = ("brightness", "contrast", "saturation")
_STRENGTHS = ("sharpen", "blur")
_WORDS = frozenset({"alt_text", "caption"})
_FOCAL_POINT = frozenset({"focal_x", "focal_y"})
# People compute with rounded numbers.
_SLACK = 0.01


def _percent(label: str, **kwargs: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        **kwargs,
    )


def _slider(label: str, least: int) -> forms.FloatField:
    slider = forms.NumberInput(attrs={"step": 1})
    slider.input_type = "range"
    return forms.FloatField(label=label, min_value=least, max_value=100, required=False, widget=slider)


class PictureForm(forms.Form):
    """The words and the look of one file. Once it is valid, `save` makes what was changed so."""

    alt_text = LineField(
        label="What is to be seen",
        max_length=300,
        required=False,
        help_text="For people who cannot see the picture, and for search.",
    )
    caption = LinesField(
        label="Caption", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    crop_x = _percent("From the left")
    crop_y = _percent("From the top")
    crop_width = _percent("Width")
    crop_height = _percent("Height")
    rotate = forms.TypedChoiceField(label="Turn", choices=_TURNS, coerce=int)
    flip = forms.BooleanField(label="Mirror left to right", required=False)
    brightness = _slider("Brightness", -100)
    contrast = _slider("Contrast", -100)
    saturation = _slider("Saturation", -100)
    sharpen = _slider("Sharpen", 0)
    blur = _slider("Blur", 0)
    grayscale = forms.BooleanField(label="Black and white", required=False)
    sepia = forms.BooleanField(label="Sepia", required=False)
    invert = forms.BooleanField(label="Negative", required=False)
    focal_x = _percent("From the left", required=False)
    focal_y = _percent("From the top", required=False)

    def __init__(self, file: UploadedFile, data: Any = None) -> None:
        self.file = file
        super().__init__(data, initial=_shown(file))
        for field in self.fields.values():
            field.show_hidden_initial = True  # what counts as changed is what was changed in this very form

    @property
    def sliders(self) -> list[forms.BoundField]:
        """The filters with a strength, as they follow each other on the page."""
        return [self[name] for name in _BOTH_WAYS + _STRENGTHS]

    @property
    def looks_wrong(self) -> bool:
        """Whether an error lies among the numbers, which are folded away otherwise."""
        return bool(set(self.errors) - _WORDS)

    def clean_crop_width(self) -> float:
        return self._within("crop_x", "crop_width", "the right edge")

    def clean_crop_height(self) -> float:
        return self._within("crop_y", "crop_height", "the bottom")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if (cleaned.get("focal_x") is None) != (cleaned.get("focal_y") is None):
            self.add_error("focal_y", "Give both numbers, or neither.")
        return cleaned

    def save(self) -> None:
        """Edits and describes the file, as far as something was changed. Raises NotFound when it is gone."""
        changed = set(self.changed_data)
        described = _WORDS & changed
        changes: dict[str, Any] = {name: self.cleaned_data[name] for name in described}
        if changed & _FOCAL_POINT:
            changes["focal_point"] = self._focal_point()
        if changed - _WORDS - _FOCAL_POINT:
            edit(self.file, self._edits(changed))
        annotate(self.file, changes)

    def _within(self, start: str, length: str, edge: str) -> float:
        from_edge, share = self.cleaned_data.get(start, 0.0), float(self.cleaned_data[length])
        if share / 100 == 0:  # so small that nothing is left of it in 0..1 either
            raise forms.ValidationError("Something has to be left of the picture.")
        if from_edge >= 100 or from_edge + share > 100 + _SLACK:
            raise forms.ValidationError(f"This reaches beyond {edge}: at most {100 - from_edge:g} here.")
        return share

    def _focal_point(self) -> FocalPoint | None:
        x, y = self.cleaned_data["focal_x"], self.cleaned_data["focal_y"]
        return None if x is None else FocalPoint(x / 100, y / 100)

    def _edits(self, changed: set[str]) -> Edits:
        """The file's edits with what was changed: what was not keeps all of its digits."""
        before, asked = edits_of(self.file), self.cleaned_data
        filters: dict[str, Any] = asdict(before.filters)
        filters |= {name: asked[name] for name in changed.intersection(_SWITCHES)}
        sliders = changed.intersection(_BOTH_WAYS + _STRENGTHS)
        filters |= {name: (asked[name] or 0) / 100 for name in sliders}
        cropped = changed & {f"crop_{side}" for side in _SIDES}
        return Edits(
            crop=self._crop() if cropped else before.crop,
            rotate=asked["rotate"] if "rotate" in changed else before.rotate,
            flip=asked["flip"] if "flip" in changed else before.flip,
            filters=Filters(**filters),
        )

    def _crop(self) -> Crop:
        x, y, width, height = (self.cleaned_data[f"crop_{side}"] / 100 for side in _SIDES)
        return Crop(x, y, min(width, 1 - x), min(height, 1 - y))


def _shown(file: UploadedFile) -> dict[str, Any]:
    """A file as the form shows it."""
    edits = edits_of(file)
    crop = {side: _rounded(share) for side, share in asdict(edits.crop).items()} if edits.crop else _WHOLE
    filters = asdict(edits.filters)
    shown: dict[str, Any] = {
        "alt_text": file.alt_text,
        "caption": file.caption,
        "rotate": edits.rotate,
        "flip": edits.flip,
    }
    shown |= {f"crop_{side}": share for side, share in crop.items()}
    shown |= {name: filters[name] for name in _SWITCHES}
    shown |= {name: round(100 * filters[name]) for name in _BOTH_WAYS + _STRENGTHS}
    if file.focal_x is not None and file.focal_y is not None:
        shown |= {"focal_x": _rounded(file.focal_x), "focal_y": _rounded(file.focal_y)}
    return shown


def _rounded(share: float) -> float:
    percent = round(100.0 * share, 3)
    return int(percent) if percent.is_integer() else percent
