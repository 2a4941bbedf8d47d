"""The filters of the lists of products, producers, communes and hosts."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import OcopGroup
from dashboards.boards.products import ProductRow
from dashboards.boards.rankings import HostRow, RankedRow
from dashboards.filters.periods import PeriodForm
from dashboards.listing import contains

STAR_CHOICES = (
    ("", _("All")),
    ("5", _("5 stars")),
    ("4", _("4 stars")),
    ("3", _("3 stars")),
    ("expiring", _("Expires within 180 days")),
    ("lapsed", _("Expired or revoked")),
    ("none", _("No stars")),
)


class ProductForm(PeriodForm):
    """Products by words, star and group."""

    q = forms.CharField(label=_("Product, producer or code"), max_length=100, required=False)
    star = forms.ChoiceField(label=_("Stars"), choices=STAR_CHOICES, required=False)
    group = forms.ChoiceField(label=_("Group"), required=False)

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        groups = [(group.code, f"{group.code}. {group}") for group in OcopGroup.objects.all()]
        self.fields["group"].choices = [("", _("All")), *groups]  # type: ignore[attr-defined]

    def admits(self, row: ProductRow) -> bool:
        """Whether the row is asked for."""
        asked = self.cleaned_data
        names = (row.product.code, row.product.vi, row.product.en, row.producer.code, row.producer.vi, row.producer.en)
        return (
            (not asked["q"] or contains(asked["q"], *names))
            and (not asked["star"] or self._has_star(row, asked["star"]))
            and (not asked["group"] or (row.group is not None and row.group.code == asked["group"]))
        )

    @staticmethod
    def _has_star(row: ProductRow, asked: str) -> bool:
        if row.star is None:
            return asked == "none"
        if asked in {"3", "4", "5"}:
            return row.star.in_force and row.star.stars == int(asked)
        return row.star.state == "expiring" if asked == "expiring" else asked == "lapsed" and not row.star.in_force


class RankingForm(PeriodForm):
    """Producers, communes or hosts by words."""

    q = forms.CharField(label=_("Name"), max_length=100, required=False)

    def admits(self, row: RankedRow | HostRow) -> bool:
        """Whether the row is asked for; the row of what belongs to none is there only while nothing is searched for."""
        asked = self.cleaned_data["q"]
        if not asked:
            return True
        name, more = (row.host, (row.full_name, row.base)) if isinstance(row, HostRow) else (row.name, (row.detail,))
        return name is not None and contains(asked, name.code, name.vi, name.en, *more)
