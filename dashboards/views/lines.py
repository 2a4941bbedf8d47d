"""The order lines behind any figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.models import User
from catalog.models import Producer
from dashboards import formats
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.line_rows import LinePage, LineQuery, LineRow, iterate_lines, key_of, line_page, seen_of
from dashboards.exports.lines import line_columns, withheld_notes
from dashboards.exports.tables import csv_response, xlsx_response
from dashboards.filters.lines import NAMED, LineForm
from dashboards.listing import address_with, cleared, kept
from dashboards.readings import Answer, Query, Reading, observe, one_state, read
from dashboards.views.coverage import coverage_of
from orders.figures.sight import Sight, line_sight_of
from orders.looks.keeping import keep_look, looked
from orders.looks.services import Seen
from orders.models import LineLook

XLSX_AT_MOST = 50_000


@allowed("orders.view_lines")
@looked
def line_list(request: HttpRequest) -> HttpResponse:
    """The lines that the address asks for, newest first, fifty a page, with the totals of all of them."""
    form = line_form(request)
    answer = lines_of(form.line_query, request.GET.get("reading")) if form.is_valid() else None
    context: dict[str, Any] = {
        "form": form,
        "audience": form.audience,
        "answer": answer,
        "reset": cleared(reverse("line_list"), request.GET),
    }
    if answer is not None:
        page = answer.rows
        keep_look(request, LineLook.Purpose.LIST, form.sight, _counted(page.rows))
        context |= {
            "page": page,
            "coverage": coverage_of(form.audience, answer, form.cleaned_data.get("from"), form.cleaned_data.get("to"), page.totals.lines),
            "chips": _chips(request.GET, form, page.rows),
            "keep": kept(request.GET, "sort"),
            "newest": address_with(request.GET, after=None) if request.GET.get("after") else "",
            "older": address_with(request.GET, after=_written(page.rows[-1], page.sort)) if page.more else "",
            "exports": _exports(request.GET, answer),
        }
    return render(request, "dashboards/line_list.html", context)


@allowed("orders.view_lines")
@looked
def line_list_xlsx(request: HttpRequest) -> HttpResponse:
    """The lines of the address as XLSX, up to 50,000; of a short list the very rows of the page (`?reading=`)."""
    form = _demanded(request)
    asked = replace(form.line_query, after=None)
    answer = lines_of(asked, request.GET.get("reading"))
    listed = answer.rows.listed
    if listed > XLSX_AT_MOST:
        messages.error(
            request,
            _("%(lines)s lines are too many for one XLSX file (at most %(most)s). Narrow the filters, or take the CSV file.")
            % {"lines": formats.number(listed), "most": formats.number(XLSX_AT_MOST)},
        )
        return redirect(f"{reverse('line_list')}{address_with(request.GET)}")
    whole = answer.rows.whole
    keep_look(request, LineLook.Purpose.XLSX, asked.sight, seen_of(asked) if whole is None else _counted(whole))
    filters = "; ".join(text for text, _address in _chips(request.GET, form, answer.rows.rows))
    notes = [*([(_("Filters"), filters)] if filters else []), *withheld_notes(answer.rows)]
    file: dict[str, Any] = {"title": _("Order lines"), "columns": line_columns(), "notes": notes}
    if whole is not None:
        return xlsx_response("order-lines", rows=whole, reading=answer.reading, **file)
    with one_state():
        reading = _same_or_newer(answer.reading, observe())
        return xlsx_response("order-lines", rows=iterate_lines(asked), reading=reading, count=listed, **file)


@allowed("orders.view_lines")
@looked
def line_list_csv(request: HttpRequest) -> HttpResponseBase:
    """The lines of the address as CSV, however many; of a short list the very rows of the page (`?reading=`)."""
    asked = replace(_demanded(request).line_query, after=None)
    answer = lines_of(asked, request.GET.get("reading"))
    whole = answer.rows.whole
    keep_look(request, LineLook.Purpose.CSV, asked.sight, seen_of(asked) if whole is None else _counted(whole))
    if whole is not None:
        return csv_response("order-lines", line_columns(), whole, answer.reading)
    stream = _streamed(asked)
    seen = next(stream)
    assert isinstance(seen, Reading)
    return csv_response("order-lines", line_columns(), cast(Iterator[LineRow], stream), _same_or_newer(answer.reading, seen))


def _demanded(request: HttpRequest) -> LineForm:
    form = line_form(request)
    if not form.is_valid():
        raise Http404
    return form


def _streamed(asked: LineQuery) -> Iterator[Reading | LineRow]:
    """First the reading, so that the file can be named by it, then the lines, all in one transaction that ends with the last one."""
    with one_state():
        yield observe()
        yield from iterate_lines(asked)


def _same_or_newer(reading: Reading, seen: Reading) -> Reading:
    """The page's reading while no fold has moved the figures since, else the one `seen`."""
    return reading if reading.number == seen.number else seen


