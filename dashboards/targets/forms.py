"""What is asked of whoever sets a target of the year."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.filters.periods import DayField
from dashboards.targets.models import YearTarget

MOST = 10**15
EARLIEST, LATEST = 2000, 2100


class YearForm(forms.Form):
    """Which year is looked at."""

    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, min_value=EARLIEST, max_value=LATEST, localize=False)


class YearTargetForm(forms.ModelForm):  # type: ignore[type-arg]
    """A target of a figure, in force from a day of its year on, with the paper that sets it."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=EARLIEST, max_value=LATEST, localize=False)
    value = forms.IntegerField(
        label=gettext_lazy("Planned amount"),
        min_value=1,
        max_value=MOST,
        localize=False,
        help_text=gettext_lazy("For the whole year, as a whole number: money in dong, weight in kilograms (1 tonne is 1000)."),
    )
    since = DayField(
        label=gettext_lazy("In force since"),
        help_text=gettext_lazy("A changed target is a new one with a later day; the one before it stays on record."),
    )

    class Meta:
        model = YearTarget
        fields = ("year", "metric", "value", "source", "since")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        today = timezone.localdate()
        year = self.initial.get("year") or today.year
        self.initial.update({"year": year, "since": today if year == today.year else date(year, 1, 1)})

    def clean(self) -> dict[str, Any]:
        """The day lies in the year; before it nothing is aimed at, after it nothing can be reached."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        year, since = data.get("year"), data.get("since")
        if year and since and since.year != year:
            self.add_error("since", _("This is no day of the year %(year)s.") % {"year": year})
        return data


class TakeBackForm(forms.Form):
    """Why a target is taken back."""

    reason = forms.CharField(max_length=300)
