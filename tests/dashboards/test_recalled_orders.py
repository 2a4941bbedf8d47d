"""Recalled orders as tasks of shops, and the pages of lots and orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from catalog.models import Product
from orders.lots.services import allot_all, choose_lot
from orders.models import LineLook, LotAllocation, LotChoice, Order, RecallTask, Shop
from tests import builders, trace_builders
from tests.builders import CA_MAU, at
from tests.dashboards.market import browser_of, context_of, queries_of
from tests.order_builders import Line, fold, order
from traceability.models import Lot, Recall
from traceability.recalls.services import end_recall

pytestmark = pytest.mark.django_db


class Trade:
    """A maker's product in the maker's own shop and in a partner's, with two lots of 5 and 100 packs; six orders of 2 packs."""

    def __init__(self) -> None:
        self.maker = builders.producer("GL1")
        self.coffee: Product = builders.product("A", self.maker, name="Cà phê")
        self.own: Shop = builders.shop("OWN", self.maker, sells=[self.coffee])
        self.mixed: Shop = builders.shop("MIXED", builders.partner("P1"), sells=[self.coffee])
        self.old = self.lot("L1", 1, 5)
        self.new = self.lot("L2", 2, 100)
        self.orders = {number: self.buy(number) for number in range(1, 7)}
        self.settle()

    def lot(self, number: str, day: int, packs: int) -> Lot:
        """A lot made on that day of May."""
        return trace_builders.lot(self.coffee, number, made_on=date(2025, 5, day), quantity=Decimal(packs))

    def buy(self, number: int, units: int = 2, cancelled: int = 0) -> Order:
        """An order of the day; odd numbers in the maker's shop. The same number again is a newer look."""
        shop = self.own if number % 2 else self.mixed
        exported = at(f"2025-06-{number + cancelled:02d} 10:00")
        placed = at(f"2025-05-{9 + number:02d} 10:00")
        return order(shop, f"D{number}", placed, Line(self.coffee, units, cancelled=cancelled), exported_at=exported)

    @staticmethod
    def settle() -> None:
        """Everything folded and set."""
        fold()
        allot_all()

    def recall(self, lot: Lot) -> Recall:
        """A recall of the lot, with its tasks."""
        found = trace_builders.recall(lot)
        self.settle_lots()
        return found

    @staticmethod
    def settle_lots() -> None:
        """Everything set."""
        allot_all()


@pytest.fixture
def trade() -> Trade:
    """The trade."""
    return Trade()


def numbers(recall: Recall, *, open_only: bool = False) -> list[str]:
    """The orders of its tasks."""
    tasks = RecallTask.objects.filter(recall=recall)
    return sorted((tasks.open() if open_only else tasks).values_list("order__number", flat=True))


# The list keeps true


def test_a_recall_lists_the_orders_that_took_of_the_lot(trade: Trade) -> None:
    recall = trade.recall(trade.old)
    assert numbers(recall) == ["D1", "D2", "D3"]
    # D3 has a pack of either lot: it stands on both lists.
    assert numbers(trade.recall(trade.new)) == ["D3", "D4", "D5", "D6"]


def test_the_recall_of_some_packs_lists_every_order_of_the_lot(trade: Trade) -> None:
    trace_builders.codes(Lot.objects.get(pk=trade.old.pk), 5)
    recall = trace_builders.recall(trade.old, 1, 2)
    allot_all()
    assert numbers(recall) == ["D1", "D2", "D3"]
    # The lot was recalled in part before: its row does not change, and the second recall has its list all the same.
    second = trace_builders.recall(trade.old, 4, 5)
    allot_all()
    assert numbers(second) == ["D1", "D2", "D3"]


def test_orders_that_are_told_later_join_the_list_and_those_that_turn_out_otherwise_leave_it(trade: Trade) -> None:
    recall = trade.recall(trade.old)
    trade.buy(1, cancelled=2)
    trade.settle()
    # What D1 left free goes to the next in their order.
    assert numbers(recall) == ["D2", "D3", "D4"]
    member = builders.member(trade.maker)
    page = browser_of(member)
    task = RecallTask.objects.get(recall=recall, order__number="D2")
    page.post(f"/recalls/{recall.pk}/orders/MIXED/", {"tasks": [task.pk], "note": ""})
    choose_lot(line=trade.orders[2].lines.get(), lot=trade.new, by=None)
    trade.settle()
    # What was done stays on the list; an order more took its place in the lot.
    assert numbers(recall) == ["D2", "D3", "D4", "D5"]
    assert numbers(recall, open_only=True) == ["D3", "D4", "D5"]


