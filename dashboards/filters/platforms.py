"""The filters of the board of platforms and shops."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Platform
from dashboards.boards.platforms import ChannelRow
from dashboards.filters.periods import PeriodForm
from dashboards.listing import contains

SHOPS = "shop"


class ChannelForm(PeriodForm):
    """Platforms, or the shops on all or one of them, by words."""

    rows = forms.ChoiceField(label=_("Show"), choices=[("", _("Platforms")), (SHOPS, _("Shops"))], required=False)
    platform = forms.ChoiceField(label=_("Platform"), choices=[("", _("All")), *Platform.choices], required=False)
    q = forms.CharField(label=_("Name"), max_length=100, required=False)

    @property
    def shops(self) -> bool:
        """Whether the rows asked for are shops."""
        return self.data.get("rows") == SHOPS

    def admits(self, row: ChannelRow) -> bool:
        """Whether the row is asked for."""
        asked = self.cleaned_data
        names = [name for thing in (row.shop, row.owner) if thing for name in (thing.code, thing.vi, thing.en)]
        return (not asked["platform"] or row.platform == asked["platform"]) and (
            not asked["q"] or contains(asked["q"], row.platform_name, *names)
        )
