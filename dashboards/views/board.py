"""What all boards of rows have in common, declared once for each: page, files, chart, their addresses, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed
from dashboards import formats
from dashboards.boards.audience import Audience
from dashboards.boards.lines import lines_address
from dashboards.exports.tables import Column, csv_response, demand_sense, xlsx_response
from dashboards.listing import Key, address_with, chips_of, cleared, kept, page_of, sorted_by
from dashboards.periods import Period
from dashboards.readings import Answer
from dashboards.views.coverage import Coverage, coverage_of, told_of
from dashboards.views.pictures import beside_words, picture

Row = TypeVar("Row")
Words = str | Promise

DRAWN = 10  # bars of a chart; the table has all rows
MOST_CHOICES = 15  # that are listed by name


class Filter(Protocol):
    """A form that says of each row whether it is asked for."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def is_valid(self) -> bool:
        """Whether the address makes sense."""

    def admits(self, row: Any) -> bool:
        """Whether the row is asked for."""


@dataclass(frozen=True)
class Asked(Generic[Row]):
    """What an address asks of a board, answered: `rows` are all of the reading, before filters.

    `period` and `before` are None where no days were asked for; `lines`: how many order lines are behind the rows.
    """

    audience: Audience
    form: Any  # a Filter; a form class cannot say that it is one
    answer: Answer[Any]
    rows: Sequence[Row]
    lines: int
    period: Period | None
    before: Period | None


@dataclass(frozen=True)
class Sort:
    """An order that an address may ask for, in words, and what rows are ordered by (None stands last)."""

    words: Words
    key: Key


@dataclass(frozen=True)
class Drawing:
    """A chart of dashboards.charts with its rows (none: nothing to draw), and what is to be seen, in a sentence."""

    chart: str
    caption: Words
    rows: Sequence[Mapping[str, Any]]
    alt: str


