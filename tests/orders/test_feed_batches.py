"""Batches over the API: what comes into the ledger, what is answered, what is refused and how that is said."""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.feeds.keys import make_key
from orders.feeds.models import IdempotentCall, ShopKey
from orders.intake import runs
from orders.intake.services import take_in_file
from orders.models import Basis, IntakeRun, LedgerEntry, LineState, Mark, Order, OrderLine, Shop, SkuMapping, Source, StagedRow
from orders.sampling import write_sample
from tests import builders, order_builders
from tests.builders import at
from tests.orders.feed_calls import EXPORTED_AT, batch, faults, line, order, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """A host's shop on TikTok Shop."""
    return builders.shop("GIAN-1", builders.host("SAMMY"))


@pytest.fixture
def key(shop: Shop) -> str:
    """Its key."""
    return make_key(shop=shop, kind=ShopKey.Kind.API, by=builders.official())[1]


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


def test_livestream_that_the_platform_names_is_kept_and_orders_are_marked(shop: Shop, key: str) -> None:
    session = builders.session("LIVE-1", at("2026-06-01 19:00"), hosted_by=shop.host, shops=[shop])
    send(key, batch(order("A1"), order("A2")))
    Mark.objects.all().delete()
    answer = send(key, batch(order("A1", reported_session="LIVE-1"), order("A2"))).json()
    assert [one["result"] for one in answer["orders"]] == ["changed", "unchanged"]
    assert answer["orders_changed"] == 1
    assert list(Order.objects.order_by("number").values_list("reported_session__code", flat=True)) == ["LIVE-1", None]
    assert list(Mark.objects.values_list("order__number", "reason")) == [("A1", Mark.Reason.SESSION)]
    order_builders.fold()
    assert Order.objects.get(number="A1").attribution.session == session


@pytest.mark.parametrize("newest_first", [False, True])
def test_newest_word_about_the_livestream_counts_and_its_undo_brings_back_the_other(shop: Shop, key: str, newest_first: bool) -> None:
    for code in ("LIVE-1", "LIVE-2"):
        builders.session(code, at("2026-06-01 19:00"), hosted_by=shop.host, shops=[shop])
    bodies = [
        batch(order("A1", reported_session="LIVE-1")),
        batch(order("A1", reported_session="LIVE-2"), exported_at="2026-06-03T08:00:00+07:00"),
        batch(order("A1"), exported_at="2026-06-04T08:00:00+07:00"),  # says nothing about it
    ]
    sent = [send(key, body).json()["run"] for body in (reversed(bodies) if newest_first else bodies)]
    kept = Order.objects.values_list("reported_session__code", flat=True)
    assert kept.get() == "LIVE-2"
    _undo(sent[1])
    assert kept.get() == "LIVE-1"
    _undo(sent[2] if newest_first else sent[0])
    assert kept.get() is None


def test_named_host_chooses_among_that_hosts_livestreams_until_it_is_undone(shop: Shop, key: str) -> None:
    one, two = builders.host("KOL-1"), builders.host("KOL-2")
    product = builders.product("CF", builders.producer("HTX-9"))
    SkuMapping.objects.create(shop=shop, line_key=line()["sku_id"], product=product, since=date(2026, 1, 1))
    for host, begun in ((one, "19:00"), (two, "19:30")):
        builders.session(f"L-{host.code}", at(f"2026-06-01 {begun}"), minutes=90, hosted_by=host, products=[product], shops=[shop])

    def credited() -> tuple[str, int]:
        order_builders.fold()
        attribution = Order.objects.get().attribution
        return str(attribution.session and attribution.session.code), attribution.basis

    send(key, batch())
    assert credited() == ("L-KOL-2", Basis.ESTIMATED)  # both are on air, this one began last
    Mark.objects.all().delete()
    run = send(key, batch(order(reported_host="KOL-1"), exported_at="2026-06-03T08:00:00+07:00")).json()["run"]
    assert list(Mark.objects.values_list("reason", flat=True)) == [Mark.Reason.SESSION]
    assert credited() == ("L-KOL-1", Basis.REPORTED)
    # A later word about the livestream decides, whoever was named before; one that names nothing takes nothing back.
    later = send(key, batch(order(reported_session="L-KOL-2"), exported_at="2026-06-04T08:00:00+07:00")).json()["run"]
    send(key, batch(exported_at="2026-06-05T08:00:00+07:00"))
    assert Order.objects.values_list("reported_session__code", "reported_host__code").get() == ("L-KOL-2", "KOL-1")
    assert credited() == ("L-KOL-2", Basis.REPORTED)
    for undone, left in ((later, ("L-KOL-1", Basis.REPORTED)), (run, ("L-KOL-2", Basis.ESTIMATED))):
        _undo(undone)
        assert credited() == left


