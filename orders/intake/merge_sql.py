"""The statements of the merge, in the order in which they run.

Parameters: `run`, `shop`, `exported_at` (of the run), `source`, `reason` (of the marks), `first` and `last` (the rows to merge: all of the
run's, or a portion that holds whole orders), `lowest` and `highest` (of the shop's order numbers before the run). Where the shop had none
of the orders, one statement does all: INSERT_FRESH. Else those that it did not have go in by INSERT_NEW; for the others: `known_order` (as
they are), `plan_order` and `plan_line` (what is new, what wins, what differs), `retarget` (lines whose ledger may have to move), `target`
(what their ledger should say).

`seen` is what the rows say, those with equal keys in one order summed. It is a table of its own because only of a table does the planner
know how many rows it has: of rows just staged it has no idea, and joins them as if they were one. INSERT_FRESH does without: its joins
are few, and none of them may be a nested loop.
"""

from __future__ import annotations

# Two runs in one transaction (a test, a command) must not meet each other's tables.
FORGET = "DROP TABLE IF EXISTS pg_temp.seen, pg_temp.known_order, pg_temp.plan_order, pg_temp.plan_line, pg_temp.retarget, pg_temp.target"

# Rows of one order and key as one.
SUMMED = """number, line_key,
    max(sku_id) AS sku_id, max(seller_sku) AS seller_sku, max(product_name) AS product_name, max(variation) AS variation,
    -- rows of one key may differ: a line is cancelled only when all of it is
    CASE WHEN bool_and(state = 4) THEN 4 ELSE max(state) FILTER (WHERE state < 4) END::smallint AS state,
    sum(units)::int AS units, sum(gross)::bigint AS gross, sum(seller_discount)::bigint AS seller_discount,
    sum(platform_discount)::bigint AS platform_discount, sum(gross - seller_discount)::bigint AS value,
    sum(cancelled_units)::int AS cancelled_units, sum(returned_units)::int AS returned_units,
    sum(delivered_units)::int AS delivered_units,
    max(shipped_at) AS shipped_at, max(delivered_at) AS delivered_at, max(cancelled_at) AS cancelled_at,
    min(placed_at) AS placed_at, max(order_amount) AS amount, max(order_refund) AS refund, max(shipping_provider) AS shipping_provider,
    max(delivery_province) AS delivery_province_id, max(delivery_commune) AS delivery_commune_id"""

_STAGED = "FROM orders_stagedrow s WHERE s.run_id = %(run)s AND s.row BETWEEN %(first)s AND %(last)s"
_ROWS = f"""SELECT number, line_key, sku_id, seller_sku, product_name, variation, state, units, gross, seller_discount, platform_discount,
    gross - seller_discount AS value, cancelled_units, returned_units, delivered_units, shipped_at, delivered_at, cancelled_at,
    placed_at, order_amount AS amount, order_refund AS refund, shipping_provider,
    delivery_province AS delivery_province_id, delivery_commune AS delivery_commune_id
    {_STAGED}"""
_ROWS_SUMMED = f"""SELECT {SUMMED}
    {_STAGED} GROUP BY number, line_key"""

_SEE = """
CREATE TEMP TABLE seen ON COMMIT DROP AS
{rows};
ANALYZE seen (number, line_key)
"""

SEE, SEE_SUMMED = _SEE.format(rows=_ROWS), _SEE.format(rows=_ROWS_SUMMED)

# Numbers grow with time: most rows of most files lie beyond those of before, and need not be looked up.
REACH = "SELECT min(number), max(number) FROM orders_order WHERE shop_id = %s"


def order_numbered(number: str) -> str:
    """The shop's order of that number, looked up.

    A shop that is newer than the last ANALYZE is taken to have one order: joined freely, all of its orders are read to find those of a
    batch, the longer the more it has. OFFSET 0 leaves the planner nothing but to look each number up.
    """
    return f"LATERAL (SELECT o.* FROM orders_order o WHERE o.shop_id = %(shop)s AND o.number = {number} OFFSET 0)"


KNOWS_SOME = f"""
SELECT EXISTS (SELECT FROM (SELECT s.number {_STAGED} OFFSET 0) s CROSS JOIN {order_numbered("s.number")} o
    WHERE s.number BETWEEN %(lowest)s AND %(highest)s)
"""

