"""Order lines against lots, tasks of recalls, and the triggers by which facts make products stale (see orders/lots/__init__.py)."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = """
-- How many packs a lot is: as many as were made, or its kilograms by the net weight of the day it was made, less what went into other
-- lots. NULL where it cannot be counted in packs.
CREATE FUNCTION orders_lot_packs(lot traceability_lot) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(floor(packs), 0)::bigint FROM (
        SELECT CASE lot.unit WHEN 'H87' THEN made.quantity WHEN 'KGM' THEN made.quantity * 1000 / nullif((
            SELECT d.net_weight_g FROM catalog_productfacts d WHERE d.product_id = lot.product_id
            ORDER BY d.since <= lot.made_on DESC, CASE WHEN d.since <= lot.made_on THEN d.since END DESC, d.since LIMIT 1
        ), 0) END AS packs
        FROM (
            SELECT lot.quantity - coalesce((SELECT sum(i.quantity) FROM traceability_lotinput i WHERE i.source_id = lot.id), 0) AS quantity
        ) made
    ) counted WHERE packs IS NOT NULL
$$;

CREATE FUNCTION orders_stale_lots(the_product bigint, since timestamptz) RETURNS void LANGUAGE sql AS
    'INSERT INTO orders_lotstale (product_id, since) VALUES (the_product, since)';

CREATE FUNCTION orders_midnight(day date) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
    'SELECT day::timestamp AT TIME ZONE ''Asia/Ho_Chi_Minh''';

CREATE FUNCTION orders_lot_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM orders_stale_lots(OLD.product_id, orders_midnight(OLD.made_on)); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM orders_stale_lots(NEW.product_id, orders_midnight(NEW.made_on)); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_lot_input_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_stale_lots(lot.product_id, orders_midnight(lot.made_on)) FROM traceability_lot lot
    WHERE lot.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.source_id ELSE NEW.source_id END
        OR lot.id = CASE WHEN TG_OP = 'UPDATE' THEN OLD.source_id END;
    RETURN NULL;
END $$;

-- Net weights count the packs of lots in kilograms.
CREATE FUNCTION orders_lot_weight_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orders_lotstale (product_id, since)
    SELECT product_id, orders_midnight(min(made_on)) FROM traceability_lot
    WHERE product_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.product_id ELSE NEW.product_id END
        OR product_id = CASE WHEN TG_OP = 'UPDATE' THEN OLD.product_id END
    GROUP BY product_id;
    RETURN NULL;
END $$;

-- The lot stays as it is; orders of the recalled packs become tasks.
CREATE FUNCTION orders_recall_declared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_stale_lots(lot.product_id, now()) FROM traceability_lot lot WHERE lot.id = NEW.lot_id;
    RETURN NULL;
END $$;

