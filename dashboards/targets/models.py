"""What a province aims at in a year. What a programme aims at stands with it (`livestreams.programmes.models.Target`)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from places.models import Province


class YearTargetQuerySet(models.QuerySet["YearTarget"]):
    """Plans by the day they hold on."""

    def in_force(self, province: str, year: int, day: date) -> dict[str, YearTarget]:
        """By figure the plan of the year as it stood on `day`: the newest set by then; a figure without one is not there.

        What was taken back never held.
        """
        found = self.filter(province=province, year=year, since__lte=day, taken_back_at=None).order_by("since", "pk")
        return {target.metric: target for target in found}


class YearTarget(models.Model):
    """One figure of a province's plan for a year. A changed plan is a new row with a later `since`; weight in kg, money in VND.

    One that should not have been set is taken back: it stays on record and holds no more.
    """

    class Metric(models.TextChoices):
        PLACED = "placed", _("Placed value (VND)")
        NET = "net", _("Net value (VND)")
        DELIVERED = "delivered", _("Revenue (VND)")
        ORDERS = "orders", _("Orders")
        WEIGHT = "weight", _("Weight sold (kg)")

    province = models.ForeignKey(Province, models.PROTECT, related_name="year_targets")
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    metric = models.CharField(_("figure"), max_length=20, choices=Metric.choices)
    value = models.PositiveBigIntegerField(_("target"))
    source = models.CharField(_("paper that sets it"), max_length=300, help_text=_("Number and day of the plan or decision."))
    since = models.DateField(_("in force since"))
    set_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_back_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    why_taken_back = models.CharField(_("why it is taken back"), max_length=300, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = YearTargetQuerySet.as_manager()

    class Meta:
        ordering = ["province_id", "-year", "metric", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "year", "metric", "since"], name="year_target_once", condition=models.Q(taken_back_at__isnull=True)
            ),
            models.CheckConstraint(
                name="year_target_taken_back_for_a_reason",
                condition=models.Q(taken_back_at__isnull=True) | ~models.Q(why_taken_back=""),
            ),
            models.CheckConstraint(name="year_target_of_something", condition=models.Q(value__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.province_id} {self.year} {self.get_metric_display()}: {self.value}"
