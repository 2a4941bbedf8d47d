"""The filters of the board of scans and feedback."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboards.filters.periods import PeriodForm
from dashboards.listing import contains
from dashboards.scanned.board import ScannedRow

COMMUNES, DAYS = "commune", "day"


class ScannedForm(PeriodForm):
    """Products, communes or days, by words."""

    rows = forms.ChoiceField(label=_("Show"), choices=[("", _("Products")), (COMMUNES, _("Communes")), (DAYS, _("Days"))], required=False)
    q = forms.CharField(label=_("Name"), max_length=100, required=False)

    @property
    def rows_by(self) -> str:
        """What a row is: COMMUNES, DAYS, or a product (empty)."""
        asked = self.data.get("rows", "")
        return asked if asked in {COMMUNES, DAYS} else ""

    def admits(self, row: ScannedRow) -> bool:
        """Whether the row is asked for; what belongs to none, and days, have no name to be found by."""
        asked = self.cleaned_data["q"]
        if not asked or row.day is not None:
            return True
        return row.name is not None and contains(asked, row.name.code, row.name.vi, row.name.en, row.detail)
