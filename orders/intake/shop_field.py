"""The choice of the shop whose orders come in; it says why a shop is not to be had."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from orders.shops.models import Shop


class IntakeShopField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Shops whose orders the user may take in. `withheld`: those in reach that do not share with the user's agency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Shop.objects.none(), **kwargs)
        self.withheld = Shop.objects.none()

    def offer_to(self, user: User) -> None:
        """Say who chooses."""
        shops = Shop.objects.order_by("name")
        allowed = shops.for_intake(user)
        self.queryset = allowed
        self.withheld = shops.in_reach(user).exclude(pk__in=allowed.values("pk"))

    def to_python(self, value: Any) -> Any:
        """The shop. One that is withheld is refused with the reason, any other as a choice that does not exist."""
        try:
            return super().to_python(value)
        except ValidationError:
            shop = self.withheld.filter(pk=value).first() if str(value).isdecimal() and len(str(value)) < 18 else None
            if shop is None:
                raise
        words = _("The owner of %(shop)s does not share its order lines with your office, so you cannot take in its files.")
        raise ValidationError(words % {"shop": shop.name}, code="withheld")
