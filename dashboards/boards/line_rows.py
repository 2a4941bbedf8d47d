"""The order lines behind any figure: the rows, their totals, and how an address asks for them.

The filters are those of the figures (`Filters.lookups(of="contributions")`), so the lines of an address made by `lines_address` add up
to the figure it stood under. Pages go by keyset: the thousandth page costs what the first one does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from dashboards.boards.amounts import SUMS, Measures, Orders, States, from_sums
from dashboards.boards.audience import distinct_orders, sales_total
from dashboards.boards.below_floor import BELOW_FLOOR
from dashboards.boards.came_back import entries_back
from dashboards.boards.measures import ABSENT, Filters
from dashboards.boards.names import Name
from dashboards.boards.naming import PRODUCER, SHOP, columns, name_in
from orders.attribution.models import Bucket
from orders.figures.models import Contribution, Figure
from orders.figures.sight import Sight
from orders.ledger.models import LineState

PAGE = 50
KEPT_WHOLE = 2_000  # so many lines are kept with their page: its exports are then the same rows, whatever was folded since
SORTED_BY_VALUE_AT_MOST = 200_000  # sorting more by value would read them all for one page

OWN_STATE = "below_floor"  # asked for by members alone
# What became of a line; the words stand in addresses.
STATES: dict[str, Q] = {
    "cancelled": Q(cancelled_units__gt=0),
    "returned": Q(returned_units__gt=0),
    "net": Q(placed_units__gt=F("cancelled_units") + F("returned_units")),
    "delivered": Q(delivered_units__gt=F("returned_units")),
    "open": Q(is_final=False),
    OWN_STATE: BELOW_FLOOR,
}
SORTS = {"day": "order__placed_at", "value": "placed_value", "units": "placed_units"}
NEWEST = "-day"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LineQuery:
    """Which lines, in which order, after which one. `number`: an order's number; `after`: as `key_of` the last line seen.

    `delivery`: the code of the province they went to, or ABSENT; `back`: the first and last day on which something of them came back.
    `partner`: who ships them, as `dashboards.delivery` writes it (ABSENT: the platform named nobody).

    `sight` (orders.figures.sight.line_sight_of) says which of them may be listed; the others are counted in the totals.
    """

    where: Filters
    sight: Sight
    state: str = ""
    number: str = ""
    delivery: str = ""
    back: tuple[date, date] | None = None
    partner: str = ""
    sort: str = NEWEST
    after: tuple[int, int] | None = None

    @property
    def condition(self) -> Q:
        """What the figures know nothing of. Who asks for an order by its number asks for single lines: of those listed alone."""
        found = STATES.get(self.state, Q())
        if self.delivery:
            found &= Q(order__delivery_province=None if self.delivery == ABSENT else self.delivery)
        if self.back is not None:
            found &= Q(Exists(entries_back(*self.back).filter(line=OuterRef("line"))))
        if self.partner:
            # A platform's spaces are not the name's: the board of partners reads them as one.
            words = [] if self.partner == ABSENT else [re.escape(word) for word in self.partner.split()]
            found &= Q(order__shipping_provider__regex=r"^\s*" + r"\s+".join(words) + r"\s*$")
        return found & Q(order__number=self.number) & self.sight.shared() if self.number else found

    @property
    def listed(self) -> QuerySet[Contribution]:
        """The lines that may be listed."""
        return Contribution.objects.filter(self.condition, self.sight.shared(), **self.where.lookups(of="contributions"))


@dataclass(frozen=True, slots=True)
class LineRow:
    """One order line as it counts; value in VND, units in product units, grams. `in_shop` is what the shop calls it."""

    line: int
    order: int
    shop_id: int
    producer_id: int | None
    number: str
    placed_at: datetime
    day: date
    shop: Name
    product: Name | None
    in_shop: str
    producer: Name | None
    commune: str
    session: Name | None
    slot: int | None
    star: int | None
    bucket: int
    basis: int
    source: int
    state: int
    is_final: bool
    value: States
    units: States
    grams: States

    @property
    def bucket_name(self) -> str:
        """The bucket in words."""
        return str(Bucket(self.bucket).label)

    @property
    def state_name(self) -> str:
        """The line's state in words."""
        return str(LineState(self.state).label)


@dataclass(frozen=True)
class LinePage:
    """A page of lines: `more` where further ones follow; `whole` are all of them, kept where they are few, else None.

    `withheld` of the lines in `totals`, of `withheld_shops` shops, are not among the rows: their shops do not share them with the reader.
    """

    rows: tuple[LineRow, ...]
    more: bool
    totals: Measures
    whole: tuple[LineRow, ...] | None
    sort: str
    withheld: int
    withheld_shops: int

    @property
    def listed(self) -> int:
        """How many lines may be listed."""
        return self.totals.lines - self.withheld


def line_page(asked: LineQuery) -> LinePage:
    """The page of `asked`, with the totals of all its lines."""
    totals = line_totals(asked)
    if asked.sort.lstrip("-") != "day" and totals.lines > SORTED_BY_VALUE_AT_MOST:
        asked = replace(asked, sort=NEWEST, after=None)
    withheld, shops = _withheld(asked)
    if asked.after is None and totals.lines <= KEPT_WHOLE:
        whole = tuple(iterate_lines(asked))
        return LinePage(whole[:PAGE], len(whole) > PAGE, totals, whole, asked.sort, withheld, shops)
    rows = tuple(_row(values) for values in _selected(asked)[: PAGE + 1])
    return LinePage(rows[:PAGE], len(rows) > PAGE, totals, None, asked.sort, withheld, shops)


