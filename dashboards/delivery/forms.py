"""The filters of the board of shipping partners."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboards.delivery.board import PartnerPair
from dashboards.filters.periods import PeriodForm
from dashboards.listing import contains


class PartnerForm(PeriodForm):
    """Partners by words."""

    q = forms.CharField(label=_("Name"), max_length=100, required=False)

    def admits(self, row: PartnerPair) -> bool:
        """Whether the row is asked for."""
        return not self.cleaned_data["q"] or contains(self.cleaned_data["q"], row.partner)
