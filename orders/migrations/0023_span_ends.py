"""A span also knows to which day a file tells of it: to the day before that was exported, as what is not there then was not sold."""

from django.db import migrations, models

# Made anew of what runs showed: their days by shop, cut where more than 90 lie between two of them.
FILL = """
INSERT INTO orders_shopspan (shop_id, first, last, told_to)
WITH shown AS (
    SELECT DISTINCT r.shop_id, (s.placed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
        (r.exported_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1 AS day_before
    FROM orders_stagedrow s JOIN orders_intakerun r ON r.id = s.run_id WHERE r.state IN ('merged', 'undoing')
), days AS (
    SELECT shop_id, day, max(CASE WHEN day_before - day BETWEEN 0 AND 90 THEN day_before ELSE day END) AS told_to FROM shown GROUP BY 1, 2
), cuts AS (
    SELECT shop_id, day, told_to, day - lag(day) OVER (PARTITION BY shop_id ORDER BY day) > 90 AS cut FROM days
), stretches AS (
    SELECT shop_id, day, told_to, count(*) FILTER (WHERE cut) OVER (PARTITION BY shop_id ORDER BY day) AS stretch FROM cuts
)
SELECT shop_id, min(day), max(day), max(told_to) FROM stretches GROUP BY shop_id, stretch ORDER BY 1, 2;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0022_named_host")]

    operations = [
        migrations.RunSQL("DELETE FROM orders_shopspan", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="shopspan",
            name="told_to",
            field=models.DateField(help_text="the last day of which a file (or batch) tells that showed one of these orders"),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
