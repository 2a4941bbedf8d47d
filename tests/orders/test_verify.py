"""`verify_figures` finds what is wrong and nothing else; `rebuild_figures` mends it."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import connection

from orders.figures.fold import fold_all
from orders.figures.models import Contribution, Figure, OrderFigure
from orders.figures.verify import rebuild_figures, verify_figures
from orders.marks.models import Mark
from orders.models import Attribution, EntryKind, IntakeRun, LedgerEntry, Order, OrderLine
from tests.orders import naive
from tests.orders.observations import EPOCH, File, Seen, hours, take_in
from tests.orders.test_fold import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Five orders in two shops, folded."""
    world = World()
    for shop in world.shops[:2]:
        rows = tuple(
            Seen(
                number=f"{shop.code}{n}", key=key, state=3, units=2, gross=1000 + n, delivered=2, returned=n % 2, placed_at=EPOCH + hours(n)
            )
            for n in range(5)
            for key in ("x", "y")
        )
        take_in(shop, File(EPOCH + hours(99), rows))
    fold_all()
    return world


def checks() -> set[str]:
    """Names of the checks that found something."""
    return {difference.check for difference in verify_figures().differences}


def test_what_the_fold_made_is_right(world: World) -> None:
    verdict = verify_figures()
    assert (verdict.differences, verdict.orders, verdict.pending, verdict.snapshot) == ([], 10, 0, 1)


def test_pending_marks_are_no_difference(world: World) -> None:
    take_in(world.shops[0], File(EPOCH + hours(120), (Seen(number="own1", key="x", state=4, units=2, cancelled=2),)))
    assert (verify_figures().differences, verify_figures().pending) == ([], 1)
    fold_all()
    assert (verify_figures().differences, verify_figures().pending) == ([], 0)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda: Figure.objects.filter(pk=Figure.objects.first().pk).update(placed_value=1), {"figures against contributions"}),
        (lambda: Figure.objects.first().delete(), {"figures against contributions"}),
        (
            lambda: OrderFigure.objects.filter(pk=OrderFigure.objects.first().pk).update(net_orders=77),
            {"order figures against contributions"},
        ),
        (
            lambda: Contribution.objects.filter(pk=Contribution.objects.first().pk).update(star=5),
            {"figures against contributions", "order figures against contributions", "contributions against the ledger"},
        ),
        (lambda: Attribution.objects.filter(pk=Attribution.objects.first().pk).update(bucket=1), {"attributions against the rule"}),
        (lambda: OrderLine.objects.filter(pk=OrderLine.objects.first().pk).update(returned_units=2), {"lines against the ledger"}),
    ],
)
def test_damage_is_named_and_mended(world: World, damage: object, found: set[str]) -> None:
    damage()  # type: ignore[operator]
    assert checks() == found
    if found != {"lines against the ledger"}:
        assert rebuild_figures() == 10
        assert checks() == set()


@pytest.mark.parametrize("kind", [EntryKind.CANCELLED, EntryKind.RETURNED, EntryKind.DELIVERED])
def test_an_amount_that_the_line_does_not_explain_is_found(world: World, kind: EntryKind) -> None:
    """Also where what is too much in one movement is missing in another."""
    entry = LedgerEntry.objects.filter(kind=EntryKind.DELIVERED).select_related("line").earliest("pk")
    for wrong, amount in ((kind, 5), (EntryKind.CANCELLED if kind == EntryKind.RETURNED else EntryKind.RETURNED, -5)):
        LedgerEntry.objects.create(
            line=entry.line, kind=wrong, units=0, amount=amount, happened_at=EPOCH, learned_at=EPOCH, run_id=entry.run_id
        )
    assert checks() == {"lines against the ledger", "contributions against the ledger"}


def test_rows_that_name_what_is_not_there_are_found(world: World) -> None:
    told = {"kind": EntryKind.PLACED, "units": 0, "amount": 0, "happened_at": EPOCH, "learned_at": EPOCH}
    entry = LedgerEntry.objects.earliest("pk")
    runless = LedgerEntry.objects.create(line_id=entry.line_id, run_id=1_000_000, **told)
    lineless = LedgerEntry.objects.create(line_id=1_000_000, run_id=entry.run_id, **told)
    strange = Order.objects.filter(shop=world.shops[0]).earliest("pk")
    Order.objects.filter(pk=strange.pk).update(run=IntakeRun.objects.filter(shop=world.shops[1]).earliest("pk"))
    found = verify_figures().differences
    assert {difference.check for difference in found} == {"rows that name what is not there"}
    assert {difference.where for difference in found} == {f"entry {runless.pk}", f"entry {lineless.pk}", f"order {strange.number}"}


def test_a_lost_mark_is_found(world: World) -> None:
    take_in(world.shops[0], File(EPOCH + hours(120), (Seen(number="new", key="x"),)))
    Mark.objects.all().delete()
    assert checks() == {"orders neither marked nor folded", "contributions against the ledger", "attributions against the rule"}


def test_a_fact_changed_behind_the_portals_back_is_found_by_its_trigger(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_productfacts SET net_weight_g = 777 WHERE product_id = %s", [world.products[0].pk])
    assert verify_figures().pending > 0
    fold_all()
    assert verify_figures().differences == []
    assert naive.stored_figures() == naive.expected_figures(naive.contributions())


def test_command_exits_1_and_names_the_difference(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_figures")
    assert capsys.readouterr().out == "10 orders, 0 pending, snapshot 1: no difference\n"
    Figure.objects.all().delete()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_figures", "--json")
    assert stopped.value.code == 1
    assert json.loads(capsys.readouterr().out)["differences"][0]["check"] == "figures against contributions"
    call_command("rebuild_figures")
    call_command("verify_figures")
    assert "no difference" in capsys.readouterr().out
