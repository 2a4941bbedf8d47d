"""What a schedule asks of its board, in words: of which days, with which filters, in which order. Its address is for browsers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.audience import Audience
from dashboards.boards.territory import Territory
from dashboards.delivery.forms import PartnerForm
from dashboards.filters.claims import ClaimForm
from dashboards.filters.overview import OverviewForm
from dashboards.filters.periods import PeriodForm
from dashboards.filters.platforms import ChannelForm
from dashboards.filters.products import ProductForm, RankingForm
from dashboards.filters.sessions import ProgrammeFilter, SessionForm
from dashboards.health.forms import HealthForm
from dashboards.mailing.boards import BOARDS
from dashboards.mailing.models import MailSchedule
from dashboards.periods import CHOICES, CUSTOM
from dashboards.scanned.forms import ScannedForm
from dashboards.seasons.forms import SeasonForm
from dashboards.tabled import view_of
from dashboards.targets.forms import YearForm
from dashboards.views.board import Board

Query = Mapping[str, str]
# By board the form of its filters, whose fields have the words; a register of claims offers the years that it has.
FORMS: Mapping[str, Callable[[Query, Territory], forms.Form]] = {
    "overview": lambda query, _where: OverviewForm(query, None),
    "session_list": lambda query, where: SessionForm(query, Audience(where)),
    "product_list": lambda query, _where: ProductForm(query),
    **dict.fromkeys(("producer_list", "host_list", "commune_list"), lambda query, _where: RankingForm(query)),
    "programme_list": lambda query, _where: ProgrammeFilter(query),
    "platform_list": lambda query, _where: ChannelForm(query),
    "delivery_list": lambda query, _where: PartnerForm(query),
    "scanned": lambda query, _where: ScannedForm(query),
    "seasons": SeasonForm,
    **dict.fromkeys(("beyond_air", "what_works"), lambda query, _where: PeriodForm(query)),
    "year_targets": lambda query, _where: YearForm(query),
    "data_health": lambda query, _where: HealthForm(query),
    "claim_list": lambda query, _where: ClaimForm(query, ()),
}
_DAYS = {"period", "from", "to", "by"}


def asked_of(schedule: MailSchedule) -> list[tuple[str, str]]:
    """Each thing it asks of its board, as a label and in words, the days first; nothing of a report or of a board that is no more."""
    if schedule.board not in FORMS:
        return []
    query = {name: str(value) for name, value in QueryDict(schedule.filters).items() if value}
    fields = FORMS[schedule.board](query, Territory(schedule.province_id)).fields
    own = [name for name, field in fields.items() if name in query and name not in _DAYS and not field.widget.is_hidden]
    told = [(str(fields[name].label), _words(fields[name], query[name])) for name in own]
    return [*_days(schedule.board, query), *told, *_order(schedule.board, query.get("sort", ""))]


def _days(board: str, query: Query) -> list[tuple[str, str]]:
    """The days of each mail: those that were chosen, else the named ones as of the day it goes out."""
    first, last = query.get("from"), query.get("to")
    if first and last:
        return [(_("Days"), _day(first) if first == last else f"{_day(first)} – {_day(last)}")]
    if first or last:
        return [(_("Days"), _("from %(day)s on") % {"day": _day(first)} if first else _("to %(day)s") % {"day": _day(last or "")})]
    usual = BOARDS[board].period
    if not usual:
        return []
    name = query.get("period", "")
    words = dict(CHOICES)[name if name in dict(CHOICES) and name != CUSTOM else usual]
    return [(_("Period"), _("%(period)s, as of the day it is sent") % {"period": words})]


def _day(written: str) -> str:
    try:
        return formats.day(date.fromisoformat(written))
    except ValueError:
        return written


def _words(field: forms.Field, value: str) -> str:
    choices: Any = getattr(field, "choices", ())
    return str({str(choice): label for choice, label in choices}.get(value, value))


def _order(board: str, sort: str) -> list[tuple[str, str]]:
    """The order, where another one than the board's own is asked for."""
    declared = getattr(inspect.unwrap(view_of(board)), "__self__", None)
    known = declared.sorts if isinstance(declared, Board) else {}
    if sort.removeprefix("-") not in known:
        return []
    words = known[sort.removeprefix("-")].words
    way = _("%(order)s, the greatest first") if sort.startswith("-") else _("%(order)s, the smallest first")
    return [(_("Sorted by"), way % {"order": words})]