@dataclass(frozen=True)
class Bars(Generic[Row]):
    """The chart of a board: the greatest rows, each with the bar of the earlier period where the board has one.

    A row whose `value` is None is not drawn. `chart` is one of dashboards.charts; `unit` stands above counts, money needs none.
    """

    chart: str
    caption: Words
    label: Callable[[Row], str]
    value: Callable[[Row], int | None]
    before: Callable[[Row], int | None] | None = None
    unit: Words = ""

    def draw(self, rows: Sequence[Row], words: Mapping[str, Any]) -> Drawing:
        """The chart of these rows; `words`: what else each of the chart's rows has."""
        drawn = [{**row, **words} for row in self._greatest(rows)]
        return Drawing(self.chart, self.caption, drawn, self._alt(drawn))

    def _greatest(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """The chart's rows, the greatest first; empty where there is nothing to draw."""
        known = [(value, row) for row in rows if (value := self.value(row)) is not None]
        greatest = sorted(known, key=lambda pair: -pair[0])[:DRAWN]
        if not greatest or greatest[0][0] <= 0:
            return []
        return [
            {
                "label": self.label(row),
                "value": value,
                # Nothing before is “no earlier figure” (FIGURES), not a bar of nothing.
                "before": (self.before(row) or None) if self.before else None,
                "unit": str(self.unit),
            }
            for value, row in greatest
        ]

    def _alt(self, drawn: Sequence[Mapping[str, Any]]) -> str:
        if not drawn:
            return ""
        best = drawn[0]
        write = formats.number if best["unit"] else formats.vnd
        return _("The greatest of %(count)s is %(label)s with %(value)s.") % {
            "count": len(drawn),
            "label": best["label"],
            "value": write(best["value"]),
        }

    def most(self, rows: Sequence[Row]) -> int:
        """The length of a full bar in the table."""
        values = [self.value(row) for row in rows] + ([self.before(row) for row in rows] if self.before else [])
        return max((value for value in values if value is not None), default=0)


@dataclass(frozen=True)
class Board(Generic[Row]):
    """A board. `name` is that of its page's address; `name`_xlsx, `name`_csv and `name`_chart are its files and its picture.

    `best` (of `sorts`, `-` for the greatest first) is the page's own order. `bars` are those of the table and, unless `drawing` draws
    another one, of the chart. `links` gives the addresses that stand beside a row in the template; `more` what else that needs.
    """

    name: str
    route: str
    permission: str
    title: Words
    template: str
    ask: Callable[[HttpRequest], Asked[Row]]
    sorts: Mapping[str, Sort]
    best: str | Callable[[Asked[Row]], str]
    columns: Callable[[Asked[Row]], list[Column[Row]]]
    bars: Bars[Row]
    links: Callable[[Asked[Row], Row], tuple[Any, ...]] = lambda _asked, _row: ()
    drawing: Callable[[Asked[Row], Sequence[Row]], Drawing] | None = None
    more: Callable[[HttpRequest, Asked[Row], Sequence[Row]], dict[str, Any]] = lambda _request, _asked, _rows: {}

    @property
    def addresses(self) -> list[URLPattern]:
        """Page, files and chart, open to those with the board's permission."""
        views: tuple[tuple[str, str, Callable[..., HttpResponseBase]], ...] = (
            ("/", "", self.page),
            (".xlsx", "_xlsx", self.xlsx),
            (".csv", "_csv", self.csv),
            (".svg", "_chart", self.chart),
        )
        return [
            path(f"{self.route}{end}", allowed(self.permission)(require_safe(view)), name=f"{self.name}{suffix}")
            for end, suffix, view in views
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        """The rows that the address asks for, in its order, a page of them."""
        asked = self.ask(request)
        rows = self._arranged(request, asked)
        page = page_of(request, rows)
        drawn = self._drawn(asked, rows)
        same = address_with(request.GET, reading=asked.answer.reading.token)
        context = {
            "audience": asked.audience,
            "form": asked.form,
            "period": asked.period,
            "before": asked.before,
            "answer": asked.answer,
            "coverage": _coverage(asked),
            "page": page,
            "rows": [(row, *self.links(asked, row)) for row in page],
            "most": self.bars.most(rows),
            "all_url": lines_address(asked.period, asked.audience.territory),
            "chips": chips_of(asked.form, request.GET),
            "keep": kept(request.GET, "sort"),
            "best": self._best(asked),
            "reset": cleared(reverse(self.name), request.GET),
            "export": f"{reverse(f'{self.name}_xlsx')}{same}",
            "export_csv": f"{reverse(f'{self.name}_csv')}{same}",
            "chart": {
                "name": drawn.chart,
                "rows": len(drawn.rows),
                "url": f"{reverse(f'{self.name}_chart')}{same}",
                "caption": drawn.caption,
                "alt": drawn.alt,
            },
            "offers": self._offers(asked),
            "fixed": address_with(request.GET, period=None, **asked.period.address()) if asked.period else "",
        }
        return render(request, self.template, context | self.more(request, asked, rows))

    def xlsx(self, request: HttpRequest) -> HttpResponse:
        """The rows of the page, all of them, as XLSX."""
        asked = self.ask(request)
        rows = self._arranged(request, asked)
        columns = self._columns(asked)
        return xlsx_response(
            self.route,
            title=str(self.title),
            columns=columns,
            rows=rows,
            reading=asked.answer.reading,
            period=asked.period,
            before=asked.before,
            form=asked.form,
            notes=told_of(asked.audience, _coverage(asked)),
        )

    def csv(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the page, all of them, as CSV."""
        asked = self.ask(request)
        demand_sense(asked.form)
        return csv_response(self.route, self._columns(asked), self._arranged(request, asked), asked.answer.reading)

    def chart(self, request: HttpRequest) -> HttpResponse:
        """What is drawn of the page's rows, as a picture."""
        asked = self.ask(request)
        drawn = self._drawn(asked, self._arranged(request, asked))
        return picture(request, asked.answer, drawn.chart, drawn.rows)

    def _columns(self, asked: Asked[Row]) -> list[Column[Row]]:
        """The columns of the files: what the page calls not known yet is no 0 here either."""
        columns = self.columns(asked)
        if _coverage(asked).known:
            return columns
        return [column.without_zeros() if column.sold else column for column in columns]

    def _drawn(self, asked: Asked[Row], rows: Sequence[Row]) -> Drawing:
        return self.drawing(asked, rows) if self.drawing else self.bars.draw(rows, beside_words(asked.period, asked.before))

    def _arranged(self, request: HttpRequest, asked: Asked[Row]) -> list[Row]:
        form: Filter = asked.form
        rows = [row for row in asked.rows if form.admits(row)] if form.is_valid() else []
        keys = {name: sort.key for name, sort in self.sorts.items()}
        return sorted_by(rows, keys, request.GET.get("sort", ""), self._best(asked))

    def _best(self, asked: Asked[Row]) -> str:
        return self.best if isinstance(self.best, str) else self.best(asked)

    def _offers(self, asked: Asked[Row]) -> list[tuple[str, str]]:
        """What an address may ask of this board: each filter with its choices, and the orders."""
        form: Filter = asked.form
        filters = [(str(field.label), _choices(field)) for field in form.fields.values() if not field.widget.is_hidden]
        return [*filters, (_("Sorted by"), ", ".join(str(sort.words) for sort in self.sorts.values()))]


def _coverage(asked: Asked[Any]) -> Coverage:
    first, last = (asked.period.first, asked.period.last) if asked.period else (None, None)
    return coverage_of(asked.audience, asked.answer, first, last, asked.lines, before=asked.before)


def _choices(field: forms.Field) -> str:
    if not isinstance(field, forms.ChoiceField):
        return _("a day") if isinstance(field, forms.DateField) else _("any words")
    choices: Any = field.choices
    words = [str(label) for _value, label in choices]
    return ", ".join(words) if len(words) <= MOST_CHOICES else _("one of %(count)s") % {"count": formats.number(len(words))}
