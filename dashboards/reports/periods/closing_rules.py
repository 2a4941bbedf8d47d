"""When reporting periods of a province close: the rules in words, and setting one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from dashboards import formats
from dashboards.filters.periods import DayField
from dashboards.reports.periods.calendar import NUMBERS, cut_off, days_of
from dashboards.reports.periods.forms import EARLIEST, LATEST
from dashboards.reports.periods.models import PeriodKind, ReportingRule
from places.models import Province


class RuleTakenError(Exception):
    """The province has a rule of that kind from that day on already: what was set is never overwritten."""


class ClosingRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """From which day on periods of a kind close on which day of their last month, and by which paper."""

    kind = forms.ChoiceField(label=gettext_lazy("Period"), choices=[(kind.value, kind.label) for kind in PeriodKind if kind in NUMBERS])
    closes_on = forms.IntegerField(
        label=gettext_lazy("Closes on day"),
        required=False,
        min_value=1,
        max_value=31,
        localize=False,
        help_text=gettext_lazy("Day of the period's last month. Empty: the period closes with the month, and nothing is estimated."),
    )
    since = DayField(
        label=gettext_lazy("In force since"),
        help_text=gettext_lazy("For periods that end on this day or later. A changed rule is a new one with a later day."),
    )

    class Meta:
        model = ReportingRule
        fields = ("kind", "closes_on", "since", "source")
        labels = {"source": gettext_lazy("Paper that sets the day")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.initial.setdefault("since", timezone.localdate())

    def clean_since(self) -> date:
        """A day of which reports can be."""
        since: date = self.cleaned_data["since"]
        if not EARLIEST <= since.year <= LATEST:
            raise forms.ValidationError(_("There are no reports of days that early or that late."))
        return since


def set_closing_rule(*, rule: ReportingRule, province: Province, by: User) -> None:
    """Keep a new rule of the province beside those before it. Raises RuleTakenError."""
    rule.province, rule.set_by, rule.set_at = province, by, timezone.now()
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as error:
        raise RuleTakenError from error


def rules_in_words(province: Province, day: date) -> list[dict[str, Any]]:
    """Each kind of period with its rule of `day` (None: none), and what it means for the one in which `day` lies."""
    rules = ReportingRule.objects.in_force(day, province.pk)
    return [
        {"kind": kind.label, "rule": rules.get(kind), "words": _words(kind, rules.get(kind), day)} for kind in PeriodKind if kind in NUMBERS
    ]


def _words(kind: PeriodKind, rule: ReportingRule | None, day: date) -> str:
    numbers = range(1, NUMBERS[kind] + 1)
    first, last = next(
        (days for number in numbers if (days := days_of(kind, day.year, number))[1] >= day), days_of(kind, day.year, numbers[-1])
    )
    if rule is None or rule.closes_on is None:
        return _("%(days)s: actual figures to the last day; nothing is estimated.") % {"days": formats.days(first, last)}
    return _("%(days)s: actual figures to %(close)s, an estimate for the days after it until the period is over.") % {
        "days": formats.days(first, last),
        "close": formats.day(cut_off(last, rule.closes_on)),
    }