KNOWN_ORDER = f"""
CREATE TEMP TABLE known_order ON COMMIT DROP AS
SELECT o.*, r.source, NOT EXISTS (SELECT FROM orders_orderline l WHERE l.order_id = o.id AND NOT l.withdrawn) AS withdrawn
FROM (SELECT DISTINCT number FROM seen) s CROSS JOIN {order_numbered("s.number")} o JOIN orders_intakerun r ON r.id = o.run_id;
ANALYZE known_order
"""

# Rows of orders that the shop did not have.
_NEW_ROWS = "SELECT * FROM seen s WHERE NOT EXISTS (SELECT FROM known_order k WHERE k.number = s.number)"

# The order-level columns repeat on every row of an order.
HEADER = """number, min(placed_at) AS placed_at, max(amount) AS amount, max(refund) AS refund, max(shipping_provider) AS shipping_provider,
        max(delivery_province_id) AS delivery_province_id, max(delivery_commune_id) AS delivery_commune_id"""
_HEADER = f"""
    SELECT {HEADER}"""


def order_content(table: str) -> str:
    """What an observation says of an order as a whole, in the order in which the greater wins a tie."""
    return f"""({table}.placed_at, coalesce({table}.amount, -1), coalesce({table}.refund, -1), {table}.shipping_provider::text,
         coalesce({table}.delivery_province_id::text, ''), coalesce({table}.delivery_commune_id::text, ''))"""


def line_content(table: str) -> str:
    """The same of a line."""
    return f"""({table}.state, {table}.returned_units, {table}.cancelled_units, {table}.delivered_units, {table}.units, {table}.gross,
         {table}.seller_discount, {table}.platform_discount, coalesce({table}.shipped_at, '-infinity'),
         coalesce({table}.delivered_at, '-infinity'), coalesce({table}.cancelled_at, '-infinity'),
         {table}.sku_id::text, {table}.seller_sku::text, {table}.product_name::text, {table}.variation::text)"""


# Value taken off a line = floor(value × (cancelled + returned units so far) ÷ units); each movement takes the difference
# (FIGURES). Integer division is the floor here: no value and no unit count is negative. Kinds: orders.ledger EntryKind. The kinds are
# unnested, not joined: a VALUES list would be compiled anew for every line.
_FIRST_MOVEMENTS = """
SELECT line_id, kind, moved, value * (before + moved) / units - value * before / units, happened_at, now(), %(run)s
FROM (
    SELECT id AS line_id, kind, units, value, CASE WHEN kind < 3 THEN 0 ELSE cancelled_units END AS before,
        CASE kind WHEN 1 THEN units WHEN 2 THEN cancelled_units WHEN 3 THEN returned_units ELSE delivered_units END AS moved,
        CASE kind WHEN 1 THEN order_placed_at WHEN 2 THEN coalesce(cancelled_at, %(exported_at)s) WHEN 3 THEN %(exported_at)s
            ELSE coalesce(delivered_at, %(exported_at)s) END AS happened_at
    FROM (
        SELECT id, units, value, cancelled_units, returned_units, delivered_units, cancelled_at, delivered_at, order_placed_at,
            unnest(ARRAY[1, 2, 4, 3]::smallint[]) AS kind
        FROM {lines} l
    ) first
) movement
WHERE moved > 0"""

_LINE_COLUMNS = """key, sku_id, seller_sku, product_name, variation, state, units, gross, seller_discount,
    platform_discount, value, cancelled_units, returned_units, delivered_units, shipped_at, delivered_at, cancelled_at, exported_at"""
_LINE_VALUES = """s.line_key, s.sku_id, s.seller_sku, s.product_name, s.variation, s.state, s.units, s.gross, s.seller_discount,
    s.platform_discount, s.value, s.cancelled_units, s.returned_units, s.delivered_units, s.shipped_at, s.delivered_at, s.cancelled_at,
    %(exported_at)s"""

_UNMAPPED = """(SELECT count(*) FROM {rows} s
    WHERE NOT EXISTS (SELECT 1 FROM orders_skumapping m WHERE m.shop_id = %(shop)s AND m.line_key = s.line_key))"""

