"""Decisions of recognition and the stars they give."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from places.models import Province

if TYPE_CHECKING:
    from catalog.models.products import Product


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

    product: models.ForeignKey[Product, Product] = models.ForeignKey("catalog.Product", models.PROTECT, related_name="ratings")
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
