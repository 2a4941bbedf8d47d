"""What is written down on air, checked: one mark or one sample, from a plain form or from a device's queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.whole_numbers import WholeNumberField
from livestreams.air.models import METRICS, AirMark, MetricSample

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Beyond any clock, however wrong, and near enough that two of them can be added up.
LAST_MILLISECOND = (datetime(2200, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)


class ClockField(forms.IntegerField):
    """A moment by a device's clock: milliseconds since 1970, as JavaScript counts. Cleans to an aware datetime."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=LAST_MILLISECOND, **options)

    def clean(self, value: Any) -> Any:
        """The moment; None where the field may be empty and is."""
        milliseconds = super().clean(value)
        return None if milliseconds is None else EPOCH + timedelta(milliseconds=milliseconds)


class MarkForm(forms.ModelForm):  # type: ignore[type-arg]
    """A mark: its id, what, perhaps of which slot (id) or of which mark (id), and when by the device's clock (else: now)."""

    id = forms.UUIDField()
    slot = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    undoes = forms.UUIDField(required=False)
    at = ClockField(required=False)

    class Meta:
        model = AirMark
        fields = ["kind"]

    def clean(self) -> dict[str, Any]:
        """A mark of a slot names it, an undo names what it takes back, and nothing else names anything."""
        data: dict[str, Any] = super().clean() or {}
        kind = data.get("kind")
        if kind is None:
            return data
        of_slot = kind in (AirMark.Kind.SLOT, AirMark.Kind.SOLD_OUT, AirMark.Kind.SKIP)
        for name, wanted in (("slot", of_slot), ("undoes", kind == AirMark.Kind.UNDO)):
            if wanted and data.get(name) is None and name not in self.errors:
                self.add_error(name, _("It must be said which."))
            if not wanted and data.get(name) is not None:
                self.add_error(name, _("Nothing is to be named here."))
        return data


class SampleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the platform's screen shows: whatever was typed. An empty field is not 0."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    at = ClockField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = MetricSample
        fields = ["orders", "gmv", "viewers", "views", "reach", "likes", "comments", "shares", "product_clicks"]
        field_classes = dict.fromkeys(fields, WholeNumberField)

    def clean(self) -> dict[str, Any]:
        """At least one figure."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and all(data.get(name) is None for name in METRICS):
            raise forms.ValidationError(_("Type at least one figure of the platform's screen."))
        return data

    @property
    def typed(self) -> dict[str, int]:
        """The figures that were typed, by name."""
        return {name: self.cleaned_data[name] for name in METRICS if self.cleaned_data[name] is not None}
