"""The statements of the fold, in the order in which they run.

`touched` names the orders; `fresh` is what their lines should contribute now; the difference with their stored contributions
moves the figures. Days are local days; what holds "as of the day the order was placed" is looked up by that day.
Numbers of buckets, bases, entry kinds and grains: orders.attribution.models, orders.ledger.models, orders.figures.models.
"""

from __future__ import annotations

from orders.shops.reaching import reaches

HEAVIEST_PIECE_G = 10_000_000
"""What a shop sells as one weighs 10 t at most: a weight mistyped in the registry must not make a sum too large to be kept, and no fold end."""
LOCAL_DAY = "(o.placed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"


def in_force(table: str, condition: str) -> str:
    """A subquery of the dated row in force on `t.day`: the newest begun by then, before the first one the first."""
    return f"""
    SELECT * FROM {table} d WHERE {condition}
    ORDER BY d.since <= t.day DESC, CASE WHEN d.since <= t.day THEN d.since END DESC, d.since
    LIMIT 1"""


# Two folds in one transaction (a rebuilding, a test) must not meet each other's tables.
FORGET = (
    "DROP TABLE IF EXISTS pg_temp.touched, pg_temp.touched_line, pg_temp.session_span, pg_temp.decided, pg_temp.slot_begun, pg_temp.fresh"
)

TAKE_MARKS = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
WITH taken AS (
    DELETE FROM orders_mark WHERE id = ANY (ARRAY(SELECT id FROM orders_mark ORDER BY id LIMIT %(limit)s)) RETURNING order_id
)
SELECT DISTINCT order_id FROM taken;
ANALYZE touched
"""

TOUCHED_LINE = f"""
CREATE TEMP TABLE touched_line ON COMMIT DROP AS
SELECT t.*, CASE WHEN own.id IS NULL THEN t.host_today ELSE own.host_id END AS shop_host_id,
    m.product_id, coalesce(m.units, 1) AS pack, p.producer_id,
    f.ocop_set_id, s.group_id AS ocop_group_id,
    least(coalesce(f.net_weight_g, 0), {HEAVIEST_PIECE_G} / coalesce(m.units, 1)) AS net_weight_g,
    seat.commune_id, coalesce(c.province_id, t.shop_province_id) AS province_id, r.stars AS star
FROM (
    SELECT l.id AS line_id, l.key, l.state, o.id AS order_id, o.shop_id, o.placed_at, {LOCAL_DAY} AS day, run.source,
        o.reported_session_id, o.reported_host_id, shop.event_id, shop.host_id AS host_today, shop.province_id AS shop_province_id
    FROM touched JOIN orders_order o ON o.id = touched.order_id
    JOIN orders_orderline l ON l.order_id = o.id AND NOT l.withdrawn
    JOIN orders_shop shop ON shop.id = o.shop_id
    JOIN orders_intakerun run ON run.id = o.run_id
) t
LEFT JOIN LATERAL ({in_force("orders_shopowner", "d.shop_id = t.shop_id")}) own ON true
LEFT JOIN LATERAL ({in_force("orders_skumapping", "d.shop_id = t.shop_id AND d.line_key = t.key")}) m ON {reaches("t.day")}
LEFT JOIN catalog_product p ON p.id = m.product_id
LEFT JOIN LATERAL ({in_force("catalog_productfacts", "d.product_id = p.id")}) f ON true
LEFT JOIN catalog_ocopset s ON s.id = f.ocop_set_id
LEFT JOIN LATERAL ({in_force("catalog_producerseat", "d.producer_id = p.producer_id")}) seat ON true
LEFT JOIN places_commune c ON c.code = seat.commune_id
LEFT JOIN LATERAL (
    SELECT stars FROM catalog_starrating d
    WHERE d.product_id = p.id AND d.valid_from <= t.day AND d.valid_until >= t.day AND (d.revoked_on IS NULL OR d.revoked_on > t.day)
    ORDER BY d.valid_from DESC, d.id DESC LIMIT 1
) r ON true;
ANALYZE touched_line
"""

# Sessions that sell through a shop of a touched order, or whose host owns it, and that any rule could connect with a touched
# order's time (so that the fold does not grow with past sessions); with their times: actual, else planned; one that was never
# ended keeps its planned length. One that was cancelled before it was on air sells nothing.
SESSION_SPAN = """
CREATE TEMP TABLE session_span ON COMMIT DROP AS
SELECT shop.shop_id, s.id AS session_id, s.host_id, bool_or(shop.linked) AS linked, bool_or(shop.sells) AS sells, t.start, t."end"
FROM (
    SELECT DISTINCT l.shop_id, k.session_id, true AS linked, true AS sells FROM touched_line l JOIN orders_shopsession k ON k.shop_id = l.shop_id
    UNION ALL
    SELECT DISTINCT l.shop_id, s.id, false, true FROM touched_line l JOIN livestreams_session s ON s.host_id = l.shop_host_id
    UNION ALL
    -- named for some orders: their slots are needed, but it sells to no other order of the shop
    SELECT DISTINCT l.shop_id, l.reported_session_id, false, false FROM touched_line l WHERE l.reported_session_id IS NOT NULL
) shop
JOIN livestreams_session s ON s.id = shop.session_id
CROSS JOIN LATERAL (
    SELECT coalesce(s.actual_start, s.planned_start) AS start,
        coalesce(s.actual_end, coalesce(s.actual_start, s.planned_start) + (s.planned_end - s.planned_start)) AS "end"
) t
CROSS JOIN (SELECT min(placed_at) AS first, max(placed_at) AS last FROM touched_line) placed
CROSS JOIN (
    SELECT make_interval(days => max(after_days_long)) + make_interval(mins => max(live_grace_minutes)) AS reach FROM orders_attributionrule
) rule
WHERE (t.start <= placed.last AND t."end" + rule.reach >= placed.first AND (s.cancelled_at IS NULL OR s.actual_start IS NOT NULL))
    OR s.id IN (SELECT reported_session_id FROM touched_line)