def test_a_recall_that_has_ended_gets_no_new_tasks(trade: Trade) -> None:
    recall = trade.recall(trade.old)
    end_recall(recall=recall, by=builders.administrator(), note_vi="Xong", note_en="")
    trade.buy(1, cancelled=2)
    trade.settle()
    assert numbers(recall) == ["D2", "D3"]


# Who sees and does what


def test_each_sees_the_orders_of_its_goods_and_shops_and_says_what_is_done(trade: Trade) -> None:
    recall = trade.recall(trade.old)
    official, member = builders.official(), builders.member(trade.maker)
    for user in (official, member, builders.official(builders.AGRICULTURE), builders.administrator()):
        rows = context_of(user, "/en/recalls/orders/")["rows"]
        assert [(row.code, row.orders, row.open) for row in rows] == [("MIXED", 1, 1), ("OWN", 2, 2)]
    stranger, elsewhere = builders.member(builders.producer("GL2", nth_commune=1)), builders.official(province=CA_MAU)
    for user in (stranger, elsewhere):
        assert list(context_of(user, "/en/recalls/orders/")["rows"]) == []
        assert browser_of(user).get(f"/en/recalls/{recall.pk}/orders/OWN/").status_code == 404
    page = browser_of(member)
    tasks = list(RecallTask.objects.filter(order__shop=trade.own).order_by("order__number"))
    for _twice in range(2):
        answer = page.post(f"/en/recalls/{recall.pk}/orders/OWN/", {"tasks": [tasks[0].pk], "note": "Nhắn qua sàn"}, follow=True)
    assert "0 orders are done." in answer.content.decode()
    done = RecallTask.objects.get(pk=tasks[0].pk)
    assert (done.done_by, done.note, done.done_at is not None) == (member, "Nhắn qua sàn", True)
    rows = context_of(official, "/en/recalls/orders/")["rows"]
    assert [(row.code, row.open) for row in rows] == [("MIXED", 1), ("OWN", 1)]
    assert browser_of(stranger).post(f"/recalls/orders/{done.pk}/reopen/").status_code == 404
    page.post(f"/recalls/orders/{done.pk}/reopen/")
    done.refresh_from_db()
    assert (done.done_at, done.done_by, done.note) == (None, None, "")


def test_an_official_sees_order_ids_only_of_shops_that_share_them_and_each_look_is_written_down(trade: Trade) -> None:
    trade.buy(7, units=99)
    trade.settle()
    recall = trade.recall(trade.old)
    official, member = builders.official(), builders.member(trade.maker)
    browser_of(official).get(f"/recalls/{recall.pk}/orders/OWN/")
    browser_of(official).get(f"/recalls/{recall.pk}/orders/OWN.csv")
    browser_of(official).get("/lots/orders/")
    browser_of(member).get(f"/recalls/{recall.pk}/orders/OWN/")
    looks = LineLook.objects.order_by("pk").values_list("user", "purpose", "shop__code", "lines")
    assert list(looks) == [(official.pk, "list", "OWN", 2), (official.pk, "csv", "OWN", 2), (official.pk, "list", "OWN", 1)]
    trade.own.agreements.update(until=at("2025-01-01 00:00").date(), since=at("2024-01-01 00:00").date())
    task = RecallTask.objects.filter(order__shop=trade.own).earliest("pk")
    for address in (f"/recalls/{recall.pk}/orders/OWN/", f"/recalls/{recall.pk}/orders/OWN.csv"):
        assert browser_of(official).get(address).status_code == 403
    assert browser_of(official).post(f"/recalls/{recall.pk}/orders/OWN/", {"tasks": [task.pk]}).status_code == 403
    assert browser_of(official).post(f"/recalls/orders/{task.pk}/reopen/").status_code == 403
    # How many are open is no order line.
    assert [(row.code, row.open) for row in context_of(official, "/en/recalls/orders/")["rows"]] == [("MIXED", 1), ("OWN", 2)]
    assert browser_of(member).get(f"/recalls/{recall.pk}/orders/OWN/").status_code == 200
    page = context_of(official, "/en/lots/orders/")
    assert (page["short"], page["rows"][0].short) == (None, 6)


@pytest.mark.parametrize("tasks", [[], ["x"], ["\x00"], ["99999999999999999999999"], ["-1"]])
def test_ticks_that_are_none_are_told(trade: Trade, tasks: list[str]) -> None:
    recall = trade.recall(trade.old)
    answer = browser_of(builders.member(trade.maker)).post(f"/en/recalls/{recall.pk}/orders/OWN/", {"tasks": tasks})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["tasks"]
    assert numbers(recall, open_only=True) == ["D1", "D2", "D3"]


