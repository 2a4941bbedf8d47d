"""Batches over the API: what comes into the ledger, and what is answered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.feeds.models import IdempotentCall
from orders.intake.services import take_in_file
from orders.models import IntakeRun, LedgerEntry, LineState, Mark, Order, OrderLine, Shop, Source, StagedRow
from orders.sampling import write_sample
from tests import builders
from tests.builders import at
from tests.orders.feed_calls import EXPORTED_AT, batch, faults, line, order, send

pytestmark = pytest.mark.django_db


def test_batch_is_in_the_ledger_when_it_is_answered(shop: Shop, key: str) -> None:
    told = order(
        "A1",
        line(
            state="delivered", units=3, gross=300_000, seller_discount=30_000, platform_discount=5_000, delivered_at="2026-06-02T01:00:00Z"
        ),
        line(sku_id=None, product_name="Mật  ong", variation="350 g", units=2, gross=90_000, state="shipped"),
        amount=355_000,
        shipping_provider="GHN",
        delivery_province="52",
    )
    answer = send(key, batch(told, order("A2")))
    assert answer.status_code == 201
    run = IntakeRun.objects.get()
    assert answer.json() == {
        "run": run.pk,
        "state": "merged",
        "exported_at": EXPORTED_AT,
        "received_at": timezone.localtime(run.created_at).isoformat(),
        "orders_new": 2,
        "orders_changed": 0,
        "lines": 3,
        "lines_new": 3,
        "lines_changed": 0,
        "lines_unchanged": 0,
        "lines_unmapped": 3,
        "orders": [{"number": "A1", "result": "new"}, {"number": "A2", "result": "new"}],
    }
    assert (run.shop, run.source, run.state, run.by) == (shop, Source.API, "merged", None)
    kept = Order.objects.get(number="A1")
    assert (kept.amount, kept.refund, kept.shipping_provider, kept.delivery_province_id) == (355_000, None, "GHN", "52")
    assert kept.placed_at == at("2026-06-01 20:03:11")
    lines = list(kept.lines.order_by("key").values_list("key", "units", "gross", "seller_discount", "value", "delivered_units", "state"))
    assert lines == [("1729592969712207000", 3, 300_000, 30_000, 270_000, 3, 2), ("mật ong / 350 g", 2, 90_000, 0, 90_000, 0, 1)]
    moved = LedgerEntry.objects.filter(line__order=kept).order_by("line__key", "kind").values_list("kind", "units", "amount", "happened_at")
    assert list(moved) == [
        (1, 3, 270_000, at("2026-06-01 20:03:11")),
        (4, 3, 270_000, at("2026-06-02 08:00:00")),
        (1, 2, 90_000, at("2026-06-01 20:03:11")),
    ]
    assert Mark.objects.count() == 2


def test_answer_tells_of_each_order_what_it_changed(key: str) -> None:
    send(key, batch(order("A1"), order("A2")))
    later = batch(order("A1"), order("A2", line(state="cancelled")), order("A3"), exported_at="2026-06-03T08:00:00+07:00")
    answer = send(key, later).json()
    assert answer["orders"] == [
        {"number": "A1", "result": "unchanged"},
        {"number": "A2", "result": "changed"},
        {"number": "A3", "result": "new"},
    ]
    counts = [answer[name] for name in ("orders_new", "orders_changed", "lines", "lines_new", "lines_changed", "lines_unchanged")]
    assert counts == [1, 1, 3, 1, 1, 1]
    stale = send(key, batch(order("A2", line(units=7, gross=7)), exported_at="2026-06-01T23:00:00+07:00")).json()
    assert stale["orders"] == [{"number": "A2", "result": "unchanged"}]
    assert OrderLine.objects.get(order__number="A2").cancelled_units == 1


def test_same_lines_of_an_order_are_summed(key: str) -> None:
    answer = send(key, batch(order("A1", line(units=2, gross=20), line(units=3, gross=30, state="cancelled")))).json()
    assert (answer["lines"], answer["lines_new"]) == (2, 1)
    assert OrderLine.objects.values_list("units", "gross", "cancelled_units", "state").get() == (5, 50, 3, 0)


def test_equal_lines_that_are_more_together_than_can_be_kept_are_refused(key: str) -> None:
    huge, small = line(units=10**5, gross=10**11), line(sku_id="2", units=1, gross=1)
    assert send(key, batch(order("A1", huge))).status_code == 201
    assert faults(send(key, batch(order("A2"), order("A3", huge, small, line(units=1, gross=0))))) == {
        "orders[1].lines[0].units": "too_big_together",
        "orders[1].lines[2].units": "too_big_together",
    }
    assert faults(send(key, batch(order("A2", line(units=1, gross=10**11), line(units=1, gross=1))))) == {
        "orders[0].lines[0].gross": "too_big_together",
        "orders[0].lines[1].gross": "too_big_together",
    }
    assert list(Order.objects.values_list("number", flat=True)) == ["A1"]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        # state, cancelled, returned, delivered
        ({"state": "placed"}, (0, 0, 0, 0)),
        ({"state": "completed"}, (3, 0, 0, 4)),
        ({"state": "cancelled"}, (4, 4, 0, 0)),
        ({"state": "cancelled", "delivered_at": "2026-06-02T01:00:00Z"}, (4, 0, 4, 4)),
        ({"state": "cancelled", "delivered_units": 1}, (4, 3, 1, 1)),
        ({"state": "cancelled", "cancelled_units": 1, "delivered_units": 3, "returned_units": 3}, (4, 1, 3, 3)),
        ({"state": "delivered", "cancelled_units": 1}, (2, 1, 0, 3)),
        ({"state": "delivered", "returned_units": 2}, (2, 0, 2, 4)),
        ({"state": "shipped", "delivered_units": 2}, (1, 0, 0, 2)),
        ({"state": "shipped", "delivered_units": 3, "cancelled_units": 1}, (2, 1, 0, 3)),
        ({"state": "shipped", "cancelled_units": 1}, (1, 1, 0, 0)),
    ],
)
def test_what_became_of_the_units(key: str, told: dict[str, Any], kept: tuple[int, ...]) -> None:
    assert send(key, batch(order("A1", line(units=4, gross=400, **told)))).status_code == 201
    assert StagedRow.objects.values_list("state", "cancelled_units", "returned_units", "delivered_units").get() == kept


def test_same_orders_by_file_and_by_batch_are_the_same_ledger(shop: Shop, key: str, tmp_path: Path) -> None:
    file = write_sample(tmp_path / "orders.csv", 60, 7, "csv").path
    other = builders.shop("GIAN-2", builders.host("KHAC"))
    run = take_in_file(path=file, shop=other, file_name=file.name, commit=True)
    told = []
    for number in dict.fromkeys(run.staged_rows.order_by("row").values_list("number", flat=True)):
        lines = []
        for row in run.staged_rows.filter(number=number).order_by("row"):
            facts = {name: getattr(row, name) for name in ("sku_id", "seller_sku", "product_name", "variation", "units", "gross")}
            facts |= {name: getattr(row, name) for name in ("seller_discount", "platform_discount", "cancelled_units", "returned_units")}
            facts |= {name: at.isoformat() for name in ("shipped_at", "delivered_at", "cancelled_at") if (at := getattr(row, name))}
            lines.append({"state": LineState(row.state).name.lower(), **facts})
        head = {"placed_at": row.placed_at.isoformat(), "amount": row.order_amount, "refund": row.order_refund}
        place = {"delivery_province": row.delivery_province, "delivery_commune": row.delivery_commune}
        told.append({"number": number, **head, **place, "shipping_provider": row.shipping_provider, "lines": lines})
    assert send(key, batch(*told, exported_at=run.exported_at.isoformat())).status_code == 201

    def ledger(of: Shop) -> list[tuple[object, ...]]:
        columns = ("line__order__number", "line__key", "kind", "units", "amount", "happened_at", "line__state", "line__cancelled_units")
        more = ("line__order__amount", "line__order__shipping_provider", "line__order__delivery_commune_id", "line__exported_at")
        return sorted(LedgerEntry.objects.filter(line__order__shop=of).values_list(*columns, *more), key=str)

    assert ledger(shop) == ledger(other)
    assert len(ledger(shop)) > 100


def test_many_lines_cost_no_more_queries_than_one(key: str) -> None:
    def queries(*numbers: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert send(key, batch(*map(order, numbers))).status_code == 201
        return len(caught)

    queries("A0")  # the process reads the places once, the key is told to be used
    assert queries("A1") == queries("B1", "B2", "B3")


def test_old_answers_are_forgotten_and_runs_stay(key: str) -> None:
    from orders.tasks import forget_calls

    send(key, batch(), "old")
    IdempotentCall.objects.update(at=timezone.now() - timedelta(days=14, minutes=1))
    send(key, batch(order("A2")), "new")
    forget_calls()
    assert IdempotentCall.objects.get().run == IntakeRun.objects.latest("pk")
    assert IntakeRun.objects.count() == 2
