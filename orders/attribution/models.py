"""The dated rules of attribution, and what they decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livestreams.models import Session
from orders.ledger.models import Order


class Bucket(models.IntegerChoices):
    """Where an order belongs; in the order in which the buckets are tried. `AFTER_…` are disjoint and shown cumulatively."""

    EVENT = 1, _("Fair or booth")
    LIVE = 2, _("During the session")
    AFTER_24H = 3, _("After: 0–24 h")
    AFTER_7D = 4, _("After: 24 h–7 days")
    AFTER_30D = 5, _("After: 7–30 days")
    OTHER = 6, _("Other")


class Basis(models.IntegerChoices):
    """Whether the platform named the livestream or we worked it out."""

    REPORTED = 1, _("reported")
    ESTIMATED = 2, _("estimated")


class AttributionRule(models.Model):
    """The numbers of the rule for orders placed from `since` on, until the next rule (FIGURES: Attribution)."""

    version = models.PositiveSmallIntegerField(unique=True)
    since = models.DateField(unique=True)
    live_grace_minutes = models.PositiveSmallIntegerField(default=30)
    after_hours = models.PositiveSmallIntegerField(default=24)
    after_days_short = models.PositiveSmallIntegerField(default=7)
    after_days_long = models.PositiveSmallIntegerField(default=30)
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["since"]
        constraints = [
            models.CheckConstraint(
                name="rule_windows_follow",
                condition=Q(live_grace_minutes__lte=F("after_hours") * 60)
                & Q(after_hours__lte=F("after_days_short") * 24)
                & Q(after_days_short__lte=F("after_days_long")),
                violation_error_message=_("Each window must reach at least as far as the one before it."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.since})"


class Attribution(models.Model):
    """What the rule decided for an order; written by the fold alone."""

    order = models.OneToOneField(Order, models.PROTECT, primary_key=True, related_name="attribution")
    bucket = models.PositiveSmallIntegerField(_("bucket"), choices=Bucket.choices)
    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="attributions")
    basis = models.PositiveSmallIntegerField(_("basis"), choices=Basis.choices)
    rule = models.ForeignKey(AttributionRule, models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.order_id}: {self.get_bucket_display()}"
