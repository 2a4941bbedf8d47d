"""Undo: afterwards everything is as if the run had never been taken in, whatever came before and after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.figures.fold import fold_all
from orders.figures.verify import rebuild_figures, verify_figures
from orders.intake import portions, runs
from orders.intake.models import IntakeRun, StagedRow
from orders.intake.undo import Undoing, count_undo, undo
from orders.models import Attribution, Contribution, Figure, LedgerEntry, Mark, Order, OrderFigure, OrderLine, Shop, SkuMapping
from orders.shops.booths import events_with_orders
from orders.shops.services import unmapped_skus
from tests import builders, order_builders
from tests.orders.observations import EPOCH, File, Seen, expected_ledger, hours, ledger_of, lines_of, rolled_back, take_back, take_in
from tests.orders.test_fold import World
from tests.orders.test_merge import files, make_shop
from tests.orders.totals import totals

pytestmark = pytest.mark.django_db
State = IntakeRun.State


def headers(shop: Shop) -> list[tuple[object, ...]]:
    """The shop's orders as a whole, by number."""
    columns = ("number", "placed_at", "amount", "refund", "shipping_provider", "exported_at", "run__file_name")
    return list(Order.objects.standing().filter(shop=shop).order_by("number").values_list(*columns))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(arrivals=files(), data=st.data())
def test_what_was_undone_was_never_there(arrivals: list[File], data: st.DataObject) -> None:
    """Files are taken in, some of them undone in between, some of these taken in again; another shop gets those that stand alone."""
    with rolled_back():
        shop, other = make_shop("one"), make_shop("two")
        standing: list[tuple[IntakeRun, File]] = []
        for file in arrivals + data.draw(st.lists(st.sampled_from(arrivals), max_size=2)):
            standing.append((take_in(shop, file), file))
            if data.draw(st.booleans()):
                run, _ = standing.pop(data.draw(st.integers(0, len(standing) - 1)))
                assert take_back(run).state == State.UNDONE
        for _, file in standing:
            take_in(other, file)
        assert ledger_of(shop) == ledger_of(other) == expected_ledger(file for _, file in standing)
        assert lines_of(shop) == lines_of(other)
        assert headers(shop) == headers(other)
        assert verify_figures().differences == []
        fold_all()
        assert (verify_figures().differences, verify_figures().pending) == ([], 0)
        cells = [
            sorted(Figure.objects.filter(shop=which).values_list("day", "bucket", "source", "lines", "placed_value", "cancelled_value"))
            for which in (shop, other)
        ]
        assert cells[0] == cells[1]


def two_files(shop: Shop) -> tuple[IntakeRun, IntakeRun]:
    """Order A is in both (cancelled in the second), B in the first, C in the second alone; folded."""
    first = take_in(shop, File(EPOCH + hours(48), (Seen(number="A", key="x"), Seen(number="A", key="y"), Seen(number="B", key="x"))))
    cancelled = Seen(number="A", key="x", state=4, cancelled=1)
    second = take_in(shop, File(EPOCH + hours(72), (cancelled, Seen(number="C", key="x", gross=5), Seen(number="B", key="z"))))
    fold_all()
    return first, second


