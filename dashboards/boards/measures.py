"""Sums of the figures by any dimension: what every board is made of.

    where = Filters(province="96", first=period.first, last=period.last)
    total = measure_total(where)                                   # Measures
    by_product = measure(("product",), where)                      # {(product id,): Measures}
    by_day = measure(("day", "bucket"), where & {"session": 12})   # {(day, bucket): Measures}

Values add up along any dimension. Distinct orders do not: an order with two products is one order, but two "orders with this
product". They are stored per grain, and the grain follows from the dimensions and filters that speak of products; a combination
that no grain holds raises CountNotOfferedError (or, with `orders="if offered"`, leaves `Measures.orders` None).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final, Literal

from dashboards.boards.amounts import NOTHING, ORDER_SUMS, SUMS, Measures, Orders, from_sums
from dashboards.boards.cells_sql import FIGURES, ORDERS, grouped, then_of
from orders.figures.models import Grain

__all__ = ["ABSENT", "NOTHING", "CountNotOfferedError", "Filters", "Measures", "grain_of", "measure", "measure_each", "measure_total"]

ABSENT: Final = "absent"  # as a filter: the rows that have no session, product, star …

# dimension: (path in Figure, path in OrderFigure or None where orders are not counted by it)
DIMENSIONS: dict[str, tuple[str, str | None]] = {
    "province": ("province_id", "province_id"),
    "day": ("day", "day"),
    "shop": ("shop_id", "shop_id"),
    "platform": ("shop__platform", "shop__platform"),
    "session": ("session_id", "session_id"),
    "host": ("session__host_id", "session__host_id"),
    "programme": ("session__programme_id", "session__programme_id"),
    "event": ("shop__event_id", "shop__event_id"),
    "bucket": ("bucket", "bucket"),
    "basis": ("basis", "basis"),
    "source": ("source", "source"),
    "product": ("product_id", "product_id"),
    "producer": ("producer_id", "producer_id"),
    "commune": ("commune_id", "commune_id"),
    "group": ("ocop_set__group_id", "ocop_group_id"),
    "star": ("star", "star"),
    "set": ("ocop_set_id", None),
    "slot": ("slot_id", None),
}
# Of an order's lines these may differ; all others belong to the whole order (an order's province: see `grain_of`).
GRAINS = {"product": Grain.PRODUCT, "producer": Grain.PRODUCER, "commune": Grain.COMMUNE, "group": Grain.GROUP, "star": Grain.STAR}
# What a product, or a producer, has exactly one of on a day: a filter by it picks days of that product or producer.
FOLLOWS = {"product": {"producer", "commune", "group", "star"}, "producer": {"commune"}}


class CountNotOfferedError(ValueError):
    """Distinct orders are not kept for this combination of dimensions and filters; values are."""


@dataclass(frozen=True)
class Filters:
    """Which figures: days (both included) and one value per dimension, an id or ABSENT; None does not filter.

    `bucket` also takes a tuple, because "after 7 days" on screen is two buckets, and so do `session` and, for a member of several,
    `producer`.
    """

    first: date | None = None
    last: date | None = None
    province: str | None = None
    commune: str | None = None
    session: int | str | tuple[int, ...] | None = None
    host: int | str | None = None
    programme: int | str | None = None
    event: int | str | None = None
    product: int | str | None = None
    producer: int | str | tuple[int, ...] | None = None
    shop: int | None = None
    platform: str | None = None
    bucket: int | tuple[int, ...] | None = None
    basis: int | None = None
    source: int | None = None
    group: int | str | None = None
    set: int | str | None = None
    star: int | str | None = None
    slot: int | str | None = None

    def __and__(self, more: Mapping[str, Any]) -> Filters:
        """These filters and some more."""
        return replace(self, **more)

    @property
    def named(self) -> dict[str, Any]:
        """The dimensions filtered by, with their values."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name in DIMENSIONS}
        return {name: value for name, value in values.items() if value is not None}

    def lookups(self, *, of: Literal["figures", "orders", "contributions"] = "figures") -> dict[str, Any]:
        """Keyword arguments for `.filter()` of Figure, OrderFigure or Contribution: the lines behind a figure are exactly those it sums."""
        found: dict[str, Any] = {}
        if self.first is not None:
            found["day__gte"] = self.first
        if self.last is not None:
            found["day__lte"] = self.last
        for name, value in self.named.items():
            figure, order = DIMENSIONS[name]
            path = order if of == "orders" else "ocop_group_id" if of == "contributions" and name == "group" else figure
            if path is None:
                raise CountNotOfferedError(f"orders are not counted by {name}")
            if value == ABSENT:
                found[f"{path}__isnull"] = True
            elif isinstance(value, tuple):
                found[f"{path}__in"] = value
            else:
                found[path] = value
        return found