def test_an_order_of_another_shop_or_recall_is_not_ticked(trade: Trade) -> None:
    recall = trade.recall(trade.old)
    other = RecallTask.objects.get(order__number="D2")
    answer = browser_of(builders.member(trade.maker)).post(f"/recalls/{recall.pk}/orders/OWN/", {"tasks": [other.pk]})
    assert answer.status_code == 422


def test_the_list_as_csv(trade: Trade) -> None:
    recall = trade.recall(trade.old)
    answer = browser_of(builders.member(trade.maker)).get(f"/en/recalls/{recall.pk}/orders/OWN.csv")
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "Order ID,Placed,Lot,Packs,Done,Done by,Note",
        "D1\t,2025-05-10 10:00:00,L1,2,,,",
        "D3\t,2025-05-12 10:00:00,L1,1,,,",
    ]


def test_as_many_queries_for_three_orders_as_for_one(trade: Trade) -> None:
    recall = trade.recall(trade.old)
    official = builders.official()
    one = queries_of(official, f"/en/recalls/{recall.pk}/orders/MIXED/")
    assert len(one) == len(queries_of(official, f"/en/recalls/{recall.pk}/orders/OWN/"))
    shops = queries_of(official, "/en/recalls/orders/")
    trade.recall(trade.new)
    assert len(shops) == len(queries_of(official, "/en/recalls/orders/"))


# Lots and orders


def test_lots_with_what_went_into_orders_and_what_no_lot_had_left(trade: Trade) -> None:
    trade.buy(7, units=99)
    trade.settle()
    official = builders.official()
    page = context_of(official, "/en/lots/orders/")
    (row,) = page["rows"]
    assert (row.product.code, row.lots, row.made, row.sold, row.short) == ("A", 2, 105, 105, 6)
    assert [(one.line.order.number, one.units) for one in page["short"]] == [("D7", 6)]
    asked = context_of(official, "/en/lots/orders/?product=A")
    assert asked["asked"].code == "A"
    assert [(lot.number, lot.made, lot.sold, lot.left) for lot in asked["listed"]] == [("L2", 100, 100, 0), ("L1", 5, 5, 0)]
    assert context_of(official, "/en/lots/orders/?product=X")["unknown"] is True
    assert list(context_of(builders.official(province=CA_MAU), "/en/lots/orders/")["rows"]) == []


def test_a_member_chooses_a_lot_for_a_line_and_lets_the_days_decide_again(trade: Trade) -> None:
    line = trade.orders[1].lines.get()
    member = builders.member(trade.maker)
    page, address = browser_of(member), f"/en/order-lines/{line.pk}/lot/"
    assert page.post(address, {"lot": trade.new.pk}).headers["Location"] == f"/en/orders/{line.order_id}/"
    assert (LotChoice.objects.get().lot, LotChoice.objects.get().by) == (trade.new, member)
    allot_all()
    assert list(LotAllocation.objects.filter(line=line).values_list("lot__number", "units", "chosen")) == [("L2", 2, True)]
    assert [(lot.number, lot.units, lot.chosen) for lot in context_of(member, f"/en/orders/{line.order_id}/")["order"].lines[0].lots] == [
        ("L2", 2, True)
    ]
    page.post(address, {"lot": ""})
    assert not LotChoice.objects.exists()
    other = trace_builders.lot(builders.product("B", trade.maker), "X")
    for lot in (other.pk, "x", "\x00", 10**30):
        assert page.post(address, {"lot": lot}).status_code == 422
    stranger = builders.member(builders.producer("GL2", nth_commune=1))
    assert browser_of(stranger).post(address, {"lot": trade.new.pk}).status_code == 404
    assert browser_of(builders.official()).get(address).status_code == 403


def test_a_lot_recalled_before_the_order_is_not_chosen(trade: Trade) -> None:
    Lot.objects.filter(pk=trade.old.pk).update(recalled_at=at("2025-05-09 10:00"), state="closed", closed_at=at("2025-05-09 10:00"))
    answer = browser_of(builders.member(trade.maker)).post(f"/en/order-lines/{trade.orders[1].lines.get().pk}/lot/", {"lot": trade.old.pk})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["lot"]


def test_as_many_queries_for_three_products_with_lots_as_for_one(trade: Trade) -> None:
    official = builders.official()
    one = queries_of(official, "/en/lots/orders/")
    for code in ("B", "C"):
        trace_builders.lot(builders.product(code, trade.maker), "L1")
    assert len(one) == len(queries_of(official, "/en/lots/orders/"))
