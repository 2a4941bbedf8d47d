"""The statements that give the overview its figures: one pass over the additive cells, then the distinct orders of what came out.

Both read the period (era 1) and the one it is compared with (era 0; the two may overlap). The database adds the cells up by day,
by session and by product; these few hundred rows are rolled up to producers, communes, groups and hosts here, which is quicker
than a grouping set for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import add
from typing import Any

from django.db import connection

from dashboards.boards.amounts import ORDER_SUMS, SUMS, Measures, Orders, States
from dashboards.boards.cells_sql import added_up
from dashboards.boards.names import Name
from dashboards.periods import Period
from orders.figures.models import Grain

Sums = tuple[int, ...]  # in the order of SUMS
Key = int | str | None

_SPAN = "(VALUES (1, %(first)s::date, %(last)s::date), (0, %(before_first)s::date, %(before_last)s::date)) AS span (era, first, last)"


CELLS = f"""
SELECT GROUPING(day, session_id, product_id), era, day, session_id, bucket, product_id, producer_id, commune_id, ocop_set_id, star,
    {added_up(SUMS)}
FROM {_SPAN} JOIN orders_figure f ON f.province_id = %(province)s AND f.day BETWEEN span.first AND span.last
WHERE %(commune)s::text IS NULL OR f.commune_id = %(commune)s
GROUP BY GROUPING SETS ((era, day), (era, session_id, bucket), (era, product_id, producer_id, commune_id, ocop_set_id, star))
"""
_DAY, _SESSION, _PRODUCT = 0b011, 0b101, 0b110

_ORDERS = f"{_SPAN} JOIN orders_orderfigure f ON f.province_id = %(province)s AND f.day BETWEEN span.first AND span.last"
# The whole order, or (in a commune) the order as far as it has products of the commune.
_WHOLE = f"grain = {Grain.ALL.value} AND %(commune)s::text IS NULL OR grain = {Grain.COMMUNE.value} AND f.commune_id = %(commune)s"
WHOLE_ORDERS = f"""
SELECT GROUPING(day, session_id, source, basis, shop_id), era, day, session_id, bucket, source, basis, shop_id, {added_up(ORDER_SUMS)}
FROM {_ORDERS} WHERE {_WHOLE}
GROUP BY GROUPING SETS ((era, day), (era, session_id, bucket), (era, source), (era, basis), (era, shop_id))
"""
_ORDER_DAY, _ORDER_SESSION, _ORDER_SOURCE, _ORDER_SHOP = 0b01111, 0b10111, 0b11011, 0b11110

NAMES = """
SELECT 'product', id, code, name_vi, name_en FROM catalog_product WHERE id = ANY (%(product)s)
UNION ALL SELECT 'producer', id, code, name, name_en FROM catalog_producer WHERE id = ANY (%(producer)s)
UNION ALL SELECT 'commune', NULL, code, name, '' FROM places_commune WHERE code = ANY (%(commune)s)
"""

SETS = "SELECT s.id, g.id, g.code FROM catalog_ocopset s JOIN catalog_ocopgroup g ON g.id = s.group_id"
SESSIONS = """
SELECT s.id, s.code, s.name_vi, s.name_en, coalesce(s.actual_start, s.planned_start), h.code, h.stage_name
FROM livestreams_session s LEFT JOIN livestreams_host h ON h.id = s.host_id WHERE s.id = ANY (%(sessions)s) ORDER BY s.id
"""
MEMBERS = {
    "product": ("product_id", Grain.PRODUCT),
    "producer": ("producer_id", Grain.PRODUCER),
    "commune": ("commune_id", Grain.COMMUNE),
    "group": ("ocop_group_id", Grain.GROUP),
    "star": ("star", Grain.STAR),
}
COUNTED_IN_COMMUNE = ("product", "producer", "commune")


@dataclass
class OverviewSums:
    """Sums of the period (index 1) and of the one before (index 0), by everything the overview shows; None is "has none"."""

    days: tuple[dict[date, Sums], dict[date, Sums]] = field(default_factory=lambda: ({}, {}))
    sessions: tuple[dict[tuple[Key, int], Sums], dict[tuple[Key, int], Sums]] = field(default_factory=lambda: ({}, {}))  # by bucket
    members: dict[str, tuple[dict[Key, Sums], dict[Key, Sums]]] = field(default_factory=lambda: {name: ({}, {}) for name in MEMBERS})


@dataclass
class OverviewCounts:
    """Distinct orders of the period (index 1) and of the one before (index 0)."""

    days: tuple[dict[date, Orders], dict[date, Orders]] = field(default_factory=lambda: ({}, {}))
    sessions: tuple[dict[tuple[Key, int], Orders], dict[tuple[Key, int], Orders]] = field(default_factory=lambda: ({}, {}))  # by bucket
    sources: dict[int, Orders] = field(default_factory=dict)
    bases: dict[int, Orders] = field(default_factory=dict)
    shops: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))  # that sold something
    members: dict[str, tuple[dict[Key, Orders], dict[Key, Orders]]] = field(default_factory=lambda: {name: ({}, {}) for name in MEMBERS})


@dataclass(frozen=True)
class Span:
    """What is read: a province or a commune of it, a period and the one before."""

    province: str
    commune: str | None
    period: Period
    before: Period

    @property
    def parameters(self) -> dict[str, Any]:
        """For the statements of this module."""
        return {
            "province": self.province,
            "commune": self.commune,
            "first": self.period.first,
            "last": self.period.last,
            "before_first": self.before.first,
            "before_last": self.before.last,
        }


def read_sums(span: Span, groups: dict[int, int]) -> OverviewSums:
    """The additive sums; `groups` gives the group of each OCOP set by their ids."""
    found = OverviewSums()
    members = [[known[era] for known in found.members.values()] for era in (0, 1)]
    with connection.cursor() as cursor:
        if connection.in_atomic_block:
            # Hashing these few groups beats sorting the cells for them.
            cursor.execute("SET LOCAL work_mem = '32MB'")
        cursor.execute(CELLS, span.parameters)
        for kind, era, day, session, bucket, product, producer, commune, ocop_set, star, *sums in cursor.fetchall():
            if kind == _DAY:
                found.days[era][day] = tuple(sums)
            elif kind == _SESSION:
                found.sessions[era][session, bucket] = tuple(sums)
            else:
                keys = (product, producer, commune, groups.get(ocop_set), star)
                for known, key in zip(members[era], keys, strict=True):
                    known[key] = tuple(map(add, known[key], sums)) if key in known else tuple(sums)
    return found


def read_counts(span: Span, shown: dict[str, list[Key]]) -> OverviewCounts:
    """The distinct orders of every day and session, and of those members that are `shown` (keys by name, None among them or not)."""
    found = OverviewCounts()
    with connection.cursor() as cursor:
        cursor.execute(WHOLE_ORDERS, span.parameters)
        for kind, era, day, session, bucket, source, basis, shop, *counts in cursor.fetchall():
            orders = Orders(*counts)
            if kind == _ORDER_DAY:
                found.days[era][day] = orders
            elif kind == _ORDER_SESSION:
                found.sessions[era][session, bucket] = orders
            elif kind == _ORDER_SHOP:
                found.shops[era].add(shop)
            elif era and kind == _ORDER_SOURCE:
                found.sources[source] = orders
            elif era:
                found.bases[basis] = orders
        parts, parameters = _member_statement(span, shown)
        cursor.execute(parts, parameters)
        for name, era, number, code, *counts in cursor.fetchall():
            found.members[name][era][number if number is not None else code] = Orders(*counts)
    return found


def _member_statement(span: Span, shown: dict[str, list[Key]]) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    parameters = span.parameters
    for name, (column, grain) in MEMBERS.items():
        if span.commune is not None and name not in COUNTED_IN_COMMUNE:
            continue  # an order may have products of one group from several communes: not kept
        key = f"NULL, {column}" if name == "commune" else f"{column}, NULL"
        # A product's days in the commune: on a day its producer sits in one.
        within = (
            f"""AND EXISTS (SELECT FROM orders_figure c WHERE c.{column} = f.{column} AND c.day = f.day
                AND c.province_id = f.province_id AND c.commune_id = %(commune)s)"""
            if span.commune is not None
            else ""
        )
        known = [value for value in shown[name] if value is not None]
        conditions = [f"{column} = ANY (%(shown_{name})s)"] if known else []
        conditions += [f"{column} IS NULL"] if None in shown[name] and span.commune is None else []
        parameters[f"shown_{name}"] = known
        # Two statements rather than an OR: each finds its own index.
        for condition in conditions:
            parts.append(
                f"""SELECT '{name}', era, {key}, {added_up(ORDER_SUMS)} FROM {_ORDERS}
                WHERE grain = {grain.value} AND {condition} {within} GROUP BY era, {column}"""
            )
    nothing = f"SELECT '', 0, NULL::bigint, NULL::text, {', '.join('0::bigint' for _ in ORDER_SUMS)} WHERE false"
    return " UNION ALL ".join([nothing, *parts]), parameters


def read_names(keys: Mapping[str, Iterable[Key]]) -> dict[tuple[str, Key], Name]:
    """The names of products, producers and communes by (kind, key)."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES, {kind: [key for key in keys[kind] if key is not None] for kind in ("product", "producer", "commune")})
        return {(kind, number if number is not None else code): Name(code, vi, en) for kind, number, code, vi, en in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class SessionNames:
    """What a session is called, when it began (actual, else planned) and its host."""

    key: int
    name: Name
    start: datetime
    host: Name | None


def read_sessions(keys: Iterable[int]) -> list[SessionNames]:
    """Those sessions, in the order in which they were made."""
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS, {"sessions": list(keys)})
        return [
            SessionNames(key, Name(code, vi, en), start, Name(host, stage_name) if host else None)
            for key, code, vi, en, start, host, stage_name in cursor.fetchall()
        ]


def read_sets() -> list[tuple[int, int, str]]:
    """The OCOP sets: id, id of the group, code of the group."""
    with connection.cursor() as cursor:
        cursor.execute(SETS)
        return [(ocop_set, group, code) for ocop_set, group, code in cursor.fetchall()]


def added(rows: Iterable[Sums]) -> Sums:
    """The sum of sums."""
    total = (0,) * len(SUMS)
    for row in rows:
        total = tuple(map(add, total, row))
    return total


def measures(sums: Sums | None, orders: Orders | None) -> Measures:
    """Sums and orders as measures; nothing where there is no sum."""
    if sums is None:
        return Measures(orders=orders)
    return Measures(sums[0], States(*sums[1:5]), States(*sums[5:9]), States(*sums[9:13]), orders)


def net_value(sums: Sums) -> int:
    """What things are ranked by: placed less cancelled and returned, in VND."""
    return sums[1] - sums[2] - sums[3]
