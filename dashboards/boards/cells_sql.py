"""Sums of cells (figures, distinct orders, scans) by several sets of columns, over several periods at once: one statement for a table.

A board asks always in the same few forms, and to have the ORM put these together takes about as long as to run them. Each period is a
statement of its own within one, planned for its own days, so periods may overlap; the sets are grouping sets, so that a cell is read once
for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

Lookups = Mapping[str, Any]  # as `Filters.lookups` gives them: paths that lead through one table at most, with an operator or without
Paths = tuple[str, ...]
Part = tuple[str, list[Any]]  # a piece of SQL with its parameters
Cells = tuple[Lookups, Sequence[Part]]  # those that fit the lookups and further conditions
Found = dict[tuple[Any, ...], list[int]]  # sums by the values at the paths

FIGURES, ORDERS, SCANS = "orders_figure", "orders_orderfigure", "traceability_scancount"
# What a path may lead through: a cell without a session, or without a set, is a cell still.
_JOINS = {
    "shop": "LEFT JOIN orders_shop shop ON shop.id = {cell}.shop_id",
    "product": "LEFT JOIN catalog_product product ON product.id = {cell}.product_id",
    "session": "LEFT JOIN livestreams_session session ON session.id = {cell}.session_id",
    "ocop_set": "LEFT JOIN catalog_ocopset ocop_set ON ocop_set.id = {cell}.ocop_set_id",
}
_OPERATORS = {"gte": ">= %s", "lte": "<= %s", "in": "= ANY (%s)", "isnull": "IS NULL"}


def added_up(names: Iterable[str]) -> str:
    """The sums of these columns: a double adds whole numbers exactly up to 2^53 (nine million billion đồng), in half the time."""
    return ", ".join(f"sum({name}::float8)::bigint" for name in names)


def grouped(table: str, sets: Sequence[Paths], sums: Sequence[str], periods: Sequence[Cells]) -> dict[Paths, list[Found]]:
    """The sums by each of `sets`, of the cells of each of `periods`; nothing where there is no cell. One query."""
    paths = list(dict.fromkeys(path for one in sets for path in one))
    keys = [_column(path, "cell") for path in paths]
    kind = f"GROUPING({', '.join(keys)})" if keys else "0"
    by = ", ".join(f"({', '.join(_column(path, 'cell') for path in one)})" for one in sets)
    statements, values = [], []
    for place, cells in enumerate(periods):
        chosen, parameters = _chosen(table, "cell", *cells, through=paths)
        columns = ", ".join([str(place), kind, *keys, f"ARRAY[{added_up(sums)}]"])
        statements.append(f"SELECT {columns} FROM {chosen} GROUP BY GROUPING SETS ({by})")
        values += parameters
    found: dict[Paths, list[Found]] = {one: [{} for _ in periods] for one in sets}
    # GROUPING has a bit for each path, the first one's highest, which is set where a row is not grouped by it.
    bits = {path: 1 << place for place, path in enumerate(reversed(paths))}
    told = {sum(bit for path, bit in bits.items() if path not in one): (found[one], [paths.index(path) for path in one]) for one in sets}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        for place, grouping, *key, totals in cursor.fetchall():
            # The grand total of no cell at all is NULL.
            if totals[0] is not None:
                rows, places = told[grouping]
                rows[place][tuple(map(key.__getitem__, places))] = totals
    return found


def then_of(member: str, followers: Lookups, every: Lookups) -> list[Part]:
    """Conditions on cells of orders: only the days on which the `member` (product_id, producer_id) was what the `followers` say.

    Said twice: the first narrows to the few members that fit `every`, by their index, the second to their days.
    """
    members, fitting = _chosen(FIGURES, "figure", every)
    days, following = _chosen(FIGURES, "figure", followers)
    same = " AND ".join(f"figure.{name} = cell.{name}" for name in (member, "day", "province_id"))
    return [(f"cell.{member} IN (SELECT figure.{member} FROM {members})", fitting), (f"EXISTS (SELECT FROM {days} AND {same})", following)]


def _chosen(table: str, alias: str, lookups: Lookups, conditions: Sequence[Part] = (), *, through: Iterable[str] = ()) -> Part:
    """What follows FROM: the cells that fit, and what the paths (of the lookups, and `through`) lead to."""
    joined = {path.partition("__")[0] for path in (*lookups, *through)}
    joins = [sql.format(cell=alias) for name, sql in _JOINS.items() if name in joined]
    parts = [*(_condition(path, value, alias) for path, value in lookups.items()), *conditions]
    where = " AND ".join(sql for sql, _ in parts) or "true"
    return " ".join([table, alias, *joins, "WHERE", where]), [value for _, values in parts for value in values]


def _condition(path: str, value: Any, alias: str) -> Part:
    name, _, operator = path.rpartition("__")
    if operator not in _OPERATORS:
        return f"{_column(path, alias)} = %s", [value]
    parameters = [] if operator == "isnull" else [list(value)] if operator == "in" else [value]
    return f"{_column(name, alias)} {_OPERATORS[operator]}", parameters


def _column(path: str, alias: str) -> str:
    return path.replace("__", ".") if "__" in path else f"{alias}.{path}"
