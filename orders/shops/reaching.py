"""How far back a shop's mapping of a SKU reaches: before its first day, but not over a change of hands.

What the one owner says of a SKU is said of its own sales. Said of the former owner's, a mapping that was made for the next one would
take lines that nobody has mapped for sales of the next one's products.
"""

from __future__ import annotations

_BEFORE = "SELECT * FROM orders_shopowner e WHERE e.shop_id = h.shop_id AND e.since < h.since ORDER BY e.since DESC LIMIT 1"


def reaches(day: str) -> str:
    """A condition: the mapping `m`, if no other begins sooner, holds on `day` (SQL): from then to its `since` the shop had one owner."""
    return f"""(m.since <= {day} OR NOT EXISTS (
        SELECT FROM orders_shopowner h CROSS JOIN LATERAL ({_BEFORE}) b
        WHERE h.shop_id = m.shop_id AND h.since > {day} AND h.since <= m.since
            AND (h.producer_id, h.host_id, h.partner_id) IS DISTINCT FROM (b.producer_id, b.host_id, b.partner_id)
    ))"""  # noqa: S608  (built of constants)