def _withheld(asked: LineQuery) -> tuple[int, int]:
    """How many lines of `asked` may not be listed, and of how many shops."""
    if not asked.sight.official:
        return 0, 0
    counts = {"withheld": Sum("lines", default=0), "shops": Count("shop", distinct=True)}
    rows: QuerySet[Any] = Figure.objects.filter(**asked.where.lookups())
    if asked.condition:
        rows = Contribution.objects.filter(asked.condition, **asked.where.lookups(of="contributions"))
    found = rows.exclude(asked.sight.shared()).aggregate(**counts)
    return found["withheld"], found["shops"]


def seen_of(asked: LineQuery) -> dict[tuple[int, int | None], int]:
    """How many lines may be listed of each shop and producer (ids)."""
    counted = asked.listed.order_by().values_list("shop", "producer").annotate(Count("pk"))
    return {(shop, producer): lines for shop, producer, lines in counted}


def line_totals(asked: LineQuery) -> Measures:
    """The measures of all lines of `asked`: read from the figures where they know the filters, else summed over the lines."""
    if not asked.condition:
        return sales_total(asked.where)
    lines = Contribution.objects.filter(asked.condition, **asked.where.lookups(of="contributions"))
    sums = lines.aggregate(**{f"sum_{name}": Sum(name) for name in SUMS})
    if sums["sum_lines"] is None:
        return Measures()
    counts = distinct_orders((), asked.where, asked.condition)
    return from_sums([sums[f"sum_{name}"] for name in SUMS], counts.get((), Orders()))


def iterate_lines(asked: LineQuery, limit: int | None = None) -> Iterator[LineRow]:
    """All lines of `asked` from a server-side cursor; outside a transaction the caller's view of them may change while it reads."""
    for values in _selected(asked)[:limit].iterator(chunk_size=2_000):
        yield _row(values)


def key_of(row: LineRow, sort: str) -> tuple[int, int]:
    """Where the next page begins: what it is sorted by (microseconds since 1970, VND or units) and the line's id."""
    values = {"day": (row.placed_at - _EPOCH) // timedelta(microseconds=1), "value": row.value.placed, "units": row.units.placed}
    return values[sort.lstrip("-")], row.line


_COLUMNS = (
    *(
        "line_id",
        "order_id",
        "shop_id",
        "producer_id",
        "order__number",
        "order__placed_at",
        "day",
        "line__product_name",
        "line__variation",
        "line__state",
    ),
    *("commune__name", "slot__position", "star", "bucket", "basis", "source", "is_final"),
    *columns("shop__", **SHOP),
    *columns("product__"),
    *columns("producer__", **PRODUCER),
    *columns("session__"),
    *(name for name in SUMS if name != "lines"),
)


def _selected(asked: LineQuery) -> Any:
    by_day = asked.sort.lstrip("-") == "day"
    column = SORTS[asked.sort.lstrip("-")]
    descending = asked.sort.startswith("-")
    lines = asked.listed
    if asked.after is not None:
        value, line = asked.after
        beyond = "lt" if descending else "gt"
        seen = _EPOCH + timedelta(microseconds=value) if by_day else value
        lines = lines.filter(Q(**{f"{column}__{beyond}": seen}) | Q(**{column: seen, f"line__{beyond}": line}))
        if isinstance(seen, datetime):
            # The index of days begins where the page does.
            lines = lines.filter(**{f"day__{beyond}e": timezone.localdate(seen)})
    # A day is that of its orders' times: it leads, because the index has it, and only the lines of a day are sorted by time.
    columns = (*(("day",) if by_day else ()), column, "line_id")
    return lines.order_by(*(f"-{name}" if descending else name for name in columns)).values(*_COLUMNS)


def _row(values: dict[str, Any]) -> LineRow:
    name, variation = values["line__product_name"], values["line__variation"]
    shop = name_in(values, "shop__", **SHOP)
    assert shop is not None  # the column is not null
    return LineRow(
        line=values["line_id"],
        order=values["order_id"],
        shop_id=values["shop_id"],
        producer_id=values["producer_id"],
        number=values["order__number"],
        placed_at=values["order__placed_at"],
        day=values["day"],
        shop=shop,
        product=name_in(values, "product__"),
        in_shop=f"{name} – {variation}" if variation else name,
        producer=name_in(values, "producer__", **PRODUCER),
        commune=values["commune__name"] or "",
        session=name_in(values, "session__"),
        slot=values["slot__position"],
        star=values["star"],
        bucket=values["bucket"],
        basis=values["basis"],
        source=values["source"],
        state=values["line__state"],
        is_final=values["is_final"],
        value=_states(values, "value"),
        units=_states(values, "units"),
        grams=_states(values, "grams"),
    )


def _states(values: dict[str, Any], amount: str) -> States:
    return States(*(values[f"{state}_{amount}"] for state in ("placed", "cancelled", "returned", "delivered")))
