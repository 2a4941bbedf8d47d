"""What a cell of each column may hold, and what it then means."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from catalog import gtin
from catalog.models import CODE, Producer
from catalog.registry.reading import RawCell
from places import names

# Longest text of each column, as in the models.
LENGTHS = {
    "code": 40,
    "name_vi": 200,
    "name_en": 200,
    "producer_code": 40,
    "producer_name": 200,
    "producer_name_en": 200,
    "representative": 150,
    "address": 300,
    "unit": 60,
    "decision_number": 60,
    "issuer": 200,
    "revoked_ground": 300,
    "commune": 100,
    "district": 100,
    "province": 100,
    "ocop_set": 200,
}
_SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_WEIGHT = re.compile(r"(?P<number>[\d.,]+) ?(?P<unit>kilograms?|kg|grams?|gam|gr|g)?\.?", re.IGNORECASE)
_VOLUME = re.compile(r"[\d.,]+ ?(ml|l|lit|lít|cl|liters?|litres?)\b", re.IGNORECASE)
_PRICE = re.compile(r"(?P<number>\d[\d.,]*) ?(₫|đ|đồng|dong|vnd|vnđ)?", re.IGNORECASE)
_STARS = re.compile(r"([345])(?: ?(?:sao|stars?|★))?|(★{3,5})", re.IGNORECASE)
_TAX = re.compile(r"\d{10}|\d{10}-?\d{3}|\d{12}", re.ASCII)
_FIRST_DAY = date(2013, 1, 1)  # the first provincial programme of its kind; an earlier day is mistyped
_MOST_GRAMS = 1_000_000_000
_MOST_PRICE = 1_000_000_000_000


class CellError(ValueError):
    """The cell cannot be meant so; `message` is an English sentence to be translated."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def text_of(raw: RawCell) -> str:
    """The cell as text. A number that stands for a whole one loses its “.0”: 1001 and not 1001.0."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)


def plain_text(column: str) -> Callable[[RawCell], str]:
    """Reads a text of the column's length."""

    def read(raw: RawCell) -> str:
        text = text_of(raw)
        if len(text) > LENGTHS[column]:
            raise CellError(gettext_noop("The text is too long."))
        return text

    return read


def code(raw: RawCell) -> str:
    """A code of a product or producer."""
    text = text_of(raw)
    try:
        CODE(text)
    except ValidationError:
        text = ""
    if not 0 < len(text) <= LENGTHS["code"]:
        raise CellError(gettext_noop("A code has at most 40 letters without accents, digits, dots, dashes and underscores."))
    return text


def day(raw: RawCell) -> date:
    """dd/mm/yyyy, ISO, or a date cell."""
    match = _DAY.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise CellError(gettext_noop("Write the day as dd/mm/yyyy."))
    year, month, number = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        found = date(int(year), int(month), int(number))
    except ValueError:
        raise CellError(gettext_noop("There is no such day in the calendar.")) from None
    if not _FIRST_DAY <= found < date(2100, 1, 1):
        raise CellError(gettext_noop("The day lies too far away: check the year."))
    return found


def grams(raw: RawCell) -> int:
    """Net weight in grams: a number alone is grams; with g or kg a comma or a dot is the decimal sign.

    Three digits behind the sign may be thousands or decimals (1.500 g): refused, unless it begins with 0 (0,500 kg).
    """
    if isinstance(raw, bool):
        raise CellError(gettext_noop("Write the weight like 500 g or 1,5 kg."))
    if isinstance(raw, str):
        if _VOLUME.fullmatch(raw):
            raise CellError(gettext_noop("This is a volume. Write the weight of the content in g or kg, or leave the cell empty."))
        match = _WEIGHT.fullmatch(raw)
        if match is None:
            raise CellError(gettext_noop("Write the weight like 500 g or 1,5 kg."))
        amount = _decimal(match["number"])
        weight = amount * 1000 if (match["unit"] or "g").lower().startswith("k") else amount
    else:
        weight = Decimal(str(raw))
    if weight != weight.to_integral_value() or not 0 < weight <= _MOST_GRAMS:
        raise CellError(gettext_noop("The weight must be a whole number of grams, above 0."))
    return int(weight)


def _decimal(text: str) -> Decimal:
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text):
        raise CellError(gettext_noop("It is not clear whether the sign marks thousands or decimals: write 1500 g or 1,5 kg."))
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise CellError(gettext_noop("Write the weight like 500 g or 1,5 kg.")) from None


def price(raw: RawCell) -> int:
    """Whole VND: 120000, 120.000, 120,000 ₫."""
    amount: Decimal
    if isinstance(raw, str):
        match = _PRICE.fullmatch(raw)
        number = match["number"] if match else ""
        if not re.fullmatch(r"\d+|\d{1,3}(\.\d{3})+|\d{1,3}(,\d{3})+", number):
            raise CellError(gettext_noop("Write the price in whole VND, like 120000 or 120.000."))
        amount = Decimal(re.sub(r"[.,]", "", number))
    elif isinstance(raw, bool):
        raise CellError(gettext_noop("Write the price in whole VND, like 120000 or 120.000."))
    else:
        amount = Decimal(str(raw))
    if amount != amount.to_integral_value() or not 0 < amount <= _MOST_PRICE:
        raise CellError(gettext_noop("The price must be a whole number of VND, above 0."))
    return int(amount)