def grain_of(by: tuple[str, ...], where: Filters) -> Grain:
    """The grain whose distinct orders may be added up for these dimensions and filters; raises CountNotOfferedError."""
    speaking = set(by) | set(where.named)
    uncounted = {name for name in speaking if DIMENSIONS[name][1] is None}
    if uncounted:
        raise CountNotOfferedError(f"orders are not counted by {', '.join(sorted(uncounted))}")
    members = speaking & set(GRAINS)
    # A product or a producer sits in one province on a day; a whole order, a group or a star may lie in two.
    if not members & set(FOLLOWS) and "province" not in speaking and members != {"commune"}:
        raise CountNotOfferedError("orders are counted province by province")
    if not members:
        return Grain.ALL
    leading = next((name for name in ("product", "producer") if name in members), None) or min(members)
    if leading == "producer" and isinstance(where.producer, tuple) and "producer" not in by:
        raise CountNotOfferedError("orders are counted producer by producer")
    others = members - {leading}
    if others - FOLLOWS.get(leading, set()) or others & set(by):
        raise CountNotOfferedError(f"orders are not counted by {' and '.join(sorted(members))}")
    return GRAINS[leading]


By = tuple[str, ...]  # dimensions
Found = dict[tuple[Any, ...], Measures]
CountMode = Literal["exact", "if offered", "no"]


def measure(by: By, where: Filters, *, orders: CountMode = "exact") -> Found:
    """The measures of every value of the dimensions `by`, keyed by tuples in the order of `by`; two queries at most.

    Raises CountNotOfferedError where orders are asked for and no grain holds them.
    """
    return measure_each((by,), (where,), orders=orders)[by][0]


def measure_each(sets: Sequence[By], periods: Sequence[Filters], *, orders: CountMode = "exact") -> dict[By, list[Found]]:
    """`measure` by each of `sets`, in each of `periods` (filters that differ in their days alone): one query, and one for each grain."""
    counts: dict[By, list[dict[tuple[Any, ...], Orders]]] = {}
    none: dict[By, Orders | None] = dict.fromkeys(sets)
    if orders != "no":
        offered = [by for by in sets if orders == "exact" or _is_offered(by, periods[0])]
        counts = count_each(offered, periods)
        none |= dict.fromkeys(offered, Orders())
    sums = grouped(FIGURES, [_paths(by) for by in sets], SUMS, [(where.lookups(), ()) for where in periods])
    return {
        by: [
            {key: from_sums(found, counts[by][place].get(key, none[by]) if by in counts else None) for key, found in rows.items()}
            for place, rows in enumerate(sums[_paths(by)])
        ]
        for by in sets
    }


def measure_total(where: Filters, *, orders: CountMode = "exact") -> Measures:
    """The measures of everything that `where` admits; NOTHING (or with orders None) where there is no line. Raises CountNotOfferedError."""
    found = measure((), where, orders=orders)
    return found.get((), NOTHING)


def count_each(sets: Sequence[By], periods: Sequence[Filters]) -> dict[By, list[dict[tuple[Any, ...], Orders]]]:
    """Distinct orders by each of `sets`, in each of `periods`: one query for each grain.

    Raises CountNotOfferedError where no grain holds them.
    """
    grains: dict[Grain, list[By]] = {}
    for by in sets:
        grains.setdefault(grain_of(by, periods[0]), []).append(by)
    found: dict[By, list[dict[tuple[Any, ...], Orders]]] = {}
    for grain, those in grains.items():
        leading = next((name for name, known in GRAINS.items() if known == grain), "")
        followers = {name: value for name, value in periods[0].named.items() if name in GRAINS and name != leading}
        cells = [
            (
                {"grain": grain.value, **replace(where, **dict.fromkeys(followers)).lookups(of="orders")},
                then_of(DIMENSIONS[leading][0], Filters(**followers).lookups(), where.lookups()) if followers else (),
            )
            for where in periods
        ]
        counted = grouped(ORDERS, [_paths(by, of="orders") for by in those], ORDER_SUMS, cells)
        for by in those:
            found[by] = [{key: Orders(*sums) for key, sums in rows.items()} for rows in counted[_paths(by, of="orders")]]
    return found


def _is_offered(by: By, where: Filters) -> bool:
    try:
        grain_of(by, where)
    except CountNotOfferedError:
        return False
    return True


def _paths(by: By, *, of: Literal["figures", "orders"] = "figures") -> tuple[str, ...]:
    return tuple(DIMENSIONS[name][of == "orders"] or "" for name in by)