# Ids are drawn before anything is written, so that nothing has to be read back and joined again. They follow the order numbers: entries
# of an index that come in its order go to its last page.
_INSERT_NEW = f"""
WITH told AS MATERIALIZED (
    {{rows}}
), header AS MATERIALIZED (
    SELECT nextval('orders_order_id_seq') AS id, h.* FROM ({_HEADER} FROM told GROUP BY number ORDER BY number) h
), line AS MATERIALIZED (
    SELECT nextval('orders_orderline_id_seq') AS id, h.id AS order_id, h.placed_at AS order_placed_at, told.*
    FROM told JOIN header h USING (number)
), made_order AS (
    INSERT INTO orders_order (id, shop_id, number, placed_at, amount, refund, shipping_provider, delivery_province_id,
        delivery_commune_id, exported_at, run_id)
    SELECT id, %(shop)s, number, placed_at, amount, refund, shipping_provider, delivery_province_id, delivery_commune_id,
        %(exported_at)s, %(run)s FROM header
), made_line AS (
    INSERT INTO orders_orderline (id, order_id, {_LINE_COLUMNS})
    SELECT s.id, s.order_id, {_LINE_VALUES} FROM line s
), made_entry AS (
    INSERT INTO orders_ledgerentry (line_id, kind, units, amount, happened_at, learned_at, run_id)
    {_FIRST_MOVEMENTS.format(lines="line")}
), made_mark AS (
    INSERT INTO orders_mark (order_id, reason) SELECT id, %(reason)s FROM header
)
SELECT (SELECT count(*) FROM header), (SELECT count(*) FROM line), {{unmapped}}
"""

_COUNT_NEW = """
WITH told AS MATERIALIZED (
    {rows}
)
SELECT count(DISTINCT number), count(*), {unmapped} FROM told
"""

_OF_SEEN, _OF_TOLD = _UNMAPPED.format(rows="seen"), _UNMAPPED.format(rows="told")
INSERT_NEW, COUNT_NEW = (statement.format(rows=_NEW_ROWS, unmapped=_OF_SEEN) for statement in (_INSERT_NEW, _COUNT_NEW))

# Where the shop had none of the orders, straight from the staged rows.
_NO_NESTED_LOOP = "SET LOCAL enable_nestloop = off"
NESTED_LOOPS_AGAIN = "SET LOCAL enable_nestloop = on"
INSERT_FRESH, INSERT_FRESH_SUMMED, COUNT_FRESH, COUNT_FRESH_SUMMED = (
    f"{_NO_NESTED_LOOP}; {statement.format(rows=rows, unmapped=_OF_TOLD)}"
    for statement in (_INSERT_NEW, _COUNT_NEW)
    for rows in (_ROWS, _ROWS_SUMMED)
)

PLAN_ORDER = f"""
CREATE TEMP TABLE plan_order ON COMMIT DROP AS
WITH compared AS (
    SELECT h.*, o.id, o.placed_at AS known_placed_at, o.exported_at AS known_exported_at, o.source AS known_source, o.withdrawn,
        {order_content("h")} AS content, {order_content("o")} AS known_content
    FROM ({_HEADER} FROM seen s GROUP BY number) h JOIN known_order o USING (number)
)
SELECT number, placed_at, amount, refund, shipping_provider, delivery_province_id, delivery_commune_id, id, known_placed_at, known_source,
    withdrawn, withdrawn OR %(exported_at)s > known_exported_at OR (%(exported_at)s = known_exported_at AND content > known_content) AS wins,
    content <> known_content AS differs, placed_at <> known_placed_at AS moves
FROM compared;
ANALYZE plan_order
"""

PLAN_LINE = f"""
CREATE TEMP TABLE plan_line ON COMMIT DROP AS
WITH compared AS (
    SELECT s.*, o.id AS order_id, l.id AS known_id, l.exported_at AS known_exported_at,
        coalesce(l.withdrawn, false) AS returns,
        {line_content("s")} AS content, {line_content("l")} AS known_content
    FROM seen s
    JOIN plan_order o USING (number)
    LEFT JOIN orders_orderline l ON l.order_id = o.id AND l.key = s.line_key
)
SELECT number, line_key, sku_id, seller_sku, product_name, variation, state, units, gross, seller_discount, platform_discount, value,
    cancelled_units, returned_units, delivered_units, shipped_at, delivered_at, cancelled_at, order_id,
    coalesce(known_id, nextval('orders_orderline_id_seq')) AS id,
    known_id IS NULL AS is_new, returns,
    known_id IS NOT NULL AND (returns OR %(exported_at)s > known_exported_at
        OR (%(exported_at)s = known_exported_at AND content > known_content)) AS wins,
    known_id IS NOT NULL AND (returns OR content <> known_content) AS differs
FROM compared;
ANALYZE plan_line
"""

