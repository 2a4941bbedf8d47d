"""Products and what may change about them over time: set, unit, weight, price."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.scopes import Scope
from catalog.models.dated import DatedQuerySet
from catalog.models.ocop import CODE, OcopSet, in_language
from catalog.models.producers import Producer, ProducerSeat
from catalog.models.stars import StarRating

if TYPE_CHECKING:
    from accounts.models import User


# A number may change by the registry, a listing, a merge or a statement: whichever way, the packs that carry the old one stay known.
_KEEP_FORMER_GTIN = """
INSERT INTO catalog_formergtin (product_id, gtin, until) VALUES (NEW.id, OLD.gtin, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
ON CONFLICT (product_id, gtin) DO UPDATE SET until = EXCLUDED.until;
RETURN NULL;
"""


class ProductQuerySet(models.QuerySet["Product"]):
    """Products with what held on a day."""

    def with_star(self, day: date) -> ProductQuerySet:
        """Each product with `star` (3, 4, 5 or None): what its ratings say of `day`."""
        valid = StarRating.objects.filter(product=OuterRef("pk")).valid_on(day).order_by("-valid_from", "-pk")
        return self.annotate(star=Subquery(valid.values("stars")[:1]))

    def with_facts(self, day: date) -> ProductQuerySet:
        """Each product with `set_code`, `unit`, `net_weight_g` and `list_price` as they were on `day` (None where not known)."""
        facts = ProductFacts.objects.in_force(OuterRef("pk"), day)
        prices = ListPrice.objects.in_force(OuterRef("pk"), day)
        return self.annotate(
            set_code=Subquery(facts.values("ocop_set__code")[:1]),
            unit=Subquery(facts.values("unit")[:1]),
            net_weight_g=Subquery(facts.values("net_weight_g")[:1]),
            list_price=Subquery(prices.values("price")[:1]),
        )

    def with_place(self, day: date) -> ProductQuerySet:
        """Each product with `commune_code` and `province_code` of its producer's seat on `day`."""
        seats = ProducerSeat.objects.in_force(OuterRef("producer"), day)
        return self.annotate(
            commune_code=Subquery(seats.values("commune_id")[:1]),
            province_code=Subquery(seats.values("commune__province_id")[:1]),
        )

    def within(self, scope: Scope, day: date) -> ProductQuerySet:
        """Products whose producers sit in the territory on `day`."""
        if scope.everything:
            return self
        seated = self.with_place(day).filter(Q(province_code=scope.province))
        return seated if scope.commune is None else seated.filter(Q(commune_code=scope.commune))

    def visible_to(self, user: User | AnonymousUser) -> ProductQuerySet:
        """Products of the producers that the user may see."""
        if user.is_superuser:
            return self
        return self.filter(producer__in=Producer.objects.visible_to(user))

    def kept_by(self, user: User | AnonymousUser) -> ProductQuerySet:
        """Products of the producers whose member the user is: what the user may change. A double is nobody's to change."""
        return self.single().filter(producer__in=Producer.objects.kept_by(user))

    def single(self) -> ProductQuerySet:
        """Products that are no double of another one."""
        return self.filter(merged_into__isnull=True)

    def published(self) -> ProductQuerySet:
        """Products that the public may see."""
        return self.filter(published_at__isnull=False)


@pghistory.track()
class Product(models.Model):
    """A product of a producer, with or without a star. `gtin` is written as `catalog.gtin.parse` returns it.

    What the public sees of it stands here; what its producer would like to be seen waits in a `ListingRevision`.
    """

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    producer = models.ForeignKey(Producer, models.PROTECT, related_name="products")
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    gtin = models.CharField(_("GTIN"), max_length=14, unique=True, null=True, blank=True)
    description_vi = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    ingredients_vi = models.TextField(_("ingredients in Vietnamese"), blank=True)
    ingredients_en = models.TextField(_("ingredients in English"), blank=True)
    storage_vi = models.CharField(_("storage in Vietnamese"), max_length=300, blank=True)
    storage_en = models.CharField(_("storage in English"), max_length=300, blank=True)
    shelf_life_vi = models.CharField(_("shelf life in Vietnamese"), max_length=200, blank=True)
    shelf_life_en = models.CharField(_("shelf life in English"), max_length=200, blank=True)
    # 15% and more may not be advertised as other products are (Law 44/2019/QH14); empty: not a drink with alcohol, or not known.
    alcohol_percent = models.DecimalField(
        _("alcohol (% by volume)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="doubles", help_text="its double")
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, help_text="empty: not public yet")
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name_vi"]
        constraints = [
            models.CheckConstraint(name="product_is_no_double_of_itself", condition=~Q(merged_into=F("pk"))),
            # A double is read by its history alone: everybody else sees the product that was kept.
            models.CheckConstraint(
                name="alcohol_is_a_share", condition=Q(alcohol_percent__isnull=True) | Q(alcohol_percent__range=(0, 100))
            ),
            models.CheckConstraint(name="double_is_not_public", condition=Q(merged_into__isnull=True) | Q(published_at__isnull=True)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="former_gtin",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.gtin IS DISTINCT FROM NEW.gtin AND OLD.gtin <> ''"),
                func=_KEEP_FORMER_GTIN,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_vi, self.name_en)

    @property
    def description(self) -> str:
        """The story in the reader's language."""
        return in_language(self.description_vi, self.description_en)

    @property
    def ingredients(self) -> str:
        """What is in it, in the reader's language."""
        return in_language(self.ingredients_vi, self.ingredients_en)

    @property
    def storage(self) -> str:
        """How to keep it, in the reader's language."""
        return in_language(self.storage_vi, self.storage_en)

    @property
    def shelf_life(self) -> str:
        """How long it keeps, in the reader's language."""
        return in_language(self.shelf_life_vi, self.shelf_life_en)


@pghistory.track()
class ProductFacts(models.Model):
    """What a product is from `since` on: its OCOP set, the unit it is sold in and the unit's net weight in grams."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="facts")
    since = models.DateField()
    ocop_set = models.ForeignKey(OcopSet, models.PROTECT, null=True, blank=True, related_name="product_facts")
    unit = models.CharField(max_length=60, blank=True, help_text="gói 500 g, hộp, chai 500 ml …")
    net_weight_g = models.PositiveBigIntegerField(null=True, blank=True, help_text="grams in one unit; empty: not known")

    objects = DatedQuerySet["ProductFacts"].as_manager()

    class Meta:
        verbose_name_plural = "product facts"
        constraints = [models.UniqueConstraint(fields=["product", "since"], name="facts_once_a_day")]

    def __str__(self) -> str:
        return f"{self.product} ({self.since})"


@pghistory.track()
class ListPrice(models.Model):
    """The producer's list price of one unit, in VND, from `since` on."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="list_prices")
    since = models.DateField()
    price = models.PositiveBigIntegerField()

    objects = DatedQuerySet["ListPrice"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "since"], name="price_once_a_day")]

    def __str__(self) -> str:
        return f"{self.price} ({self.since})"


@pghistory.track()
class FloorPrice(models.Model):
    """The lowest price of one unit, in VND, that the producer accepts from `since` on. Not public: it is the producer's own line."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="floor_prices")
    since = models.DateField()
    price = models.PositiveBigIntegerField()

    objects = DatedQuerySet["FloorPrice"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "since"], name="floor_price_once_a_day")]

    def __str__(self) -> str:
        return f"{self.price} ({self.since})"
