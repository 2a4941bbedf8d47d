"""The first rule of attribution, and the triggers by which facts of lower floors mark orders (see orders/marks/__init__.py)."""

import datetime

from django.db import migrations

FUNCTIONS = """
-- Taken by whoever changes a fact, until the end of the transaction: the fold takes the same lock exclusively, so it never reads
-- a fact that is being changed (FACTS_LOCK of orders/marks/locks.py; reasons are those of orders.marks.models.Mark).
CREATE FUNCTION orders_hold_facts() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_xact_lock_shared(5201001)';

CREATE FUNCTION orders_mark_product_from(the_product bigint, the_day date, until date DEFAULT 'infinity') RETURNS void LANGUAGE sql AS $$
    INSERT INTO orders_mark (order_id, reason)
    SELECT DISTINCT order_id, 2 FROM orders_contribution WHERE product_id = the_product AND day BETWEEN the_day AND until
$$;

CREATE FUNCTION orders_star_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    IF TG_OP <> 'INSERT' THEN PERFORM orders_mark_product_from(OLD.product_id, OLD.valid_from, OLD.valid_until); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM orders_mark_product_from(NEW.product_id, NEW.valid_from, NEW.valid_until); END IF;
    RETURN NULL;
END $$;

-- A dated row also holds before its own day where no earlier one stands; then all days are concerned.
CREATE FUNCTION orders_facts_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    IF TG_OP <> 'INSERT' THEN
        PERFORM orders_mark_product_from(OLD.product_id, CASE WHEN EXISTS (
            SELECT 1 FROM catalog_productfacts f WHERE f.product_id = OLD.product_id AND f.since < OLD.since) THEN OLD.since ELSE '-infinity' END);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM orders_mark_product_from(NEW.product_id, CASE WHEN EXISTS (
            SELECT 1 FROM catalog_productfacts f WHERE f.product_id = NEW.product_id AND f.since < NEW.since) THEN NEW.since ELSE '-infinity' END);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_product_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    PERFORM orders_mark_product_from(NEW.id, '-infinity');
    RETURN NULL;
END $$;

CREATE FUNCTION orders_seat_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    INSERT INTO orders_mark (order_id, reason)
    SELECT DISTINCT order_id, 2 FROM orders_contribution
    WHERE producer_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.producer_id ELSE NEW.producer_id END
        OR producer_id = CASE WHEN TG_OP = 'UPDATE' THEN OLD.producer_id END;
    RETURN NULL;
END $$;

-- Orders that a session between two times could have, through its shops or its host's, and those it has. Orders that were never
-- folded have no contribution yet, but a mark.
CREATE FUNCTION orders_mark_session(the_session bigint, the_host bigint, starts timestamptz, ends timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO orders_mark (order_id, reason)
    SELECT order_id, 4 FROM orders_attribution WHERE session_id = the_session
    UNION
    SELECT c.order_id, 4 FROM orders_contribution c
    WHERE c.shop_id IN (SELECT shop_id FROM orders_shopsession WHERE session_id = the_session
                        UNION SELECT id FROM orders_shop WHERE host_id = the_host)
        AND c.day >= (starts AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        AND c.day <= ((ends + (SELECT make_interval(days => max(after_days_long)) + make_interval(mins => max(live_grace_minutes))
                               FROM orders_attributionrule)) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
$$;

CREATE FUNCTION orders_session_end(s livestreams_session) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(s.actual_end, coalesce(s.actual_start, s.planned_start) + (s.planned_end - s.planned_start))
$$;

CREATE FUNCTION orders_session_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    PERFORM orders_mark_session(OLD.id, OLD.host_id, coalesce(OLD.actual_start, OLD.planned_start), orders_session_end(OLD));
    PERFORM orders_mark_session(NEW.id, NEW.host_id, coalesce(NEW.actual_start, NEW.planned_start), orders_session_end(NEW));
    RETURN NULL;
END $$;

CREATE FUNCTION orders_session_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    PERFORM orders_mark_session(s.id, s.host_id, coalesce(s.actual_start, s.planned_start), orders_session_end(s))
    FROM livestreams_session s
    WHERE s.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END
        OR s.id = CASE WHEN TG_OP = 'UPDATE' THEN OLD.session_id END;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_shop_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    INSERT INTO orders_mark (order_id, reason) SELECT id, 4 FROM orders_order WHERE shop_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_mapping_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO orders_mark (order_id, reason)
        SELECT o.id, 3 FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id WHERE l.key = OLD.line_key AND o.shop_id = OLD.shop_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO orders_mark (order_id, reason)
        SELECT o.id, 3 FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id WHERE l.key = NEW.line_key AND o.shop_id = NEW.shop_id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_rule_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    INSERT INTO orders_mark (order_id, reason) SELECT id, 5 FROM orders_order;
    RETURN NULL;
END $$;
"""

TRIGGERS = (
    ("catalog_starrating", "INSERT OR UPDATE OR DELETE", "orders_star_changed"),
    ("catalog_productfacts", "INSERT OR UPDATE OR DELETE", "orders_facts_changed"),
    ("catalog_product", "UPDATE OF producer_id", "orders_product_changed"),
    ("catalog_producerseat", "INSERT OR UPDATE OR DELETE", "orders_seat_changed"),
    ("livestreams_session", "UPDATE OF host_id, planned_start, planned_end, actual_start, actual_end", "orders_session_changed"),
    ("livestreams_slot", "INSERT OR UPDATE OR DELETE", "orders_session_part_changed"),
    ("orders_shopsession", "INSERT OR UPDATE OR DELETE", "orders_session_part_changed"),
    ("orders_shop", "UPDATE OF host_id, event_id, province_id", "orders_shop_changed"),
    ("orders_skumapping", "INSERT OR UPDATE OR DELETE", "orders_mapping_changed"),
    ("orders_attributionrule", "INSERT OR UPDATE OR DELETE", "orders_rule_changed"),
)
FUNCTION_NAMES = (
    "orders_hold_facts()",
    "orders_mark_product_from(bigint, date, date)",
    "orders_star_changed()",
    "orders_facts_changed()",
    "orders_product_changed()",
    "orders_seat_changed()",
    "orders_mark_session(bigint, bigint, timestamptz, timestamptz)",
    "orders_session_end(livestreams_session)",
    "orders_session_changed()",
    "orders_session_part_changed()",
    "orders_shop_changed()",
    "orders_mapping_changed()",
    "orders_rule_changed()",
)


def first_rule(apps, schema_editor):
    """FIGURES: live until 30 minutes after the end; after within 24 hours, 7 days, 30 days."""
    apps.get_model("orders", "AttributionRule").objects.create(version=1, since=datetime.date(2020, 1, 1))


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("catalog", "0001_initial"),
        ("livestreams", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(first_rule, migrations.RunPython.noop),
        migrations.RunSQL(FUNCTIONS, "".join(f"DROP FUNCTION {name} CASCADE;" for name in reversed(FUNCTION_NAMES))),
        migrations.RunSQL(
            "".join(
                f"CREATE TRIGGER marks_orders AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();"
                for table, events, function in TRIGGERS
            ),
            "".join(f"DROP TRIGGER IF EXISTS marks_orders ON {table};" for table, _, _ in TRIGGERS),
        ),
    ]
