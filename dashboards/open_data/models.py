"""Months as they were published: figures that the public has are never changed, because the difference would tell of single orders."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from catalog.models import OcopGroup
from places.models import Province


class PublishedMonth(models.Model):
    """A month of a province, published once. `complete` of its `shops` had sent a file that reaches past the month's end.

    One that proves wrong is withdrawn, and neither changed nor published again.
    """

    province = models.ForeignKey(Province, models.PROTECT, related_name="published_months")
    month = models.DateField(help_text="its first day")
    published_at = models.DateTimeField()
    reading_number = models.BigIntegerField()
    shops = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["province", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["province", "month"], name="published_month_once"),
            models.CheckConstraint(name="published_month_is_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(name="published_month_complete_of_shops", condition=Q(complete__lte=F("shops"))),
            models.CheckConstraint(
                name="published_month_withdrawn_with_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="only_withdrawn",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
                    OR to_jsonb(OLD) - '{withdrawn_at,withdrawn_reason}'::text[]
                        IS DISTINCT FROM to_jsonb(NEW) - '{withdrawn_at,withdrawn_reason}'::text[]
                THEN
                    RAISE EXCEPTION 'a published month is never changed: it can be withdrawn';
                END IF;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.province_id} {self.month:%Y-%m}"


class PublishedCell(models.Model):
    """A figure of a published month: of the province, of a product group, or of what has no group. Hidden ones are not kept at all."""

    class Part(models.TextChoices):
        TOTAL = "total"
        GROUP = "group"
        NO_GROUP = "no_group"

    month = models.ForeignKey(PublishedMonth, models.PROTECT, related_name="cells")
    part = models.CharField(max_length=10, choices=Part.choices)
    group = models.ForeignKey(OcopGroup, models.PROTECT, null=True, related_name="+")
    hidden = models.BooleanField()
    orders = models.BigIntegerField(null=True, help_text="distinct orders placed")
    units = models.BigIntegerField(null=True, help_text="placed less cancelled and returned")
    net = models.BigIntegerField(null=True, help_text="VND, placed less cancelled and returned")

    class Meta:
        ordering = ["month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["month", "part", "group"], name="published_cell_once", nulls_distinct=False),
            models.CheckConstraint(
                name="published_cell_group_where_it_is_one",
                condition=Q(part="group", group__isnull=False) | (~Q(part="group") & Q(group__isnull=True)),
            ),
            models.CheckConstraint(
                name="published_cell_hidden_or_told",
                condition=Q(hidden=True, orders__isnull=True, units__isnull=True, net__isnull=True)
                | Q(hidden=False, orders__isnull=False, units__isnull=False, net__isnull=False),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.month} {self.group_id or self.part}"
