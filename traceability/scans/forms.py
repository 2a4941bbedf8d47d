"""The filter of the page of scans."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_USUAL = 30  # days
_MOST = 366  # days; a row a day is no table any more


class ScanFilter(forms.Form):
    """A span of local days, both included; the last thirty where nothing is asked. `product` is checked by the view."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    product = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A span that ends after it begins, and is no longer than a year."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one."))
        elif since and until and (until - since).days >= _MOST:
            self.add_error("until", _("Choose a year at most."))
        return data

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day; the usual ones where the form is wrong."""
        data = {} if self.errors else self.cleaned_data
        until: date = data.get("until") or max(timezone.localdate(), data.get("since") or timezone.localdate())
        since: date = data.get("since") or _days_before(until, _USUAL)
        return max(since, _days_before(until, _MOST)), until


def _days_before(until: date, days: int) -> date:
    """The first of so many days that end with `until`; the calendar begins with the year 1."""
    return date.fromordinal(max(1, until.toordinal() - days + 1))


class ClearForm(forms.Form):
    """Why a pack that many scanned is no copy."""

    found = forms.CharField(
        label=_("What you found"), max_length=500, help_text=_("For instance: it stood on a stand of the fair. Kept with your name.")
    )
