"""What is asked of whoever prepares, reviews or signs a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.boards.territory import Territory
from dashboards.filters.periods import DayField
from dashboards.reports.periods.calendar import NUMBERS, Span, days_of, span
from dashboards.reports.periods.content import Letter, name_of
from dashboards.reports.periods.letterhead import DEPUTY, HEAD
from dashboards.reports.periods.models import PeriodKind, ReportingRule
from livestreams.models import Programme

EARLIEST, LATEST = 2000, 2100


class SpanForm(forms.Form):
    """Which period: its kind, year and, for months and quarters, number; or a programme of the province."""

    kind = forms.ChoiceField(label=gettext_lazy("Period"), choices=PeriodKind.choices, initial=PeriodKind.MONTH)
    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=EARLIEST, max_value=LATEST, localize=False, initial=lambda: _last_month().year
    )
    number = forms.IntegerField(
        label=gettext_lazy("Month or quarter"),
        required=False,
        min_value=1,
        max_value=12,
        localize=False,
        initial=lambda: _last_month().month,
        help_text=gettext_lazy("1 to 12 for a month, 1 to 4 for a quarter; the other periods have none."),
    )
    programme = forms.ModelChoiceField(
        label=gettext_lazy("Programme"), queryset=Programme.objects.none(), to_field_name="code", required=False, empty_label="–"
    )
    at_cut_off = forms.BooleanField(
        label=gettext_lazy("As of the cut-off day, with an estimate for the days after it"),
        required=False,
    )

    def __init__(self, *args: Any, territory: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = self.fields["programme"]
        assert isinstance(programmes, forms.ModelChoiceField)
        programmes.queryset = Programme.objects.filter(province=territory.province)
        self._province = territory.province

    def clean(self) -> dict[str, Any]:
        """The days, which must have begun: of what is still to come there is nothing to report."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        kind, today = PeriodKind(cleaned["kind"]), timezone.localdate()
        if kind is PeriodKind.PROGRAMME:
            programme: Programme | None = cleaned["programme"]
            if programme is None:
                self.add_error("programme", _("Choose the programme."))
                return cleaned
            first, last = programme.starts_on, programme.ends_on
        else:
            number = cleaned["number"] or 0
            if NUMBERS[kind] > 1 and not 1 <= number <= NUMBERS[kind]:
                self.add_error("number", _("Give a number from 1 to %(most)s.") % {"most": NUMBERS[kind]})
                return cleaned
            first, last = days_of(kind, cleaned["year"], number if NUMBERS[kind] > 1 else 1)
        if first >= today:
            self.add_error("year", _("This period has not begun: there is nothing to report yet."))
            return cleaned
        cleaned["days"] = first, last
        return cleaned

    @property
    def span(self) -> Span:
        """The days to report; call it when the form is valid."""
        cleaned = self.cleaned_data
        first, last = cleaned["days"]
        programme = cleaned["programme"] if cleaned["kind"] == PeriodKind.PROGRAMME else None
        return reported_span(
            cleaned["kind"],
            first,
            last,
            province=self._province,
            at_cut_off=cleaned["at_cut_off"],
            programme=programme.pk if programme else None,
        )


def _last_month() -> date:
    """Its last day: it is the month before that is reported on."""
    return timezone.localdate().replace(day=1) - timedelta(days=1)


def reported_span(kind: str, first: date, last: date, *, province: str, at_cut_off: bool, programme: int | None) -> Span:
    """The days of a report read today, by the province's rule in force at the period's end."""
    closes_on = ReportingRule.objects.closing_day(kind, last, province)
    today = timezone.localdate()
    return span(kind=kind, first=first, last=last, closes_on=closes_on, today=today, at_cut_off=at_cut_off, programme=programme)


class LetterForm(forms.Form):
    """What the preparer types; everything else comes from the figures. `reason` is asked for a correction alone."""

    place = forms.CharField(label=gettext_lazy("Place"), max_length=60)
    addressee = forms.CharField(label=gettext_lazy("Addressee"), max_length=300, required=False)
    signs = forms.ChoiceField(
        label=gettext_lazy("Who signs"),
        choices=[(HEAD, gettext_lazy("Director")), (DEPUTY, gettext_lazy("Deputy director, for the Director"))],
    )
    signer = forms.CharField(label=gettext_lazy("Name of the signatory"), max_length=150, required=False)
    copies = forms.CharField(
        label=gettext_lazy("Recipients"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("One a line.")
    )
    remarks = forms.CharField(
        label=gettext_lazy("Remarks"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("In Vietnamese, a paragraph a line: what went well, what was difficult, what is proposed."),
    )
    remarks_en = forms.CharField(
        label=gettext_lazy("Remarks in English"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(label=gettext_lazy("Why it is corrected"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self, data: Mapping[str, Any] | None, *, territory: Territory, correcting: bool = False, typed: Mapping[str, str] | None = None
    ) -> None:
        # What was typed last, else what most reports of the place say.
        usual = {"place": name_of(territory), "signs": HEAD, "copies": _("- As above;\n- Archives.")}
        super().__init__(data, initial={**usual, **(typed or {})})
        if not correcting:
            del self.fields["reason"]

    @property
    def letter(self) -> Letter:
        """What was typed."""
        return Letter(**{name: value for name, value in self.cleaned_data.items() if name != "reason"})


class SignForm(forms.Form):
    """The number and day that a signed report bears."""

    number = forms.CharField(label=gettext_lazy("Number"), max_length=60, help_text=gettext_lazy("For example: 125/BC-SCT."))
    day = DayField(label=gettext_lazy("Date"))

    def clean_day(self) -> date:
        """No day to come, and none before the portal can have known the figures."""
        day: date = self.cleaned_data["day"]
        if not day.year >= EARLIEST or day > timezone.localdate():
            raise forms.ValidationError(_("This day cannot be right: it is the day of signing."))
        return day


class ReasonForm(forms.Form):
    """Why a report is sent back."""

    reason = forms.CharField(label=gettext_lazy("Why it is sent back"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
