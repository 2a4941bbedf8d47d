"""The overview in words: what templates/dashboards/overview*.html draw, made from its rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import NOTHING, Measures, Orders
from dashboards.boards.audience import Audience
from dashboards.boards.lines import lines_address
from dashboards.boards.overview import OverviewRows
from dashboards.boards.registry_counts import STARS
from dashboards.definitions import DEFINITIONS, DELIVERED, NET, STATES, Definition
from dashboards.filters.overview import Asked
from dashboards.readings import Answer
from dashboards.targets.board import YearPlan
from dashboards.targets.wording import shown_goals, time_passed
from dashboards.views import overview_tables as tables
from dashboards.views.claim_words import shown_claims
from dashboards.views.pictures import beside_words
from dashboards.wording import facts, shares, untold
from livestreams.calendar.holidays import holidays_between

BY_MONTH_FROM = 93  # days: a table of more is read by month


def overview_context(asked: Asked, answer: Answer[OverviewRows]) -> dict[str, Any]:
    """Everything the template needs beside the form; figures are written, addresses ready."""
    rows = answer.rows
    address = asked.address(reading=answer.reading.token)
    days = _days(asked, rows)
    return {
        "asked": asked,
        "answer": answer,
        "rows": rows,
        "known": rows.known,
        "export": f"{reverse('overview_xlsx')}{address}",
        "tiles": _tiles(asked, rows),
        "states": _states(asked, rows),
        "days": days,
        "months": _months(asked, rows) if len(days) >= BY_MONTH_FROM else [],
        "most_of_a_day": max((day.now.value.net for day in rows.days), default=0),
        "by_day_chart": f"{reverse('chart', args=['daily_net'])}{address}",
        "by_day_alt": _by_day_alt(rows),
        "stars_chart": f"{reverse('chart', args=['stars_by_group'])}{address}",
        "stars_rows": len(chart_rows("stars_by_group", rows)),
        "origins": tables.origins(asked, rows),
        "shares": shares(rows),
        "broadcasts": tables.broadcasts(asked, rows) if rows.known else [],
        "rankings": tables.rankings(asked, rows) if rows.known else [],
        "registry": tables.registry(asked, rows),
        "claims": shown_claims(rows.claims, Audience(territory=asked.territory)),
        "facts": facts(rows),
        "untold": untold(rows.freshness.unknown, rows.freshness.unknown_before),
        "territory_address": f"?province={asked.territory.province}" if asked.territory.chosen else "",
        "latest": _latest(asked, rows),
        **_plan(asked, rows.plan),
    }


def chart_rows(name: str, rows: OverviewRows) -> list[dict[str, Any]]:
    """The rows of a chart of the overview, as its declaration wants them; KeyError for another chart."""
    return {"daily_net": _daily_net, "stars_by_group": _stars_by_group}[name](rows)


def _daily_net(rows: OverviewRows) -> list[dict[str, Any]]:
    earlier = not rows.total.before.is_empty
    marked = holidays_between(rows.period.first, rows.period.last)
    words = beside_words(rows.period, rows.before)
    return [
        {
            "day": row.day.isoformat(),
            "holiday": marked.get(row.day, ""),
            "net": row.now.value.net if row.known else None,
            "before": row.before.value.net if earlier and row.before is not None else None,
            **words,
        }
        for row in rows.days
    ]


def _stars_by_group(rows: OverviewRows) -> list[dict[str, Any]]:
    return [
        {"group": str(counts.group), "stars": stars, "products": count}
        for counts in rows.registry.groups
        if counts.group is not None and counts.starred
        for stars, count in zip(reversed(STARS), reversed(counts.by_star), strict=True)
    ]


def _tiles(asked: Asked, rows: OverviewRows) -> list[dict[str, Any]]:
    tiles = [_products_tile(asked, rows)]
    tiles += [_tile(asked, definition, rows) for definition in DEFINITIONS]
    orders = rows.total.now.orders or Orders()
    tiles.append(
        {
            "key": "open",
            "label": _("Orders not final"),
            "value": formats.share(orders.open, orders.placed) if rows.known else formats.UNKNOWN,
            "note": _("%(open)s of %(orders)s orders may still be cancelled, delivered or returned.")
            % {"open": formats.number(orders.open), "orders": formats.number(orders.placed)}
            if orders.placed
            else "",
            "href": lines_address(asked.period, asked.territory, state="open") if orders.open else "",
            "definition": _("Orders with a line that the platform has neither completed nor cancelled: figures of their day still settle."),
        }
    )
    return tiles


def _products_tile(asked: Asked, rows: OverviewRows) -> dict[str, Any]:
    total = rows.registry.total
    counts = zip(STARS, total.by_star, strict=True)
    return {
        "key": "products",
        "label": _("OCOP products"),
        "value": formats.number(total.starred),
        "note": " · ".join(_("%(stars)s stars: %(count)s") % {"count": formats.number(count), "stars": stars} for stars, count in counts),
        "href": f"{reverse('product_list')}{asked.address()}",
        "definition": _(
            "Products with a star in force on the day of this reading, of producers that sit here; expired and revoked ones are left out."
        ),
    }


def _tile(asked: Asked, definition: Definition, rows: OverviewRows) -> dict[str, Any]:
    now = definition.read(rows.total.now) if rows.known else None
    before = None if rows.total.before.is_empty else definition.read(rows.total.before)
    return {
        "key": definition.key,
        "label": str(definition.label),
        "value": definition.write(now),
        "now": now,
        "before": before,
        "compare": rows.known,
        "before_text": _("against %(figure)s") % {"figure": definition.write(before)} if before else "",
        "note": _settled(definition, rows.total.now) if rows.known else _("No order file yet."),
        "href": lines_address(asked.period, asked.territory) if now else "",
        "definition": str(definition.meaning),
        "main": definition is NET,
    }


def _settled(definition: Definition, now: Measures) -> str:
    """Of figures that are shown as placed what is left and what was delivered; beside revenue, how much is still to come."""
    orders = now.orders or Orders()
    if definition is DELIVERED and orders.placed:
        return _("%(share)s of orders not final") % {"share": formats.share(orders.open, orders.placed)}
    left, done = {
        "orders": (formats.number(orders.net), formats.number(orders.delivered)),
        "units": (formats.number(now.units.net), formats.number(now.units.delivered)),
        "weight": (formats.weight(now.grams.net), formats.weight(now.grams.delivered)),
    }.get(definition.key, ("", ""))
    return _("%(net)s net, %(delivered)s delivered") % {"net": left, "delivered": done} if left else ""


def _states(asked: Asked, rows: OverviewRows) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Value, orders, units and weight in five states: (words, cells of heading, text and address)."""
    now = rows.total.now
    orders = now.orders or Orders()
    counted = {"placed": orders.placed, "net": orders.net, "delivered": orders.delivered}
    amounts = (
        (_("Value"), now.value, formats.vnd),
        (_("Units"), now.units, formats.number),
        (_("Weight (kg)"), now.grams, formats.kilograms),
    )
    table = [
        (words, [(str(state.label), write(state.read(amount)), _state_address(asked, state.lines, state.read(amount))) for state in STATES])
        for words, amount, write in amounts
    ]
    cells = [
        (str(state.label), formats.number(counted.get(state.key)), _state_address(asked, state.lines, counted.get(state.key)))
        for state in STATES
    ]
    return [table[0], (_("Orders"), cells), *table[1:]]


