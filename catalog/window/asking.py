"""The search form: what the address of the catalogue asks, checked, and what it asks in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.models import LINKED, OcopGroup, SearchEntry
from catalog.whole_numbers import WholeNumberField
from catalog.window.alphabet import AlphabeticPlace
from catalog.window.search import Wanted
from places.models import Commune, Province

STARS = (
    ("", _("All")),
    ("5", _("5 stars")),
    ("4", _("4 stars")),
    ("3", _("3 stars")),
    ("any", _("Any star in force")),
    ("none", _("No stars")),
)
SORTED = (
    ("", _("Best match")),
    ("name", _("Name")),
    ("price", _("Lowest price")),
    ("-price", _("Highest price")),
    ("-star", _("Most stars")),
)
MOST_VND = 10**12
CODE = re.compile(r"[0-9]{5}")  # of a commune; nothing else is looked up


class AskForm(forms.Form):
    """Everything that can be asked of the catalogue; the address alone holds it, so a search can be kept and sent on."""

    q = forms.CharField(label=_("Product, producer or place"), max_length=200, required=False)
    star = forms.ChoiceField(label=_("Stars"), choices=STARS, required=False)
    group = forms.ChoiceField(label=_("Group"), required=False)
    province = forms.ChoiceField(label=_("Province"), required=False)
    commune = forms.ChoiceField(label=_("Commune"), required=False)
    floor = forms.ChoiceField(label=_("Sold on"), choices=[("", _("All")), *((one.value, one.label) for one in LINKED)], required=False)
    price_from = WholeNumberField(label=_("Price from, ₫"), min_value=0, max_value=MOST_VND, required=False)
    price_to = WholeNumberField(label=_("Price to, ₫"), min_value=0, max_value=MOST_VND, required=False)
    sort = forms.ChoiceField(label=_("Sorted by"), choices=SORTED, required=False)

    def __init__(self, data: Mapping[str, str], provinces: list[Province]) -> None:
        super().__init__(data, auto_id="ask_%s")
        self._choose("group", [(group.code, group.name) for group in OcopGroup.objects.all()])
        self._choose("province", [(province.code, province.short_name) for province in provinces])
        codes = [province.code for province in provinces]
        chosen = data["province"] if data.get("province") in codes else codes[0] if len(codes) == 1 else ""
        commune = data.get("commune", "")
        communes = _communes(chosen, commune if CODE.fullmatch(commune) else "")
        self._choose("commune", [(commune.code, commune.name) for commune in communes])
        if len(provinces) < 2 and not data.get("province"):
            del self.fields["province"]
        if not communes:
            # Of the whole country's communes nobody chooses from a list: first the province.
            del self.fields["commune"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The lower price is not above the higher one."""
        cleaned = super().clean() or {}
        low, high = cleaned.get("price_from"), cleaned.get("price_to")
        if low is not None and high is not None and low > high:
            self.add_error("price_to", _("The highest price is below the lowest one."))
        return cleaned

    @property
    def narrow(self) -> dict[str, list[forms.BoundField]]:
        """The fields of the filter bar: all but the words, which have a field of their own above it."""
        return {"hidden_fields": [], "visible_fields": [self[name] for name in self.fields if name != "q"]}

    @property
    def held(self) -> list[tuple[str, str]]:
        """The filters in force as (name, value), to be carried along by the field for words."""
        return [
            (name, str(self.cleaned_data[name])) for name in self.fields if name != "q" and self.cleaned_data.get(name) not in {None, ""}
        ]

    @property
    def wanted(self) -> Wanted:
        """What is asked, of a valid form."""
        asked = self.cleaned_data
        return Wanted(
            text=asked["q"],
            star=asked["star"],
            group=asked["group"],
            commune=asked.get("commune", ""),
            province=asked.get("province", ""),
            floor=asked["floor"],
            price_from=asked["price_from"],
            price_to=asked["price_to"],
            sort=asked["sort"],
        )

    def chips(self, query: QueryDict) -> list[tuple[str, str]]:
        """Each filter in force in words, with the address without it."""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if name in {"q", "sort"} or value in {None, ""}:
                continue
            choices: Any = getattr(field, "choices", [])
            shown = {str(choice): label for choice, label in choices}.get(str(value), value)
            if name in {"price_from", "price_to"}:
                shown = _grouped(value)
            found.append((f"{field.label}: {shown}", address_with(query, **{name: None})))
        return found


def _grouped(amount: int) -> str:
    """An amount with its thousands apart, as the reader's language writes them."""
    text = f"{amount:,}"
    return text if (get_language() or "vi").startswith("en") else text.replace(",", ".")


def _communes(province: str, commune: str) -> list[Commune]:
    shown = SearchEntry.objects.published().order_by().values("commune").distinct()
    found = Commune.objects.filter(code__in=shown)
    if province:
        return list(found.filter(province=province).order_by(AlphabeticPlace("name")))
    return list(Commune.objects.filter(code=commune)) if commune else []


def address_with(query: QueryDict, **changes: str | None) -> str:
    """The address with some parameters changed (None: taken out); it does not keep the page."""
    changed = query.copy()
    for name, value in {"page": None, **changes}.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"?{changed.urlencode()}"
