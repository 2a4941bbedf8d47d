"""A file merged while it is read: portions hold whole orders, and it makes no difference to the ledger."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import enumerate as living_threads

import pytest

from orders.intake import one_go
from orders.intake.ahead import ahead
from orders.intake.copying import STAGED_COLUMNS, CopyTexts
from orders.intake.models import IntakeRun, StagedRow
from orders.intake.one_go import OrdersApartError, portions, take_in_one_go
from orders.intake.services import take_in_file
from orders.ledger.models import Order
from orders.marks.models import Mark
from orders.sampling import write_sample
from tests.orders.observations import Seen, ledger_of, lines_of
from tests.orders.order_files import row, write_csv
from tests.orders.test_merge import make_shop

LINES = 2_500


def rows_of(*numbers: str, first: int = 3) -> list[tuple[object, ...]]:
    """Staged tuples of these orders, one row each, of one SKU."""
    return [Seen(number=number, key="x").row(1, row) for row, number in enumerate(numbers, first)]


def test_a_portion_ends_where_an_order_ends() -> None:
    chunks = [rows_of("1", "1", "2"), rows_of("2", "3", "4", first=6), rows_of("4", "5", first=9)]
    found = [(portion.rows.first, portion.rows.last, portion.rows.repeats) for portion in portions(iter(chunks), size=3)]
    assert found == [(3, 4, 1), (5, 7, 1), (8, 9, 1), (10, 10, 0)]
    texts = b"".join(portion.text for portion in portions(iter(chunks), size=3)).decode().splitlines()
    number, row = STAGED_COLUMNS.index("number"), STAGED_COLUMNS.index("row")
    assert [(line.split("\t")[number], int(line.split("\t")[row])) for line in texts] == [
        (order, place) for place, order in enumerate("11223445", 3)
    ]


def test_order_numbers_are_escaped_where_they_must_be() -> None:
    place = STAGED_COLUMNS.index("number")
    for numbers in (["1", "2"], ["1\t2", "3"], ["a\\N", "b"], ["\n", "\r"]):
        lines = CopyTexts().of([(*row[:place], number, *row[place + 1 :]) for row, number in zip(rows_of("1", "2"), numbers, strict=True)])
        written = [line.split(b"\t")[place].decode() for line in lines.splitlines()]
        assert written == [number.encode("unicode_escape").decode() for number in numbers]


@pytest.mark.parametrize("orders", ["1233441", "1111111"], ids=["comes again", "fills a portion"])
def test_an_order_that_is_no_part_of_one_portion_is_told(orders: str) -> None:
    chunks = [rows_of(*orders[:3]), rows_of(*orders[3:], first=6)]
    with pytest.raises(OrdersApartError):
        list(portions(iter(chunks), size=3))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """An order file of several portions."""
    path = tmp_path / "orders.csv"
    write_sample(path, LINES, 3, "csv")
    return path


@pytest.mark.django_db
def test_in_one_go_or_staged_first_is_the_same(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_go, "PORTION", 600)
    lines = sample.read_bytes().splitlines(keepends=True)
    apart = sample.with_name("apart.csv")
    one, two = make_shop("one"), make_shop("two")

    run = take_in_file(path=sample, shop=one, file_name="orders.csv", commit=True)
    assert (run.rows, run.lines_new, run.attempts, run.state) == (LINES, LINES, 0, IntakeRun.State.MERGED)
    assert (run.staged_rows.count(), Order.objects.count(), Mark.objects.count()) == (LINES, run.orders_new, run.orders_new)

    # The same orders as a file in which one of them stands apart.
    numbers = [line.split(b",")[0] for line in lines[2:]]
    two_rows = next(at for at in range(1, LINES) if numbers[at] == numbers[at - 1]) + 2
    apart.write_bytes(b"".join([*lines[:two_rows], *lines[two_rows + 1 :], lines[two_rows]]))
    with pytest.raises(OrdersApartError):
        take_in_one_go(path=apart, shop=two, file_name="apart.csv", exported_at=run.exported_at, by=None)
    assert not two.intake_runs.exists()
    assert StagedRow.objects.count() == LINES
    staged = take_in_file(path=apart, shop=two, file_name="apart.csv", exported_at=run.exported_at, commit=True)
    assert (staged.state, staged.lines_new, staged.orders_new) == (run.state, run.lines_new, run.orders_new)
    assert ledger_of(one) == ledger_of(two)
    assert lines_of(one) == lines_of(two)

    again = take_in_file(path=sample, shop=one, file_name="orders.csv", commit=True)
    assert (again.orders_new, again.lines_new, again.orders_changed, again.lines_changed, again.unchanged) == (0, 0, 0, 0, LINES)
    assert again.exported_at == run.exported_at


@pytest.mark.django_db
def test_the_district_of_the_file_tells_communes_of_one_name_apart(tmp_path: Path) -> None:
    place = {"province": "Hồ Chí Minh", "commune": "Phường 7"}
    rows = [row(order_id=f"57646141483891234{n}", district=district, **place) for n, district in enumerate(("Quận 5", "", "Quận 99"))]
    path = write_csv(tmp_path / "orders.csv", rows)
    take_in_file(path=path, shop=make_shop(), file_name=path.name, commit=True)
    delivered = Order.objects.order_by("number").values_list("delivery_province", "delivery_commune")
    assert list(delivered) == [("79", "27316"), ("79", None), ("79", None)]


def thread_names() -> list[str]:
    """Of the threads that read ahead."""
    return [thread.name for thread in living_threads() if thread.name == "read ahead"]


def test_reading_ahead_gives_the_same_items_and_errors_and_ends_with_its_reader() -> None:
    def items() -> Iterator[int]:
        yield from range(20)
        raise ValueError("broken")

    reader = ahead(items())
    assert [next(reader) for _ in range(20)] == list(range(20))
    with pytest.raises(ValueError, match="broken"):
        next(reader)
    assert list(ahead(iter([]))) == []

    made: list[int] = []
    reader = ahead((made.append(number) or number for number in range(1000)), most=2)  # type: ignore[func-returns-value]
    assert next(reader) == 0
    reader.close()
    assert len(made) < 10, "no more than was asked for and a few ahead"
    assert thread_names() == []


def test_threads_take_turns_quickly_and_cycles_are_looked_for_seldom_only_while_reading_ahead() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    usual, often = sys.getswitchinterval(), gc.get_threshold()
    reader = ahead(iter([1, 2]))
    next(reader)
    assert sys.getswitchinterval() == pytest.approx(0.0001)
    assert gc.get_threshold() == (100_000, *often[1:])
    assert (list(reader), sys.getswitchinterval(), gc.get_threshold()) == ([2], usual, often)
    with pytest.raises(ValueError, match="broken"):
        list(ahead(broken()))
    assert (sys.getswitchinterval(), gc.get_threshold()) == (usual, often)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "each", "most"),
    [("Quantity", "60000", "100.000"), ("SKU Subtotal Before Discount", "60000000000", "100.000.000.000")],
)
def test_equal_rows_that_are_too_large_together_are_refused_alone(tmp_path: Path, column: str, each: str, most: str) -> None:
    large = [{**row(order_id="576461414838900001"), column: each} for _ in range(2)]
    good = [row(order_id="576461414838900001", sku_id="172938475612345679"), *[row(order_id="576461414838900002")] * 2]
    shop = make_shop()
    path = write_csv(tmp_path / "orders.csv", [*large, *good])
    run = take_in_file(path=path, shop=shop, file_name="orders.csv", commit=True)
    assert (run.state, run.rows, run.rejected, run.lines_new, run.repeats) == (IntakeRun.State.MERGED, 5, 2, 2, 1)
    refused = list(run.rejected_rows.all())
    assert [(one.row, one.column, one.code, one.limit) for one in refused] == [(n, column, "too_big_together", most) for n in (3, 4)]
    assert {one.cells["order_number"] for one in refused} == {"576461414838900001"}
    assert most in str(refused[0].message)
    assert run.staged_rows.count() == 3
