"""Looks into order lines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from catalog.models import Producer, ProducerMember
from orders.shops.models import Shop

YEARS_KEPT = 3


class LineLookQuerySet(models.QuerySet["LineLook"]):
    """Looks by whose lines were seen."""

    def visible_to(self, user: User | AnonymousUser) -> LineLookQuerySet:
        """Looks at the lines of the user's producers, and at all lines in their shops."""
        if not user.is_authenticated:
            return self.none()
        own = ProducerMember.objects.filter(user=user).values("producer")
        return self.filter(Q(producer__in=own) | Q(shop__producer__in=own))

    def by_day(self) -> QuerySet[LineLook, dict[str, Any]]:
        """One row for each day, reader, shop and kind of page: `day`, `last_at`, `looks` (pages or files), `seen` (lines), newest first."""
        told = ("day", "purpose", "user__full_name", "agency__name_vi", "agency__name_en", "shop__name")
        rows = self.annotate(day=TruncDate("at")).order_by().values(*told)
        # A page with lines of two producers of the shop is one look, told in two rows of the same moment.
        counted = rows.annotate(last_at=Max("at"), looks=Count("at", distinct=True), seen=Sum("lines"))
        found: QuerySet[LineLook, dict[str, Any]] = counted.order_by("-day", "-last_at", "shop__name", "purpose")
        return found

    def past(self, now: datetime) -> LineLookQuerySet:
        """Those that need be kept no longer."""
        return self.filter(at__lt=now - timedelta(days=365 * YEARS_KEPT))


class LineLook(models.Model):
    """Somebody saw `lines` order lines of a producer in a shop by virtue of a post: a row for each page or file, shop and producer.

    Who, for which agency (none: an administrator), when, where, how many: nothing of what the lines said. Never changed; it goes
    after YEARS_KEPT years and no day earlier.
    """

    class Purpose(models.TextChoices):
        LIST = "list", _("List of order lines")
        ORDER = "order", _("Page of an order")
        XLSX = "xlsx", _("XLSX file")
        CSV = "csv", _("CSV file")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="looks", db_index=False)
    producer = models.ForeignKey(Producer, models.PROTECT, null=True, related_name="+", db_index=False)
    lines = models.PositiveIntegerField()

    objects = LineLookQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["shop", "-at"]), models.Index(fields=["producer", "-at"]), models.Index(fields=["at"])]
        triggers = [
            pgtrigger.Protect(name="unchanged", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="kept_for_years",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=f"IF OLD.at > now() - interval '{365 * YEARS_KEPT} days' THEN "
                "RAISE EXCEPTION 'who looked at order lines is kept for years'; END IF; RETURN OLD;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d %H:%M}: {self.shop}, {self.lines}"
