"""Rows that hold from a day on: seats, product facts, list prices.

The row in force on a day is the newest with `since` on or before it, and before the first one, the first. This file says it for queries
(`DatedQuerySet`) and for rows in memory (`in_force`), and nothing else says it in Python.
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

    def in_force(self, owner: models.Model | models.OuterRef | int, day: date | models.OuterRef) -> DatedQuerySet[DatedRow]:
        """The owner's rows, the one in force on `day` first: `[:1]` of this is what held on that day."""
        # An alias, because an order by itself knows no outer query.
        rows: Any = self.filter(**{self.owner: owner}).alias(begun=_begun(day))
        return rows.order_by(F("begun").desc(nulls_last=True), "since")  # type: ignore[no-any-return]

    def of_each(self, day: date) -> DatedQuerySet[DatedRow]:
        """The row in force on `day` of every owner that has any: one pass, where `in_force` would look up each of many owners."""
        owner = f"{self.owner}_id"
        return self.order_by(owner, _begun(day).desc(nulls_last=True), "since").distinct(owner)


def _begun(day: date | models.OuterRef) -> Case:
    return Case(When(Q(since__lte=day), then=F("since")))


def in_force(rows: Iterable[Row], day: date) -> Row | None:
    """Of one owner's rows the one in force on `day`; None where there is no row at all."""
    ordered = sorted(rows, key=lambda row: row.since)
    begun = [row for row in ordered if row.since <= day]
    return begun[-1] if begun else next(iter(ordered), None)
