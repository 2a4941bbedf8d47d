"""Passports as JSON objects and as rows of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from catalog.spreadsheets import inert
from traceability.passport.fields import FIELDS
from traceability.passport.reading import Passport

COLUMNS = ("kind", *(field.name for field in FIELDS), "complete", "missing", "is_demo")


def as_json(passport: Passport) -> dict[str, Any]:
    """The passport as an object; `missing` names each field that ought to be there, in the reader's language with what to do."""
    values = {field.name: passport.values.get(field.name) for field in FIELDS if passport.lot is not None or not field.of_lot}
    return {
        "kind": "lot" if passport.lot else "product",
        **values,
        "complete": passport.is_complete,
        "missing": [{"field": field.name, "what": str(field.label), "remedy": str(field.remedy)} for field in passport.missing],
        "is_demo": passport.product.is_demo or (passport.lot is not None and passport.lot.is_demo),
    }


def as_csv(passports: Sequence[Passport]) -> str:
    """CSV in UTF-8 with a byte order mark, a passport a line; lists within a cell stand with `; ` between. Formulas are written as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for passport in passports:
        row = as_json(passport)
        writer.writerow([inert(_cell(name, row.get(name))) for name in COLUMNS])
    return "\ufeff" + out.getvalue()


def _cell(name: str, value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, list):
        return value
    if name == "missing":
        return "; ".join(f"{one['field']}: {one['remedy']}" for one in value)
    return "; ".join(" ".join(str(part) for part in one.values() if part) for one in value)
