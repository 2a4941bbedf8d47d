"""Decisions about stars: what they give, prolong and take away. The star of any day follows from these rows; nobody types it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Cast, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.scopes import AGRICULTURE, scope_of
from catalog.models.files import StoredDocument
from places.models import Province

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.models.products import Product


class RecognitionDecisionQuerySet(models.QuerySet["RecognitionDecision"]):
    """Decisions by who may see them."""

    def visible_to(self, user: User) -> RecognitionDecisionQuerySet:
        """Those of the province over whose stars the user decides."""
        scope = scope_of(user, kinds=AGRICULTURE)
        if scope is None:
            return self.none()
        return self if scope.everything else self.filter(province=scope.province)


@pghistory.track()
class RecognitionDecision(models.Model):
    """A decision by which an authority recognises, extends or revokes the stars of products; one decision covers many.

    `recorded_by` is who typed it in; empty where it came with a registry file.
    """

    class Kind(models.TextChoices):
        RECOGNITION = "recognition", _("Recognition")
        EXTENSION = "extension", _("Extension")
        REVOCATION = "revocation", _("Revocation")

    class Authority(models.TextChoices):
        """Three and four stars are the province's to give, five the centre's (Decision 26/2026/QĐ-TTg)."""

        PROVINCE = "province", pgettext_lazy("authority", "The province")
        CENTRE = "centre", _("The centre")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.RECOGNITION)
    number = models.CharField(_("decision number"), max_length=60)
    decided_on = models.DateField(_("decided on"))
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    authority = models.CharField(_("authority"), max_length=20, choices=Authority.choices, blank=True, help_text="empty: not told")
    province = models.ForeignKey(Province, models.PROTECT, related_name="recognition_decisions")
    document = models.ForeignKey(StoredDocument, models.PROTECT, null=True, blank=True, related_name="decisions")
    recorded_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = RecognitionDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on"]
        constraints = [models.UniqueConstraint(fields=["number", "decided_on", "province"], name="decision_once")]

    def __str__(self) -> str:
        return self.number


def _end() -> Least:
    """The last day on which a rating is valid, revocations heeded."""
    day_before = ExpressionWrapper(F("revoked_on") - timedelta(days=1), output_field=models.DateField())
    return Least(F("valid_until"), Cast(day_before, models.DateField()))  # PostgreSQL's LEAST passes over NULL


class StarRatingQuerySet(models.QuerySet["StarRating"]):
    """Ratings by time."""

    def valid_on(self, day: date | F | OuterRef) -> StarRatingQuerySet:
        """Ratings in force on `day`: begun, not past their last day, not revoked by then."""
        return self.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=day), valid_from__lte=day, valid_until__gte=day)

    def lost_by(self, day: date, *, today: date) -> StarRatingQuerySet:
        """Ratings in force `today` whose products have no star any more on `day`; `last_day` says until when they have it."""
        return self.valid_on(today).last_of_product().filter(Q(last_day__lt=day))

    def last_of_product(self) -> StarRatingQuerySet:
        """Ratings whose end is the end of the product's stars: no other rating of the product goes on after it.

        Of two that end on one day the later begun counts. What a revocation ended is over on the day before.
        """
        others = StarRating.objects.filter(product=OuterRef("product")).exclude(pk=OuterRef("pk"))
        goes_on = others.alias(last_day=_end()).filter(
            Q(last_day__gt=OuterRef("last_day"))
            | Q(last_day=OuterRef("last_day"), valid_from__gt=OuterRef("valid_from"))
            | Q(last_day=OuterRef("last_day"), valid_from=OuterRef("valid_from"), pk__gt=OuterRef("pk"))
        )
        return self.annotate(last_day=_end()).filter(~Exists(goes_on))


@pghistory.track()
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
    revoked_by: models.ForeignKey[RecognitionDecision | None, RecognitionDecision | None] = models.ForeignKey(
        RecognitionDecision, models.PROTECT, null=True, blank=True, related_name="revoked"
    )
    certificate = models.ForeignKey(StoredDocument, models.PROTECT, null=True, blank=True, related_name="certified")

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

    @property
    def ends_on(self) -> date:
        """The last day on which it is valid: what a revocation leaves of its term."""
        return self.valid_until if self.revoked_on is None else min(self.valid_until, self.revoked_on - timedelta(days=1))

    def state_on(self, day: date) -> str:
        """What it is on `day`, in the words of the stars component: revoked, expired, planned (not begun) or valid."""
        if self.revoked_on is not None and self.revoked_on <= min(day, self.valid_until):
            return "revoked"
        if day > self.valid_until:
            return "expired"
        return "planned" if day < self.valid_from else "valid"


@pghistory.track()
class StarExtension(models.Model):
    """A rating's last day moved from `before` to `until` (both included) by a decision."""

    rating = models.ForeignKey(StarRating, models.CASCADE, related_name="extensions")
    decision = models.ForeignKey(RecognitionDecision, models.PROTECT, related_name="extensions")
    before = models.DateField(_("valid until, before"))
    until = models.DateField(_("valid until"))

    class Meta:
        ordering = ["until"]
        constraints = [
            models.CheckConstraint(name="extension_goes_on", condition=Q(until__gt=F("before"))),
            models.UniqueConstraint(fields=["rating", "decision"], name="extension_once_a_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.rating} → {self.until}"


class StarAlert(models.Model):
    """That the end of a rating was announced `days` (180, 90 or 30) ahead: once for each end that it had.

    The row and the messages it stands for are written in one transaction; a rating extended to another day is announced anew.
    """

    rating = models.ForeignKey(StarRating, models.CASCADE, related_name="alerts")
    valid_until = models.DateField()
    days = models.PositiveSmallIntegerField()
    made_on = models.DateField()

    class Meta:
        ordering = ["made_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["rating", "valid_until", "days"], name="alert_once")]

    def __str__(self) -> str:
        return f"{self.rating}: {self.days} → {self.valid_until}"