def test_host_who_leads_nothing_here_is_not_known(shop: Shop, key: str) -> None:
    assert shop.host is not None
    assert send(key, batch(order(reported_host=shop.host.code))).status_code == 201
    builders.host("KHAC")
    for code in ("KHAC", "NONE", "a\0b"):
        assert faults(send(key, batch(order(reported_host=code)))) == {"orders[0].reported_host": "unknown_host"}


def _undo(run: int) -> None:
    Mark.objects.all().delete()
    runs.ask_undo(run_id=run, by=builders.administrator(), reason="Nhầm")
    assert runs.undo_run(run_id=run)
    assert Mark.Reason.SESSION in Mark.objects.values_list("reason", flat=True)


def test_livestream_of_another_shop_is_not_known(shop: Shop, key: str) -> None:
    other = builders.shop("GIAN-2", builders.host("KHAC"))
    builders.session("LIVE-2", at("2026-06-01 19:00"), hosted_by=other.host, shops=[other])
    for code in ("LIVE-2", "NONE", "a\0b"):
        assert faults(send(key, batch(order(reported_session=code)))) == {"orders[0].reported_session": "unknown_session"}


ORDER, LINE = "orders[0]", "orders[0].lines[0]"
FUTURE = (timezone.now() + timedelta(hours=1)).isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (batch(buyer="Nguyễn Văn A"), {"buyer": "unknown_field"}),
        (batch(order(phone="0912345678")), {f"{ORDER}.phone": "unknown_field"}),
        (batch(order("A1", line(address="12 Trần Phú"))), {f"{LINE}.address": "unknown_field"}),
        ({"orders": [order()]}, {"exported_at": "needed"}),
        ({"exported_at": EXPORTED_AT}, {"orders": "needed"}),
        (batch(exported_at=1), {"exported_at": "not_time"}),
        (batch(exported_at="2026-06-02T08:00:00"), {"exported_at": "not_time"}),
        (batch(exported_at="2026-13-02T08:00:00Z"), {"exported_at": "not_time"}),
        (batch(exported_at=FUTURE), {"exported_at": "date_range"}),
        ({"exported_at": EXPORTED_AT, "orders": []}, {"orders": "list_empty"}),
        ({"exported_at": EXPORTED_AT, "orders": {}}, {"orders": "not_list"}),
        (batch("A1"), {ORDER: "not_object"}),
        (batch([]), {ORDER: "not_object"}),
        (batch(order() | {"lines": []}), {f"{ORDER}.lines": "list_empty"}),
        (batch(order() | {"lines": None}), {f"{ORDER}.lines": "needed"}),
        (batch(order("A1", *[line()] * 101)), {f"{ORDER}.lines": "list_long"}),
        (batch(*[order(str(number)) for number in range(1001)]), {"orders": "list_long"}),
        (batch(order("A1"), order("A2"), order("A1")), {"orders[2].number": "duplicate_order"}),
        (batch(order("")), {f"{ORDER}.number": "empty"}),
        (batch(order("A 1")), {f"{ORDER}.number": "bad_id"}),
        (batch(order(576461414838990001)), {f"{ORDER}.number": "not_text"}),  # type: ignore[arg-type]
        (batch(order(placed_at="2026-06-01 20:03:11")), {f"{ORDER}.placed_at": "not_time"}),
        (batch(order(placed_at="2014-06-01T20:03:11Z")), {f"{ORDER}.placed_at": "date_range"}),
        (batch(order(placed_at=FUTURE)), {f"{ORDER}.placed_at": "date_range"}),
        (batch(order(delivery_province="99")), {f"{ORDER}.delivery_province": "unknown_place"}),
        (batch(order(delivery_commune="99999")), {f"{ORDER}.delivery_commune": "unknown_place"}),
        (batch(order(shipping_provider="x" * 101)), {f"{ORDER}.shipping_provider": "too_long"}),
        (batch(order("A1", line(units="1"))), {f"{LINE}.units": "not_whole"}),
        (batch(order("A1", line(units=1.0))), {f"{LINE}.units": "not_whole"}),
        (batch(order("A1", line(units=True))), {f"{LINE}.units": "not_whole"}),
        (batch(order("A1", line(units=0))), {f"{LINE}.units": "zero_units"}),
        (batch(order("A1", line(units=-1))), {f"{LINE}.units": "negative"}),
        (batch(order("A1", line(units=None))), {f"{LINE}.units": "needed"}),
        (batch(order("A1", line(gross=10**18))), {f"{LINE}.gross": "too_big"}),
        (batch(order("A1", line(gross=10**400))), {f"{LINE}.gross": "too_big"}),
        (batch(order("A1", line(gross=-(10**18)))), {f"{LINE}.gross": "negative"}),
        (batch(order("A1", line(seller_discount=100_001))), {f"{LINE}.seller_discount": "discount_too_large"}),
        (batch(order("A1", line(state="lost"))), {f"{LINE}.state": "unknown_status"}),
        (batch(order("A1", line(state="PLACED"))), {f"{LINE}.state": "unknown_status"}),
        (batch(order("A1", line(sku_id=None, product_name=" "))), {f"{LINE}.sku_id": "no_product"}),
        (batch(order("A1", line(product_name="a\0b"))), {f"{LINE}.product_name": "bad_text"}),
        (batch(order("A1", line(product_name="x" * 5000))), {f"{LINE}.product_name": "too_long"}),
        (batch(order("A1", line(delivered_units=2))), {f"{LINE}.cancelled_units": "units_differ"}),
        (batch(order("A1", line(returned_units=1))), {f"{LINE}.returned_units": "returned_too_many"}),
        (batch(order("A1", line(cancelled_units=-1))), {f"{LINE}.cancelled_units": "negative"}),
        (batch(order("A1", line(state="cancelled", cancelled_units=0))), {f"{LINE}.state": "cancelled_in_part"}),
        (batch(order("A1", line(state="cancelled", units=5, delivered_units=6))), {f"{LINE}.cancelled_units": "units_differ"}),
        (
            batch(order("A1", line(), line(units=0)), order("?"), order("A3", line(gross=-1))),
            {"orders[0].lines[1].units": "zero_units", "orders[1].number": "bad_id", "orders[2].lines[0].gross": "negative"},
        ),
    ],
)
def test_refused_batch_names_the_fields_and_leaves_nothing(key: str, body: Any, wanted: dict[str, str]) -> None:
    assert faults(send(key, body)) == wanted
    assert not IntakeRun.objects.exists()
    assert not IdempotentCall.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "Nội dung trống."),
        (b"[]", "Nội dung không phải là một đối tượng có exported_at và orders."),
        (b"{", "Nội dung không phải JSON (dòng 1)."),
        (b'{"orders": NaN}', "Nội dung không phải JSON: NaN và Infinity không phải là số trong JSON."),
        (b'{"orders": ' + b"9" * 5000 + b"}", "Nội dung không phải JSON: có một số quá dài."),
        (b'{"orders": [], "orders": []}', "Một đối tượng trong nội dung có hai trường trùng tên."),
        (b"[" * 10_000 + b"]" * 10_000, "JSON lồng nhau quá sâu."),
        (json.dumps(batch(), ensure_ascii=False).encode("utf-16"), "Nội dung không phải UTF-8."),
        (json.dumps(batch(order("A1", line(product_name="Cà phê"))), ensure_ascii=False).encode("cp1258"), "Nội dung không phải UTF-8."),
        (gzip.compress(b"{}", mtime=0), "Nội dung không phải UTF-8."),
        (b'{"orders": "\0"}', "Nội dung không phải JSON (dòng 1)."),
    ],
)
def test_body_that_is_no_batch(key: str, body: bytes, words: str) -> None:
    answer = send(key, body)
    assert (answer.status_code, answer.json()) == (400, {"detail": words})


