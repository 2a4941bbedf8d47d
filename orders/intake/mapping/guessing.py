"""Which column is probably what: by its name, then by its values. And which columns are a buyer's, and so never shown nor chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from orders.intake.mapping.layout import FIELDS, KINDS
from orders.intake.mapping.models import ColumnMapping
from orders.intake.mapping.table import Table
from orders.intake.mapping.words import COLUMNS, STATES, fold, names_a_buyer
from orders.intake.reading.loose import DAY, currency, loose_time_reader, of_thousands
from orders.intake.reading.platform import DateOrder
from orders.intake.reading.platforms import PLATFORMS
from orders.intake.reading.values import LOCAL, Cell, Problem, Reader, order_id, sku_id, time_reader, units, vnd

_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)[\s.-]?[235789](?:[\s.-]?\d){8,9}(?!\d)")
_ADDRESS = re.compile(r"@|\b(?:đường|số nhà|thôn|ấp|tổ dân phố|khu phố|ngõ|hẻm|street)\b", re.IGNORECASE)
_SURNAMES = frozenset(
    [
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
        "dinh",
        "trinh",
        "mai",
        "cao",
        "ta",
        "thai",
        "chau",
        "luong",
        "ksor",
        "rcham",
        "siu",
        "kpa",
        "nay",
        "rmah",
        "h'lan",
        "y",
        "dam",
        "doan",
        "luu",
        "quach",
        "thach",
        "danh",
        "son",
        "kim",
        "lam",
        "truong",
        "ha",
        "to",
    ]
)
_SURE = 0.6  # share of a column's values that a reader must take: of three first orders one may have been mistyped
_LAST = datetime(2200, 1, 1, tzinfo=LOCAL)  # a day in the future is a mistake in a row, and its column one of days all the same
_DAYS = re.compile(r"\b(?:ngay|thoi gian|thoi diem|gio|date|time)\b")
_PERSONAL_FROM = 0.3  # share of values that look like somebody's from which a column is never shown


@dataclass(frozen=True)
class Guess:
    """What is probably meant; `columns` as in ColumnMapping, `personal`: headers of buyers' columns."""

    columns: dict[str, str] = field(default_factory=dict)
    date_order: DateOrder = "dmy"
    days_alone: bool = False
    money_unit: int = 1
    personal: tuple[str, ...] = ()


def guess(table: Table) -> Guess:
    """A guess for each of our fields, each column at most once."""
    personal = [index for index in range(len(table.headers)) if is_personal(table, index)]
    free = [index for index, header in enumerate(table.headers) if header and index not in personal]
    order = _date_order(table, free)
    moment = _moment(order)
    money = of_thousands(vnd)  # reads all that either unit of money reads
    readers: dict[str, Reader] = {
        "order_id": order_id, "sku_id": sku_id, "units": units, "units_or_0": units, "vnd": money, "vnd_or_0": money, "vnd_or_none": money,
        "time": moment, "time_or_none": moment, "currency": currency,
    }  # fmt: skip
    scored = sorted(
        (
            (rank, place, index, name)
            for place, (name, kind) in enumerate(KINDS.items())
            for index in free
            if (rank := _rank(name, fold(table.headers[index]))) is not None and _fits(table.cells_of(index), readers.get(kind))
        )
    )
    chosen: dict[str, int] = {}
    for _how_sure, _place, index, name in scored:
        if name not in chosen and index not in chosen.values():
            chosen[name] = index
    _by_values(table, [index for index in free if index not in chosen.values()], chosen, moment)
    if "unit_price" in chosen and "gross" in chosen:
        del chosen["unit_price"]
    columns = {each.name: table.headers[chosen[each.name]] for each in FIELDS if each.name in chosen}
    return Guess(
        columns=columns,
        date_order=order,
        days_alone="placed_at" in chosen and _are_days(table.cells_of(chosen["placed_at"]), moment),
        money_unit=_money_unit(table, chosen),
        personal=tuple(table.headers[index] for index in personal if table.headers[index]),
    )


def is_personal(table: Table, index: int) -> bool:
    """Whether a column is a buyer's, by its name or by what it holds."""
    header = fold(table.headers[index])
    if names_a_buyer(header):
        return True
    texts = [cell for cell in table.cells_of(index) if isinstance(cell, str)]
    if not texts:
        return False
    if sum(bool(_PHONE.search(text) or _ADDRESS.search(text)) for text in texts) >= _PERSONAL_FROM * len(texts):
        return True
    if header in COLUMNS["product_name"] or _rank("delivery_province", header) is not None:
        return False
    return sum(map(_is_name, texts)) >= _PERSONAL_FROM * len(texts)


