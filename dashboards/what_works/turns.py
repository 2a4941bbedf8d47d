"""A product's time on air, and what was ordered in it: the reading below `board`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef

from catalog.models import OcopGroup, Product
from dashboards.boards.audience import Audience
from dashboards.boards.names import Name
from dashboards.boards.reach import reach_of_sessions
from dashboards.boards.session_list import session_rows
from dashboards.periods import Period
from dashboards.readings import Reading
from livestreams.models import Guest, Session, Slot
from orders.figures.fold_sql import BEGUN
from orders.models import AttributionRule, Bucket, ShopSession

SHORTEST = 10  # seconds; what was shown for less was a slip of the finger

# Each slot with its seconds on air and the net value of the orders credited to it that were placed in them: what was ordered before
# or after, though it is the slot's in the figures, says nothing of its minutes. Shown again before its time was over, the time ends there.
_SHOWN = f"""
WITH slot AS (
    SELECT s.start, slot.* FROM unnest(%(sessions)s::bigint[], %(starts)s::timestamptz[]) AS s (session_id, start)
    JOIN livestreams_slot slot USING (session_id)
), begun AS (
    SELECT slot.*, {BEGUN} AS begun FROM slot
), piece AS (
    SELECT id, session_id, begun AS first,
        CASE WHEN started_at IS NOT NULL AND ended_at IS NOT NULL AND cardinality(again_at) = 0
            THEN ended_at ELSE begun + make_interval(mins => minutes) END AS last
    FROM begun
    UNION ALL
    SELECT id, session_id, again.first, again.first + make_interval(mins => minutes)
    FROM begun CROSS JOIN LATERAL unnest(again_at) AS again (first)
), shown AS (
    SELECT id, session_id, first, least(last, lead(first) OVER (PARTITION BY id ORDER BY first)) AS last FROM piece
), sold AS (
    SELECT shown.id, sum(c.placed_value - c.cancelled_value - c.returned_value) AS net
    FROM shown
    JOIN orders_contribution c ON c.session_id = shown.session_id AND c.slot_id = shown.id AND c.bucket = %(live)s
    JOIN orders_order o ON o.id = c.order_id AND o.placed_at >= shown.first AND o.placed_at < shown.last
    WHERE (%(province)s::text IS NULL OR c.province_id = %(province)s) AND (%(commune)s::text IS NULL OR c.commune_id = %(commune)s)
    GROUP BY shown.id
)
SELECT b.session_id, b.product_id, b.begun, b.seconds, coalesce(sold.net, 0)
FROM (
    SELECT begun.id, begun.session_id, product_id, begun, begun.position,
        (SELECT round(sum(extract(epoch FROM last - first)))::bigint FROM shown WHERE shown.id = begun.id) AS seconds
    FROM begun WHERE outcome <> %(skipped)s
) b LEFT JOIN sold USING (id)
WHERE b.seconds >= %(shortest)s AND b.product_id = ANY (%(products)s)
ORDER BY b.session_id, b.position
"""  # noqa: S608  (nothing that was sent)


@dataclass(frozen=True, slots=True)
class Turn:
    """A product's time on air: how long (seconds), and the net value (VND) of the orders that were placed in it."""

    session: int
    host: Name | None
    group: Name | None
    start: datetime
    seconds: int
    net: int
    leader: bool


def turns_of(audience: Audience, period: Period, reading: Reading) -> list[Turn]:
    """Turns of livestreams begun in the period that are over and wholly told of; of products that the audience sees."""
    over = [row.session.code for row in session_rows(audience, period.first, period.last) if row.state_at(reading.at) == "done"]
    leaders = Guest.objects.filter(sessions=OuterRef("pk"), kind=Guest.Kind.LEADER)
    sessions = Session.objects.filter(code__in=over).annotate(leader=Exists(leaders)).select_related("host")
    by_id = {session.pk: session for session in _told_of(sessions)}
    groups = {group.code: Name(group.code, group.name_vi, group.name_en) for group in OcopGroup.objects.all()}
    seen: Any = Product.objects.filter(slots__session__in=by_id, pk__in=audience.products_seen().values("pk")).with_facts(reading.day)
    sets = dict(seen.values_list("pk", "set_code"))
    where = audience.filters()
    parameters: dict[str, Any] = {
        "sessions": list(by_id),
        "starts": [session.start for session in by_id.values()],
        "products": list(sets),
        "province": where.province,
        "commune": where.commune,
        "live": Bucket.LIVE.value,
        "skipped": Slot.Outcome.SKIPPED.value,
        "shortest": SHORTEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, parameters)
        shown = cursor.fetchall()
    turns = []
    for session_id, product, start, seconds, net in shown:
        session = by_id[session_id]
        host = Name(session.host.code, session.host.stage_name) if session.host else None
        group = groups.get((sets[product] or "").split(".")[0])
        turns.append(Turn(session_id, host, group, start, seconds, int(net), bool(vars(session)["leader"])))
    return turns


def _told_of(sessions: Collection[Session]) -> list[Session]:
    """Those of which every shop that they sell through (where none is linked, their host's) has a file exported after the grace."""
    linked: dict[int, set[int]] = defaultdict(set)
    for session_id, shop in ShopSession.objects.filter(session__in=sessions).values_list("session", "shop"):
        linked[session_id].add(shop)
    reach = reach_of_sessions([session.pk for session in sessions])
    grace = timedelta(minutes=AttributionRule.objects.aggregate(most=Max("live_grace_minutes"))["most"] or 0)
    told = []
    for session in sessions:
        shops = linked[session.pk]
        own = [shop.exported_at for shop in reach[session.pk] if not shops or shop.shop in shops]
        if own and all(exported and exported > session.end + grace for exported in own):
            told.append(session)
    return told
