"""Scans, the visits of a day, and what is counted of both.

Nothing here tells who scanned: no address, no device, no cookie, no hash of these beside a scan. `DayVisit` alone holds keyed hashes
(`traceability.scans.visits`), apart from the scans, and loses them each night.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Max, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Producer, Product
from traceability.codes.models import UnitCode
from traceability.lots.models import Lot


class Scan(models.Model):
    """One answered request for something of ours. Its id is made in the request: written twice it is one row, and counts once.

    Kept for 30 days, so long as it could be written again; pages read the counts.
    """

    id = models.UUIDField(primary_key=True)
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    lot = models.ForeignKey(Lot, models.CASCADE, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(UnitCode, models.CASCADE, null=True, related_name="+", db_index=False)
    scanned_at = models.DateTimeField(db_index=True)
    language = models.CharField(max_length=2)

    def __str__(self) -> str:
        return f"{self.scanned_at:%d/%m/%Y %H:%M}"


class DayVisit(models.Model):
    """A visit of a day that is not over: 16 bytes of a keyed hash whose key goes at midnight, as these rows do."""

    visit = models.BinaryField(primary_key=True)
    day = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class ScanCountQuerySet(models.QuerySet["ScanCount"]):
    """Counts by whose products they are of, and added up."""

    def visible_to(self, user: User | AnonymousUser) -> ScanCountQuerySet:
        """Those of the producers that the user may see."""
        if user.is_superuser:
            return self
        return self.filter(product__producer__in=Producer.objects.visible_to(user))

    def between(self, first: date, last: date) -> ScanCountQuerySet:
        """Those of the local days `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)

    def total(self) -> tuple[int, int]:
        """Scans and visits of all of them."""
        sums = self.aggregate(scans=Sum("scans"), visits=Sum("visits"))
        return sums["scans"] or 0, sums["visits"] or 0

    def by_product(self) -> Any:
        """Rows of `product__code`, names, `total` scans and `visitors`; the most scanned first."""
        names = ("product__code", "product__name_vi", "product__name_en", "product__producer__name", "product__is_demo")
        return self._added_up(*names).order_by("-total", "product__code")

    def by_lot(self) -> Any:
        """Rows of `lot` (its id; None for the product's own code), `lot__number`, `total` scans and `visitors`; the most scanned first."""
        return self._added_up("lot", "lot__number").order_by("-total", "lot__number", "lot")

    def by_day(self) -> list[dict[str, Any]]:
        """Rows of `day`, `total` scans and `visitors`, the newest first; days without a scan are left out."""
        return list(self._added_up("day").order_by("-day"))

    def _added_up(self, *by: str) -> Any:
        return self.values(*by).annotate(total=Sum("scans"), visitors=Sum("visits"))


class ScanCount(models.Model):
    """Scans and visits of a product on a local day: of one of its lots (units included), or of the product's own code (no lot)."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="scan_counts", db_index=False)
    lot = models.ForeignKey(Lot, models.CASCADE, null=True, related_name="scan_counts")
    day = models.DateField()
    scans = models.PositiveIntegerField()
    visits = models.PositiveIntegerField()

    objects = ScanCountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "lot", "day"], nulls_distinct=False, name="scans_counted_once"),
            models.CheckConstraint(condition=models.Q(visits__lte=models.F("scans")), name="visits_are_scans"),
        ]
        # A board adds up the days of some of a country's products: of each its days alone are read, from this index alone.
        indexes = [models.Index(fields=["product", "day"], include=["scans", "visits"], name="scans_of_a_product")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}: {self.scans}"


class UnitDay(models.Model):
    """Scans and visits of one pack on a local day."""

    unit = models.ForeignKey(UnitCode, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    scans = models.PositiveIntegerField()
    visits = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="unit_day_once")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}: {self.scans}"


class OftenScannedQuerySet(models.QuerySet["OftenScanned"]):
    """Packs that were scanned unusually often."""

    def standing(self) -> OftenScannedQuerySet:
        """Those that nobody cleared, or that were scanned unusually often again after it."""
        return self.filter(Q(cleared_at__isnull=True) | Q(flagged_at__gt=F("cleared_at")))

    def cleared(self) -> OftenScannedQuerySet:
        """Those that a department looked into, and that stayed quiet since."""
        return self.filter(cleared_at__gte=F("flagged_at"))

    def visible_to(self, user: User | AnonymousUser) -> OftenScannedQuerySet:
        """Those of the producers that the user may see."""
        if user.is_superuser:
            return self
        return self.filter(unit__lot__product__producer__in=Producer.objects.visible_to(user))

    def with_visits(self) -> OftenScannedQuerySet:
        """Each with `visits` in all and `most`, those of its busiest day."""
        days = UnitDay.objects.filter(unit=OuterRef("pk")).order_by().values("unit")
        return self.annotate(
            visits=Subquery(days.annotate(sum=Sum("visits")).values("sum")), most=Subquery(days.annotate(max=Max("visits")).values("max"))
        )


class OftenScanned(models.Model):
    """A pack whose code was scanned so often that there may be copies of it; its page says so. `told_at`: when its people were.

    A department that looked into it clears it with what it found: visits of the days before count no more, and of the same pack it may
    be told anew (`standing`).
    """

    unit = models.OneToOneField(UnitCode, models.CASCADE, primary_key=True, related_name="often_scanned")
    flagged_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    found = models.CharField(_("what was found"), max_length=500, blank=True, default="")

    objects = OftenScannedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, found="") | (Q(cleared_at__isnull=False) & ~Q(found="")),
                name="often_scanned_cleared_with_reason",
            )
        ]
        indexes = [models.Index(fields=["flagged_at"], condition=models.Q(told_at__isnull=True), name="often_scanned_untold")]

    def __str__(self) -> str:
        return self.unit.serial
