"""The period of a list: a named one, or two days, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dashboards import periods
from dashboards.periods import Period, PeriodError, comparison

PROBLEMS = {
    "unreadable": _("These days cannot be read. Write them as in the calendar."),
    "reversed": _("The last day is before the first one."),
    "future": _("The first day is still to come."),
    "too_early": _("There are no figures of days that early."),
    "too_long": _("The days are too many: at most three years."),
}


COMPARISONS = [("", _("the days before")), ("last_year", _("the same days of last year"))]


class DayField(forms.DateField):
    """A day, asked for with the browser's own calendar."""

    default_error_messages = {"invalid": PROBLEMS["unreadable"]}
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """Fields of a period. Days that are given win over the named period, so that nobody has to change two fields for one thing."""

    period = forms.ChoiceField(label=_("Period"), choices=periods.CHOICES, required=False)
    compare = forms.ChoiceField(label=_("Compared with"), choices=COMPARISONS, required=False)
    province = forms.CharField(max_length=2, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str]) -> None:
        today = timezone.localdate()
        given = {name: str(value) for name, value in data.items()}
        if given.get("from") or given.get("to"):
            given["period"] = periods.CUSTOM
        try:
            chosen = periods.chosen(given, today=today)
            self.span, self.problem = periods.parse(given, today=today), ""
        except PeriodError as error:
            chosen, self.span, self.problem = periods.CUSTOM, periods.parse({}, today=today), error.reason
        if chosen != periods.CUSTOM:
            # A named period shows no days of its own: the two fields are for what has no name.
            given |= {"from": "", "to": ""}
        super().__init__({**given, "period": chosen})
        days = {"from": DayField(label=_("From"), required=False), "to": DayField(label=_("To"), required=False)}
        self.fields = {"period": self.fields.pop("period"), **days, "compare": self.fields.pop("compare"), **self.fields}
        if not data.get("province"):
            del self.fields["province"]

    def clean(self) -> dict[str, Any]:
        """The problem of the period, if there is one that no field tells of already."""
        if self.problem and not {"from", "to"} & self.errors.keys():
            self.add_error("from" if self.data.get("from") or self.data.get("to") else "period", PROBLEMS[self.problem])
        return self.cleaned_data

    @property
    def before(self) -> Period:
        """The earlier period that the address asks to compare with."""
        return self.span.compared(comparison(self.data))
