"""From the bytes of a body to rows of cells: the JSON, and whether each thing in it is what its name says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any, NamedTuple, NoReturn

from django.utils.translation import gettext as _

from orders.feeds.problems import BodyError, Problems, shown
from orders.feeds.table import LINE, MOST_LINES, MOST_ORDERS, ORDER, STATES, Field
from orders.intake.reading.values import EXACT, ID

Cells = list[Any]

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_TYPES = {"text": str, "time": str, "whole": int}
_NOT = {"text": "not_text", "time": "not_time", "whole": "not_whole"}
_IDENTIFIERS = frozenset({"number", "sku_id"})


def parse(body: bytes) -> Any:
    """The JSON value in the body. Raises BodyError for whatever JSON does not have, though Python lets it pass."""
    try:
        return json.loads(body.decode(), parse_constant=_no_number, object_pairs_hook=_unique)
    except RecursionError:
        raise BodyError(_("The JSON is nested too deep.")) from None
    except UnicodeDecodeError:
        raise BodyError(_("The body is not UTF-8.")) from None
    except json.JSONDecodeError as error:
        # Its own text may repeat nothing of the body.
        raise BodyError(_("The body is not JSON (line %(line)s).") % {"line": error.lineno}) from None
    except BodyError:
        raise
    except ValueError:  # a number of thousands of digits
        raise BodyError(_("The body is not JSON: a number in it is too long.")) from None


def _no_number(_name: str) -> NoReturn:
    raise BodyError(_("The body is not JSON: NaN and Infinity are no numbers there."))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BodyError(_("An object in the body has the same field twice."))
    return found


class Shape:
    """Looks at objects of one kind: their fields' names and JSON types. Combinations of types that passed are remembered."""

    def __init__(self, fields: tuple[Field, ...], *, more: Iterable[str] = ()) -> None:
        self._fields = fields
        self._names = [field.name for field in fields]
        self._known = frozenset([*self._names, *more])
        self._times = [index for index, field in enumerate(fields) if field.kind == "time"]
        self._texts = [index for index, field in enumerate(fields) if field.kind == "text"]
        self._wholes = [index for index, field in enumerate(fields) if field.kind == "whole"]
        self._identifiers = [(index, field) for index, field in enumerate(fields) if field.name in _IDENTIFIERS]
        self._passed: set[tuple[type, ...]] = set()

    def cells_of(self, told: Any, path: str, problems: Problems) -> Cells:
        """The fields' values in order, whole numbers as a workbook's (float); None where there is none, or where it is a problem."""
        if type(told) is not dict:
            problems.add(path, "not_object")
            return [None] * len(self._names)
        if not told.keys() <= self._known:
            for name in told.keys() - self._known:
                problems.add(_at(path, shown(name)), "unknown_field")
        cells = list(map(told.get, self._names))
        types = tuple(map(type, cells))
        if types not in self._passed and self._fits(cells, path, problems):
            self._passed.add(types)
        for index in self._wholes:
            number = cells[index]
            if number is not None:
                cells[index] = float(number) if -EXACT < number < EXACT else math.inf if number > 0 else -math.inf
        for index in self._times:
            text = cells[index]
            if text is not None and not _TIME.fullmatch(text):
                problems.add(_at(path, self._names[index]), "not_time")
                cells[index] = None
        for index in self._texts:
            text = cells[index]
            if text is not None and not text.isascii() and _HALF_CHARACTER.search(text):
                problems.add(_at(path, self._names[index]), "bad_text")
                cells[index] = None
        for index, field in self._identifiers:
            text = cells[index]
            if text and not ID.fullmatch(text):
                problems.add(_at(path, field.name), "bad_id")
        return cells

    def _fits(self, cells: Cells, path: str, problems: Problems) -> bool:
        """Whether each cell is of its field's type; those that are not are told and emptied."""
        fits = True
        for index, field in enumerate(self._fields):
            value = cells[index]
            if value is None:
                if field.needed:
                    problems.add(_at(path, field.name), "needed")
                    fits = False
            elif type(value) is not _TYPES[field.kind]:  # a truth value is no number, 1.0 no whole one
                problems.add(_at(path, field.name), _NOT[field.kind])
                cells[index] = None
                fits = False
        return fits


_BATCH = Shape((Field("exported_at", "time", needed=True),), more=["orders"])
_ORDER, _LINE = Shape(ORDER, more=["lines"]), Shape(LINE)


class Row(NamedTuple):
    """A line of a batch: the place of its order, its own place in it, the cells of both, and whether all of them are of their kind."""

    order: int
    line: int
    order_cells: Cells
    line_cells: Cells
    sound: bool

    @property
    def order_path(self) -> str:
        """Where its order stands, as problems name it."""
        return f"orders[{self.order}]"

    @property
    def path(self) -> str:
        """Where it stands itself."""
        return f"orders[{self.order}].lines[{self.line}]"


def exported_at_of(told: Any, problems: Problems) -> str | None:
    """The batch's time of export as it is written. Raises BodyError where the body is no object."""
    if type(told) is not dict:
        raise BodyError(_("The body is not an object with exported_at and orders."))
    (text,) = _BATCH.cells_of(told, "", problems)
    return None if text is None else str(text)


def rows_of(orders: Any, problems: Problems) -> list[Row]:
    """Every line of the batch, in order."""
    rows: list[Row] = []
    for place, told in enumerate(_listed(orders, "orders", MOST_ORDERS, problems)):
        path = f"orders[{place}]"
        before = len(problems)
        order = _ORDER.cells_of(told, path, problems)
        lines = _listed(told.get("lines"), f"{path}.lines", MOST_LINES, problems) if type(told) is dict else []
        order_sound = len(problems) == before
        for position, line in enumerate(lines):
            before = len(problems)
            cells = _LINE.cells_of(line, f"{path}.lines[{position}]", problems)
            if cells[0] is not None and cells[0] not in STATES:
                problems.add(f"{path}.lines[{position}].state", "unknown_status")
            rows.append(Row(place, position, order, cells, order_sound and len(problems) == before))
    return rows


def _listed(value: Any, path: str, most: int, problems: Problems) -> list[Any]:
    """The list, or an empty one and a problem."""
    if type(value) is not list:
        problems.add(path, "needed" if value is None else "not_list")
    elif not value:
        problems.add(path, "list_empty")
    elif len(value) > most:
        problems.add(path, "list_long")
    else:
        return value
    return []


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
