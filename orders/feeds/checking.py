"""A body to the rows that are staged: by the readers and the checker of files, and what only a batch can say beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from livestreams.models import Host, Session
from orders.feeds.named import Named
from orders.feeds.problems import BatchError, Problems
from orders.feeds.shape import Row, exported_at_of, parse, rows_of
from orders.feeds.table import BATCH, LINE, OF_LINE, OF_ORDER, ORDER
from orders.intake.reading import CANCELLED, DELIVERED, OBSERVATION_FIELDS, PLATFORMS, SHIPPED
from orders.intake.reading.checker import Checker, Observation
from orders.intake.reading.source import Block
from orders.intake.reading.values import EARLIEST, LOCAL, Cell
from orders.intake.together import too_large
from orders.shops.models import Shop
from places.index import place_index

SKEW = timedelta(minutes=5)
"""How far the sender's clock may be ahead of ours."""

_AT = {name: index for index, name in enumerate(OBSERVATION_FIELDS)}
_FIELDS = [column.field for column in BATCH.columns]
_PARTS = {column.header: index < OF_ORDER for index, column in enumerate(BATCH.columns)}
"""By a field's name, whether it is the order's."""
_ORDER_NAMES = [field.name for field in ORDER]
_NO_DAY = date(1970, 1, 1)  # cells of a batch hold no serial dates


@dataclass(frozen=True)
class Batch:
    """A checked batch: rows as `copying.STAGED_COLUMNS` has them behind the run's id, from number 1 on.

    `numbers` of its orders; `repeats` of its rows have the order and key of another one; `named` by the order's number.
    """

    exported_at: datetime
    rows: list[tuple[object, ...]]
    numbers: list[str]
    repeats: int
    named: dict[str, Named] = field(default_factory=dict)


def read_batch(body: bytes, *, shop: Shop, now: datetime | None = None) -> Batch:
    """The batch in the body of a request of the shop. Raises BodyError, and BatchError with all that is wrong."""
    latest = (now or timezone.now()).astimezone(LOCAL) + SKEW
    told = parse(body)
    problems = Problems()
    exported_at = _moment(exported_at_of(told, problems), latest, problems)
    rows = rows_of(told.get("orders"), problems)
    # What is of the wrong kind cannot be read.
    observations = _checked([row for row in rows if row.sound], latest, problems)
    if problems or exported_at is None:
        raise BatchError(problems)
    numbers = _numbers(rows, problems)
    named = _named(rows, shop, problems)
    staged = [_staged(row, seen, problems) for row, seen in zip(rows, observations, strict=True)]
    _no_foreign_sku_ids(rows, shop, problems)
    lines = list(map(itemgetter(_AT["order_number"], _AT["line_key"]), observations))
    repeats = len(rows) - len(set(lines))
    if repeats:
        amounts = ((seen[_AT["units"]], seen[_AT["gross"]]) for seen in observations)
        large = too_large((line, units, gross) for line, (units, gross) in zip(lines, amounts, strict=True))
        for row, line in zip(rows, lines, strict=True):
            if line in large:
                problems.add(f"{row.path}.{large[line]}", "too_big_together")
    if problems:
        raise BatchError(problems)
    return Batch(exported_at, staged, numbers, repeats, named)


def _moment(text: str | None, latest: datetime, problems: Problems) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text).astimezone(LOCAL)
    except (ValueError, OverflowError):
        problems.add("exported_at", "not_time")
        return None
    if not EARLIEST <= moment <= latest:
        problems.add("exported_at", "date_range")
    return moment


def _checked(rows: list[Row], latest: datetime, problems: Problems) -> list[Observation]:
    """The observations of the rows; fewer where there are problems."""
    if not rows:
        return []
    checker = Checker(BATCH, _FIELDS, decode=_as_it_is, first_day=_NO_DAY, latest=latest)
    cells = [(*row.order_cells[:OF_ORDER], *row.line_cells[:OF_LINE]) for row in rows]
    observations, rejections = checker.check(Block(range(1, len(rows) + 1), cells))
    for rejection in rejections:
        row = rows[rejection.row - 1]
        path = row.order_path if _PARTS[rejection.column] else row.path
        problems.add(f"{path}.{rejection.column}", rejection.code)
    return observations


def _as_it_is(raw: Any) -> Cell:
    cell: Cell = raw
    return cell


def _numbers(rows: list[Row], problems: Problems) -> list[str]:
    found: dict[str, int] = {}
    for row in rows:
        number = row.order_cells[0]
        if found.setdefault(number, row.order) != row.order:
            problems.add(f"{row.order_path}.number", "duplicate_order")
    return list(found)


