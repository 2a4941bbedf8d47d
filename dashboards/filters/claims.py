"""The filters of the register of claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboards.boards.claim_list import RegisteredClaim
from dashboards.claims import State
from dashboards.listing import contains
from dashboards.templatetags.look import BADGES
from livestreams.models import Claim

ABOUT = (
    ("province", _("The province")),
    ("session", _("A livestream")),
    ("programme", _("A programme")),
    ("event", _("A fair or conference")),
)


class ClaimForm(forms.Form):
    """Claims by words, figure, what they are about, the year they tell of and how they stand beside the ledger."""

    q = forms.CharField(label=_("Scope, livestream or source"), max_length=100, required=False)
    metric = forms.ChoiceField(label=_("Figure"), choices=[("", _("All")), *Claim.Metric.choices], required=False)
    about = forms.ChoiceField(label=_("About"), choices=[("", _("All")), *ABOUT], required=False)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, empty_value=None, required=False)
    state = forms.ChoiceField(
        label=_("Beside the ledger"), choices=[("", _("All")), *((state.value, BADGES[state.value][2]) for state in State)], required=False
    )
    province = forms.CharField(max_length=2, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], claims: Iterable[RegisteredClaim]) -> None:
        super().__init__(data)
        years = sorted({year for claim in claims for year in _years(claim)}, reverse=True)
        self.fields["year"].choices = [("", _("All")), *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]

    def admits(self, claim: RegisteredClaim) -> bool:
        """Whether the claim is asked for."""
        asked, row = self.cleaned_data, claim.row
        words = [row.scope.vi, row.scope.en, row.source_name, row.told_as, *((row.about.vi, row.about.en) if row.about else ())]
        return (
            (not asked["q"] or contains(asked["q"], *words))
            and (not asked["metric"] or row.metric == asked["metric"])
            and (not asked["about"] or row.about_kind == asked["about"])
            and (not asked["year"] or asked["year"] in _years(claim))
            and (not asked["state"] or row.state == asked["state"])
        )


def _years(claim: RegisteredClaim) -> range:
    """The years of the days it tells of, else that of the day for which it holds."""
    first, last = claim.days or (claim.row.as_of, claim.row.as_of)
    return range(first.year, last.year + 1)
