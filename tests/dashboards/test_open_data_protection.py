"""The rule that hides small numbers, and an attacker who knows everything published and tries to reckon back what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.open_data.protection import Behind, hidden_parts

Cells = Mapping[str, Behind]


def cell(orders: int, *net: int, unknown: int = 0) -> Behind:
    """So many orders, and net VND by producer 1, 2, …; a unit for each 1,000 VND."""
    amounts: dict[int | None, int] = dict(enumerate(net, start=1)) | ({None: unknown} if unknown else {})
    return Behind(orders, amounts, {who: amount // 1000 for who, amount in amounts.items()})


def hidden(parts: Cells, total: Behind) -> tuple[bool, set[str]]:
    """What is hidden: the total or not, and which parts."""
    of_total, of_parts = hidden_parts(parts, total)
    return of_total, set(of_parts)


def together(cells: Cells, orders: int) -> Behind:
    """All of them as one, with so many orders."""
    sums: list[dict[int | None, int]] = [{}, {}]
    for one in cells.values():
        for found, amounts in zip(sums, (one.net, one.units), strict=True):
            for who, amount in amounts.items():
                found[who] = found.get(who, 0) + amount
    return Behind(orders, *sums)


@pytest.mark.parametrize(
    ("behind", "shown"),
    [
        (cell(10, 40_000, 40_000, 20_000), True),
        (cell(9, 40_000, 40_000, 20_000), False),
        (cell(10, 50_000, 50_000), False),
        # A producer of whom nothing was kept is no third one.
        (cell(10, 50_000, 50_000, 0), False),
        (cell(10, 80_000, 10_000, 10_000), True),
        (cell(10, 81_000, 10_000, 9_000), False),
        # What nobody knows whose it is may be the largest one's, and is no producer of its own.
        (cell(10, 60_000, 10_000, 10_000, unknown=20_000), True),
        (cell(10, 60_000, 10_000, 9_000, unknown=21_000), False),
        (cell(10, 50_000, 50_000, unknown=1_000), False),
        (cell(12, 0, 0, 0), False),
        # The value is spread, the units are one producer's.
        (Behind(10, {1: 100, 2: 100, 3: 100}, {1: 90, 2: 5, 3: 5}), False),
    ],
)
def test_what_may_be_shown(behind: Behind, shown: bool) -> None:
    assert behind.may_be_shown is shown


def test_a_second_part_is_hidden_where_the_total_would_give_the_first_away() -> None:
    parts = {"1": cell(90, *[100_000] * 6), "2": cell(3, 5_000), "3": cell(40, *[20_000] * 5), "4": cell(0)}
    assert hidden(parts, together(parts, 130)) == (False, {"2", "3"})


def test_as_many_are_hidden_as_make_a_sum_that_could_be_shown() -> None:
    """Two parts of one producer each: whoever is one of the two would know the other one's."""
    parts = {"1": cell(90, *[100_000] * 6), "2": cell(12, 5_000), "3": Behind(12, {9: 5_000}, {9: 5}), "5": cell(50, *[30_000] * 4)}
    assert hidden(parts, together(parts, 150)) == (False, {"2", "3", "5"})


def test_a_part_that_is_nearly_all_that_is_hidden_gets_company() -> None:
    """With a trifle alone beside it, what is hidden would be known nearly to the đồng."""
    parts = {
        "1": cell(900, *[900_000] * 6),
        "2": cell(30, 500_000, 1_000),
        "3": cell(20, 1_000, 1_000, 1_000),
        "5": cell(90, *[300_000] * 4),
    }
    assert hidden(parts, together(parts, 1000)) == (False, {"2", "3", "5"})


def test_where_the_total_is_hidden_one_hidden_part_is_enough() -> None:
    parts = {"1": cell(100, 2_000_000), "2": cell(40, 10_000, 10_000, 10_000)}
    assert hidden(parts, together(parts, 140)) == (True, {"1"})


def test_nothing_sold_is_nothing_to_hide() -> None:
    assert hidden({}, cell(0)) == (False, set())
    assert hidden({"1": cell(0)}, cell(0)) == (False, set())


producers = st.dictionaries(st.one_of(st.none(), st.integers(1, 6)), st.integers(0, 60), max_size=5)
parts = st.builds(
    lambda orders, units, price: Behind(orders if units else 0, {who: n * price for who, n in units.items()}, units),
    st.integers(1, 40),
    producers,
    st.integers(1, 2000),
)
months = st.dictionaries(st.sampled_from("1234560"), parts, min_size=1, max_size=7)


@settings(max_examples=60, deadline=None)
@given(st.lists(months, min_size=1, max_size=3))
def test_nothing_hidden_can_be_reckoned_from_everything_published(year: list[dict[str, Behind]]) -> None:
    """Every sum that ties figures of any month to each other, solved exactly: no hidden figure has only one possible value."""
    for amount in ("orders", "net", "units"):
        rows: list[dict[tuple[int, str], Fraction]] = []
        secret: set[tuple[int, str]] = set()
        for number, cells in enumerate(year):
            # As an attacker would hope: no order has products of two groups, so that orders add up as well.
            total = together(cells, sum(one.orders for one in cells.values()))
            total_hidden, covered = hidden_parts(cells, total)
            assert all(key in covered for key, one in cells.items() if one.orders and not one.may_be_shown)
            unknown = {(number, key) for key in covered} | ({(number, "total")} if total_hidden else set())
            secret |= unknown
            rows.append({key: Fraction(1 if key[1] != "total" else -1) for key in unknown})
            # What follows from the sum besides: all that is hidden together, which is to obey the rule itself.
            if covered and not total_hidden:
                assert together({key: cells[key] for key in covered}, sum(cells[key].orders for key in covered)).may_be_shown, amount
        assert determined(rows) & secret == set()


def determined(rows: list[dict[tuple[int, str], Fraction]]) -> set[tuple[int, str]]:
    """The unknowns that a system of linear equations leaves one value: alone in a row of its reduced form (Gauss and Jordan)."""
    reduced: list[tuple[tuple[int, str], dict[tuple[int, str], Fraction]]] = []
    for row in rows:
        left = dict(row)
        for lead, other in reduced:
            left = less(left, other, left.get(lead, Fraction(0)))
        if not left:
            continue
        lead = min(left)
        left = {key: value / left[lead] for key, value in left.items()}
        reduced = [(known, less(other, left, other.get(lead, Fraction(0)))) for known, other in reduced] + [(lead, left)]
    return {lead for lead, row in reduced if len(row) == 1}


def less(row: dict[tuple[int, str], Fraction], other: dict[tuple[int, str], Fraction], times: Fraction) -> dict[tuple[int, str], Fraction]:
    """`row` less `times` the other."""
    found = {key: row.get(key, Fraction(0)) - times * other.get(key, Fraction(0)) for key in row.keys() | other.keys()}
    return {key: value for key, value in found.items() if value}


def test_the_attacker_finds_what_there_is_to_find() -> None:
    one, two, three = ((1, key) for key in "abc")
    assert determined([{one: Fraction(1)}]) == {one}
    assert determined([{one: Fraction(1), two: Fraction(1)}]) == set()
    assert determined([{one: Fraction(1), two: Fraction(1)}, {one: Fraction(1), two: Fraction(-1)}]) == {one, two}
    assert determined([{one: Fraction(1), two: Fraction(1), three: Fraction(1)}, {one: Fraction(1), two: Fraction(1)}]) == {three}
