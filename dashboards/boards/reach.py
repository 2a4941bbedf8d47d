"""How far the files of shops reach: the newest one's time and the spans of their orders, read from rows that are few (orders/spans)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from dashboards.boards.measures import Filters
from dashboards.boards.names import Name
from dashboards.periods import DAY
from orders.figures.fold_sql import in_force
from orders.figures.models import Grain
from orders.intake.models import IntakeRun
from orders.spans.rule import Days, told

TERRITORY = "f.province_id = %(province)s AND (%(commune)s::text IS NULL OR f.commune_id = %(commune)s)"
# Of a shop `s` when its newest file was exported, and its spans as `orders.spans.rule` takes them.
_REACH = f"""
(SELECT max(exported_at) FROM orders_intakerun r WHERE r.shop_id = s.id AND r.state = '{IntakeRun.State.MERGED}'),
ARRAY(SELECT ARRAY[first, last, told_to] FROM orders_shopspan k WHERE k.shop_id = s.id ORDER BY first)
"""  # noqa: S608  (built of constants)
# Whether the shop `s` is the territory's own. A producer's seat in force: the newest begun by today, else the first.
_OWN = """
CASE WHEN %(commune)s::text IS NULL THEN s.province_id = %(province)s ELSE coalesce(%(commune)s = (
    SELECT commune_id FROM catalog_producerseat p WHERE p.producer_id = s.producer_id
    ORDER BY since <= %(today)s DESC, CASE WHEN since <= %(today)s THEN since END DESC, since LIMIT 1), false) END
"""
_SELLING = f"SELECT DISTINCT f.shop_id FROM orders_figure f WHERE {TERRITORY} AND f.day BETWEEN"  # noqa: S608  (built of constants)
# Plain SQL, because every board reads it: putting it together by the ORM takes longer than running it.
_SHOPS = f"""
WITH selling AS MATERIALIZED (
    SELECT coalesce(%(selling)s::bigint[], ARRAY({_SELLING} %(first)s AND %(last)s)) AS now,
        coalesce(%(selling_before)s::bigint[], ARRAY({_SELLING} %(before_first)s AND %(before_last)s)) AS before
), found AS (SELECT s.*, {_OWN} OR s.id = ANY (now) AS of_these_days, s.id = ANY (before) AS of_earlier_days FROM orders_shop s, selling)
SELECT s.id, {_REACH}, s.code, s.name, s.of_these_days, e.ends_on
FROM found s LEFT JOIN livestreams_offlineevent e ON e.id = s.event_id
WHERE s.of_these_days OR s.of_earlier_days ORDER BY s.name, s.id
"""  # noqa: S608  (built of this module's constants)
_EVER = f"""
SELECT s.id, {_REACH} FROM orders_shop s WHERE {_OWN} OR s.id = ANY (ARRAY(
    SELECT DISTINCT shop_id FROM orders_orderfigure
    WHERE province_id = %(province)s AND grain = %(grain)s AND (%(commune)s::text IS NULL OR commune_id = %(commune)s)))
