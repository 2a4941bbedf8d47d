"""Setting up a shop, and saying what its SKUs are."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import TRADE, scope_of
from catalog.models import Producer
from catalog.whole_numbers import WholeNumberField
from orders.shops.models import Shop, SkuMapping
from orders.shops.services import Said, unmapped_skus

MOST_IN_A_PACK = 10_000
MOST_ACCEPTED = 200
NO_OFFER = _("One of these is no longer on offer: somebody has said what it is, or it does not sell here. Look again.")
_ACCEPTED = re.compile(r"(?P<product>\d{1,15}):(?P<units>\d{1,5}):(?P<key>[^\x00]{1,400})", re.ASCII | re.DOTALL)


class ShopForm(forms.ModelForm):  # type: ignore[type-arg]
    """A shop in the user's province, with exactly one owner."""

    class Meta:
        model = Shop
        fields = ("name", "code", "platform", "province", "producer", "host", "partner", "event")
        help_texts = {
            "code": _("A short name for files and commands, for example TT-GIALAI."),
            "producer": _("Choose exactly one owner: a producer, a host or a partner."),
            "event": _("Only for a booth: the fair or conference it stands at."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.owners.exists():
            # Its owners are dated by now (orders.shops.hands): changed here, the past would change with the present.
            for kind in ("producer", "host", "partner"):
                del self.fields[kind]
        scope = scope_of(user, kinds=TRADE)
        producers, provinces = self.fields.get("producer"), self.fields["province"]
        assert isinstance(provinces, forms.ModelChoiceField)
        if isinstance(producers, forms.ModelChoiceField):
            producers.queryset = Producer.objects.visible_to(user).order_by("name")
        if scope and not scope.everything:
            assert provinces.queryset is not None
            provinces.queryset = provinces.queryset.filter(pk=scope.province)
            provinces.initial = scope.province

    def clean_code(self) -> str:
        """Refuses the one word that is an address beside the shops' own."""
        code: str = self.cleaned_data["code"]
        if code == "new":
            raise forms.ValidationError(_("This word is taken. Choose another code."))
        return code


class AcceptForm(forms.Form):
    """Suggestions that somebody ticked, each as `product:units:SKU`; only SKUs that the shop sells and nobody has mapped."""

    accept = forms.MultipleChoiceField(error_messages={"required": _("Tick at least one suggestion.")})

    def __init__(self, *args: Any, user: User, shop: Shop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.shop = user, shop
        told = self.data.getlist("accept") if isinstance(self.data, QueryDict) else []
        self.fields["accept"].choices = [(one, one) for one in told[:MOST_ACCEPTED]]  # type: ignore[attr-defined]

    def clean_accept(self) -> list[Said]:
        """What was ticked, as it is said."""
        found = [_ACCEPTED.fullmatch(told) for told in self.cleaned_data["accept"]]
        if not all(found):
            raise forms.ValidationError(NO_OFFER)
        asked = [(int(match["product"]), int(match["units"]), match["key"]) for match in found if match]
        products = self.shop.products_for(self.user).in_bulk({product for product, _units, _key in asked})
        sold = {
            sku.line_key for sku in unmapped_skus(self.shop, keys=[key for _product, _units, key in asked], since=self.shop.owned_since)
        }
        if any(product not in products or key not in sold or not 1 <= units <= MOST_IN_A_PACK for product, units, key in asked):
            raise forms.ValidationError(NO_OFFER)
        return [Said(key, products[product], units) for product, units, key in asked]


class SkuMappingForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one SKU of a shop is, from a day on."""

    class Meta:
        model = SkuMapping
        fields = ("product", "units", "since")
        field_classes = {"units": WholeNumberField}
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "units": _("How many units of the product one piece of the SKU holds."),
            "since": _("Orders before the first such day count too, but none of days on which the shop was another owner's."),
        }

    def __init__(self, *args: Any, user: User, shop: Shop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = self.fields["product"]
        assert isinstance(products, forms.ModelChoiceField)
        products.queryset = shop.products_for(user).order_by("name_vi")
        self.earliest = shop.mapped_since(user)
        self.initial.setdefault("since", timezone.localdate())
        # A barcode typed here would multiply the figures beyond what a column holds, and the fold could not go on.
        self.fields["units"].validators.append(MaxValueValidator(MOST_IN_A_PACK))

    def clean_since(self) -> date:
        """A member says nothing of what the shop sold for another owner."""
        since: date = self.cleaned_data["since"]
        if since < self.earliest:
            raise forms.ValidationError(
                _("The shop was another owner's then. Choose %(day)s or a later day.") % {"day": self.earliest.strftime("%d/%m/%Y")}
            )
        return since
