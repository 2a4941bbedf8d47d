"""A session that moves marks also the orders of shops that its host owned once: the fold credits an order by the owner of its day."""

from django.db import migrations

MARK_SESSION = """
CREATE OR REPLACE FUNCTION orders_mark_session(the_session bigint, the_host bigint, starts timestamptz, ends timestamptz)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO orders_mark (order_id, reason)
    SELECT order_id, 4 FROM orders_attribution WHERE session_id = the_session
    UNION
    SELECT c.order_id, 4 FROM orders_contribution c
    WHERE c.shop_id IN (SELECT shop_id FROM orders_shopsession WHERE session_id = the_session
                        UNION SELECT id FROM orders_shop WHERE host_id = the_host{past_owners})
        AND c.day >= (starts AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        AND c.day <= ((ends + (SELECT make_interval(days => max(after_days_long)) + make_interval(mins => max(live_grace_minutes))
                               FROM orders_attributionrule)) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
$$;
"""
PAST_OWNERS = """
                        UNION SELECT shop_id FROM orders_shopowner WHERE host_id = the_host"""


class Migration(migrations.Migration):
    dependencies = [('orders', '0005_ids_in_bulk')]

    operations = [migrations.RunSQL(MARK_SESSION.format(past_owners=PAST_OWNERS), MARK_SESSION.format(past_owners=""))]