"""  # noqa: S608  (built of this module's constants)
_THESE = f"SELECT s.id, {_REACH} FROM orders_shop s WHERE s.id = ANY (%(shops)s)"  # noqa: S608  (built of this module's constants)
# Each shop with the sessions for which it sells: it is linked to them, or was their host's on the day of their start.
_OF_SESSIONS = f"""
SELECT s.id, {_REACH}, p.sessions FROM (
    SELECT shop_id, array_agg(session_id) AS sessions FROM (
        SELECT shop_id, session_id FROM orders_shopsession WHERE session_id = ANY (%(sessions)s)
        UNION
        SELECT h.id, t.id FROM (
            SELECT id, host_id, (coalesce(actual_start, planned_start) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
            FROM livestreams_session WHERE id = ANY (%(sessions)s)
        ) t
        JOIN (SELECT id, host_id FROM orders_shop UNION SELECT shop_id, host_id FROM orders_shopowner) h USING (host_id)
        LEFT JOIN LATERAL ({in_force("orders_shopowner", "d.shop_id = h.id")}) own ON true
        WHERE own.id IS NULL OR own.host_id = t.host_id
    ) pairs GROUP BY shop_id
) p JOIN orders_shop s ON s.id = p.shop_id
"""  # noqa: S608  (built of this module's constants)


@dataclass(frozen=True, slots=True)
class Reach:
    """A shop (by id) with the time of its newest file, and the spans of its orders by their days."""

    shop: int
    exported_at: datetime | None
    spans: Sequence[Sequence[date]]

    def stretches(self, *, through: bool = False) -> list[Days]:
        """The days that it tells of; `through`: that on which the newest file was exported too, of which that tells a part."""
        exported = timezone.localdate(self.exported_at) + DAY * through if self.exported_at else None
        return told([(first, last, told_to) for first, last, told_to in self.spans], exported)

    def tells_from(self, moment: datetime) -> bool:
        """Whether it tells what was sold from that moment on: its newest file is of a later one, and it tells of that day."""
        day = timezone.localdate(moment)
        later = self.exported_at is not None and self.exported_at > moment
        return later and any(first <= day <= last for first, last in self.stretches(through=True))


@dataclass(frozen=True, slots=True)
class ShopReach(Reach):
    """A shop of a territory; `of_these_days`: its own, or one that sold something of it in them, and not in the earlier days alone.

    `ends_on`: the last day of the fair that it is for.
    """

    name: Name
    of_these_days: bool
    ends_on: date | None

    def complete_to(self, day: date) -> bool:
        """Whether a file was exported after the day (after the fair, where that ended before) and the shop tells of it, or opened later."""
        asked = min(day, self.ends_on or day)
        later = self.exported_at is not None and timezone.localdate(self.exported_at) > asked
        stretches = self.stretches()
        return later and (any(first <= asked <= last for first, last in stretches) or all(first > asked for first, _last in stretches))


def read_shops(
    province: str,
    commune: str | None,
    days: Days,
    before: Days | None,
    today: date,
    *,
    selling: tuple[Collection[int], Collection[int]] | None = None,
) -> list[ShopReach]:
    """The shops of a territory by name, for some days and those `before`; one query.

    `selling`: the ids of those that sold something of it in these days, and in the earlier ones, where they are known already.
    """
    parameters = {
        "province": province,
        "commune": commune,
        "first": days[0],
        "last": days[1],
        "before_first": before[0] if before else None,
        "before_last": before[1] if before else None,
        "selling": None if selling is None else list(selling[0]),
        "selling_before": None if selling is None else list(selling[1]),
        "today": today,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHOPS, parameters)
        return [
            ShopReach(shop, exported, spans, Name(code, name), of_these_days, ends_on)
            for shop, exported, spans, code, name, of_these_days, ends_on in cursor.fetchall()
        ]


def reach_of(shops: Collection[int]) -> list[Reach]:
    """These shops; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_THESE, {"shops": list(shops)})
        return [Reach(*row) for row in cursor.fetchall()]


def reach_ever(where: Filters) -> list[Reach]:
    """All shops of the province, or of a commune of it, and those that ever sold something of it; one query."""
    parameters = {
        "province": where.province,
        "commune": where.commune,
        "grain": (Grain.ALL if where.commune is None else Grain.COMMUNE).value,
        "today": timezone.localdate(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVER, parameters)
        return [Reach(*row) for row in cursor.fetchall()]


def reach_of_sessions(sessions: Collection[int]) -> dict[int, list[Reach]]:
    """By session (id) the shops that sell for it: linked to it, or its host's on the day of its start; one query."""
    found: dict[int, list[Reach]] = {session: [] for session in sessions}
    with connection.cursor() as cursor:
        cursor.execute(_OF_SESSIONS, {"sessions": list(sessions)})
        for *reach, of_sessions in cursor.fetchall():
            for session in of_sessions:
                found[session].append(Reach(*reach))
    return found
