"""What an address asks of the seasons: an OCOP group, a commune, the year whose Tết is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import OcopGroup
from dashboards.boards.audience import Audience
from dashboards.boards.territory import Territory
from places.models import Commune

EARLIEST, LATEST = 2000, 2100


class SeasonForm(forms.Form):
    """The filter bar. A commune's official has no commune to choose."""

    year = forms.TypedChoiceField(label=_("Year of Tết"), coerce=int, empty_value=None, required=False)
    group = forms.ChoiceField(label=_("Group"), required=False)
    commune = forms.ChoiceField(label=_("Commune of the producer"), required=False)
    province = forms.CharField(max_length=2, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str], territory: Territory) -> None:
        super().__init__(data)
        self._territory = territory
        self._groups = {group.code: group for group in OcopGroup.objects.all()}
        self.offer_years(range(EARLIEST, LATEST))
        self._offer("group", [(code, f"{code}. {group}") for code, group in self._groups.items()])
        if territory.commune is None:
            seated = Commune.objects.filter(province=territory.province, producer_seats__isnull=False).distinct()
            self._offer("commune", [(commune.code, commune.name) for commune in seated.order_by("name", "code")])
        else:
            del self.fields["commune"]
        if not data.get("province"):
            del self.fields["province"]

    def offer_years(self, years: Iterable[int]) -> None:
        """Let a reader choose among these."""
        self._offer("year", [(str(year), str(year)) for year in years], none=_("The newest"))

    def _offer(self, name: str, choices: list[tuple[str, str]], *, none: object = _("All")) -> None:
        self.fields[name].choices = [("", none), *choices]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, str]:
        """Group and commune by their codes, as addresses have them; nothing where the address asks for what there is not."""
        found = self.cleaned_data if self.is_valid() else {}
        return {name: found[name] for name in ("group", "commune") if found.get(name)}

    @property
    def audience(self) -> Audience:
        """Whose figures are read: the territory's, or those of the commune of it that was asked for."""
        return Audience(replace(self._territory, commune=self._territory.commune or self.asked.get("commune")))

    @property
    def group_id(self) -> int | None:
        """The id of the group asked for."""
        return self._groups[self.asked["group"]].pk if "group" in self.asked else None

    @property
    def tet_year(self) -> int | None:
        """The year whose Tết is asked for."""
        return self.cleaned_data.get("year") if self.is_valid() else None
