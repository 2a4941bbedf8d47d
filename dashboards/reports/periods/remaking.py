"""Made again to the đồng: a report's figures reckoned anew from the ledger as it was known at the report's reading.

The ledger keeps when each movement was learned, so what was known then can be summed now. Which product a line is of, and where its
producer sits, are facts of today: where somebody changed one of them since, the sums differ, and it is said where. So do they by a file
that was undone since, whose lines are of no place any more, and by orders that were taken in at the reading and not folded yet, which
the report counted among those "being added".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from dashboards.readings import Reading
from dashboards.reports.frozen import read_content
from dashboards.reports.periods.models import PeriodReport

# Signed amounts of each kind of movement, of lines whose order was placed in the days of the report; a line belongs to the province of
# its producer, else of its shop, as the fold has it in the line's contribution.
KNOWN_THEN = """
SELECT coalesce(sum(e.amount) FILTER (WHERE e.kind = 1), 0)::bigint, coalesce(sum(e.amount) FILTER (WHERE e.kind = 2), 0)::bigint,
    coalesce(sum(e.amount) FILTER (WHERE e.kind = 3), 0)::bigint, coalesce(sum(e.amount) FILTER (WHERE e.kind = 4), 0)::bigint,
    count(DISTINCT l.order_id)
FROM orders_ledgerentry e JOIN orders_orderline l ON l.id = e.line_id JOIN orders_contribution c ON c.line_id = l.id
LEFT JOIN livestreams_session s ON s.id = c.session_id
WHERE e.learned_at <= %(at)s AND c.province_id = %(province)s AND c.day BETWEEN %(first)s AND %(last)s
    AND (%(programme)s::bigint IS NULL OR s.programme_id = %(programme)s)
"""


@dataclass(frozen=True, slots=True)
class Remade:
    """A figure as the report has it and as the ledger gives it again; `kept` is None where the report did not know it."""

    key: str
    kept: int | None
    again: int

    @property
    def is_equal(self) -> bool:
        """Whether they are the same to the đồng; what was not known is equal to nothing in the ledger."""
        return (self.kept or 0) == self.again


def remake(report: PeriodReport) -> tuple[Remade, ...]:
    """The actual figures of the report's first table, each beside the ledger's of that time. Raises DamagedContentError."""
    content = read_content(report.content, report.digest)
    reading = Reading.parse(content["reading"])
    assert reading is not None
    parameters: dict[str, Any] = {
        "at": reading.at,
        "province": report.province_id,
        "first": report.first,
        "last": date.fromisoformat(content["period"]["counted_to"]),
        "programme": report.programme_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_THEN, parameters)
        placed, cancelled, returned, handed_over, orders = cursor.fetchone()
    again = {
        "placed": placed,
        "cancelled": cancelled,
        "returned": returned,
        "net": placed - cancelled - returned,
        "delivered": handed_over - returned,
        "orders": orders,
    }
    kept = _actual(content)
    return tuple(Remade(key, kept[place], value) for place, (key, value) in enumerate(again.items()))


def _actual(content: dict[str, Any]) -> list[int | None]:
    """The values of the first column of the table of figures, in its order."""
    blocks = [block for section in content["documents"]["vi"]["sections"] for block in section["blocks"]]
    (table,) = (block for block in blocks if block.get("key") == "overall")
    return [row[1][1] for row in table["rows"]]
