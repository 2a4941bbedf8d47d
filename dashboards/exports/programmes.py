"""The list of programmes as XLSX."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.boards.programme_list import ProgrammeRow, ProgrammeSales
from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.templatetags.look import BADGES
from livestreams.models import Target


def programme_columns(today: date) -> list[Column[ProgrammeRow]]:
    """The columns of a programme, worded in the active language; a figure at which nothing is aimed stays empty. Weight in kg."""
    return [
        Column(_("Code"), lambda row: row.name.code),
        Column(_("Programme"), lambda row: str(row.name), Kind.LONG),
        Column(_("Province"), lambda row: row.province),
        Column(_("First day"), lambda row: row.first, Kind.DAY),
        Column(_("Last day"), lambda row: row.last, Kind.DAY),
        Column(_("State"), lambda row: str(BADGES[row.state_on(today)][2])),
        Column(_("Partners"), lambda row: ", ".join(map(str, row.partners)), Kind.LONG),
        Column(pgettext("count", "Livestreams"), lambda row: row.livestreams, Kind.NUMBER),
        Column(_("Events"), lambda row: row.events, Kind.NUMBER),
        Column(_("Courses"), lambda row: row.courses, Kind.NUMBER),
        Column(_("Orders on air"), partial(_sold, lambda sold: sold.live.orders.placed if sold.live.orders else None), Kind.NUMBER),
        Column(_("Net on air (VND)"), partial(_sold, lambda sold: sold.live.value.net), Kind.VND),
        Column(_("Net on air before (VND)"), lambda row: row.before.live.value.net if row.before.known else None, Kind.VND),
        Column(_("Net in 30 days after (VND)"), partial(_sold, lambda sold: sold.after.value.net), Kind.VND),
        Column(_("Net at fairs (VND)"), partial(_sold, lambda sold: sold.fairs.value.net), Kind.VND),
        *(Column(_("Target: %(figure)s") % {"figure": metric.label}, partial(_target, metric), Kind.NUMBER) for metric in Target.Metric),
        Column(_("Demonstration data"), lambda row: _("yes") if row.is_demo else _("no")),
    ]


def _target(metric: Target.Metric, row: ProgrammeRow) -> int | None:
    return row.targets.get(metric.value)


def _sold(read: Callable[[ProgrammeSales], int | None], row: ProgrammeRow) -> int | None:
    return read(row.now) if row.now.known else None
