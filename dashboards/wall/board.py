"""What a wall shows beside the overview's own rows: today, the newest livestreams, a programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dashboards.boards.amounts import Measures
from dashboards.boards.audience import Audience, sales_total
from dashboards.boards.programme_page import ProgrammePage, programme_page
from dashboards.boards.session_list import SessionRow, session_rows
from dashboards.readings import Reading
from livestreams.models import Programme

NEWEST, BESIDE_TARGETS = 3, 2  # rows that fit, large enough to be read from five metres
LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wall:
    """`today`: placed on the day of the reading; `broadcasts`: the newest that have begun, of the programme if there is one."""

    today: Measures
    broadcasts: tuple[SessionRow, ...]
    programme: ProgrammePage | None


def wall_rows(audience: Audience, programme: Programme | None, reading: Reading) -> Wall:
    """The wall of a territory at a reading; without a programme, livestreams of the last 30 days."""
    page = programme_page(programme, audience, reading) if programme else None
    rows = page.sessions if page else session_rows(audience, reading.day - LOOKED_BACK, reading.day)
    begun = [row for row in rows if not row.called_off and row.start <= reading.at]
    return Wall(
        sales_total(audience.filters(first=reading.day, last=reading.day)), tuple(begun[: BESIDE_TARGETS if page else NEWEST]), page
    )
