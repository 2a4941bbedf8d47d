"""The filters of the list of livestreams."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dashboards.boards.audience import Audience
from dashboards.boards.session_list import SessionRow
from dashboards.filters.periods import DayField
from dashboards.listing import contains
from livestreams.models import ON_AIR, Host

STATES = (("planned", _("Planned")), ("live", _("On air")), ("done", _("Over")))


class SessionForm(forms.Form):
    """Begun in which days, found by which words, led by whom, where, and whether over. Only the days reach the database."""

    q = forms.CharField(label=_("Livestream, programme"), max_length=100, required=False)
    host = forms.ChoiceField(label=_("Host"), required=False)
    platform = forms.ChoiceField(label=_("Platform"), choices=[("", _("All")), *ON_AIR], required=False)
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *STATES], required=False)
    province = forms.CharField(max_length=2, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], audience: Audience) -> None:
        super().__init__(data)
        days = {"from": DayField(label=_("From"), required=False), "to": DayField(label=_("To"), required=False)}
        self.fields = {**days, **self.fields}
        if not data.get("province"):
            del self.fields["province"]
        hosts = Host.objects.filter(sessions__in=audience.sessions_seen()).distinct().values_list("code", "stage_name")
        self.fields["host"].choices = [("", _("All")), *hosts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and first > last:
            self.add_error("to", _("The last day is before the first one."))
        return self.cleaned_data

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day asked for."""
        return self.cleaned_data.get("from"), self.cleaned_data.get("to")

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
