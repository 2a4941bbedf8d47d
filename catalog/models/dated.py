"""Rows that hold from a day on: seats, product facts, list prices.

The row in force on a day is the newest with `since` on or before it, and before the first one, the first. This file says it twice
and nothing else says it in Python: `DatedQuerySet.in_force` for queries, `in_force` for rows in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Protocol, TypeVar

from django.db import models
from django.db.models import Case, F, Q, When


class Dated(Protocol):
    """Anything with a `since` day."""

    @property
    def since(self) -> Any:
        """The first day on which it holds."""


DatedRow = TypeVar("DatedRow", bound=models.Model)
Row = TypeVar("Row", bound=Dated)


class DatedQuerySet(models.QuerySet[DatedRow]):
    """Dated rows of an owner: a producer (seats) or a product (facts, prices)."""

    owner: ClassVar[str] = "product"

    def in_force(self, owner: models.Model | models.OuterRef | int, day: date) -> DatedQuerySet[DatedRow]:
        """The owner's rows, the one in force on `day` first: `[:1]` of this is what held on that day."""
        latest_begun = Case(When(Q(since__lte=day), then=F("since"))).desc(nulls_last=True)
        return self.filter(**{self.owner: owner}).order_by(latest_begun, "since")


def in_force(rows: Iterable[Row], day: date) -> Row | None:
    """Of one owner's rows the one in force on `day`; None where there is no row at all."""
    ordered = sorted(rows, key=lambda row: row.since)
    begun = [row for row in ordered if row.since <= day]
    return begun[-1] if begun else next(iter(ordered), None)
