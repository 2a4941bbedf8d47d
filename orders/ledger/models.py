"""Orders as they stand now, and the ledger that says how they came to stand so."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from livestreams.models import Host, Session
from orders.intake.models import IntakeRun
from orders.shops.models import Shop
from places.models import Commune, Province


class LineState(models.IntegerChoices):
    """What the platform last said of a line, in the order in which the later wins."""

    PLACED = 0, _("Placed")
    SHIPPED = 1, _("Shipped")
    DELIVERED = 2, _("Delivered")
    COMPLETED = 3, _("Completed")
    CANCELLED = 4, _("Cancelled")


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders by whether they count."""

    def standing(self) -> OrderQuerySet:
        """Orders with a line that was not withdrawn."""
        return self.filter(Exists(OrderLine.objects.standing().filter(order=OuterRef("pk"))))


class Order(models.Model):
    """A buyer's order in one shop; known by (shop, number). Nothing of the buyer is kept but where it was delivered.

    `amount` and `refund` are the platform's order-level sums in VND, vouchers and shipping included: kept, never added to sales.
    """

    # No constraints on shop and run, here and at the ledger: the run that writes the row is of this shop, and never goes (docs/intake.md).
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="orders", db_index=False, db_constraint=False)
    number = models.CharField(_("order id"), max_length=64)
    placed_at = models.DateTimeField(_("placed at"))
    amount = models.BigIntegerField(null=True)
    refund = models.BigIntegerField(null=True)
    shipping_provider = models.CharField(_("shipping partner"), max_length=100, blank=True)
    # Codes as they were when the order was delivered: a commune that is no more must not hold its orders back, so no constraint.
    delivery_province = models.ForeignKey(Province, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False)
    delivery_commune = models.ForeignKey(Commune, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False)
    reported_session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="reported_orders", db_index=False)
    reported_host = models.ForeignKey(Host, models.PROTECT, null=True, related_name="reported_orders", db_index=False)
    exported_at = models.DateTimeField(help_text="of the newest observation")
    run = models.ForeignKey(
        IntakeRun, models.PROTECT, related_name="+", db_index=False, db_constraint=False, help_text="of the newest observation"
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="order_once")]
        indexes = [
            models.Index(fields=["reported_session"], name="order_reported_session", condition=Q(reported_session__isnull=False)),
            models.Index(fields=["reported_host"], name="order_reported_host", condition=Q(reported_host__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLineQuerySet(models.QuerySet["OrderLine"]):
    """Lines by whether they count."""

    def standing(self) -> OrderLineQuerySet:
        """Lines that some run which was not undone shows."""
        return self.filter(withdrawn=False)


class OrderLine(models.Model):
    """One SKU of an order as last observed; known by (order, key).

    `value` = gross − seller-funded discount (VND): what the seller sold the goods for. Units are the shop's pieces.
    `delivered_units` counts what was handed over, also where it came back later.

    A line is *withdrawn* once every run that showed it was undone: it counts as never seen. Its row stays, because the ledger that
    names it is append-only, with the last observation it had; its entries add up to nothing.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", db_index=False)
    key = models.CharField(max_length=400)
    sku_id = models.CharField(_("SKU ID"), max_length=64, blank=True)
    seller_sku = models.CharField(_("seller SKU"), max_length=200, blank=True)
    product_name = models.CharField(_("product name in the shop"), max_length=500, blank=True)
    variation = models.CharField(_("variation"), max_length=300, blank=True)
    state = models.PositiveSmallIntegerField(_("state"), choices=LineState.choices)
    units = models.PositiveIntegerField(_("units"))
    gross = models.BigIntegerField(_("gross"))
    seller_discount = models.BigIntegerField(_("discount paid by the seller"))
    platform_discount = models.BigIntegerField(_("discount paid by the platform"))
    value = models.BigIntegerField(_("value"))
    cancelled_units = models.PositiveIntegerField(_("cancelled"))
    returned_units = models.PositiveIntegerField(_("returned"))
    delivered_units = models.PositiveIntegerField(_("delivered"))
    shipped_at = models.DateTimeField(_("shipped at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    exported_at = models.DateTimeField(_("exported at"))
    withdrawn = models.BooleanField(default=False, db_default=False)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="line_once"),
            models.CheckConstraint(
                name="line_units_add_up",
                condition=Q(units__gte=1)
                & Q(cancelled_units__lte=models.F("units"))
                & Q(returned_units__lte=models.F("delivered_units"))
                & Q(delivered_units__lte=models.F("units") - models.F("cancelled_units")),
            ),
            models.CheckConstraint(
                name="line_value_is_gross_less_seller",
                condition=Q(value=models.F("gross") - models.F("seller_discount"), value__gte=0),
            ),
        ]
        indexes = [models.Index(fields=["key"])]
        # The ledger names lines by no foreign key. Nor can their orders go: to those they have one.
        triggers = [
            pgtrigger.Trigger(
                name="lasting",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete | pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the ledger names lines of orders: none is ever deleted';",
            )
        ]

    def __str__(self) -> str:
        return self.product_name or self.key


class EntryKind(models.IntegerChoices):
    """What an entry says happened to a line."""

    PLACED = 1, _("Placed")
    CANCELLED = 2, _("Cancelled")
    RETURNED = 3, _("Returned")
    DELIVERED = 4, _("Delivered")


class LedgerEntry(models.Model):
    """A movement of a line: signed pieces and signed VND. Append-only; a correction is a new entry.

    `happened_at`: the source's own time, else the earliest export that shows it; `learned_at`: when this ledger was told.
    """

    # No constraint: entries are written from lines that their own statement reads or makes, and no line ever goes; verify_figures looks.
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="entries", db_constraint=False)
    kind = models.PositiveSmallIntegerField(choices=EntryKind.choices)
    units = models.IntegerField()
    amount = models.BigIntegerField()
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    run = models.ForeignKey(IntakeRun, models.PROTECT, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        verbose_name_plural = "ledger entries"
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the ledger is append-only: it cannot be truncated';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.units} / {self.amount}"