GROUP BY 1, 2, 3, 6, 7;
ANALYZE session_span
"""

# One row an order: event, then live, then after, then other; of several fitting sessions the one that started last, then the
# higher id. A livestream named by the platform decides by itself; a named creator only chooses among that host's sessions.
DECIDED = """
CREATE TEMP TABLE decided ON COMMIT DROP AS
WITH placed AS (
    SELECT order_id, shop_id, placed_at, day, event_id, reported_session_id, reported_host_id, shop_host_id,
        array_agg(DISTINCT product_id) FILTER (WHERE product_id IS NOT NULL) AS products
    FROM touched_line GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
), ruled AS (
    SELECT t.*, d.id AS rule_id, make_interval(mins => d.live_grace_minutes) AS grace, make_interval(hours => d.after_hours) AS first,
        make_interval(days => d.after_days_short) AS short, make_interval(days => d.after_days_long) AS long
    FROM placed t CROSS JOIN LATERAL (
        SELECT * FROM orders_attributionrule d
        ORDER BY d.since <= t.day DESC, CASE WHEN d.since <= t.day THEN d.since END DESC, d.since LIMIT 1
    ) d
), candidate AS (
    SELECT p.order_id, s.session_id, s.start,
        CASE
            WHEN s.linked AND p.placed_at >= s.start AND p.placed_at < s."end" + p.grace THEN 2
            WHEN p.placed_at < s."end" THEN NULL
            WHEN p.placed_at < s."end" + p.first THEN 3
            WHEN p.placed_at < s."end" + p.short THEN 4
            WHEN p.placed_at < s."end" + p.long THEN 5
        END AS bucket
    FROM ruled p
    JOIN session_span s ON s.shop_id = p.shop_id AND s.sells AND p.placed_at >= s.start AND p.placed_at < s."end" + greatest(p.long, p.grace)
    WHERE p.reported_session_id IS NULL AND p.event_id IS NULL
        -- a shop that changed hands sells for its host of that day, not for the ones before and after
        AND (s.linked OR s.host_id = p.shop_host_id)
        AND (p.reported_host_id IS NULL OR p.reported_host_id = s.host_id)
        AND EXISTS (SELECT 1 FROM livestreams_slot slot WHERE slot.session_id = s.session_id AND slot.product_id = ANY (p.products))
), chosen AS (
    SELECT DISTINCT ON (order_id) order_id, session_id, bucket FROM candidate WHERE bucket IS NOT NULL
    ORDER BY order_id, bucket <> 2, start DESC, session_id DESC
)
SELECT p.order_id, p.rule_id,
    CASE WHEN p.event_id IS NOT NULL THEN 1 WHEN p.reported_session_id IS NOT NULL THEN 2 ELSE coalesce(c.bucket, 6) END::smallint AS bucket,
    CASE WHEN p.event_id IS NULL THEN coalesce(p.reported_session_id, c.session_id) END AS session_id,
    CASE WHEN p.event_id IS NULL AND (p.reported_session_id IS NOT NULL OR p.reported_host_id IS NOT NULL AND c.session_id IS NOT NULL)
        THEN 1 ELSE 2 END::smallint AS basis
