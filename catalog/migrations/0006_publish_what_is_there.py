"""What stood in the catalogue before revisions was public, and its history begins with what it is now."""

from django.db import migrations
from django.db.models.functions import Now

TRACKED = (
    "Producer", "ProducerSeat", "ProducerMember", "Product", "ProductFacts", "ListPrice", "RecognitionDecision", "StarRating",
    "StarExtension", "Photo", "Paper", "SalesLink",
)


def record_what_is_there(apps, schema_editor):
    for name in TRACKED:
        model, event = apps.get_model("catalog", name), apps.get_model("catalog", f"{name}Event")
        columns = [field.column for field in event._meta.fields if field.name in {own.name for own in model._meta.fields}]
        listed = ", ".join(map(schema_editor.quote_name, columns))
        schema_editor.execute(
            f"INSERT INTO {schema_editor.quote_name(event._meta.db_table)} (pgh_created_at, pgh_label, pgh_obj_id, {listed})"
            f" SELECT now(), 'insert', id, {listed} FROM {schema_editor.quote_name(model._meta.db_table)}"
        )


def publish_what_is_there(apps, schema_editor):
    apps.get_model("catalog", "Product").objects.filter(published_at=None).update(published_at=Now())


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_listings_and_history")]

    operations = [
        migrations.RunPython(record_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(publish_what_is_there, migrations.RunPython.noop),
    ]
