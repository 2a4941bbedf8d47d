"""The wall in words: few and large figures. What no file tells is said to be unknown, and never 0."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import Measures
from dashboards.boards.freshness import Freshness
from dashboards.boards.overview import OverviewRows
from dashboards.boards.programme_page import ProgrammePage
from dashboards.definitions import DELIVERED, NET, ORDERS, WEIGHT, Definition
from dashboards.filters.overview import Asked
from dashboards.readings import Reading
from dashboards.targets.pace import Pace
from dashboards.views.programmes import ShownTarget, shown_targets
from dashboards.wall.board import Wall
from dashboards.wording import completeness
from livestreams.models import Programme

# Targets that fit, the first of these that the programme has.
MOST_TARGETS = 3
METRICS = ("net", "orders", "weight", "sessions", "producers", "products", "people_trained")


@dataclass(frozen=True, slots=True)
class Large:
    """A figure of the wall: what it is called, as it is written (empty: not known), and what is said below it."""

    label: str
    value: str
    note: str = ""


def wall_context(asked: Asked, overview: OverviewRows, wall: Wall, programme: Programme | None, reading: Reading) -> dict[str, Any]:
    """Everything that `dashboards/wall/now.html` draws."""
    fresh = overview.freshness
    page = wall.programme
    if page is None:
        main = _figures(overview.total.now if overview.known else None, (DELIVERED, WEIGHT))
        title = formats.days(asked.period.first, asked.period.last)
        note = _compared(overview) if overview.known and not overview.total.before.is_empty else ""
    else:
        main = _figures(page.live + page.fairs if page.known else None, (DELIVERED, WEIGHT))
        title, note = str(programme), _("placed on air and at its fairs")
    partial = page is not None and asked.territory.commune is not None
    came_today = fresh.told_today > 0
    today = _figures(wall.today if came_today or not wall.today.is_empty else None, ())
    if came_today:
        today[-1] = replace(today[-1], note=_told_today(fresh))
    return {
        "asked": asked,
        "reading": reading,
        "title": title,
        "first": Large(main[0].label, main[0].value, note),
        "figures": main[1:],
        "today": today,
        "targets": _targets(page, programme, reading.day, whole=not partial) if page and programme else [],
        "partial": partial,
        "broadcasts": [(row, row.state_at(reading.at)) for row in wall.broadcasts],
        "behind": fresh.behind,
        "facts": completeness(fresh),
    }


def _told_today(fresh: Freshness) -> str:
    """Whose files tell of today: in a room, 0 ₫ of one shop would be taken for the province's."""
    told = {"time": formats.clock(fresh.last_export), "told": formats.number(fresh.told_today), "shops": formats.number(fresh.shops)}
    return _("by files of %(told)s of %(shops)s shops, up to %(time)s") % told


def _compared(overview: OverviewRows) -> str:
    total, before = overview.total, overview.before
    if not overview.freshness.comparable:
        return _("not comparable: not all days are known")
    return _("%(change)s against %(days)s") % {
        "change": formats.change(total.now.value.net, total.before.value.net),
        "days": formats.days(before.first, before.last),
    }


def _targets(page: ProgrammePage, programme: Programme, today: date, *, whole: bool) -> list[ShownTarget]:
    """What is aimed at beside what was reached; nothing for one commune, whose part says nothing of the whole's targets."""
    pace = Pace(programme.starts_on, programme.ends_on, today)
    aimed = [one for one in shown_targets(page.targets, pace, whole=whole) if one.row.target is not None and whole]
    return sorted(aimed, key=lambda one: METRICS.index(one.row.metric))[:MOST_TARGETS]


def _figures(sold: Measures | None, more: tuple[Definition, ...]) -> list[Large]:
    """Net value and orders, then those of `more`; all unknown where `sold` is None."""
    return [Large(str(one.label), _written(one, sold) if sold is not None else "") for one in (NET, ORDERS, *more)]


def _written(definition: Definition, sold: Measures) -> str:
    amount = definition.read(sold)
    # The exact figure is one click away, on the overview of the same reading.
    return formats.vnd_short(amount) if definition.write is formats.vnd else definition.write(amount)
