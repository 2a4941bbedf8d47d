"""Recalls with the orders concerned, by shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.models import User
from orders.models import LotAllocation, RecallTask
from traceability.models import RecallScope


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A recall in a shop: orders concerned, and those whose buyers nobody has written to."""

    recall: int
    declared_at: datetime
    producer: str
    code: str
    shop: str
    platform: str
    orders: int
    open: int


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An order of the list; `packs` of the recalled lots, told as `lots`."""

    pk: int
    order: int
    number: str
    placed_at: datetime
    packs: int
    lots: str
    done_at: datetime | None
    done_by: str
    note: str


def recalled_shops(user: User) -> list[ShopRow]:
    """Each recall in each shop that `user` may see: those with open tasks first, then the newest."""
    found = (
        RecallTask.objects.visible_to(user)
        .values(
            "recall",
            "order__shop__code",
            "order__shop__name",
            "order__shop__platform",
            declared_at=F("recall__declared_at"),
            producer=F("recall__producer__name"),
        )
        .annotate(orders=Count("pk"), waiting=Count("pk", filter=Q(done_at__isnull=True)))
    )
    rows = [
        ShopRow(
            recall=row["recall"],
            declared_at=row["declared_at"],
            producer=row["producer"],
            code=row["order__shop__code"],
            shop=row["order__shop__name"],
            platform=row["order__shop__platform"],
            orders=row["orders"],
            open=row["waiting"],
        )
        for row in found.order_by()
    ]
    return sorted(rows, key=lambda row: (row.open == 0, -row.declared_at.timestamp(), row.recall, row.shop))


def with_packs(tasks: QuerySet[RecallTask]) -> Any:
    """Tasks with `packs`: how many packs of the recalled lots their order holds, None where it holds none any more."""
    scopes = RecallScope.objects.filter(recall=OuterRef(OuterRef("recall")))
    inside = LotAllocation.objects.filter(line__order=OuterRef("order"), lot__in=scopes.values("lot"))
    packs = inside.order_by().values("line__order").annotate(packs=Sum("units")).values("packs")
    return (
        tasks.annotate(packs=Subquery(packs))
        .select_related("order", "done_by")
        .order_by(F("done_at").asc(nulls_first=True), "order__placed_at", "pk")
    )


def task_rows(tasks: Any) -> list[TaskRow]:
    """The rows of `with_packs` tasks, all of one recall, with the numbers of their lots in one further query."""
    tasks = list(tasks)
    named: dict[int, list[str]] = {}
    if tasks:
        scopes = RecallScope.objects.filter(recall=tasks[0].recall_id)
        inside = LotAllocation.objects.filter(line__order__in=[task.order_id for task in tasks], lot__in=scopes.values("lot"))
        for order, number in inside.order_by("lot__number").values_list("line__order", "lot__number").distinct():
            named.setdefault(order, []).append(number)
    return [
        TaskRow(
            pk=task.pk,
            order=task.order_id,
            number=task.order.number,
            placed_at=task.order.placed_at,
            packs=task.packs or 0,
            lots=", ".join(named.get(task.order_id, [])),
            done_at=task.done_at,
            done_by=str(task.done_by) if task.done_by else "",
            note=task.note,
        )
        for task in tasks
    ]
