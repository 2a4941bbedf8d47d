"""Codes that are printed: of units, and of products that have no GTIN. A lot keeps its own (`Lot.code`)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from catalog.models import Product
from traceability.codes.alphabet import PRODUCT_LENGTH, UNIT_LENGTH, new_code
from traceability.lots.models import Lot


def _new_product_code() -> str:
    return new_code(PRODUCT_LENGTH)


class ProductCode(models.Model):
    """The short code of a product, for its path `/t/<code>`; made when it is first asked for, and the product's for ever."""

    product = models.OneToOneField(Product, models.CASCADE, related_name="short_code")
    code = models.CharField(max_length=PRODUCT_LENGTH, unique=True, default=_new_product_code, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.code


class UnitCodeQuerySet(models.QuerySet["UnitCode"]):
    """Codes of a lot by their number in it."""

    def in_range(self, lot: Lot | int, first: int, last: int) -> UnitCodeQuerySet:
        """The lot's codes numbered `first` to `last`, both included, in order."""
        return self.filter(lot=lot, number__gte=first, number__lte=last).order_by("number")


class UnitCode(models.Model):
    """One pack of a lot: AI (21), 13 random characters of Crockford's base 32 (65 bits), unique in the whole portal.

    `number` counts the lot's codes from 1 in the order of issue; a run of labels and a range in a recall are spans of it. A void
    code was printed badly or lost: a scan of it is told so.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="codes")
    number = models.PositiveIntegerField()
    serial = models.CharField(max_length=UNIT_LENGTH, unique=True)
    issued_at = models.DateTimeField(default=timezone.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True)
    # Whether so many scanned it that its code may have been copied; set where a scan is looked up (`resolver.lookup`).
    is_scanned_too_often = False

    objects = UnitCodeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "number"], name="code_number_once")]

    def __str__(self) -> str:
        return self.serial
