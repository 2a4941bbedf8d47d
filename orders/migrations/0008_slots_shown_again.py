"""An order belongs to the slot of its product that was begun last, also where that was shown again: later turns mark orders too."""

from importlib import import_module

from django.db import migrations

quiet = import_module("orders.migrations.0007_quiet_changes")


def when_changed(columns: tuple[str, ...]) -> str:
    """The trigger that marks the orders of a slot in which one of the columns changed."""
    return f"""
    DROP TRIGGER marks_orders_when_changed ON livestreams_slot;
    CREATE TRIGGER marks_orders_when_changed AFTER UPDATE OF {", ".join(columns)} ON livestreams_slot
        FOR EACH ROW {quiet.differing(columns)} EXECUTE FUNCTION orders_session_part_changed();
    """


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_quiet_changes"), ("livestreams", "0005_answers_and_versions")]

    operations = [migrations.RunSQL(when_changed((*quiet.SLOT, "again_at")), when_changed(quiet.SLOT))]