-- Of a product without lots nothing is set against any.
CREATE FUNCTION orders_stale_line(the_line bigint, since timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO orders_lotstale (product_id, since)
    SELECT c.product_id, since FROM orders_contribution c
    WHERE c.line_id = the_line AND c.product_id IN (SELECT product_id FROM traceability_lot)
$$;

CREATE FUNCTION orders_lot_chosen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_stale_line(l.id, o.placed_at) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
    WHERE l.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.line_id ELSE NEW.line_id END;
    RETURN NULL;
END $$;

-- The fold sees that a line changed its day; within the day only this does.
CREATE FUNCTION orders_order_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_stale_line(l.id, least(OLD.placed_at, NEW.placed_at)) FROM orders_orderline l WHERE l.order_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER stales_lots AFTER INSERT OR DELETE ON traceability_lot FOR EACH ROW EXECUTE FUNCTION orders_lot_changed();
CREATE TRIGGER stales_lots_when_changed AFTER UPDATE OF product_id, made_on, best_before, quantity, unit, recalled_at ON traceability_lot
    FOR EACH ROW WHEN ((OLD.product_id, OLD.made_on, OLD.best_before, OLD.quantity, OLD.unit, OLD.recalled_at)
        IS DISTINCT FROM (NEW.product_id, NEW.made_on, NEW.best_before, NEW.quantity, NEW.unit, NEW.recalled_at))
    EXECUTE FUNCTION orders_lot_changed();
CREATE TRIGGER stales_lots AFTER INSERT OR UPDATE OR DELETE ON traceability_lotinput FOR EACH ROW EXECUTE FUNCTION orders_lot_input_changed();
CREATE TRIGGER stales_lots AFTER INSERT OR UPDATE OR DELETE ON catalog_productfacts FOR EACH ROW EXECUTE FUNCTION orders_lot_weight_changed();
CREATE TRIGGER stales_lots AFTER INSERT ON traceability_recallscope FOR EACH ROW EXECUTE FUNCTION orders_recall_declared();
CREATE TRIGGER stales_lots AFTER INSERT OR UPDATE OR DELETE ON orders_lotchoice FOR EACH ROW EXECUTE FUNCTION orders_lot_chosen();
CREATE TRIGGER stales_lots AFTER UPDATE OF placed_at ON orders_order FOR EACH ROW WHEN (OLD.placed_at <> NEW.placed_at)
    EXECUTE FUNCTION orders_order_moved();

-- What stands already.
INSERT INTO orders_lotstale (product_id, since) SELECT product_id, orders_midnight(min(made_on)) FROM traceability_lot GROUP BY product_id;
"""
GONE = """
DROP TRIGGER stales_lots ON traceability_lot;
DROP TRIGGER stales_lots_when_changed ON traceability_lot;
DROP TRIGGER stales_lots ON traceability_lotinput;
DROP TRIGGER stales_lots ON catalog_productfacts;
DROP TRIGGER stales_lots ON traceability_recallscope;
DROP TRIGGER stales_lots ON orders_lotchoice;
DROP TRIGGER stales_lots ON orders_order;
DROP FUNCTION orders_order_moved();
DROP FUNCTION orders_lot_chosen();
DROP FUNCTION orders_stale_line(bigint, timestamptz);
DROP FUNCTION orders_recall_declared();
DROP FUNCTION orders_lot_weight_changed();
DROP FUNCTION orders_lot_input_changed();
DROP FUNCTION orders_lot_changed();
DROP FUNCTION orders_midnight(date);
DROP FUNCTION orders_stale_lots(bigint, timestamptz);
DROP FUNCTION orders_lot_packs(traceability_lot);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0012_product_warnings'),
        ('orders', '0009_runs_undone_and_leases'),
        ('traceability', '0011_feedback'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LotChoice',
            fields=[
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='lot_choice', serialize=False, to='orders.orderline')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='traceability.lot', verbose_name='lot')),
            ],
        ),
        migrations.CreateModel(
            name='LotStale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.product')),
            ],
        ),
        migrations.CreateModel(
            name='RecallTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_at', models.DateTimeField(null=True, verbose_name='done at')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recall_tasks', to='orders.order')),
                ('recall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='traceability.recall')),
            ],
        ),
        migrations.CreateModel(
            name='LotAllocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField()),
                ('chosen', models.BooleanField(default=False)),
                ('line', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lot_allocations', to='orders.orderline')),
                ('lot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='traceability.lot')),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
            ],
            options={
                'indexes': [models.Index(fields=['product'], name='lot_allocation_product'), models.Index(condition=models.Q(('lot__isnull', True)), fields=['product', 'line'], name='lot_allocation_short')],
                'constraints': [models.UniqueConstraint(fields=('line', 'product', 'lot'), name='lot_allocation_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('units__gte', 1)), name='lot_allocation_of_something'), models.CheckConstraint(condition=models.Q(('lot__isnull', False), ('chosen', False), _connector='OR'), name='nobody_chose_no_lot')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lotallocation',
            trigger=pgtrigger.compiler.Trigger(name='never_oversold', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                PERFORM 1 FROM traceability_lot lot\n                WHERE lot.id IN (SELECT lot_id FROM told)\n                    AND (SELECT sum(units) FROM orders_lotallocation a WHERE a.lot_id = lot.id) > coalesce(orders_lot_packs(lot), 0);\n                IF FOUND THEN RAISE EXCEPTION 'a lot would be sold beyond what was made of it'; END IF;\n                RETURN NULL;\n                ", hash='e70b5b8c85aa6ff258525c3bc97031fd05d5635e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_never_oversold_6f061', referencing='REFERENCING NEW TABLE AS told ', table='orders_lotallocation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='recalltask',
            constraint=models.UniqueConstraint(fields=('recall', 'order'), name='recall_task_once'),
        ),
        migrations.AddConstraint(
            model_name='recalltask',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', False), models.Q(('done_by__isnull', True), ('note', '')), _connector='OR'), name='recall_task_note_of_something_done'),
        ),
        migrations.RunSQL(FUNCTIONS, GONE),
    ]
