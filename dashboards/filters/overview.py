"""What an address asks of the overview: a territory, a period and what to compare it with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dashboards.boards.overview import OverviewRows, overview_rows
from dashboards.boards.territory import Territory, provinces_with_data, territory_of
from dashboards.filters.periods import PeriodForm
from dashboards.periods import Comparison, Period
from dashboards.readings import Answer, Query, read


class OverviewForm(PeriodForm):
    """The filter bar: a period, a comparison and, for an administrator, a province of those with data."""

    def __init__(self, data: Mapping[str, str], territory: Territory | None) -> None:
        super().__init__({**data, **({"province": territory.province} if territory and territory.chosen else {})})
        if territory is None or not territory.chosen:
            self.fields.pop("province", None)
            return
        known = {province.pk: province.name for province in provinces_with_data()} | {territory.province: territory.name}
        province = forms.ChoiceField(label=_("Province"), choices=sorted(known.items()), required=False)
        self.fields = {"province": province, **{name: field for name, field in self.fields.items() if name != "province"}}


@dataclass(frozen=True)
class Asked:
    """One overview: everything its rows depend on."""

    territory: Territory
    period: Period
    comparison: Comparison

    @property
    def query(self) -> Query:
        """Under which its rows are kept. An official and an administrator of the same province share them."""
        return Query.of(
            "overview",
            province=self.territory.province,
            commune=self.territory.commune,
            period=self.period,
            comparison=self.comparison,
        )

    def rows(self, token: str | None) -> Answer[OverviewRows]:
        """The rows of the reading asked for, else of the current one."""
        return read(
            self.query,
            lambda reading: overview_rows(
                self.territory.province, self.period, self.territory.commune, comparison=self.comparison, at=reading.at
            ),
            token=token,
        )

    def address(self, **more: str) -> str:
        """The parameters of an address that asks the same for ever, and `more`: `?from=…&to=…&by=…`."""
        compare = {"compare": self.comparison.value} if self.comparison is not Comparison.BEFORE else {}
        return f"?{urlencode({**self.territory.address(), **self.period.address(), **compare, **more})}"


def asked_by(user: User, query: Mapping[str, str]) -> tuple[Asked | None, OverviewForm]:
    """What the address asks, and the form that says so; None where there is no province with data yet.

    Days that make no period leave the last 30 days, and the form says what is wrong. Raises PermissionDenied and Http404 as
    `territory_of` does.
    """
    territory = territory_of(user, query.get("province"))
    form = OverviewForm(query, territory)
    comparison = Comparison.LAST_YEAR if query.get("compare") == Comparison.LAST_YEAR else Comparison.BEFORE
    return (Asked(territory, form.span, comparison) if territory else None), form