_CHANGED = """NOT withdrawn AND (wins AND differs
        OR EXISTS (SELECT 1 FROM plan_line l WHERE l.order_id = o.id AND (l.is_new OR l.wins AND l.differs)))"""

# An order that was withdrawn counts as never seen.
KNOWN_ORDERS = f"""
SELECT number, CASE WHEN withdrawn THEN 'new' WHEN {_CHANGED} THEN 'changed' ELSE 'unchanged' END FROM plan_order o
"""

COUNT_KNOWN = f"""
SELECT
    (SELECT count(*) FROM plan_order WHERE withdrawn),
    (SELECT count(*) FROM plan_order o WHERE {_CHANGED}),
    count(*) FILTER (WHERE is_new OR returns),
    count(*) FILTER (WHERE wins AND differs AND NOT returns),
    count(*) FILTER (WHERE NOT is_new AND NOT (wins AND differs))
FROM plan_line
"""

INSERT_LINES = f"""
INSERT INTO orders_orderline (id, order_id, {_LINE_COLUMNS})
SELECT s.id, s.order_id, {_LINE_VALUES} FROM plan_line s WHERE s.is_new
"""

INSERT_ENTRIES_OF_NEW_LINES = f"""
INSERT INTO orders_ledgerentry (line_id, kind, units, amount, happened_at, learned_at, run_id)
{
    _FIRST_MOVEMENTS.format(
        lines='''(SELECT n.*, CASE WHEN o.wins THEN o.placed_at ELSE o.known_placed_at END AS order_placed_at
            FROM plan_line n JOIN plan_order o ON o.id = n.order_id WHERE n.is_new)'''
    )
}
"""

# Known lines that the run shows otherwise; lines whose movements have no date of their own (an older file may date them earlier);
# all lines of an order whose time of placing moved.
RETARGET = """
CREATE TEMP TABLE retarget ON COMMIT DROP AS
SELECT p.id AS line_id, p.order_id, p.number, p.line_key
FROM plan_line p JOIN orders_orderline l ON l.id = p.id
WHERE NOT p.is_new AND (p.wins AND p.differs OR p.returned_units > 0
    OR p.cancelled_units > 0 AND l.cancelled_at IS NULL OR p.delivered_units > 0 AND l.delivered_at IS NULL)
UNION
SELECT l.id, o.id, o.number, l.key
FROM plan_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.wins AND o.moves;
ANALYZE retarget
"""

UPDATE_ORDERS = """
UPDATE orders_order o
SET placed_at = p.placed_at, amount = p.amount, refund = p.refund, shipping_provider = p.shipping_provider,
    delivery_province_id = p.delivery_province_id, delivery_commune_id = p.delivery_commune_id,
    exported_at = %(exported_at)s, run_id = %(run)s
FROM plan_order p WHERE p.id = o.id AND p.wins
"""

UPDATE_LINES = """
UPDATE orders_orderline l
SET sku_id = p.sku_id, seller_sku = p.seller_sku, product_name = p.product_name, variation = p.variation, state = p.state,
    units = p.units, gross = p.gross, seller_discount = p.seller_discount, platform_discount = p.platform_discount, value = p.value,
    cancelled_units = p.cancelled_units, returned_units = p.returned_units, delivered_units = p.delivered_units,
    shipped_at = p.shipped_at, delivered_at = p.delivered_at, cancelled_at = p.cancelled_at,
    exported_at = %(exported_at)s, withdrawn = false
FROM plan_line p WHERE p.id = l.id AND p.wins
"""

