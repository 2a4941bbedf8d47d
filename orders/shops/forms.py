"""Setting up a shop, and saying what its SKUs are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import TRADE, scope_of
from catalog.models import Producer, Product
from orders.shops.models import Shop, SkuMapping

MOST_IN_A_PACK = 10_000


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


class SkuMappingForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one SKU of a shop is, from a day on."""

    class Meta:
        model = SkuMapping
        fields = ("product", "units", "since")
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "units": _("How many units of the product one piece of the SKU holds."),
            "since": _("Orders before the first such day count too."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = self.fields["product"]
        assert isinstance(products, forms.ModelChoiceField)
        products.queryset = Product.objects.visible_to(user).single().order_by("name_vi")
        self.fields["since"].initial = timezone.localdate()
        # A barcode typed here would multiply the figures beyond what a column holds, and the fold could not go on.
        self.fields["units"].validators.append(MaxValueValidator(MOST_IN_A_PACK))
        self.fields["units"].widget.attrs["max"] = MOST_IN_A_PACK
