"""What is marked together is remembered until it is folded; a rule marks the orders of its days alone."""

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

MARK_SESSION = """
CREATE OR REPLACE FUNCTION orders_mark_session(the_session bigint, the_host bigint, starts timestamptz, ends timestamptz)
RETURNS void LANGUAGE sql AS $$
    {before}INSERT INTO orders_mark (order_id, reason)
    SELECT order_id, 4 FROM orders_attribution WHERE session_id = the_session
    UNION
    SELECT c.order_id, 4 FROM orders_contribution c
    WHERE c.shop_id IN (SELECT shop_id FROM orders_shopsession WHERE session_id = the_session
                        UNION SELECT id FROM orders_shop WHERE host_id = the_host
                        UNION SELECT shop_id FROM orders_shopowner WHERE host_id = the_host)
        AND c.day >= (starts AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        AND c.day <= ((ends + (SELECT make_interval(days => max(after_days_long)) + make_interval(mins => max(live_grace_minutes))
                               FROM orders_attributionrule)) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date{after}
$$;
"""
WITH_RECOUNT = {
    "before": "WITH marked AS (",
    "after": """
    RETURNING id)
    INSERT INTO orders_recount (session_id, reason, orders, first_mark, last_mark, begun_at)
    SELECT the_session, 4, count(*), min(id), max(id), clock_timestamp() FROM marked HAVING count(*) > 0""",
}
RULES = """
-- Orders of the days on which a rule that begins on `the_since` holds: until the next one begins, and from ever where it is the first.
CREATE FUNCTION orders_mark_rule(the_rule bigint, the_since date) RETURNS void LANGUAGE sql AS $$
    WITH marked AS (
        INSERT INTO orders_mark (order_id, reason)
        SELECT id, 5 FROM orders_order
        WHERE (placed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date >= CASE WHEN EXISTS (
                SELECT FROM orders_attributionrule r WHERE r.since < the_since) THEN the_since ELSE '-infinity' END
            AND (placed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date < coalesce((
                SELECT min(since) FROM orders_attributionrule r WHERE r.since > the_since), 'infinity')
        RETURNING id)
    INSERT INTO orders_recount (rule_id, reason, orders, first_mark, last_mark, begun_at)
    SELECT the_rule, 5, count(*), min(id), max(id), clock_timestamp() FROM marked HAVING count(*) > 0
$$;
CREATE OR REPLACE FUNCTION orders_rule_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    IF TG_OP <> 'INSERT' THEN PERFORM orders_mark_rule(OLD.id, OLD.since); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM orders_mark_rule(NEW.id, NEW.since); END IF;
    RETURN NULL;
END $$;
"""
ALL_OF_A_RULE = """
CREATE OR REPLACE FUNCTION orders_rule_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    INSERT INTO orders_mark (order_id, reason) SELECT id, 5 FROM orders_order;
    RETURN NULL;
END $$;
DROP FUNCTION orders_mark_rule(bigint, date);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('livestreams', '0008_versions_of_forms'),
        ('orders', '0012_feeds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.PositiveSmallIntegerField(choices=[(1, 'intake'), (2, 'fact corrected'), (3, 'mapping'), (4, 'session moved'), (5, 'rule changed')])),
                ('orders', models.PositiveIntegerField()),
                ('first_mark', models.BigIntegerField()),
                ('last_mark', models.BigIntegerField()),
                ('begun_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='attributionrule',
            name='made_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name='attributionrule',
            name='made_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attributionrule',
            name='reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddConstraint(
            model_name='attributionrule',
            constraint=models.CheckConstraint(condition=models.Q(('live_grace_minutes__lte', django.db.models.expressions.CombinedExpression(models.F('after_hours'), '*', models.Value(60))), ('after_hours__lte', django.db.models.expressions.CombinedExpression(models.F('after_days_short'), '*', models.Value(24))), ('after_days_short__lte', models.F('after_days_long'))), name='rule_windows_follow', violation_error_message='Each window must reach at least as far as the one before it.'),
        ),
        migrations.AddField(
            model_name='recount',
            name='rule',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.attributionrule'),
        ),
        migrations.AddField(
            model_name='recount',
            name='session',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='livestreams.session'),
        ),
        migrations.RunSQL(MARK_SESSION.format(**WITH_RECOUNT), MARK_SESSION.format(before="", after="")),
        migrations.RunSQL(RULES, ALL_OF_A_RULE),
    ]
