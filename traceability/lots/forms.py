"""The form by which a lot is opened, and the rows for what went into it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from traceability.lots.models import Lot, Unit, products_kept_by
from traceability.lots.services import CHANGEABLE, Ingredient
from traceability.resolver.digital_link import OtherFormError, read
from traceability.resolver.identifiers import MalformedLinkError
from traceability.resolver.lookup import UnknownKeyError, find, find_code

DAY = {"type": "date"}


class LotForm(forms.ModelForm):  # type: ignore[type-arg]
    """A lot of a product that the user keeps: a new one, or one to be changed; of a `fixed` one only what is printed nowhere."""

    class Meta:
        model = Lot
        fields = ["product", "number", "made_on", "best_before", "quantity", "unit", "place"]
        widgets = {
            "made_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "best_before": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "number": forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
            "quantity": forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        }
        help_texts = {
            "number": _("As it will be printed on the pack: up to 20 letters without accents, digits, dot, dash, underscore."),
            "best_before": _("The last day on which the goods are good. Leave empty where there is none."),
        }

    def __init__(self, *args: Any, user: User, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            self.fields = {name: field for name, field in self.fields.items() if name in CHANGEABLE}
            return
        product = self.fields["product"]
        assert isinstance(product, forms.ModelChoiceField)
        products = products_kept_by(user).select_related("producer").order_by("name_vi")
        # What went into a lot was its producer's to use.
        product.queryset = products.filter(producer=self.instance.product.producer_id) if self.instance.pk else products
        product.empty_label = str(_("Choose a product"))
        self.initial.setdefault("made_on", timezone.localdate())

    def clean_made_on(self) -> Any:
        """Refuses a day that has not come yet."""
        day = self.cleaned_data["made_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        """A lot cannot be past its date before it was made; packs are counted in whole numbers."""
        data: dict[str, Any] = super().clean() or {}
        made_on, best_before = data.get("made_on"), data.get("best_before")
        if made_on and best_before and best_before < made_on:
            self.add_error("best_before", _("The goods would be past their date before they were made."))
        quantity = data.get("quantity")
        if quantity is not None and data.get("unit") == Unit.PIECE and quantity != quantity.to_integral():
            self.add_error("quantity", _("Packs are counted in whole numbers."))
        return data


class IngredientForm(forms.Form):
    """One thing that went into the lot: one's own lot, somebody else's by the code on it, or words."""

    own = forms.ModelChoiceField(Lot.objects.none(), label=_("A lot of yours"), required=False, empty_label=_("None of these"))
    told = forms.CharField(
        label=_("Or: code of a supplier's lot, or in words"),
        help_text=_("Type the code under the QR code, paste its address, or write what it is, such as “fresh crabs”."),
        max_length=200,
        required=False,
    )
    quantity = forms.DecimalField(
        label=_("How much"),
        max_digits=12,
        decimal_places=3,
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices, initial=Unit.KILOGRAM, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.fields["own"]
        assert isinstance(own, forms.ModelChoiceField)
        own.queryset = Lot.objects.kept_by(user).filter(recalled_at__isnull=True).select_related("product")

    def clean(self) -> dict[str, Any]:
        """Finds the lot that was typed; part of a lot needs a quantity."""
        data: dict[str, Any] = super().clean() or {}
        told = data.get("told", "")
        if data.get("own") and told:
            self.add_error("told", _("Choose a lot or type something, not both."))
        data["source"] = data.get("own") or _lot_typed(told)
        if data["source"] is not None and not data.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", _("Say how much of this lot went in."))
        if data.get("quantity") is not None and not data["source"] and not told:
            self.add_error("told", _("Say what this quantity is of."))
        return data

    @property
    def ingredient(self) -> Ingredient | None:
        """What was told; None where the row was left empty."""
        # A row that was left as it came is not cleaned.
        data = self.cleaned_data
        if data.get("source") is not None:
            return Ingredient(source=data["source"], quantity=data["quantity"])
        if data.get("told"):
            return Ingredient(words=data["told"], quantity=data["quantity"] or None, unit=data["unit"] or Unit.KILOGRAM)
        return None


def _lot_typed(told: str) -> Lot | None:
    """The lot of a code or of an address of ours; None where it is just words."""
    text = told.strip().split("?", maxsplit=1)[0]
    for mark in ("/t/", "/01/"):
        if mark in text:
            text = text[text.index(mark) :]
    try:
        found = find(read(text)) if text.startswith("/01/") else find_code(text.removeprefix("/t/"))
    except (MalformedLinkError, OtherFormError, UnknownKeyError):
        return None
    return found.lot
