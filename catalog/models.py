"""Producers and products of the OCOP programme, with what may change over time kept by date.

A figure speaks of a product as it was on the day an order was placed. So seat, set, weight and price are rows with a `since`
day: the row in force on a day is the newest with `since` on or before it, and before the first one, the first.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from places.models import Commune, Province

if TYPE_CHECKING:
    from accounts.models import User

CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", _("Letters, digits, dot, dash and underscore only."))


def in_language(vi: str, en: str) -> str:
    """The text in the reader's language; Vietnamese where there is no English."""
    return en if get_language() == "en" and en else vi


class OcopGroup(models.Model):
    """One of the six groups of Decision 26/2026/QĐ-TTg."""

    code = models.CharField(max_length=2, unique=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_vi, self.name_en)


class OcopSet(models.Model):
    """One of the 26 product sets (“bộ sản phẩm”) of Decision 26/2026/QĐ-TTg; `code` is “group.number”."""

    group = models.ForeignKey(OcopGroup, models.PROTECT, related_name="sets")
    code = models.CharField(max_length=5, unique=True)
    position = models.PositiveSmallIntegerField()
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["group__code", "position"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_vi, self.name_en)


class ProducerQuerySet(models.QuerySet["Producer"]):
    """Producers by place and by who may see them."""

    def with_seat(self, day: date) -> ProducerQuerySet:
        """Each producer with `commune_code` and `province_code` of its seat on `day` (None where it has none)."""
        seats = ProducerSeat.objects.in_force(OuterRef("pk"), day)
        return self.annotate(
            commune_code=Subquery(seats.values("commune_id")[:1]),
            commune_name=Subquery(seats.values("commune__name")[:1]),
            province_code=Subquery(seats.values("commune__province_id")[:1]),
        )


class Producer(models.Model):
    """A cooperative, company or household that makes products."""

    class Kind(models.TextChoices):
        COOPERATIVE = "cooperative", _("Cooperative")
        COMPANY = "company", _("Company")
        HOUSEHOLD = "household", _("Household business")
        GROUP = "group", _("Cooperative group")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.COOPERATIVE)
    representative = models.CharField(_("legal representative"), max_length=150, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=14, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="ProducerMember", related_name="producers")

    objects = ProducerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class ProducerSeatQuerySet(models.QuerySet["ProducerSeat"]):
    """Seats by time."""

    def in_force(self, producer: Producer | OuterRef | int, day: date) -> ProducerSeatQuerySet:
        """The producer's seats, the one in force on `day` first."""
        return self.filter(producer=producer).order_by(
            models.Case(models.When(since__lte=day, then=F("since"))).desc(nulls_last=True),
            "since",
        )


class ProducerSeat(models.Model):
    """Where a producer sits from `since` on."""

    producer = models.ForeignKey(Producer, models.CASCADE, related_name="seats")
    since = models.DateField()
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="producer_seats")

    objects = ProducerSeatQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["producer", "since"], name="seat_once_a_day")]

    def __str__(self) -> str:
        return f"{self.commune} ({self.since})"


class ProducerMember(models.Model):
    """A user who belongs to a producer: what makes a *cooperative* member."""

    producer = models.ForeignKey(Producer, models.CASCADE, related_name="memberships")
    user: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["producer", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.producer}"


class ProductQuerySet(models.QuerySet["Product"]):
    """Products with what held on a day."""

    def with_star(self, day: date) -> ProductQuerySet:
        """Each product with `star` (3, 4, 5 or None): what its ratings say of `day`."""
        valid = StarRating.objects.filter(product=OuterRef("pk")).valid_on(day).order_by("-valid_from", "-pk")
        return self.annotate(star=Subquery(valid.values("stars")[:1]))


class Product(models.Model):
    """A product of a producer, with or without a star."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    producer = models.ForeignKey(Producer, models.PROTECT, related_name="products")
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    gtin = models.CharField(_("GTIN"), max_length=14, unique=True, null=True, blank=True)
    description_vi = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name_vi"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_vi, self.name_en)


class ProductFacts(models.Model):
    """What a product is from `since` on: its OCOP set, the unit it is sold in and the unit's net weight in grams."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="facts")
    since = models.DateField()
    ocop_set = models.ForeignKey(OcopSet, models.PROTECT, null=True, blank=True, related_name="product_facts")
    unit = models.CharField(max_length=60, blank=True, help_text="gói 500 g, hộp, chai 500 ml …")
    net_weight_g = models.PositiveBigIntegerField(null=True, blank=True, help_text="grams in one unit; empty: not known")

    class Meta:
        verbose_name_plural = "product facts"
        constraints = [models.UniqueConstraint(fields=["product", "since"], name="facts_once_a_day")]

    def __str__(self) -> str:
        return f"{self.product} ({self.since})"


class ListPrice(models.Model):
    """The producer's list price of one unit, in VND, from `since` on."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="list_prices")
    since = models.DateField()
    price = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "since"], name="price_once_a_day")]

    def __str__(self) -> str:
        return f"{self.price} ({self.since})"


class RecognitionDecision(models.Model):
    """A decision by which an authority recognises the stars of products; one decision covers many."""

    number = models.CharField(_("decision number"), max_length=60)
    decided_on = models.DateField(_("decided on"))
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="recognition_decisions")

    class Meta:
        ordering = ["-decided_on"]
        constraints = [models.UniqueConstraint(fields=["number", "decided_on", "province"], name="decision_once")]

    def __str__(self) -> str:
        return self.number


class StarRatingQuerySet(models.QuerySet["StarRating"]):
    """Ratings by time."""

    def valid_on(self, day: date | F | OuterRef) -> StarRatingQuerySet:
        """Ratings in force on `day`: begun, not past their last day, not revoked by then."""
        return self.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=day), valid_from__lte=day, valid_until__gte=day)


class StarRating(models.Model):
    """Three to five stars given to a product by a decision; valid 36 months (Decision 26/2026/QĐ-TTg), both days included.

    A revoked rating is valid until the day before `revoked_on`.
    """

    product = models.ForeignKey(Product, models.PROTECT, related_name="ratings")
    decision = models.ForeignKey(RecognitionDecision, models.PROTECT, related_name="ratings")
    stars = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(3), MaxValueValidator(5)])
    points = models.DecimalField(_("points"), max_digits=4, decimal_places=1, null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_ground = models.CharField(_("ground of revocation"), max_length=300, blank=True)

    objects = StarRatingQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(name="stars_three_to_five", condition=Q(stars__gte=3, stars__lte=5)),
            models.CheckConstraint(name="points_of_a_hundred", condition=Q(points__isnull=True) | Q(points__gte=0, points__lte=100)),
            models.CheckConstraint(name="rating_ends_after_it_begins", condition=Q(valid_until__gte=F("valid_from"))),
            models.UniqueConstraint(fields=["product", "decision"], name="rating_once_a_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.stars}"