def counts_days(table: Table, index: int) -> bool:
    """Whether the numbers of a column are days as a workbook counts them, by its name and by how large they are."""
    numbers = [cell for cell in table.cells_of(index) if isinstance(cell, float)]
    moment = _moment("dmy")
    return bool(_DAYS.search(fold(table.headers[index]))) and all(isinstance(moment(number), datetime) for number in numbers)


def state_of(word: str) -> int | None:
    """Which of our states a word (as `plain` writes it) probably is, or RETURNED."""
    for platform in PLATFORMS.values():
        if word in platform.statuses:
            return platform.statuses[word]
    return STATES.get(fold(word))


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        2 <= len(words) <= 5
        and all((word[:1].isupper() and word[1:].islower()) or word.isupper() for word in words)
        and not any(map(str.isdigit, text))
        and fold(words[0]) in _SURNAMES
    )


def _rank(name: str, header: str) -> int | None:
    """How surely a folded header is the field's: 0 is best. A header that only begins so comes after all that are exactly so."""
    words = COLUMNS[name]
    if header in words:
        return words.index(header)
    for place, word in enumerate(words):
        if len(word) > 5 and header.startswith(f"{word} "):
            return 100 + place
    return None


def _fits(cells: Sequence[Cell], read: Reader | None) -> bool:
    if read is None or not cells:
        return True
    return sum(type(read(cell)) is not Problem for cell in cells) >= _SURE * len(cells)


def _by_values(table: Table, free: list[int], chosen: dict[str, int], moment: Reader) -> None:
    """What no name told: the time by being one, the product by being the longest words, quantity and price by their size."""

    def take(name: str, index: int | None) -> None:
        if name not in chosen and index is not None:
            chosen[name] = index
            free.remove(index)

    def first(test: Reader) -> int | None:
        return next((index for index in free if (cells := table.cells_of(index)) and all(map(test, cells))), None)

    take("placed_at", first(lambda cell: not isinstance(cell, float) and isinstance(moment(cell), datetime)))
    worded = {index: _letters(table.cells_of(index)) for index in free}
    take("product_name", max((index for index in free if worded[index] >= 6), key=lambda index: worded[index], default=None))
    take("units", first(lambda cell: isinstance(found := units(cell), int) and 0 < found < 500))
    if "gross" not in chosen:
        take("unit_price", first(lambda cell: isinstance(found := vnd(cell), int) and found >= 500 and found % 500 == 0))
    take("order_number", first(lambda cell: isinstance(cell, str) and isinstance(order_id(cell), str) and any(map(str.isdigit, cell))))


def _letters(cells: Sequence[Cell]) -> float:
    texts = [cell for cell in cells if isinstance(cell, str)]
    return sum(sum(map(str.isalpha, text)) for text in texts) / len(texts) if texts else 0.0


_NUMBERS = re.compile(r"\b(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})\b")


def _date_order(table: Table, free: list[int]) -> DateOrder:
    """By the first number that can be no month; where there is none, the day comes first, as here."""
    texts = [cell for index in free for cell in table.cells_of(index) if isinstance(cell, str)]
    found = [match for match in map(_NUMBERS.search, texts) if match]
    short = [(int(match[1]), int(match[2])) for match in found if len(match[1]) <= 2]
    if found and not short:
        return "ymd"
    first, second = (max((numbers[place] for numbers in short), default=0) for place in (0, 1))
    return "mdy" if second > 12 >= first else "dmy"


def _moment(order: DateOrder) -> Reader:
    return loose_time_reader(time_reader(latest=_LAST, first_day=date(1899, 12, 30)), order=order, days_alone=True, latest=_LAST)


def _are_days(cells: Sequence[Cell], moment: Reader) -> bool:
    """Whether there are days among the cells, and none with a time of day; what is no day at all says nothing."""
    days = [cell for cell in cells if isinstance(moment(cell), datetime)]
    return bool(days) and all(cell.is_integer() if isinstance(cell, float) else bool(DAY.fullmatch(cell or "")) for cell in days)


def _money_unit(table: Table, chosen: dict[str, int]) -> int:
    index = chosen.get("unit_price", chosen.get("gross"))
    read = of_thousands(vnd)
    amounts = [found for cell in table.cells_of(index) if isinstance(found := read(cell), int)] if index is not None else []
    thousand = bool(amounts) and max(amounts) < 1_000 * 1_000
    return int(ColumnMapping.MoneyUnit.THOUSAND if thousand else ColumnMapping.MoneyUnit.DONG)
