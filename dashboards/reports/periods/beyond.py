"""Section III: fairs, conferences and courses of the period."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.audience import Audience
from dashboards.boards.beyond_air import CourseRow, EventRow
from dashboards.reports.document import Block, Cell, Column, Remarks, Table, text
from dashboards.reports.periods.rows import PeriodRows
from dashboards.reports.periods.wording import ABOVE, money, number
from dashboards.views.beyond_air import enterprises_words
from dashboards.views.claim_words import shown_claims
from livestreams.models import OfflineEvent


def beyond_blocks(rows: PeriodRows) -> tuple[Block, ...]:
    """Two tables, or the sentence that there was nothing."""
    audience = Audience(territory=rows.territory)
    blocks: list[Block] = []
    blocks.append(
        _event_table(rows.events, audience) if rows.events else Remarks((_("No fair or conference is on record for the period."),))
    )
    blocks.append(_course_table(rows.courses) if rows.courses else Remarks((_("No course is on record for the period."),)))
    return tuple(blocks)


def _event_table(events: tuple[EventRow, ...], audience: Audience) -> Table:
    def cells(row: EventRow) -> tuple[Cell, ...]:
        told = "; ".join(claim.value for claim in shown_claims(row.told, audience))
        kind = OfflineEvent.Kind(row.kind).label
        name = f"{row.name} ({kind}" + (f", {row.place})" if row.place else ")")
        return (
            text(name),
            text(formats.days(row.first, row.last)),
            Cell(enterprises_words(row.enterprises, row.enterprises_qualifier)) if row.enterprises_qualifier else number(row.enterprises),
            number(row.producers),
            money(row.sold.value.net if row.has_orders else None),
            text("" if row.has_orders else told),
        )

    sold = [row.sold.value.net for row in events if row.has_orders]
    foot = (text(_("Total")), text(""), text(""), text(""), money(sum(sold), ABOVE), text("")) if sold else ()
    columns = (
        Column(_("Fair or conference"), wide=True),
        Column(_("Days")),
        *(Column(label, number=True) for label in (_("Enterprises"), _("Producers"), _("Net, booths (VND)"))),
        Column(_("As reported")),
    )
    note = _("Net: order lines of booths. What was only reported is quoted, and is in no total.")
    return Table("events", _("Fairs and conferences"), columns, tuple(map(cells, events)), note, foot)


def _course_table(courses: tuple[CourseRow, ...]) -> Table:
    def cells(row: CourseRow) -> tuple[Cell, ...]:
        return (
            text(row.name),
            text(formats.days(row.first, row.last)),
            text(row.place),
            number(row.people),
            number(row.women),
        )

    people = _known(row.people for row in courses)
    columns = (
        Column(_("Course"), wide=True),
        Column(_("Days")),
        Column(_("Place")),
        *(Column(label, number=True) for label in (_("People"), _("of them women"))),
    )
    foot = (
        (text(_("Total")), text(""), text(""), number(people, ABOVE), number(_known(row.women for row in courses), ABOVE)) if people else ()
    )
    return Table("courses", _("Training"), columns, tuple(map(cells, courses)), _("Whoever came to two courses counts twice."), foot)


def _known(values: Iterable[int | None]) -> int:
    return sum(value for value in values if value is not None)
