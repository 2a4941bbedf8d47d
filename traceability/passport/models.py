"""Passports sent to the national portal: each is a row, with what was sent and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from traceability.lots.models import Lot

if TYPE_CHECKING:
    from accounts.models import User


class PassportSendingQuerySet(models.QuerySet["PassportSending"]):
    """Sendings by what is to be done with them."""

    def due(self, now: datetime) -> PassportSendingQuerySet:
        """Those that wait and whose time has come."""
        return self.filter(state=PassportSending.State.WAITING, due_at__lte=now)


class PassportSending(models.Model):
    """A passport of a product, or of one lot of it, on its way. `content` is what is sent, `digest` its SHA-256."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")

    product = models.ForeignKey(Product, models.PROTECT, related_name="passport_sendings")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="passport_sendings")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    complete = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(blank=True)
    asked_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = PassportSendingQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="passport_sent_has_its_time",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
            # Two on their way at once could arrive in either order.
            models.UniqueConstraint(
                fields=["product", "lot"], condition=Q(state="waiting"), name="passport_on_its_way_once", nulls_distinct=False
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="passport_due")]

    def __str__(self) -> str:
        return str(self.lot or self.product)
