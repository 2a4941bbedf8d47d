"""The filters of the boards of livestreams and programmes: days without which everything is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dashboards.boards.audience import Audience
from dashboards.boards.programme_list import ProgrammeRow
from dashboards.boards.session_list import SessionRow
from dashboards.filters.periods import COMPARISONS, PROBLEMS, DayField
from dashboards.listing import contains
from dashboards.periods import EARLIEST, Period, comparison, unit_of
from livestreams.models import ON_AIR, Host

STATES = (("planned", _("Planned")), ("live", _("On air")), ("done", _("Over")))
PROGRAMME_STATES = (("planned", _("Planned")), ("running", _("Running")), ("done", _("Done")))


class OpenDaysForm(forms.Form):
    """A first and a last day, either of which may be missing, and what they are compared with where both are there."""

    compare = forms.ChoiceField(label=_("Compared with"), choices=COMPARISONS, required=False)
    province = forms.CharField(max_length=2, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        days = {"from": DayField(label=_("From"), required=False), "to": DayField(label=_("To"), required=False)}
        # "from" is a word of Python's, so these cannot stand in the class.
        self.fields = {**days, "compare": self.fields.pop("compare"), **self.fields}
        if not data.get("province"):
            del self.fields["province"]

    def clean(self) -> dict[str, Any]:
        """Days in order, and none so early that no calendar has the days before them."""
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and first < EARLIEST:
            self.add_error("from", PROBLEMS["too_early"])
        elif first and last and first > last:
            self.add_error("to", _("The last day is before the first one."))
        return self.cleaned_data

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day asked for; neither where the address makes no sense."""
        return (self.cleaned_data.get("from"), self.cleaned_data.get("to")) if self.is_valid() else (None, None)

    @property
    def span(self) -> Period | None:
        """The days asked for, to date: what is still to come is compared with nothing. None where a bound is missing."""
        first, last = self.days
        today = timezone.localdate()
        if first is None or last is None or first > today:
            return None
        return Period(first, min(last, today), unit_of(first, min(last, today)))

    @property
    def before(self) -> Period | None:
        """The earlier days to compare with."""
        return self.span.compared(comparison(self.data)) if self.span else None


class SessionForm(OpenDaysForm):
    """Begun in which days, found by which words, led by whom, where, and whether over. Only the days reach the database."""

    q = forms.CharField(label=_("Livestream, programme"), max_length=100, required=False)
    host = forms.ChoiceField(label=_("Host"), required=False)
    platform = forms.ChoiceField(label=_("Platform"), choices=[("", _("All")), *ON_AIR], required=False)
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *STATES], required=False)

    def __init__(self, data: Mapping[str, Any], audience: Audience) -> None:
        super().__init__(data)
        hosts = Host.objects.filter(sessions__in=audience.sessions_seen()).distinct().values_list("code", "stage_name")
        self.fields["host"].choices = [("", _("All")), *hosts]  # type: ignore[attr-defined]

    def admits(self, row: SessionRow) -> bool:
        """Whether the row is asked for."""
        asked = self.cleaned_data
        names = [name for thing in (row.session, row.programme, row.host) if thing for name in (thing.vi, thing.en)]
        return (
            (not asked["q"] or contains(asked["q"], row.session.code, *names))
            and (not asked["host"] or (row.host is not None and row.host.code == asked["host"]))
            and (not asked["platform"] or row.platform == asked["platform"])
            and (not asked["state"] or row.state_at(timezone.now()) == asked["state"])
        )


class ProgrammeFilter(OpenDaysForm):
    """Programmes that lie in part in the days, by words and state."""

    q = forms.CharField(label=_("Programme, partner"), max_length=100, required=False)
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *PROGRAMME_STATES], required=False)

    def admits(self, row: ProgrammeRow) -> bool:
        """Whether the row is asked for."""
        asked = self.cleaned_data
        first, last = self.days
        names = [name for thing in (row.name, *row.partners) for name in (thing.vi, thing.en)]
        return (
            (first is None or row.last >= first)
            and (last is None or row.first <= last)
            and (not asked["q"] or contains(asked["q"], row.name.code, *names))
            and (not asked["state"] or row.state_on(timezone.localdate()) == asked["state"])
        )
