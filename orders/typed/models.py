"""Which orders were typed here, and by whom."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from accounts.models import User
from accounts.rules import is_administrator
from orders.ledger.models import Order
from orders.shops.models import Shop, of_present_owner


class TypedOrderQuerySet(models.QuerySet["TypedOrder"]):
    """Typed orders by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> TypedOrderQuerySet:
        """Those of the shops whose orders `user` may take in, of the present owner's time; an administrator's of any time."""
        found = self.filter(order__shop__in=Shop.objects.for_intake(user))
        return found if is_administrator(user) else of_present_owner(found, shop="order__shop", moment="created_at")


class TypedOrder(models.Model):
    """An order whose number is ours. `token` is made with the empty form: the same form sent twice is one order.

    What was sold and what became of it stands in the order and its lines, as for every other order; of the buyer nothing is asked.
    """

    order = models.OneToOneField(Order, models.PROTECT, related_name="typed")
    token = models.UUIDField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TypedOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.order.number