# What the ledger of each retargeted line should say, by kind and time. A movement without a date of its own is dated unit by
# unit: the k-th unit by the earliest export that shows k units, among all observations of merged runs and of this one.
_TARGET = """
CREATE TEMP TABLE target ON COMMIT DROP AS
WITH observed AS (
    SELECT r.line_id, run.exported_at AS at, run.id AS run_id, sum(s.cancelled_units) AS cancelled,
        sum(s.returned_units) AS returned, sum(s.delivered_units) AS delivered
    FROM retarget r
    JOIN orders_stagedrow s ON s.number = r.number AND s.line_key = r.line_key
    JOIN orders_intakerun run ON run.id = s.run_id
    WHERE run.shop_id = %(shop)s AND {observes}
    GROUP BY 1, 2, 3
), final AS (
    SELECT r.line_id, o.placed_at, l.units, l.value, l.cancelled_units, l.returned_units, l.delivered_units, l.cancelled_at, l.delivered_at
    FROM retarget r JOIN orders_orderline l ON l.id = r.line_id JOIN orders_order o ON o.id = l.order_id
    WHERE NOT l.withdrawn
), shown AS (
    SELECT o.line_id, k.kind, o.at, max(k.units) AS units, k.final
    FROM observed o JOIN final f USING (line_id)
    CROSS JOIN LATERAL (VALUES
        (2::smallint, o.cancelled, f.cancelled_units, f.cancelled_at),
        (3::smallint, o.returned, f.returned_units, NULL),
        (4::smallint, o.delivered, f.delivered_units, f.delivered_at)
    ) AS k (kind, units, final, dated_at)
    WHERE k.final > 0 AND k.dated_at IS NULL
    GROUP BY o.line_id, k.kind, o.at, k.final
), reached AS (
    SELECT line_id, kind, at, least(max(units) OVER (PARTITION BY line_id, kind ORDER BY at), final)::bigint AS upto FROM shown
), stepped AS (
    SELECT line_id, kind, at, upto, coalesce(lag(upto) OVER (PARTITION BY line_id, kind ORDER BY at), 0) AS above FROM reached
), moved AS (
    SELECT line_id, kind, at, above, upto FROM stepped WHERE upto > above
    UNION ALL
    SELECT line_id, 2, cancelled_at, 0, cancelled_units FROM final WHERE cancelled_units > 0 AND cancelled_at IS NOT NULL
    UNION ALL
    SELECT line_id, 4, delivered_at, 0, delivered_units FROM final WHERE delivered_units > 0 AND delivered_at IS NOT NULL
)
SELECT line_id, 1::smallint AS kind, placed_at AS happened_at, units::bigint, value AS amount FROM final
UNION ALL
SELECT m.line_id, m.kind, m.at, (m.upto - m.above)::bigint,
    f.value * (base.units + m.upto) / f.units - f.value * (base.units + m.above) / f.units
FROM moved m JOIN final f USING (line_id)
CROSS JOIN LATERAL (SELECT CASE m.kind WHEN 2 THEN 0 ELSE f.cancelled_units END AS units) AS base
"""

OBSERVES = "run.state IN ('merged', 'undoing')"  # until an undo is done, the run's rows are observations
TARGET = _TARGET.format(observes=f"({OBSERVES} OR run.id = %(run)s)")
TARGET_WITHOUT = _TARGET.format(observes=f"{OBSERVES} AND run.id <> %(run)s")

# New entries are target minus what the ledger says; a time that no longer holds gets its negative.
INSERT_ENTRIES = """
WITH told AS (
    SELECT e.line_id, e.kind, e.happened_at, sum(e.units) AS units, sum(e.amount) AS amount
    FROM orders_ledgerentry e JOIN retarget r USING (line_id) GROUP BY 1, 2, 3
), wanted AS (
    SELECT line_id, kind, happened_at, sum(units) AS units, sum(amount) AS amount FROM target GROUP BY 1, 2, 3
), difference AS (
    SELECT line_id, kind, happened_at, coalesce(w.units, 0) - coalesce(t.units, 0) AS units,
        coalesce(w.amount, 0) - coalesce(t.amount, 0) AS amount
    FROM wanted w FULL JOIN told t USING (line_id, kind, happened_at)
)
INSERT INTO orders_ledgerentry (line_id, kind, units, amount, happened_at, learned_at, run_id)
SELECT line_id, kind, units, amount, happened_at, now(), %(run)s FROM difference
WHERE units <> 0 OR amount <> 0
ORDER BY line_id, kind, happened_at
"""

INSERT_MARKS = """
INSERT INTO orders_mark (order_id, reason)
SELECT o.id, %(reason)s FROM plan_order o
WHERE o.wins AND (o.differs OR o.known_source <> %(source)s)
    OR EXISTS (SELECT 1 FROM plan_line l WHERE l.order_id = o.id AND (l.is_new OR l.wins AND l.differs))
ORDER BY o.id
"""

UPDATE_KNOWN = (INSERT_LINES, INSERT_ENTRIES_OF_NEW_LINES, RETARGET, UPDATE_ORDERS, UPDATE_LINES, TARGET, INSERT_ENTRIES, INSERT_MARKS)
