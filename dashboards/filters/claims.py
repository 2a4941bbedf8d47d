"""The filters of the register of claims."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboards.claims import ClaimRow, State
from dashboards.listing import contains
from dashboards.templatetags.look import BADGES
from livestreams.models import Claim


class ClaimForm(forms.Form):
    """Claims by words, figure and how they stand beside the ledger."""

    q = forms.CharField(label=_("Scope, livestream or source"), max_length=100, required=False)
    metric = forms.ChoiceField(label=_("Figure"), choices=[("", _("All")), *Claim.Metric.choices], required=False)
    state = forms.ChoiceField(
        label=_("Beside the ledger"), choices=[("", _("All")), *((state.value, BADGES[state.value][2]) for state in State)], required=False
    )
    province = forms.CharField(max_length=2, required=False, widget=forms.HiddenInput)

    def admits(self, row: ClaimRow) -> bool:
        """Whether the row is asked for."""
        asked = self.cleaned_data
        words = [row.scope.vi, row.scope.en, row.source_name, row.told_as, *((row.about.vi, row.about.en) if row.about else ())]
        return (
            (not asked["q"] or contains(asked["q"], *words))
            and (not asked["metric"] or row.metric == asked["metric"])
            and (not asked["state"] or row.state == asked["state"])
        )
