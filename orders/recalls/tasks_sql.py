"""The statements that keep the tasks of recalls true, for one `product`."""

# Packs of a span are not told apart in an order: a recall of some packs of a lot concerns every order of the lot.
CONCERNED = """
SELECT scope.recall_id, line.order_id
FROM traceability_recallscope scope
JOIN orders_lotallocation a ON a.lot_id = scope.lot_id
JOIN orders_orderline line ON line.id = a.line_id
"""
MISSING = f"""
INSERT INTO orders_recalltask (recall_id, order_id, made_at, note)
SELECT DISTINCT c.recall_id, c.order_id, now(), '' FROM ({CONCERNED} WHERE a.product_id = %(product)s) c
JOIN traceability_recall recall ON recall.id = c.recall_id AND recall.ended_at IS NULL
ORDER BY 1, 2 ON CONFLICT DO NOTHING
"""
OVER = f"""
DELETE FROM orders_recalltask task
USING traceability_recallscope own JOIN traceability_lot lot ON lot.id = own.lot_id
WHERE own.recall_id = task.recall_id AND lot.product_id = %(product)s AND task.done_at IS NULL
    AND NOT EXISTS (SELECT FROM ({CONCERNED}) c WHERE c.recall_id = task.recall_id AND c.order_id = task.order_id)
"""