def _state_address(asked: Asked, state: str | None, amount: int | None) -> str:
    return lines_address(asked.period, asked.territory, state=state) if amount else ""


def _days(asked: Asked, rows: OverviewRows) -> list[tuple[Any, str]]:
    return [
        (row, lines_address(type(asked.period)(row.day, row.day), asked.territory) if not row.now.is_empty else "")
        for row in reversed(rows.days)
    ]


def _months(asked: Asked, rows: OverviewRows) -> list[tuple[str, Measures | None, str]]:
    """A long period month by month, the last one first; None where no day of the month is known."""
    found: dict[str, list[Any]] = {}
    for row in rows.days:
        found.setdefault(row.day.strftime("%m/%Y"), []).append(row)
    months = []
    for words, days in reversed(found.items()):
        span = type(asked.period)(days[0].day, days[-1].day)
        sold = sum((day.now for day in days), NOTHING) if any(day.known for day in days) else None
        months.append((words, sold, lines_address(span, asked.territory)))
    return months


def _by_day_alt(rows: OverviewRows) -> str:
    known = [row for row in rows.days if row.known]
    if not known:
        return _("No figures of these days yet.")
    best = max(known, key=lambda row: row.now.value.net)
    return _("Net value by day from %(first)s to %(last)s; the greatest is %(value)s on %(day)s.") % {
        "first": formats.day(rows.period.first),
        "last": formats.day(rows.period.last),
        "value": formats.vnd(best.now.value.net),
        "day": formats.day(best.day),
    }


def _plan(asked: Asked, plan: YearPlan | None) -> dict[str, Any]:
    """The plan of the year, where there is one."""
    if plan is None or not plan.goals:
        return {}
    address = urlencode({**asked.territory.address(), "year": plan.year})
    return {
        "goals": shown_goals(plan),
        "passed": time_passed(plan.pace),
        "year": str(plan.year),
        "targets_address": f"{reverse('year_targets')}?{address}",
    }


def _latest(asked: Asked, rows: OverviewRows) -> dict[str, str] | None:
    """Where the figures end, for a period that has none."""
    last = rows.freshness.last_day
    if last is None or not rows.total.now.is_empty:
        return None
    first = last.replace(day=1)
    span = type(asked.period)(first, last)
    return {"day": formats.day(last), "href": f"{reverse('overview')}{Asked(asked.territory, span, asked.comparison).address()}"}