def _named(rows: list[Row], shop: Shop, problems: Problems) -> dict[str, Named]:
    sold_here = Session.objects.filter(shops=shop)
    hosts = Host.objects.filter(Q(pk=shop.host_id) | Q(sessions__in=sold_here))
    sessions = _ids(rows, "reported_session", sold_here, "unknown_session", problems)
    leading = _ids(rows, "reported_host", hosts, "unknown_host", problems)
    return {number: Named(sessions.get(number), leading.get(number)) for number in sessions.keys() | leading.keys()}


def _ids(rows: list[Row], name: str, known: QuerySet[Any], unknown: str, problems: Problems) -> dict[str, int]:
    """By the order's number, the id of that whose code the field tells; a code that is not among `known` is a problem."""
    cell = _ORDER_NAMES.index(name)
    told = {row.order_cells[0]: (row.order_cells[cell], row) for row in rows if row.order_cells[cell]}
    if not told:
        return {}
    ids = dict(known.filter(code__in={code.replace("\0", "") for code, _row in told.values()}).values_list("code", "pk"))
    for code, row in told.values():
        if code not in ids:
            problems.add(f"{row.order_path}.{name}", unknown)
    return {number: ids[code] for number, (code, _row) in told.items() if code in ids}


def _no_foreign_sku_ids(rows: list[Row], shop: Shop, problems: Problems) -> None:
    """A line that comes by file and by batch must have one key: where files have no SKU ids, a batch must have none."""
    platform = PLATFORMS.get(shop.platform)
    if platform is None or platform.header_of("sku_id") is not None:
        return
    for row in rows:
        if row.line_cells[1]:
            problems.add(f"{row.path}.sku_id", "no_sku_id")


def _staged(row: Row, seen: Observation, problems: Problems) -> tuple[object, ...]:
    """The row as it is staged: what became of its units as it was told, and codes of the place of delivery."""
    state, cancelled, returned, delivered = _outcome(row, seen, problems)
    province, commune = _place(row, seen, problems)
    return (
        *seen[: _AT["state"]],
        state,
        *seen[_AT["units"] : _AT["cancelled_units"]],
        cancelled,
        returned,
        delivered,
        *seen[_AT["placed_at"] : _AT["delivery_province"]],
        province,
        commune,
    )


def _outcome(row: Row, seen: Observation, problems: Problems) -> tuple[int, int, int, int]:
    """(state, cancelled, returned, delivered units): as told; what is not told as the checker concludes it for files."""
    units, state = seen[_AT["units"]], seen[_AT["state"]]
    cancelled, returned, delivered = (_count(row, index, units, problems) for index in (OF_LINE, OF_LINE + 1, OF_LINE + 2))
    has_come = seen[_AT["was_delivered"]]
    if cancelled is None:
        cancelled = max(units - (delivered or 0), 0) if state == CANCELLED and (delivered is not None or not has_come) else 0
    if delivered is None:
        delivered = max(units - cancelled, 0) if has_come else 0
    if returned is None:
        returned = delivered if state == CANCELLED else 0
    if cancelled + delivered > units:
        problems.add(f"{row.path}.{LINE[OF_LINE].name}", "units_differ")
    elif returned > delivered:
        problems.add(f"{row.path}.{LINE[OF_LINE + 1].name}", "returned_too_many")
    elif state == CANCELLED and cancelled + returned < units:
        problems.add(f"{row.path}.state", "cancelled_in_part")
    if state == SHIPPED and 0 < delivered == units - cancelled:
        state = DELIVERED
    return state, cancelled, returned, delivered


def _count(row: Row, index: int, units: int, problems: Problems) -> int | None:
    """The units told in a field; one more than there are for any larger number."""
    cell = row.line_cells[index]
    if cell is None:
        return None
    if cell < 0:
        problems.add(f"{row.path}.{LINE[index].name}", "negative")
        return 0
    return int(min(cell, units + 1))


def _place(row: Row, seen: Observation, problems: Problems) -> tuple[str | None, str | None]:
    """(province code, commune code) as they are today; the province follows from the commune."""
    province, commune = seen[_AT["delivery_province"]] or None, seen[_AT["delivery_commune"]] or None
    places = place_index()
    if commune is not None:
        known = places.by_code.get(commune)
        if known is None or province not in {None, known.province}:
            problems.add(f"{row.order_path}.delivery_commune", "unknown_place")
            return None, None
        province = known.province
    elif province is not None and province not in places.province_codes:
        problems.add(f"{row.order_path}.delivery_province", "unknown_place")
    return province, commune
