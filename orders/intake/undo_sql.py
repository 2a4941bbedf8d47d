"""The statements of an undo, in the order in which they run.

Parameters: `run` (the one that is undone), `shop`, `reason` (of the marks), `first` and `last` (rows of it that hold whole orders).
`undone` names the orders that these show, `remains` is what all other runs showed of them, summed as the merge sums; `plan_order` and
`plan_line` say what each order and line falls back to. From there on it goes as in a merge: `retarget`, `target`, what the ledger lacks.
"""

from __future__ import annotations

from orders.intake.merge_sql import HEADER, INSERT_ENTRIES, OBSERVES, SUMMED, TARGET_WITHOUT, line_content, order_content, order_numbered

# Two runs in one transaction (a test, a merge and its undo) must not meet each other's tables.
FORGET = "DROP TABLE IF EXISTS pg_temp.undone, pg_temp.remains, pg_temp.plan_order, pg_temp.plan_line, pg_temp.retarget, pg_temp.target"

UNDONE = f"""
CREATE TEMP TABLE undone ON COMMIT DROP AS
SELECT o.id, o.number FROM (
    SELECT DISTINCT number FROM orders_stagedrow WHERE run_id = %(run)s AND row BETWEEN %(first)s AND %(last)s
) s CROSS JOIN {order_numbered("s.number")} o;
ANALYZE undone
"""

REMAINS = f"""
CREATE TEMP TABLE remains ON COMMIT DROP AS
SELECT s.*, run.exported_at, run.merged_at, run.source
FROM (
    SELECT run_id, {SUMMED} FROM orders_stagedrow
    WHERE number IN (SELECT number FROM undone)
        AND run_id IN (SELECT id FROM orders_intakerun run WHERE shop_id = %(shop)s AND id <> %(run)s AND {OBSERVES})
    GROUP BY run_id, number, line_key
) s JOIN orders_intakerun run ON run.id = s.run_id;
ANALYZE remains
"""

# The newest observation wins, on a tie the greater content; of equal ones the merge keeps the one that came first.
_NEWEST = "exported_at DESC, {content} DESC, merged_at, run_id"

PLAN_ORDER = f"""
CREATE TEMP TABLE plan_order ON COMMIT DROP AS
WITH header AS (
    SELECT run_id, exported_at, merged_at, source, {HEADER} FROM remains GROUP BY run_id, exported_at, merged_at, source, number
), newest AS (
    SELECT DISTINCT ON (number) * FROM header h ORDER BY number, {_NEWEST.format(content=order_content("h"))}
)
SELECT o.id, h.run_id, h.exported_at, h.placed_at, h.amount, h.refund, h.shipping_provider, h.delivery_province_id, h.delivery_commune_id,
    h.number IS NULL AS withdraws, coalesce(h.placed_at <> o.placed_at, false) AS moves,
    h.number IS NULL OR h.source <> known.source OR {order_content("h")} <> {order_content("o")} AS differs
FROM undone u JOIN orders_order o USING (id) JOIN orders_intakerun known ON known.id = o.run_id LEFT JOIN newest h ON h.number = u.number;
ANALYZE plan_order
"""

PLAN_LINE = f"""
CREATE TEMP TABLE plan_line ON COMMIT DROP AS
WITH newest AS (
    SELECT DISTINCT ON (number, line_key) * FROM remains s ORDER BY number, line_key, {_NEWEST.format(content=line_content("s"))}
), shown AS (
    SELECT DISTINCT number, line_key FROM orders_stagedrow WHERE run_id = %(run)s AND row BETWEEN %(first)s AND %(last)s
)
SELECT l.id, l.order_id, l.value AS known_value, s.exported_at, s.sku_id, s.seller_sku, s.product_name, s.variation, s.state, s.units,
    s.gross, s.seller_discount, s.platform_discount, s.value, s.cancelled_units, s.returned_units, s.delivered_units,
    s.shipped_at, s.delivered_at, s.cancelled_at,
    s.number IS NULL AS withdraws, s.number IS NULL OR {line_content("s")} <> {line_content("l")} AS differs
FROM shown JOIN undone u USING (number)
JOIN orders_orderline l ON l.order_id = u.id AND l.key = shown.line_key
LEFT JOIN newest s ON s.number = shown.number AND s.line_key = shown.line_key;
ANALYZE plan_line
"""

COUNT = """
SELECT
    (SELECT count(*) FROM plan_order WHERE withdraws),
    (SELECT count(*) FROM plan_order o WHERE NOT withdraws AND (differs
        OR EXISTS (SELECT FROM plan_line l WHERE l.order_id = o.id AND l.differs))),
    count(*) FILTER (WHERE withdraws),
    count(*) FILTER (WHERE differs AND NOT withdraws),
    count(*) FILTER (WHERE NOT differs),
    coalesce(sum(coalesce(value, 0) - known_value), 0)::bigint
FROM plan_line
"""

# Lines that do not differ are looked at too: what the run alone showed early may have dated their movements.
RETARGET = """
CREATE TEMP TABLE retarget ON COMMIT DROP AS
SELECT p.id AS line_id, o.id AS order_id, o.number, l.key AS line_key
FROM plan_line p JOIN orders_orderline l ON l.id = p.id JOIN orders_order o ON o.id = l.order_id
UNION
SELECT l.id, o.id, o.number, l.key
FROM plan_order p JOIN orders_order o ON o.id = p.id JOIN orders_orderline l ON l.order_id = o.id
WHERE p.moves;
ANALYZE retarget
"""

UPDATE_ORDERS = """
UPDATE orders_order o
SET placed_at = p.placed_at, amount = p.amount, refund = p.refund, shipping_provider = p.shipping_provider,
    delivery_province_id = p.delivery_province_id, delivery_commune_id = p.delivery_commune_id,
    exported_at = p.exported_at, run_id = p.run_id
FROM plan_order p WHERE p.id = o.id AND NOT p.withdraws
"""

UPDATE_LINES = """
UPDATE orders_orderline l
SET sku_id = p.sku_id, seller_sku = p.seller_sku, product_name = p.product_name, variation = p.variation, state = p.state,
    units = p.units, gross = p.gross, seller_discount = p.seller_discount, platform_discount = p.platform_discount, value = p.value,
    cancelled_units = p.cancelled_units, returned_units = p.returned_units, delivered_units = p.delivered_units,
    shipped_at = p.shipped_at, delivered_at = p.delivered_at, cancelled_at = p.cancelled_at, exported_at = p.exported_at
FROM plan_line p WHERE p.id = l.id AND NOT p.withdraws;
UPDATE orders_orderline l SET withdrawn = true FROM plan_line p WHERE p.id = l.id AND p.withdraws
"""

INSERT_MARKS = """
INSERT INTO orders_mark (order_id, reason)
SELECT o.id, %(reason)s FROM plan_order o
WHERE o.differs OR EXISTS (SELECT FROM plan_line l WHERE l.order_id = o.id AND l.differs)
ORDER BY o.id
"""

PLAN = (FORGET, UNDONE, REMAINS, PLAN_ORDER, PLAN_LINE)
WRITE = (RETARGET, UPDATE_ORDERS, UPDATE_LINES, TARGET_WITHOUT, INSERT_ENTRIES, INSERT_MARKS)
