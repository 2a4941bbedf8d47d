"""Steps: what happened to a lot, in the words of the one who was there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Paper, StoredFile
from places.models import Commune
from traceability.epcis.models import Event
from traceability.lots.models import Lot
from traceability.steps.kinds import Kind

if TYPE_CHECKING:
    from accounts.models import User


class StepQuerySet(models.QuerySet["Step"]):
    """Steps by whether they still stand."""

    def standing(self) -> StepQuerySet:
        """Steps that nobody has declared wrong."""
        return self.filter(wrong_at__isnull=True)

    def total(self, *kinds: Kind) -> Decimal:
        """The quantities of the steps of these kinds, added up, in the lot's unit; one that names none is about the whole lot."""
        found: Decimal | None = self.filter(kind__in=kinds).aggregate(total=Sum(Coalesce("quantity", "lot__quantity")))["total"]
        return found or Decimal(0)


class Step(models.Model):
    """One thing that happened to a lot. `event` is the same in EPCIS; a mistake is declared there and marked here, nothing is erased.

    `quantity` is in the lot's unit (none: the whole lot), `temperature` in °C. `number` is that of a carton, a device or a document, as
    the kind asks.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="steps")
    event = models.OneToOneField(Event, models.PROTECT, related_name="step")
    kind = models.CharField(_("what happened"), max_length=12, choices=Kind.choices)
    happened_at = models.DateTimeField(_("when"))
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("commune"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(Decimal("0.001"))]
    )
    partner = models.CharField(_("from whom, to whom, or by whom"), max_length=200, blank=True)
    number = models.CharField(max_length=60, blank=True)
    temperature = models.DecimalField(_("temperature, °C"), max_digits=4, decimal_places=1, null=True, blank=True)
    note = models.CharField(_("in your words"), max_length=500, blank=True)
    photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paper"))
    recorded_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    wrong_at = models.DateTimeField(null=True, blank=True)
    wrong_reason = models.CharField(max_length=20, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["happened_at", "pk"]
        constraints = [
            models.CheckConstraint(name="step_is_of_something", condition=Q(quantity__isnull=True) | Q(quantity__gt=0)),
            models.CheckConstraint(
                name="wrong_step_has_a_reason",
                condition=Q(wrong_at__isnull=True, wrong_reason="") | (Q(wrong_at__isnull=False) & ~Q(wrong_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.get_kind_display()}"
