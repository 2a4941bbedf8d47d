"""Telling the floor of traceability in which livestreams a lot was sold, as attribution stands."""

from __future__ import annotations

from django.db import connection

from traceability.models import Lot, LotSale
from traceability.services import record_lot_sale, withdraw_lot_sale

# Packs that stand, of orders placed during the session. A pre-order of goods made later is no sale of that lot on that day.
SOLD = """
SELECT lot.id, s.code, s.name_vi, s.name_en, min(c.day), sum(a.units)
FROM orders_lotallocation a
JOIN traceability_lot lot ON lot.id = a.lot_id
JOIN orders_contribution c ON c.line_id = a.line_id AND c.bucket = 2 AND c.day >= lot.made_on
JOIN livestreams_session s ON s.id = c.session_id
WHERE a.product_id = %s
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2
"""


def tell_sales(*, product: int) -> None:
    """Record each (lot, livestream) of the product with its packs, and take back what no longer holds. In the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(SOLD, [product])
        sold = {(lot, code): rest for lot, code, *rest in cursor.fetchall()}
    told = {(sale.lot_id, sale.session_code): sale for sale in LotSale.objects.filter(lot__product=product)}
    lots = Lot.objects.in_bulk([lot for lot, _code in {*sold, *told}])
    for lot, code in sorted(told.keys() - sold.keys()):
        withdraw_lot_sale(lot=lots[lot], session_code=code)
    for (lot, code), (name_vi, name_en, day, units) in sold.items():
        sale = told.get((lot, code))
        if sale is None or (sale.name_vi, sale.name_en, sale.sold_on, sale.units) != (name_vi, name_en, day, units):
            record_lot_sale(lot=lots[lot], session_code=code, name_vi=name_vi, name_en=name_en, sold_on=day, units=units)