def test_counts_before_and_rows_after() -> None:
    shop = make_shop()
    first, second = two_files(shop)
    before = Order.objects.count(), OrderLine.objects.count(), LedgerEntry.objects.count(), Mark.objects.count()
    assert count_undo(second) == Undoing(
        orders_withdrawn=1, orders_changed=2, lines_withdrawn=2, lines_changed=1, unchanged=0, value=-100_005
    )  # fmt: skip
    assert count_undo(first) == Undoing(
        orders_withdrawn=0, orders_changed=2, lines_withdrawn=2, lines_changed=0, unchanged=1, value=-200_000
    )  # fmt: skip
    assert before == (Order.objects.count(), OrderLine.objects.count(), LedgerEntry.objects.count(), Mark.objects.count())

    undone = take_back(second)
    assert (undone.state, undone.undo_reason, undone.staged_rows.count()) == (State.UNDONE, "wrong file", 3)
    assert undone.undone_at is not None
    assert set(lines_of(shop)) == {("A", "x"), ("A", "y"), ("B", "x")}
    assert lines_of(shop)["A", "x"] == (0, 1, 100_000, 0, 0, 0)
    assert list(Order.objects.standing().order_by("number").values_list("number", flat=True)) == ["A", "B"]
    assert Order.objects.get(number="A").run == first
    assert Mark.objects.count() == 3
    fold_all()
    assert not Contribution.objects.filter(order__number="C").exists()
    assert not Attribution.objects.filter(order__number="C").exists()
    assert sum(Figure.objects.values_list("placed_value", flat=True)) == 300_000
    assert sum(OrderFigure.objects.filter(grain=0).values_list("orders", flat=True)) == 2
    kept = totals()
    rebuild_figures()
    assert totals() == kept


def test_nothing_is_left_of_the_only_run() -> None:
    shop = make_shop()
    run = take_in(shop, File(EPOCH + hours(48), (Seen(key="x"), Seen(key="y", units=2, state=3, delivered=2, returned=1))))
    fold_all()
    take_back(run)
    fold_all()
    assert (ledger_of(shop), lines_of(shop), Figure.objects.count(), OrderFigure.objects.count()) == ({}, {}, 0, 0)
    assert unmapped_skus(shop) == []
    assert (verify_figures().differences, verify_figures().pending) == ([], 0)


def test_the_file_again_is_the_undo_of_the_undo() -> None:
    shop = make_shop()
    file = File(EPOCH + hours(48), (Seen(key="x"), Seen(key="y", units=2, state=3, delivered=2)))
    first = take_in(shop, file)
    fold_all()
    before = totals()
    take_back(first)
    fold_all()
    again = take_in(shop, file)
    assert (again.orders_new, again.lines_new, again.orders_changed, again.lines_changed, again.unchanged) == (1, 2, 0, 0, 0)
    fold_all()
    assert totals() == before
    assert OrderLine.objects.count() == 2, "the rows of before stand again"


def test_an_older_file_that_comes_after_the_undo_counts() -> None:
    """It is older than what was undone, which no longer says anything."""
    shop = make_shop()
    take_back(take_in(shop, File(EPOCH + hours(72), (Seen(state=4, cancelled=1),))))
    run = take_in(shop, File(EPOCH + hours(48), (Seen(state=0),)))
    assert (run.orders_new, run.lines_new) == (1, 1)
    assert list(lines_of(shop).values()) == [(0, 1, 100_000, 0, 0, 0)]


def test_a_return_is_dated_anew_where_the_run_that_dated_it_is_undone() -> None:
    shop = make_shop()
    returned = Seen(state=3, units=2, delivered=2, returned=1, delivered_at=EPOCH + hours(20))
    early, late = File(EPOCH + hours(48), (returned,)), File(EPOCH + hours(72), (returned,))
    take_in(shop, late)
    first = take_in(shop, early)
    assert ledger_of(shop) == expected_ledger([early, late])
    take_back(first)
    assert ledger_of(shop) == expected_ledger([late]) != expected_ledger([early, late])


def test_asked_twice_it_is_done_once_and_only_what_was_merged_is_undone() -> None:
    shop = make_shop()
    official = builders.user("a@example.vn")
    run = take_in(shop, File(EPOCH + hours(48), (Seen(),)))
    assert not runs.undo_run(run_id=run.pk), "nobody asked"
    runs.ask_undo(run_id=run.pk, by=official, reason="wrong shop")
    assert runs.ask_undo(run_id=run.pk, by=None, reason="again").undo_reason == "wrong shop"
    assert runs.waiting_for_undo() == [run.pk]
    with pytest.raises(runs.RunStateError):
        runs.cancel_run(run_id=run.pk)
    assert runs.undo_run(run_id=run.pk)
    entries = LedgerEntry.objects.count()
    assert not runs.undo_run(run_id=run.pk)
    assert runs.ask_undo(run_id=run.pk, by=None, reason="again").state == State.UNDONE
    assert (LedgerEntry.objects.count(), IntakeRun.objects.get().undone_by) == (entries, official)
    with pytest.raises(runs.RunStateError):
        runs.confirm_run(run_id=run.pk, by=None)
    staged = IntakeRun.objects.create(shop=shop, platform="tiktok", file_name="x", exported_at=EPOCH)
    with pytest.raises(runs.RunStateError):
        runs.ask_undo(run_id=staged.pk, by=None, reason="too early")