FROM ruled p LEFT JOIN chosen c USING (order_id);
ANALYZE decided
"""

SAVE_ATTRIBUTION = """
INSERT INTO orders_attribution (order_id, bucket, session_id, basis, rule_id)
SELECT order_id, bucket, session_id, basis, rule_id FROM decided
ON CONFLICT (order_id) DO UPDATE
SET bucket = excluded.bucket, session_id = excluded.session_id, basis = excluded.basis, rule_id = excluded.rule_id
WHERE (orders_attribution.bucket, orders_attribution.basis, orders_attribution.rule_id)
    <> (excluded.bucket, excluded.basis, excluded.rule_id)
    OR orders_attribution.session_id IS DISTINCT FROM excluded.session_id
"""

BEGUN = """coalesce(started_at, start + make_interval(mins => (coalesce(sum(minutes) OVER (
        PARTITION BY session_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::int))"""
"""When a slot begins, of all slots of a session with its `start`: its actual time, else that start and the minutes of the slots before it."""

# When each slot begins, and each time it was shown again.
SLOT_BEGUN = f"""
CREATE TEMP TABLE slot_begun ON COMMIT DROP AS
WITH slot AS (
    SELECT s.start, slot.* FROM (SELECT DISTINCT session_id, start FROM session_span WHERE session_id IN (SELECT session_id FROM decided)) s
    JOIN livestreams_slot slot USING (session_id)
)
SELECT session_id, id AS slot_id, product_id, position,
    {BEGUN} AS begun
FROM slot
UNION ALL
SELECT session_id, id, product_id, position, again.begun FROM slot CROSS JOIN LATERAL unnest(again_at) AS again (begun);
ANALYZE slot_begun
"""

FRESH = """
CREATE TEMP TABLE fresh ON COMMIT DROP AS
SELECT l.line_id, l.order_id, l.province_id, l.day, l.shop_id, a.session_id, a.bucket, a.basis, l.source, a.rule_id,
    l.product_id, l.producer_id, l.commune_id, l.ocop_set_id, l.ocop_group_id, l.star, slot.slot_id, l.state >= 3 AS is_final,
    1::bigint AS lines,
    e.placed * l.pack AS placed_units, e.placed_value, e.placed * l.pack * l.net_weight_g AS placed_grams,
    e.cancelled * l.pack AS cancelled_units, e.cancelled_value, e.cancelled * l.pack * l.net_weight_g AS cancelled_grams,
    e.returned * l.pack AS returned_units, e.returned_value, e.returned * l.pack * l.net_weight_g AS returned_grams,
    e.delivered * l.pack AS delivered_units, e.delivered_value, e.delivered * l.pack * l.net_weight_g AS delivered_grams
FROM touched_line l
JOIN decided a USING (order_id)
JOIN (
    SELECT line_id,
        coalesce(sum(units) FILTER (WHERE kind = 1), 0)::bigint AS placed, coalesce(sum(amount) FILTER (WHERE kind = 1), 0)::bigint AS placed_value,
        coalesce(sum(units) FILTER (WHERE kind = 2), 0)::bigint AS cancelled, coalesce(sum(amount) FILTER (WHERE kind = 2), 0)::bigint AS cancelled_value,
        coalesce(sum(units) FILTER (WHERE kind = 3), 0)::bigint AS returned, coalesce(sum(amount) FILTER (WHERE kind = 3), 0)::bigint AS returned_value,
        coalesce(sum(units) FILTER (WHERE kind = 4), 0)::bigint AS delivered, coalesce(sum(amount) FILTER (WHERE kind = 4), 0)::bigint AS delivered_value
    FROM orders_ledgerentry JOIN touched_line USING (line_id) GROUP BY line_id
) e USING (line_id)
LEFT JOIN LATERAL (
    SELECT slot_id FROM slot_begun s WHERE s.session_id = a.session_id AND s.product_id = l.product_id
    ORDER BY s.begun <= l.placed_at DESC, CASE WHEN s.begun <= l.placed_at THEN s.begun END DESC, s.begun, s.position LIMIT 1
) slot ON true;
ANALYZE fresh
"""

DIMENSIONS = "province_id, day, shop_id, session_id, bucket, basis, source"
PRODUCT_DIMENSIONS = "product_id, producer_id, commune_id, ocop_set_id, star, slot_id"
MEASURES = (
    "lines",
    *(f"{state}_{amount}" for state in ("placed", "cancelled", "returned", "delivered") for amount in ("units", "value", "grams")),
)
_MEASURES = ", ".join(MEASURES)
_SIGNED = ", ".join(f"sum(sign * {name})::bigint AS {name}" for name in MEASURES)
_ANY_MOVED = " OR ".join(f"sum(sign * {name}) <> 0" for name in MEASURES)

MOVE_FIGURES = f"""
INSERT INTO orders_figure ({DIMENSIONS}, {PRODUCT_DIMENSIONS}, {_MEASURES})
SELECT {DIMENSIONS}, {PRODUCT_DIMENSIONS}, {_SIGNED}
FROM (
    SELECT 1 AS sign, {DIMENSIONS}, {PRODUCT_DIMENSIONS}, {_MEASURES} FROM fresh
    UNION ALL
    SELECT -1, {DIMENSIONS}, {PRODUCT_DIMENSIONS}, {_MEASURES} FROM orders_contribution JOIN touched USING (order_id)
) moved
GROUP BY {DIMENSIONS}, {PRODUCT_DIMENSIONS}
HAVING {_ANY_MOVED}
ORDER BY {DIMENSIONS}, {PRODUCT_DIMENSIONS}
ON CONFLICT ({DIMENSIONS}, {PRODUCT_DIMENSIONS}) DO UPDATE
SET {", ".join(f"{name} = orders_figure.{name} + excluded.{name}" for name in MEASURES)};
DELETE FROM orders_figure WHERE lines = 0
"""

MEMBERS = "product_id, producer_id, commune_id, ocop_group_id, star"
COUNTS = ("orders", "net_orders", "delivered_orders", "open_orders")


def membership(source: str) -> str:
    """One row for each (order, grain, province, member) of contributions in `source`: what the order counts for there."""
    return f"""
    SELECT grain, {DIMENSIONS}, {MEMBERS}, order_id, 1 AS orders,
        bool_or(placed_units > cancelled_units + returned_units)::int AS net_orders,
        bool_or(delivered_units > returned_units)::int AS delivered_orders, bool_or(NOT is_final)::int AS open_orders
    FROM (
        SELECT g.grain, {DIMENSIONS}, order_id, placed_units, cancelled_units, returned_units, delivered_units, is_final,
            CASE g.grain WHEN 1 THEN product_id END AS product_id, CASE g.grain WHEN 2 THEN producer_id END AS producer_id,
            CASE g.grain WHEN 3 THEN commune_id END AS commune_id, CASE g.grain WHEN 4 THEN ocop_group_id END AS ocop_group_id,
            CASE g.grain WHEN 5 THEN star END AS star
        FROM {source} CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5)) AS g (grain)
    ) c GROUP BY grain, {DIMENSIONS}, {MEMBERS}, order_id"""


MOVE_ORDER_FIGURES = f"""
INSERT INTO orders_orderfigure (grain, {DIMENSIONS}, {MEMBERS}, {", ".join(COUNTS)})
SELECT grain, {DIMENSIONS}, {MEMBERS}, {", ".join(f"sum(sign * {name})::bigint" for name in COUNTS)}
FROM (
    SELECT 1 AS sign, f.* FROM ({membership("fresh")}) f
    UNION ALL
    SELECT -1, c.* FROM ({membership("(SELECT * FROM orders_contribution JOIN touched USING (order_id)) stored")}) c
) moved
GROUP BY grain, {DIMENSIONS}, {MEMBERS}
HAVING {" OR ".join(f"sum(sign * {name}) <> 0" for name in COUNTS)}
ORDER BY grain, {DIMENSIONS}, {MEMBERS}
ON CONFLICT (grain, {DIMENSIONS}, {MEMBERS}) DO UPDATE
SET {", ".join(f"{name} = orders_orderfigure.{name} + excluded.{name}" for name in COUNTS)};
DELETE FROM orders_orderfigure WHERE orders = 0
"""

CONTRIBUTION = f"{DIMENSIONS}, rule_id, {PRODUCT_DIMENSIONS}, ocop_group_id, is_final, {_MEASURES}"
_CONTRIBUTION_NAMES = CONTRIBUTION.split(", ")

SAVE_CONTRIBUTIONS = f"""
INSERT INTO orders_contribution (line_id, order_id, {CONTRIBUTION})
SELECT line_id, order_id, {CONTRIBUTION} FROM fresh ORDER BY line_id
ON CONFLICT (line_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _CONTRIBUTION_NAMES)}
"""

# Lines that were withdrawn (their run was undone) add nothing any more; an order of which none is left belongs nowhere.
DROP_WITHDRAWN = """
DELETE FROM orders_contribution c USING touched t WHERE c.order_id = t.order_id AND c.line_id NOT IN (SELECT line_id FROM fresh);
DELETE FROM orders_attribution a USING touched t WHERE a.order_id = t.order_id AND a.order_id NOT IN (SELECT order_id FROM decided)
"""

# Products with lots of which a line came, went, stands otherwise or was sold in another livestream: from the first such moment on their
# lines are set against lots anew (orders.lots). The stored contribution knows the day alone of the time that it was placed.
_STANDS = "{row}.product_id, {row}.day, {row}.session_id, {row}.bucket, {row}.placed_units - {row}.cancelled_units"
STALE_LOTS = f"""
INSERT INTO orders_lotstale (product_id, since)
SELECT product_id, min(since)
FROM (
    SELECT side.product_id, side.since
    FROM fresh FULL JOIN (SELECT c.* FROM orders_contribution c JOIN touched USING (order_id)) stored USING (line_id)
    JOIN orders_order o ON o.id = coalesce(fresh.order_id, stored.order_id)
    CROSS JOIN LATERAL (VALUES
        (fresh.product_id, o.placed_at),
        (stored.product_id, least(o.placed_at, stored.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'))
    ) AS side (product_id, since)
    WHERE fresh.line_id IS NULL OR stored.line_id IS NULL
        OR ({_STANDS.format(row="fresh")}) IS DISTINCT FROM ({_STANDS.format(row="stored")})
) changed
WHERE product_id IN (SELECT product_id FROM traceability_lot)
GROUP BY product_id ORDER BY product_id
"""

# Of what was marked together nothing is left (orders.marks: Recount).
DROP_FINISHED = """
DELETE FROM orders_recount r WHERE NOT EXISTS (
    SELECT FROM orders_mark m WHERE m.id BETWEEN r.first_mark AND r.last_mark AND m.reason = r.reason
)
"""

NEXT_SNAPSHOT = """
INSERT INTO orders_snapshot (number, made_at, orders)
SELECT coalesce((SELECT max(number) FROM orders_snapshot), 0) + 1, clock_timestamp(), (SELECT count(*) FROM touched)
RETURNING number
"""

# After `touched` is filled: first what should be there, then what that changes.
COMPUTE = (TOUCHED_LINE, SESSION_SPAN, DECIDED, SLOT_BEGUN, FRESH)
MOVE = (*COMPUTE, SAVE_ATTRIBUTION, MOVE_FIGURES, MOVE_ORDER_FIGURES, STALE_LOTS, SAVE_CONTRIBUTIONS, DROP_WITHDRAWN)