def gtin_of(raw: RawCell) -> str:
    """A GTIN that a product in trade can have; one kept as a number has lost its leading zeros, which do not matter to its check digit."""
    return _gtin(raw, restricted=False)


def _gtin(raw: RawCell, *, restricted: bool) -> str:
    text = text_of(raw)
    if not isinstance(raw, str) and text.isdigit():
        text = text.zfill(next((length for length in gtin.LENGTHS if len(text) <= length), 0))
    try:
        return gtin.parse(text, restricted=restricted)
    except gtin.GtinError as error:
        raise CellError(error.message) from None


def stars(raw: RawCell) -> int:
    """3, 4 or 5, also “4 sao”."""
    match = _STARS.fullmatch(text_of(raw))
    if match is None or isinstance(raw, bool):
        raise CellError(gettext_noop("Stars are 3, 4 or 5; below three there is no certificate."))
    return int(match[1]) if match[1] else len(match[2])


def points(raw: RawCell) -> Decimal:
    """0 to 100, with at most one decimal."""
    text = text_of(raw).replace(",", ".")
    if isinstance(raw, bool) or not re.fullmatch(r"\d{1,3}(\.\d0*)?", text, re.ASCII) or not 0 <= Decimal(text) <= 100:
        raise CellError(gettext_noop("Points are a number from 0 to 100 with at most one decimal."))
    return Decimal(text).quantize(Decimal("0.1"))


def tax_code(raw: RawCell) -> str:
    """10, 12 or 13 digits; a branch's as 0123456789-001."""
    text = text_of(raw)
    if isinstance(raw, bool) or not _TAX.fullmatch(text):
        raise CellError(gettext_noop("A tax code has 10, 12 or 13 digits; a spreadsheet may have dropped its leading zeros."))
    return f"{text[:10]}-{text[10:]}" if len(text) == 13 else text


_KINDS = {
    "hop tac xa": Producer.Kind.COOPERATIVE,
    "htx": Producer.Kind.COOPERATIVE,
    "lien hiep hop tac xa": Producer.Kind.COOPERATIVE,
    "cong ty": Producer.Kind.COMPANY,
    "doanh nghiep": Producer.Kind.COMPANY,
    "cong ty tnhh": Producer.Kind.COMPANY,
    "cong ty co phan": Producer.Kind.COMPANY,
    "doanh nghiep tu nhan": Producer.Kind.COMPANY,
    "ho kinh doanh": Producer.Kind.HOUSEHOLD,
    "ho san xuat": Producer.Kind.HOUSEHOLD,
    "co so san xuat": Producer.Kind.HOUSEHOLD,
    "household business": Producer.Kind.HOUSEHOLD,
    "to hop tac": Producer.Kind.GROUP,
    "tht": Producer.Kind.GROUP,
    "cooperative group": Producer.Kind.GROUP,
} | {kind.value: kind for kind in Producer.Kind}


def producer_kind(raw: RawCell) -> str:
    """Cooperative, company, household or cooperative group, in Vietnamese or English."""
    kind = _KINDS.get(names.plain(text_of(raw)).replace(".", ""))
    if kind is None:
        raise CellError(gettext_noop("Write cooperative, company, household or cooperative group."))
    return kind.value


def set_text(raw: RawCell) -> str:
    """An OCOP set's code or name. A number cell shows 1.1 for 1.10: codes have two digits behind the dot."""
    if isinstance(raw, float):
        return f"{raw:.2f}"
    return plain_text("ocop_set")(raw)


def commune_text(raw: RawCell) -> str:
    """A commune's code or name; a code kept as a number has lost its leading zeros."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return text_of(raw).zfill(5)
    return plain_text("commune")(raw)


def province_text(raw: RawCell) -> str:
    """A province's code or name."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return text_of(raw).zfill(2)
    return plain_text("province")(raw)


def held_or_new_gtin(raw: RawCell) -> str:
    """A GTIN of the registry: a restricted number may be what the product has had all along, which the check knows."""
    return _gtin(raw, restricted=True)


DAYS = frozenset({"decided_on", "valid_until", "revoked_on", "facts_since"})
READERS: dict[str, Callable[[RawCell], object]] = {
    **{column: plain_text(column) for column in LENGTHS},
    **dict.fromkeys(DAYS, day),
    "code": code,
    "producer_code": code,
    "commune": commune_text,
    "province": province_text,
    "ocop_set": set_text,
    "net_weight": grams,
    "list_price": price,
    "gtin": held_or_new_gtin,
    "stars": stars,
    "points": points,
    "producer_kind": producer_kind,
    "tax_code": tax_code,
}


def read_cell(column: str, raw: RawCell) -> object:
    """The value of a cell. Raises CellError; a formula kept as text and an error of the spreadsheet are refused in every column."""
    if isinstance(raw, str):
        if raw.startswith("="):
            raise CellError(gettext_noop("The cell begins with “=”: a formula was kept as text. Write the value itself."))
        if raw in _SHEET_ERRORS:
            raise CellError(gettext_noop("The cell holds an error of the spreadsheet. Write the value itself."))
    return READERS[column](raw)
