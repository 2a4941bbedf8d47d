"""Forms for a phone: a typed order, and what became of it. No field asks for anything of the buyer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.whole_numbers import WholeNumberField
from orders.intake.reading.values import EARLIEST, MOST_UNITS, MOST_VND
from orders.ledger.models import LineState, Order
from orders.typed.services import TypedLine

LINES = 6
STATES = (
    (LineState.PLACED, _("Ordered, not sent yet")),
    (LineState.SHIPPED, _("On its way")),
    (LineState.DELIVERED, _("Handed over and paid")),
)
OUTCOMES = (*STATES, (LineState.CANCELLED, _("Cancelled: nothing was handed over, or all came back")))


class ProductSelect(forms.Select):
    """Each product with its price in force, for the script that fills the price in."""

    prices: dict[str, int | None] = {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option, with its price where there is one."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        price = self.prices.get(str(option["value"]))
        if price is not None:
            option["attrs"]["data-price"] = str(price)
        return option


class TypedOrderForm(forms.Form):
    """When, in which state, and up to LINES products; the first is needed. A price left empty is the list price of the day."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    placed_at = forms.DateTimeField(
        label=_("Ordered at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    state = forms.TypedChoiceField(label=_("How it stands"), choices=STATES, coerce=lambda value: LineState(int(value)))

    def __init__(self, *args: Any, products: Iterable[Product], over_the_counter: bool = False, **kwargs: Any) -> None:
        """`products`: with `list_price` of today; `over_the_counter`: what is sold is mostly handed over at once."""
        super().__init__(*args, **kwargs)
        self._products = {str(product.pk): product for product in products}
        prices = {key: getattr(product, "list_price", None) for key, product in self._products.items()}
        choices = [("", _("Choose a product")), *((key, product.name) for key, product in self._products.items())]
        for place in range(LINES):
            select = ProductSelect()
            select.prices = prices
            self.fields[f"product_{place}"] = forms.ChoiceField(label=_("Product"), choices=choices, required=place == 0, widget=select)
            self.fields[f"units_{place}"] = WholeNumberField(label=_("Quantity"), required=False, min_value=1, max_value=MOST_UNITS)
            self.fields[f"price_{place}"] = WholeNumberField(
                label=_("Price of one, in đồng"),
                required=False,
                min_value=0,
                max_value=MOST_VND,
                help_text=_("Empty: the list price."),
            )
        self.initial.setdefault("token", uuid4())
        self.initial.setdefault("placed_at", timezone.localtime().replace(second=0, microsecond=0))
        self.initial.setdefault("units_0", 1)
        self.initial.setdefault("state", LineState.DELIVERED if over_the_counter else LineState.PLACED)

    def groups(self) -> list[dict[str, Any]]:
        """The fields of each product, and whether they hold anything."""
        found = []
        for place in range(LINES):
            fields = [self[f"{name}_{place}"] for name in ("product", "units", "price")]
            found.append({"fields": fields, "open": place == 0 or any(field.value() or field.errors for field in fields)})
        return found

    def clean_placed_at(self) -> Any:
        """Refuses a time that has not come yet, and one that no order of ours can have."""
        moment = self.cleaned_data["placed_at"]
        if moment > timezone.now() + timedelta(minutes=1):
            raise forms.ValidationError(_("This time lies in the future."))
        if moment < EARLIEST:
            raise forms.ValidationError(_("This time is too long ago."))
        return moment

    def clean(self) -> dict[str, Any]:
        """The lines, as `lines`."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        lines: list[TypedLine] = []
        for place in range(LINES):
            key, units, price = (cleaned.get(f"{name}_{place}") for name in ("product", "units", "price"))
            product = self._products.get(key or "")
            if product is None:
                if place and (units is not None or price is not None) and f"product_{place}" not in self.errors:
                    self.add_error(f"product_{place}", _("Choose the product too, or empty the line."))
                continue
            if units is None and f"units_{place}" not in self.errors:
                self.add_error(f"units_{place}", _("How many?"))
            if price is None and f"price_{place}" not in self.errors:
                price = getattr(product, "list_price", None)
                if price is None:
                    self.add_error(f"price_{place}", _("This product has no list price: type what it was sold for."))
            if units is not None and price is not None:
                lines.append(TypedLine(product, units, price))
                # Lines of one product become one line of the order, which must stand for itself.
                same = [line for line in lines if line.product == product]
                if sum(line.units for line in same) > MOST_UNITS or sum(line.units * line.price for line in same) > MOST_VND:
                    self.add_error(f"price_{place}", _("That is more than an order can be worth."))
        cleaned["lines"] = lines
        return cleaned


class OutcomeForm(forms.Form):
    """What became of a typed order: the state of the whole, and of each line the pieces that came back."""

    state = forms.TypedChoiceField(label=_("How it stands"), choices=OUTCOMES, coerce=lambda value: LineState(int(value)))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines = list(order.lines.order_by("pk"))
        self.fields["seen"].initial = order.run_id
        if self._lines:
            state = self._lines[0].state
            self.fields["state"].initial = LineState.DELIVERED if state == LineState.COMPLETED else state
        for line in self._lines:
            self.fields[f"returned_{line.pk}"] = WholeNumberField(
                label=_("Pieces returned: %(product)s") % {"product": line.product_name},
                required=False,
                min_value=0,
                max_value=line.units,
                initial=line.returned_units,
                help_text=_("of %(units)s") % {"units": line.units},
            )

    def clean(self) -> dict[str, Any]:
        """Pieces returned by line id, as `returned`; nothing comes back that was never handed over."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        returned = {line.pk: cleaned.get(f"returned_{line.pk}") or 0 for line in self._lines}
        if cleaned.get("state") in (LineState.PLACED, LineState.SHIPPED) and any(returned.values()):
            self.add_error("state", _("Pieces can only come back once they were handed over."))
        cleaned["returned"] = returned
        return cleaned