def test_half_a_character_is_no_text(key: str) -> None:
    body = json.dumps(batch(order("A1", line(product_name="\ud83d")))).encode()
    assert faults(send(key, body)) == {f"{LINE}.product_name": "bad_text"}


def test_what_is_refused_is_never_repeated(key: str, caplog: pytest.LogCaptureFixture) -> None:
    planted = "Nguyễn Văn Bí Mật 0912345678"
    bodies = [
        batch(order(planted)),
        batch(order("A1", line(state=planted, seller_sku=planted * 50), delivery_commune=planted)),
        batch(order("A1", buyer=planted), note=planted),
        f'{{"orders": {planted}'.encode(),
    ]
    for body in bodies:
        answer = send(key, body)
        assert answer.status_code == 400
        assert "Bí Mật" not in json.dumps(answer.json(), ensure_ascii=False)
    assert "Bí Mật" not in caplog.text


def test_sku_id_where_files_have_none_would_count_a_line_twice() -> None:
    shop = builders.shop("SHOPEE-1", builders.host("SAMMY"))
    Shop.objects.filter(pk=shop.pk).update(platform="shopee")
    key = make_key(shop=shop, kind=ShopKey.Kind.API, by=builders.official())[1]
    assert faults(send(key, batch())) == {f"{LINE}.sku_id": "no_sku_id"}
    assert send(key, batch(order("A1", line(sku_id=None)))).status_code == 201


def test_commune_of_delivery_says_its_province(key: str) -> None:
    commune, elsewhere = builders.commune(), builders.commune(builders.CA_MAU)
    send(key, batch(order("A1", delivery_commune=commune.pk)))
    assert Order.objects.values_list("delivery_province", "delivery_commune").get() == (builders.GIA_LAI, commune.pk)
    wrong = order("A2", delivery_province=builders.GIA_LAI, delivery_commune=elsewhere.pk)
    assert faults(send(key, batch(wrong))) == {f"{ORDER}.delivery_commune": "unknown_place"}


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