def test_in_portions_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions hold whole orders, also where the rows of an order stand apart; equal keys are summed within them."""
    monkeypatch.setattr(portions, "AT_LEAST", 2)
    shop = make_shop()
    numbers = ("A", "A", "B", "C", "B", "D", "E", "E", "F")
    rows = tuple(Seen(number=number, key="xy"[n % 2]) for n, number in enumerate(numbers))
    first = take_in(shop, File(EPOCH + hours(48), rows))
    assert (first.orders_new, first.lines_new) == (6, 8)
    later = File(EPOCH + hours(72), tuple(Seen(number=number, key="x", state=4, cancelled=1) for number in "ABCDEFBB"))
    second = take_in(shop, later)
    heard: list[int] = []
    assert ledger_of(shop) == expected_ledger([File(EPOCH + hours(48), rows), later])
    with rolled_back():
        undo(first, heard.append)
        assert heard == [0, 2, 5, 8, 9]
        assert ledger_of(shop) == expected_ledger([later])
    take_back(second)
    assert ledger_of(shop) == expected_ledger([File(EPOCH + hours(48), rows)])


def test_an_order_that_another_source_showed_falls_back_to_it() -> None:
    shop = make_shop()
    order_builders.order(shop, "A", EPOCH, order_builders.Line(None), exported_at=EPOCH + hours(1), source=2)
    order_builders.order(shop, "A", EPOCH, order_builders.Line(None), exported_at=EPOCH + hours(2), source=1)
    fold_all()
    assert set(Figure.objects.values_list("source", flat=True)) == {1}
    take_back(IntakeRun.objects.latest("pk"))
    fold_all()
    assert list(Figure.objects.values_list("source", "lines")) == [(2, 1)]


def test_a_withdrawn_order_follows_facts_without_counting() -> None:
    """A mapping and a booth's event mark it; the fold finds nothing to add."""
    world = World()
    booth = world.shops[2]
    run = take_in(booth, File(EPOCH + hours(48), (Seen(key="x"),)))
    fold_all()
    assert booth.event_id
    assert events_with_orders([booth.event_id]) == {booth.event_id}
    take_back(run)
    assert events_with_orders([booth.event_id]) == set()
    SkuMapping.objects.create(shop=booth, line_key="x", product=world.products[0], units=3, since=(EPOCH - timedelta(days=9)).date())
    fold_all()
    assert (Figure.objects.count(), verify_figures().differences) == (0, [])


def test_a_withdrawn_line_that_still_counts_is_found() -> None:
    shop = make_shop()
    take_in(shop, File(EPOCH + hours(48), (Seen(key="x"), Seen(key="y"))))
    fold_all()
    OrderLine.objects.filter(key="x").update(withdrawn=True)
    assert {difference.check for difference in verify_figures().differences} == {
        "lines against the ledger",
        "withdrawn lines that still count",
    }


def test_a_file_undone_may_come_again_with_another_time_of_export() -> None:
    """What was undone keeps nothing, its wrong time of export neither."""
    shop = make_shop()
    file = File(EPOCH + hours(48), (Seen(),))
    run = take_in(shop, file)
    assert StagedRow.objects.filter(run=run).count() == 1
    take_back(run)
    assert StagedRow.objects.filter(run=run).count() == 1, "what it showed can still be read"
