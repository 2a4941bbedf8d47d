"""A slot or a session that changes in what attribution does not look at (price, stock, an answer, a name) marks no order.

A cancelled session that was never on air sells nothing: cancelling marks its orders too.
"""

from django.db import migrations

SLOT = ("session_id", "product_id", "position", "started_at", "ended_at")
SESSION = ("host_id", "planned_start", "planned_end", "actual_start", "actual_end", "cancelled_at")


def differing(columns: tuple[str, ...]) -> str:
    """The condition that one of the columns changed."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"WHEN (({old}) IS DISTINCT FROM ({new}))"


NARROW = f"""
DROP TRIGGER marks_orders ON livestreams_slot;
CREATE TRIGGER marks_orders AFTER INSERT OR DELETE ON livestreams_slot
    FOR EACH ROW EXECUTE FUNCTION orders_session_part_changed();
CREATE TRIGGER marks_orders_when_changed AFTER UPDATE OF {", ".join(SLOT)} ON livestreams_slot
    FOR EACH ROW {differing(SLOT)} EXECUTE FUNCTION orders_session_part_changed();
DROP TRIGGER marks_orders ON livestreams_session;
CREATE TRIGGER marks_orders AFTER UPDATE OF {", ".join(SESSION)} ON livestreams_session
    FOR EACH ROW {differing(SESSION)} EXECUTE FUNCTION orders_session_changed();
"""
WIDE = """
DROP TRIGGER marks_orders_when_changed ON livestreams_slot;
DROP TRIGGER marks_orders ON livestreams_slot;
CREATE TRIGGER marks_orders AFTER INSERT OR UPDATE OR DELETE ON livestreams_slot
    FOR EACH ROW EXECUTE FUNCTION orders_session_part_changed();
DROP TRIGGER marks_orders ON livestreams_session;
CREATE TRIGGER marks_orders AFTER UPDATE OF host_id, planned_start, planned_end, actual_start, actual_end ON livestreams_session
    FOR EACH ROW EXECUTE FUNCTION orders_session_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_sessions_of_past_owners"), ("livestreams", "0005_answers_and_versions")]

    operations = [migrations.RunSQL(NARROW, WIDE)]
