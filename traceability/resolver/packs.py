"""A pack by its serial number: the most frequent question by far, in one statement that each connection plans once.

The ORM would make three times the work of it. What is not read here of the rows is read when somebody asks for it. Behind a pooler of
connections this needs session pooling.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Model

from catalog.models import Product
from traceability.codes.models import UnitCode
from traceability.lots.models import Lot


def _read(model: type[Model], *names: str) -> list[str]:
    """The names in the order in which the model takes values."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in names]


_UNIT = _read(UnitCode, "id", "lot_id", "number", "serial", "voided_at")
_LOT = _read(Lot, "id", "product_id", "number", "code", "best_before", "changed_at", "recalled_at")
_PRODUCT = _read(Product, "id", "gtin", "name_vi", "name_en", "producer_id")
_COLUMNS = ", ".join(f"{table}.{name}" for table, names in (("unit", _UNIT), ("lot", _LOT), ("product", _PRODUCT)) for name in names)
_FIND_UNIT = f"""
SELECT often.unit_id, {_COLUMNS}
FROM traceability_unitcode unit
JOIN traceability_lot lot ON lot.id = unit.lot_id
JOIN catalog_product product ON product.id = lot.product_id
LEFT JOIN traceability_oftenscanned often ON often.unit_id = unit.id AND (often.cleared_at IS NULL OR often.flagged_at > often.cleared_at)
WHERE unit.serial = $1
"""  # noqa: S608  (names of columns that stand above)
# Connections that know the statement.
_prepared: WeakSet[Any] = WeakSet()


def unit_of(serial: str) -> UnitCode | None:
    """The unit of a serial number with its lot and product, and whether it was scanned too often."""
    row = _asked(serial)
    if row is None:
        return None
    units, lots = 1 + len(_UNIT), 1 + len(_UNIT) + len(_LOT)
    unit = UnitCode.from_db("default", _UNIT, row[1:units])
    unit.lot = Lot.from_db("default", _LOT, row[units:lots])
    unit.lot.product = Product.from_db("default", _PRODUCT, row[lots:])
    unit.is_scanned_too_often = row[0] is not None
    return unit


def _asked(serial: str) -> tuple[Any, ...] | None:
    """The row; a connection that died since the last request is found out by asking, not by asking beforehand whether it lives."""
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _row(serial)
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block:
            raise
        connection.close()
    return _row(serial)


def _row(serial: str) -> tuple[Any, ...] | None:
    """Each connection plans the statement once: planning takes four times as long as finding."""
    with connection.cursor() as cursor:
        if connection.connection not in _prepared:
            cursor.execute(f"PREPARE ocop_unit (text) AS {_FIND_UNIT}")
            _prepared.add(connection.connection)
        cursor.execute("EXECUTE ocop_unit (%s)", [serial])
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
