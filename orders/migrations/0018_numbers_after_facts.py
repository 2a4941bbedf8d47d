"""Whoever changes a product's number locks its key, and mostly goes on to facts of it: the facts' lock comes first (orders/marks)."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION orders_hold_facts_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_hold_facts();
    RETURN NULL;
END $$;
CREATE TRIGGER holds_facts_first BEFORE UPDATE OF gtin ON catalog_product
    FOR EACH STATEMENT EXECUTE FUNCTION orders_hold_facts_first();
"""
BACKWARDS = "DROP TRIGGER holds_facts_first ON catalog_product; DROP FUNCTION orders_hold_facts_first();"


class Migration(migrations.Migration):
    dependencies = [("orders", "0017_run_lists"), ("catalog", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