def line_form(request: HttpRequest) -> LineForm:
    """The filters of the request's address, for its user. A producer's member may look at its own lines wherever its post is."""
    assert isinstance(request.user, User)
    sight = line_sight_of(request.user)
    own = sight.producers
    asked = request.GET.get("producer")
    if asked and own and asked in Producer.objects.filter(pk__in=own).values_list("code", flat=True):
        return LineForm(request.GET, Audience(producers=own), Sight(producers=own))
    return LineForm(request.GET, audience_of(request.user, province=request.GET.get("province")), sight)


def lines_of(asked: LineQuery, token: str | None) -> Answer[LinePage]:
    """The page of lines at the reading of `token`, else at the current one."""
    return read(Query.of("order_lines", asked=asked), lambda _reading: line_page(asked), token=token)


def _written(row: LineRow, sort: str) -> str:
    value, line = key_of(row, sort)
    return f"{value}.{line}"


def _exports(query: QueryDict, answer: Answer[LinePage]) -> list[tuple[str, str]]:
    # The reading goes along: of a short list the file then has the very rows of this page.
    address = address_with(query, after=None, reading=answer.reading.token)
    return [(f"{reverse('line_list_xlsx')}{address}", "XLSX"), (f"{reverse('line_list_csv')}{address}", "CSV")]


def _chips(query: QueryDict, form: LineForm, rows: tuple[LineRow, ...]) -> list[tuple[str, str]]:
    """Each filter in force in words. Names are read from the lines themselves, so a code tells nobody what it stands for."""
    words = {"from": _("From"), "to": _("To"), **{name: str(field.label) for name, field in form.fields.items()}}
    words |= {
        "session": _("Livestream"),
        "programme": _("Programme"),
        "host": _("Host"),
        "product": _("Product"),
        "producer": _("Producer"),
        "commune": _("Commune"),
        "shop": _("Shop"),
        "platform": _("Platform"),
        "partner": _("Shipping partner"),
        "group": _("Group"),
        "slot": _("Slot"),
        "source": _("Source"),
    }
    chips = []
    for name, field in form.fields.items():
        if name in {"by", "province"} or not query.get(name):
            continue
        value = str(query[name])
        shown = _shown(name, value, rows)
        if shown is None:
            choices = {str(choice): str(label) for choice, label in getattr(field, "choices", ())}
            cleaned = form.cleaned_data[name]
            shown = (
                formats.days(*cleaned) if name == "back" else formats.day(cleaned) if name in {"from", "to"} else choices.get(value, value)
            )
        without = {name: None} if name not in {"from", "to"} else {name: None, "by": None}
        chips.append((f"{words[name]}: {shown}", address_with(query, after=None, **without)))
    return chips


def _shown(name: str, value: str, rows: tuple[LineRow, ...]) -> str | None:
    if value == "absent":
        return _("none")
    if not rows:
        return None
    if name == "slot":
        return str(rows[0].slot or value)
    if name == "commune":
        return rows[0].commune
    return str(getattr(rows[0], name)) if name in NAMED and hasattr(rows[0], name) else None


def _counted(rows: Iterable[LineRow]) -> Seen:
    """How many of the lines are of each shop and producer."""
    return Counter((row.shop_id, row.producer_id) for row in rows)
