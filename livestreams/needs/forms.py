"""What is typed about needs: a wish, an answer, and what the list is narrowed to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Producer, Product
from catalog.window.alphabet import Alphabetic
from livestreams.needs.models import UNMET, Need
from livestreams.needs.seasons import LONGEST, window_of
from places.models import Commune


class AmountField(forms.DecimalField):
    """A quantity, with a comma or a dot before its decimals in either language: 1,5 is never 15."""

    def to_python(self, value: Any) -> Any:
        """The number; text that is none is refused by Django's own sentence."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class NeedForm(forms.Form):
    """A wish on one screen. What is left empty is what most people mean: the coming harvest, no quantity."""

    producer = forms.ModelChoiceField(Producer.objects.none(), required=False, widget=forms.HiddenInput)
    product = forms.ModelChoiceField(Product.objects.none(), label=_("Product"), required=False, empty_label=_("No particular product"))
    wish = forms.ChoiceField(label=_("What do you wish for?"), choices=Need.Wish.choices, widget=forms.RadioSelect, initial=Need.Wish.KOL)
    season = forms.ChoiceField(label=_("When?"), choices=Need.Season.choices, widget=forms.RadioSelect, initial=Need.Season.HARVEST)
    window_from = _day(_("From"))
    window_to = _day(_("To"))
    quantity = AmountField(
        label=_("How much do you have?"),
        required=False,
        min_value=Decimal("0.001"),
        max_digits=12,
        decimal_places=3,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=Need.Unit.choices, initial=Need.Unit.PACK, required=False)
    note = forms.CharField(label=_("Anything else"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()
        self.own = Producer.objects.kept_by(user)
        for name, rows in (("producer", self.own), ("product", Product.objects.kept_by(user).order_by(Alphabetic("name_vi"), "pk"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        season = self.fields["season"]
        assert isinstance(season, forms.ChoiceField)
        season.choices = [(one.value, self._named(one)) for one in Need.Season]

    def _named(self, season: Need.Season) -> str:
        """The season with the days that it stands for."""
        if season is Need.Season.OTHER:
            return str(season.label)
        first, last = window_of(season, self.today)
        return f"{season.label} ({first:%d/%m}–{last:%d/%m/%Y})"

    def clean(self) -> dict[str, Any]:
        """Whose it is, and which days: those of the season where none are given."""
        data: dict[str, Any] = super().clean() or {}
        self._find_producer(data)
        if {"wish", "product"} <= data.keys() and data["wish"] in {Need.Wish.KOL, Need.Wish.LEADER} and data["product"] is None:
            self.add_error("product", _("Choose what is to be shown in the livestream."))
        if {"season", "window_from", "window_to"} <= data.keys():
            self._find_window(data)
        quantity = data.get("quantity")
        data["unit"] = data.get("unit") or Need.Unit.PACK
        if quantity is not None and data["unit"] == Need.Unit.PACK and quantity != quantity.to_integral_value():
            self.add_error("quantity", _("Packs are counted in whole numbers."))
        return data

    def _find_producer(self, data: dict[str, Any]) -> None:
        if data.get("product") is not None:
            data["producer"] = data["product"].producer
        elif data.get("producer") is None:
            own = list(self.own[:2])
            if len(own) == 1:
                data["producer"] = own[0]
            elif "product" in data and "producer" not in self.errors:
                self.add_error("product", _("You belong to several producers: choose a product of the one that asks."))

    def _find_window(self, data: dict[str, Any]) -> None:
        first, last = data["window_from"], data["window_to"]
        if data["season"] == Need.Season.OTHER:
            for name in ("window_from", "window_to"):
                if data[name] is None:
                    self.add_error(name, _("Say from when to when."))
        else:
            usual = window_of(data["season"], self.today)
            first = first or min(usual[0], last or usual[0])
            last = last or max(usual[1], first)
        if first is None or last is None:
            return
        if last < first:
            self.add_error("window_to", _("The last day is before the first one."))
        elif last < self.today:
            self.add_error("window_to", _("These days are over."))
        elif last - first > LONGEST:
            self.add_error("window_to", _("At most one year."))
        data["window_from"], data["window_to"] = first, last

    @property
    def need(self) -> Need:
        """The need, not yet written."""
        names = ("producer", "product", "wish", "season", "window_from", "window_to", "quantity", "unit", "note")
        return Need(**{name: self.cleaned_data[name] for name in names})


class AcceptForm(forms.Form):
    """Into which session; minutes and price are set in its run-of-show."""

    session = forms.CharField(max_length=40)


class WordsForm(forms.Form):
    """An answer, or why something is not possible."""

    words = forms.CharField(label=_("What the producer is told"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


ALL = "all"


class NeedFilter(forms.Form):
    """Which needs a list shows; without a state those that wait."""

    wish = forms.ChoiceField(label=_("Wish"), choices=[("", _("All")), *Need.Wish.choices], required=False)
    season = forms.ChoiceField(label=_("When"), choices=[("", _("All")), *Need.Season.choices], required=False)
    commune = forms.ChoiceField(label=_("Commune"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=[("", _("Unmet")), *Need.State.choices, (ALL, _("All"))], required=False)

    def __init__(self, *args: Any, communes: list[Commune], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        commune = self.fields["commune"]
        assert isinstance(commune, forms.ChoiceField)
        commune.choices = [("", _("All")), *((one.pk, str(one)) for one in communes)]

    def lookups(self, *, without: str = "") -> dict[str, Any]:
        """What is asked for as lookups of `Need.objects.with_commune()`; a field that is not in order asks for nothing."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value and name != without}
        state = asked.pop("state", "")
        found: dict[str, Any] = {"commune_code" if name == "commune" else name: value for name, value in asked.items()}
        if state != ALL:
            found |= {"state": state} if state else {"state__in": UNMET}
        return found
