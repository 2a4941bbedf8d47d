"""A new rule of attribution."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.attribution.models import AttributionRule
from orders.attribution.services import Windows


class RuleForm(forms.Form):
    """From which day which windows hold."""

    since = forms.DateField(
        label=_("In force for orders placed from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    live_grace_minutes = forms.IntegerField(label=_("On air: minutes after the end that still count as on air"), min_value=0, max_value=240)
    after_hours = forms.IntegerField(label=_("Afterwards, first window: hours from the end"), min_value=1, max_value=72)
    after_days_short = forms.IntegerField(label=_("Afterwards, second window: days from the end"), min_value=1, max_value=60)
    after_days_long = forms.IntegerField(label=_("Afterwards, third window: days from the end"), min_value=1, max_value=90)
    reason = forms.CharField(
        label=_("Why, and by which decision"),
        help_text=_("It stays beside the rule for whoever asks about a figure later."),
        max_length=300,
    )

    @staticmethod
    def of(rule: AttributionRule | None) -> dict[str, Any]:
        """Where the form begins: with the windows in force."""
        rule = rule or AttributionRule()
        names = ("live_grace_minutes", "after_hours", "after_days_short", "after_days_long")
        return {name: getattr(rule, name) for name in names}

    def clean(self) -> dict[str, Any]:
        """Each window reaches at least as far as the one before it."""
        given = super().clean() or {}
        after_hours, short, long = (given.get(name) for name in ("after_hours", "after_days_short", "after_days_long"))
        grace = given.get("live_grace_minutes")
        if grace is not None and after_hours is not None and grace > after_hours * 60:
            self.add_error("after_hours", _("This window must reach at least as far as the one before it."))
        if after_hours is not None and short is not None and after_hours > short * 24:
            self.add_error("after_days_short", _("This window must reach at least as far as the one before it."))
        if short is not None and long is not None and short > long:
            self.add_error("after_days_long", _("This window must reach at least as far as the one before it."))
        return given

    @property
    def told(self) -> str:
        """What decides, as one text: a rule is put in force as it was previewed, or previewed once more."""
        return " ".join(str(part) for part in (self.cleaned_data["since"], *vars(self.windows).values()))

    @property
    def windows(self) -> Windows:
        """The numbers given."""
        return Windows(**{name: self.cleaned_data[name] for name in Windows.__annotations__})
