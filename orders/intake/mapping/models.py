"""What a shop's spreadsheet looks like, as somebody said it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.shops.models import Shop


class ColumnMapping(models.Model):
    """Which column of a shop's spreadsheet is which of our fields, what its words for states mean, and how it writes days and money.

    Only headers that were chosen are kept, no value of any column. A row is never changed: a correction is a new row, and the old one
    says when it was replaced; runs keep the one they were read by.
    """

    class DateOrder(models.TextChoices):
        DAY_FIRST = "dmy", _("Day first: 31/05/2026")
        MONTH_FIRST = "mdy", _("Month first: 05/31/2026")
        YEAR_FIRST = "ymd", _("Year first: 2026-05-31")

    class MoneyUnit(models.IntegerChoices):
        DONG = 1, _("đồng: 120.000 or 120000")
        THOUSAND = 1000, _("thousands of đồng: 120 or 85,5")

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="column_mappings")
    columns = models.JSONField(help_text="our field → the header")
    statuses = models.JSONField(default=dict, help_text="a state's word, as `plain` writes it → LineState")
    default_state = models.PositiveSmallIntegerField(default=0, help_text="LineState of all rows where no column tells it")
    date_order = models.CharField(max_length=3, choices=DateOrder.choices, default=DateOrder.DAY_FIRST)
    days_alone = models.BooleanField(default=False, help_text="a day without a time of day counts as 00:00")
    money_unit = models.PositiveSmallIntegerField(choices=MoneyUnit.choices, default=MoneyUnit.DONG)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["shop"], name="mapping_in_force", condition=Q(replaced_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.shop}: {', '.join(self.columns.values())}"

    @property
    def is_in_force(self) -> bool:
        """Whether the shop's next files are read by it."""
        return self.replaced_at is None
