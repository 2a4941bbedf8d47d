"""What boards read: additive cells, distinct orders per grain, and what each line adds to them.

Five states of FIGURES are kept as four sums (placed, cancelled, returned, delivered); net = placed − cancelled − returned, and
*delivered* on screen = delivered − returned. Units are product units (pieces × units in the pack), grams are units × net weight.
"""

from __future__ import annotations

from django.db import models

from accounts.models import User
from catalog.models import OcopGroup, OcopSet, Producer, Product
from livestreams.models import Session, Slot
from orders.attribution.models import AttributionRule, Basis, Bucket
from orders.figures.sight import line_sight_of
from orders.intake.models import Source
from orders.ledger.models import Order, OrderLine
from orders.shops.models import Shop
from places.models import Commune, Province


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """Contributions by who may see them."""

    def visible_to(self, user: User) -> ContributionQuerySet:
        """The contributions that `user` may see one by one (orders.figures.sight)."""
        return self.filter(line_sight_of(user).lines())


class Dimensions(models.Model):
    """What every figure can be filtered by; all as of the day the order was placed."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False)
    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="+", db_index=False)
    bucket = models.PositiveSmallIntegerField(choices=Bucket.choices)
    basis = models.PositiveSmallIntegerField(choices=Basis.choices)
    source = models.PositiveSmallIntegerField(choices=Source.choices)

    class Meta:
        abstract = True


class Measures(models.Model):
    """The additive amounts: units, VND and grams in four states, and how many lines they come from."""

    lines = models.BigIntegerField(default=0)
    placed_units = models.BigIntegerField(default=0)
    placed_value = models.BigIntegerField(default=0)
    placed_grams = models.BigIntegerField(default=0)
    cancelled_units = models.BigIntegerField(default=0)
    cancelled_value = models.BigIntegerField(default=0)
    cancelled_grams = models.BigIntegerField(default=0)
    returned_units = models.BigIntegerField(default=0)
    returned_value = models.BigIntegerField(default=0)
    returned_grams = models.BigIntegerField(default=0)
    delivered_units = models.BigIntegerField(default=0)
    delivered_value = models.BigIntegerField(default=0)
    delivered_grams = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


DIMENSIONS = ("province", "day", "shop", "session", "bucket", "basis", "source")
PRODUCT_DIMENSIONS = ("product", "producer", "commune", "ocop_set", "star", "slot")
MEMBERS = ("product", "producer", "commune", "ocop_group", "star")


class Contribution(Dimensions, Measures):
    """What one order line adds to the figures at this moment; written by the fold alone. `lines` is 1."""

    line = models.OneToOneField(OrderLine, models.PROTECT, primary_key=True, related_name="contribution")
    order = models.ForeignKey(Order, models.PROTECT, related_name="contributions")
    rule = models.ForeignKey(AttributionRule, models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", db_index=False)
    producer = models.ForeignKey(Producer, models.PROTECT, null=True, related_name="+", db_index=False)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, related_name="+", db_index=False)
    ocop_set = models.ForeignKey(OcopSet, models.PROTECT, null=True, related_name="+", db_index=False)
    ocop_group = models.ForeignKey(OcopGroup, models.PROTECT, null=True, related_name="+", db_index=False)
    star = models.PositiveSmallIntegerField(null=True)
    # No constraint: a slot may be taken away, and what it was must stay here until the next fold has subtracted it.
    slot = models.ForeignKey(Slot, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False)
    is_final = models.BooleanField(help_text="completed or cancelled: the platform will change it no more")

    objects = ContributionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["province", "day"]),
            models.Index(fields=["session", "day"]),
            models.Index(fields=["product", "day"]),
            models.Index(fields=["producer", "day"]),
            models.Index(fields=["shop", "day"]),
            models.Index(fields=["shop"], name="contribution_unmapped", condition=models.Q(product__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}"


class Figure(Dimensions, Measures):
    """The sum of all contributions with the same dimensions: what boards add up. Cells without a line do not exist."""

    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", db_index=False)
    producer = models.ForeignKey(Producer, models.PROTECT, null=True, related_name="+", db_index=False)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, related_name="+", db_index=False)
    ocop_set = models.ForeignKey(OcopSet, models.PROTECT, null=True, related_name="+", db_index=False)
    star = models.PositiveSmallIntegerField(null=True)
    slot = models.ForeignKey(Slot, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=[*DIMENSIONS, *PRODUCT_DIMENSIONS], name="figure_cell", nulls_distinct=False)]
        indexes = [
            models.Index(fields=["session", "day"]),
            models.Index(fields=["product", "day"]),
            models.Index(fields=["producer", "day"]),
            models.Index(fields=["id"], name="figure_empty", condition=models.Q(lines=0)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.province_id}"


class Grain(models.IntegerChoices):
    """What distinct orders are counted by, besides the dimensions that belong to the whole order."""

    ALL = 0, "all"
    PRODUCT = 1, "product"
    PRODUCER = 2, "producer"
    COMMUNE = 3, "commune"
    GROUP = 4, "group"
    STAR = 5, "star"


class OrderFigure(Dimensions):
    """Distinct orders per grain: placed, with a unit left (net), with a delivered unit left, and not final (open).

    Orders may be added over days, shops, sessions and buckets (an order has one of each), never over products, producers,
    communes, groups, stars or provinces.
    """

    grain = models.PositiveSmallIntegerField(choices=Grain.choices)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", db_index=False)
    producer = models.ForeignKey(Producer, models.PROTECT, null=True, related_name="+", db_index=False)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, related_name="+", db_index=False)
    ocop_group = models.ForeignKey(OcopGroup, models.PROTECT, null=True, related_name="+", db_index=False)
    star = models.PositiveSmallIntegerField(null=True)
    orders = models.BigIntegerField(default=0)
    net_orders = models.BigIntegerField(default=0)
    delivered_orders = models.BigIntegerField(default=0)
    open_orders = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grain", *DIMENSIONS, *MEMBERS], name="order_figure_cell", nulls_distinct=False)]
        indexes = [
            models.Index(fields=["session", "grain"]),
            models.Index(fields=["product", "day"], condition=models.Q(grain=1), name="order_figure_product"),
            models.Index(fields=["producer", "day"], condition=models.Q(grain=2), name="order_figure_producer"),
            models.Index(fields=["commune", "day"], condition=models.Q(grain=3), name="order_figure_commune"),
            models.Index(fields=["id"], name="order_figure_empty", condition=models.Q(orders=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_grain_display()} {self.day}"


class Snapshot(models.Model):
    """The number that a fold's commit gave the figures, and when."""

    number = models.BigIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    orders = models.PositiveIntegerField(help_text="orders read by this fold")

    def __str__(self) -> str:
        return str(self.number)
