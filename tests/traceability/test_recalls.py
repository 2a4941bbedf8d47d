"""Recalls: what turns, who may, what is refused, who is told."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Message
from catalog.models import Producer, Product
from tests import builders, trace_builders
from tests.roles import People, Role, client_of
from traceability.codes.paths import code_path, lot_path
from traceability.codes.services import LotClosedError, issue_codes
from traceability.epcis.identifiers import canonical
from traceability.labels.services import draw_run, label_units, print_again
from traceability.lots.services import Ingredient, RecalledIngredientError, open_lot
from traceability.models import Event, LabelFile, Lot, LotInput, Recall, RecallScope, UnitCode
from traceability.recalls import services
from traceability.recalls.services import Span, Words, declare_recall, end_recall
from traceability.steps.events import lot_uri
from traceability.steps.kinds import Kind
from traceability.steps.services import TooMuchError

pytestmark = pytest.mark.django_db
WORDS = Words("Có sạn", "Mang trả nơi mua")


@pytest.fixture
def product(people: People) -> Product:
    """A product of the member's producer."""
    made = builders.product("CF", Producer.objects.get(), name="Cà phê bột")
    Product.objects.filter(pk=made.pk).update(gtin=trace_builders.gtin())
    return Product.objects.get(pk=made.pk)


@pytest.fixture
def codes(product: Product) -> list[UnitCode]:
    """Ten packs of a lot."""
    return trace_builders.codes(trace_builders.lot(product, "RANG-1"), 10)


def shown(path: str, language: str = "vi", **more: Any) -> str:
    return Client().get(path, headers={"Accept-Language": language}, **more).content.decode()


def sent(**fields: Any) -> dict[str, Any]:
    """What the browser sends to recall a lot."""
    form = {"reason_vi": "Có sạn trong gói", "instructions_vi": "Mang trả nơi mua", "sure": "on"}
    return {**form, "also-TOTAL_FORMS": "3", "also-INITIAL_FORMS": "0", **fields}


def test_everything_turns_at_once(codes: list[UnitCode]) -> None:
    lot = codes[0].lot
    unit, of_lot, of_product = code_path(codes[0]), lot_path(lot), f"/01/{code_path(codes[0]).split('/')[2]}"
    assert "verdict valid" in shown(unit)  # kept for half a minute from here
    assert "recalled" not in shown(of_product) + shown(of_lot)
    recall = trace_builders.recall(lot)
    day = f"{timezone.localdate():%d/%m/%Y}"
    for path in (unit, of_lot):
        page = shown(path)
        assert "verdict recalled" in page
        assert "verdict valid" not in page
        for told in (trace_builders.REASON, trace_builders.INSTRUCTIONS, f"/recalls/{recall.pk}/", day):
            assert told in page
    assert "Grit in the pack" in shown(unit, "en")
    assert f"/en/recalls/{recall.pk}/" in shown(unit, "en")
    assert f"/recalls/{recall.pk}/" in shown(of_product)
    for path in (unit, of_lot, of_product):
        (context,) = Client().get(path, {"linkType": "linkset"}).json()["linkset"]
        links = context["https://ref.gs1.org/voc/recallStatus"]
        assert [link["href"].removeprefix("http://testserver") for link in links] == [f"{at}/recalls/{recall.pk}/" for at in ("", "/en")]
        assert ("đã bị thu hồi" in context["itemDescription"]) == (path != of_product)
    redirected = Client().get(unit, {"linkType": "gs1:recallStatus"}, headers={"Accept-Language": "en"})
    assert (redirected.status_code, redirected["Location"]) == (307, f"/en/recalls/{recall.pk}/?linkType=gs1%3ArecallStatus")
    event = Event.objects.naming(lot_uri(lot)).get(disposition="recalled")
    assert (event.public, event.biz_step, event.producer) == (True, "holding", lot.product.producer)
    assert event.items.get().quantity == Decimal(1000)
    assert event.items.get().canonical == canonical(lot_uri(lot))


def test_a_pack_outside_of_the_span_stays_valid_and_costs_two_statements(codes: list[UnitCode]) -> None:
    trace_builders.recall(codes[0].lot, 3, 5)
    verdicts = ["recalled" if "verdict recalled" in shown(code_path(code)) else "valid" for code in codes]
    assert verdicts == ["valid"] * 2 + ["recalled"] * 3 + ["valid"] * 5
    assert "Một phần của lô này bị thu hồi" in shown(lot_path(codes[0].lot))
    with CaptureQueriesContext(connection) as queries:
        page = shown(code_path(codes[7]))
    assert len(queries) == 2
    assert "verdict valid" in page
    told = ["Các gói khác của lô này đã bị thu hồi" in text for text in (page, shown(code_path(codes[3])), shown(lot_path(codes[0].lot)))]
    assert told == [True, False, False]
    event = Event.objects.get(disposition="recalled")
    assert (event.body["quantityList"][0]["quantity"], event.body["ocop:firstPack"], event.body["ocop:lastPack"]) == (3, 3, 5)


def test_newest_in_force_is_told_first_and_an_ended_one_still(codes: list[UnitCode]) -> None:
    lot = codes[0].lot
    older, newer = (trace_builders.recall(lot, reason=reason) for reason in ("lý do một", "lý do hai"))
    assert "lý do hai" in shown(lot_path(lot))
    end_recall(recall=newer, by=None, note_vi="Đã thu hết")
    assert "lý do một" in shown(lot_path(lot))
    end_recall(recall=older, by=None, note_vi="Đã thu hết")
    page = shown(code_path(codes[0]))
    assert "verdict recalled" in page
    assert "lý do hai" in page
    assert "Đợt thu hồi đã kết thúc" in page
    with pytest.raises(services.AlreadyEndedError):
        end_recall(recall=newer, by=None, note_vi="Lần nữa")


def test_a_recall_neither_changes_nor_goes(codes: list[UnitCode]) -> None:
    recall = trace_builders.recall(codes[0].lot)
    for change in (
        lambda: Recall.objects.update(reason_vi="khác"),
        lambda: RecallScope.objects.update(first=1, last=2),
        lambda: RecallScope.objects.all().delete(),
        lambda: connection.cursor().execute("DELETE FROM traceability_recall"),
        lambda: Lot.objects.update(state="open", closed_at=None),
    ):
        with pytest.raises(Exception, match=r"Cannot|constraint"), transaction.atomic():
            change()
    assert Recall.objects.get().reason_vi == recall.reason_vi


def test_recalled_lot_is_closed_for_what_comes(people: People, product: Product, codes: list[UnitCode]) -> None:
    lot = codes[0].lot
    run = label_units(lot=lot, count=2, form="svg", sheet="", by=None)
    draw_run(run_id=run.pk)
    waiting = label_units(lot=lot, count=2, form="svg", sheet="", by=None)
    listed = label_units(lot=lot, count=2, form="csv", sheet="", by=None)
    member = client_of(people, Role.COOPERATIVE)
    assert member.get(reverse("label_codes", args=[listed.pk])).status_code == 200
    trace_builders.step(lot, Kind.SHIPPED, quantity=Decimal(1000), partner="Cửa hàng")
    trace_builders.recall(lot)
    lot.refresh_from_db()
    assert (lot.is_open, LabelFile.objects.count(), Lot.objects.recalled().get()) == (False, 0, lot)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    # The list for a printing house is as good as a file.
    assert [member.get(reverse("label_codes", args=[one.pk])).status_code for one in (run, listed)] == [404, 404]
    page = member.get(reverse("label_run", args=[listed.pk])).content.decode()
    assert reverse("label_codes", args=[listed.pk]) not in page
    assert ("Đã bỏ" in page, "Sẵn sàng" in page) == (True, False)
    with pytest.raises(LotClosedError):
        issue_codes(lot=lot, count=1)
    with pytest.raises(LotClosedError):
        print_again(run=run, first=11, last=11, reason="Kẹt giấy", by=None)
    made = Lot(product=product, number="RANG-2", made_on=lot.made_on, quantity=Decimal(5))
    with pytest.raises(RecalledIngredientError):
        open_lot(lot=made, by=None, ingredients=[Ingredient(source=lot, quantity=Decimal(1))])
    with pytest.raises(LotClosedError):
        trace_builders.step(lot, Kind.SHIPPED, quantity=Decimal(1), partner="Chợ")
    # What was sent off comes back and is destroyed, but no more than there ever was.
    trace_builders.step(lot, Kind.RECEIVED, quantity=Decimal(900), partner="Cửa hàng")
    trace_builders.step(lot, Kind.DESTROYED, quantity=Decimal(900))
    with pytest.raises(TooMuchError):
        trace_builders.step(lot, Kind.DESTROYED, quantity=Decimal(101))


@pytest.mark.parametrize(("first", "last"), [(0, 1), (5, 3), (1, 11), (1, None), (None, 3), (-1, 2)])
def test_no_span_that_the_lot_does_not_have(codes: list[UnitCode], first: int | None, last: int | None) -> None:
    with pytest.raises(services.SpanError) as refused:
        declare_recall(spans=[Span(codes[0].lot, first, last)], words=WORDS, by=None)
    assert refused.value.most == 10
    assert not Recall.objects.exists()
    assert Lot.objects.get(pk=codes[0].lot_id).is_open


def test_no_recall_of_nothing_or_of_two_producers(codes: list[UnitCode]) -> None:
    with pytest.raises(services.NothingRecalledError):
        declare_recall(spans=[], words=WORDS, by=None)
    other = trace_builders.lot(builders.product("KHÁC", builders.producer("K")))
    with pytest.raises(services.TwoProducersError):
        declare_recall(spans=[Span(codes[0].lot), Span(other)], words=WORDS, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        declare_recall(spans=[Span(other)], words=Words("", ""), by=None)
    assert not Recall.objects.exists()


def test_same_form_twice_is_one_recall_and_two_forms_are_two(people: People, codes: list[UnitCode]) -> None:
    client, address = client_of(people, Role.COOPERATIVE), reverse("recall_new", args=[codes[0].lot_id])
    token = str(uuid4())
    first, second = (client.post(address, sent(token=token)) for _ in range(2))
    assert first["Location"] == second["Location"] == f"/recalls/{Recall.objects.get().pk}/"
    assert Event.objects.filter(disposition="recalled").count() == 1
    client.post(address, sent(token=str(uuid4())))
    assert Recall.objects.count() == 2


def test_packs_are_named_by_serial_or_number(people: People, codes: list[UnitCode]) -> None:
    client, address = client_of(people, Role.COOPERATIVE), reverse("recall_new", args=[codes[0].lot_id])
    spoken = "-".join([codes[1].serial[:4].lower(), codes[1].serial[4:]])
    assert client.post(address, sent(first=spoken, last="4")).status_code == 302
    scope = RecallScope.objects.get()
    assert (scope.first, scope.last, scope.packs) == (2, 4, 3)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"first": "5", "last": "3"}, "đứng trước"),
        ({"first": "5"}, "hoặc để trống cả hai"),
        ({"first": "1", "last": "11"}, "đánh số từ 1 đến 10"),
        ({"first": "0" * 13, "last": "2"}, "đánh số từ 1 đến 10"),
        ({"first": "<script>", "last": "2"}, "đánh số từ 1 đến 10"),
        ({"first": "\u0661", "last": "2"}, "đánh số từ 1 đến 10"),
        ({"first": "1\x00", "last": "2"}, "ký tự rỗng"),
        ({"reason_vi": ""}, "bắt buộc"),
        ({"reason_vi": "x" * 1001}, "1000"),
        ({"sure": ""}, "Hãy xác nhận"),
        ({"also-0-first": "1"}, "Hãy chọn lô"),
        ({"also-0-lot": "999999"}, "hợp lệ"),
        ({"token": "none"}, ""),
        ({"after": "999"}, ""),
    ],
)
def test_what_the_form_refuses(people: People, codes: list[UnitCode], fields: dict[str, str], told: str) -> None:
    answer = client_of(people, Role.COOPERATIVE).post(reverse("recall_new", args=[codes[0].lot_id]), sent(**fields))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert "error-summary" in page
    assert "<script>" not in page
    assert not Recall.objects.exists()


def test_several_lots_at_once(people: People, product: Product, codes: list[UnitCode]) -> None:
    other = trace_builders.lot(product, "RANG-2")
    fields = {"also-0-lot": str(other.pk), "first": "1", "last": "2"}
    fields |= {"also-1-lot": str(codes[0].lot_id), "also-1-first": "7", "also-1-last": "7"}
    assert client_of(people, Role.COOPERATIVE).post(reverse("recall_new", args=[codes[0].lot_id]), sent(**fields)).status_code == 302
    assert [(scope.lot.number, scope.first, scope.last) for scope in RecallScope.objects.order_by("lot__number", "first")] == [
        ("RANG-1", 1, 2),
        ("RANG-1", 7, 7),
        ("RANG-2", None, None),
    ]


def test_who_recalls_what_and_who_ends_it(people: People, codes: list[UnitCode]) -> None:
    lot = codes[0].lot
    foreign = trace_builders.lot(builders.product("CM", builders.producer("CM", province=builders.CA_MAU)))
    neighbour = trace_builders.lot(builders.product("HX", builders.producer("HX", nth_commune=1)))
    declarers = {}
    for role in Role:
        client = client_of(people, role)
        statuses = [client.post(reverse("recall_new", args=[one.pk]), sent()).status_code for one in (lot, neighbour, foreign)]
        wanted = {
            Role.NOBODY: [302, 302, 302],
            Role.TRADE: [403, 403, 403],
            Role.COOPERATIVE: [302, 404, 404],
            Role.COMMUNE: [302, 404, 404],
            Role.AGRICULTURE: [302, 302, 404],
            Role.ADMINISTRATOR: [302, 302, 302],
        }
        assert statuses == wanted[role], role
        mine = Recall.objects.filter(declared_by=people[role], producer=lot.product.producer).first() if role is not Role.NOBODY else None
        if mine:
            declarers[role] = mine
    agencies = {role: people[role].current_posts()[0].agency.name for role in (Role.COMMUNE, Role.AGRICULTURE)}
    assert {role: recall.declarer for role, recall in declarers.items()} == {
        Role.COOPERATIVE: lot.product.producer.name,
        Role.COMMUNE: agencies[Role.COMMUNE],
        Role.AGRICULTURE: agencies[Role.AGRICULTURE],
        Role.ADMINISTRATOR: "Ban quản trị cổng",
    }
    may_end = {
        role: {by for by, recall in declarers.items() if Recall.objects.endable_by(people[role]).filter(pk=recall.pk).exists()}
        for role in declarers
    }
    assert may_end == {
        Role.COOPERATIVE: {Role.COOPERATIVE},
        Role.COMMUNE: {Role.COOPERATIVE, Role.COMMUNE},
        Role.AGRICULTURE: {Role.COOPERATIVE, Role.AGRICULTURE},
        Role.ADMINISTRATOR: set(declarers),
    }
    address = reverse("recall_end", args=[declarers[Role.AGRICULTURE].pk])
    assert client_of(people, Role.COOPERATIVE).post(address, {"note_vi": "Xong"}).status_code == 404
    assert client_of(people, Role.AGRICULTURE).post(address, {"note_vi": ""}).status_code == 422
    assert client_of(people, Role.AGRICULTURE).post(address, {"note_vi": "Đã tiêu hủy"}).status_code == 302
    assert "Đã tiêu hủy" in shown(declarers[Role.AGRICULTURE].get_absolute_url())


def test_producer_and_officials_are_told_once_and_so_is_who_made_something_of_it(people: People, product: Product) -> None:
    lot = trace_builders.lot(product, "RANG-1")
    buyer = builders.producer("K", nth_commune=1)
    cook = builders.member(buyer)
    candy, gift = (trace_builders.lot(builders.product(code, buyer, name=code)) for code in ("KẸO", "QUÀ"))
    LotInput.objects.create(lot=candy, source=lot, quantity=1)
    LotInput.objects.create(lot=gift, source=candy, quantity=1)
    builders.official(builders.AGRICULTURE, builders.CA_MAU)
    trace_builders.recall(lot)
    told = sorted((message.user_id, message.subject) for message in Message.objects.filter(kind="recall"))
    near = [people[role].pk for role in (Role.COOPERATIVE, Role.TRADE, Role.AGRICULTURE, Role.COMMUNE)]
    assert told == sorted(
        [(pk, "Thu hồi: Cà phê bột RANG-1") for pk in near] + [(cook.pk, f"Làm từ lô bị thu hồi: {name} L1") for name in ("KẸO", "QUÀ")]
    )
    assert trace_builders.REASON in Message.objects.earliest("pk").body


def test_what_was_made_of_it_is_shown_and_nothing_is_recalled_by_itself(people: People, product: Product) -> None:
    beans, coffee = trace_builders.lot(product, "NHAN"), trace_builders.lot(product, "RANG")
    LotInput.objects.create(lot=coffee, source=beans, quantity=1)
    recall = trace_builders.recall(beans)
    client = client_of(people, Role.COOPERATIVE)
    extend = f"{reverse('recall_new', args=[coffee.pk])}?after={recall.pk}"
    for of in (beans, coffee):
        assert extend in client.get(reverse("lot_detail", args=[of.pk])).content.decode()
    assert "Làm từ lô bị thu hồi" in client.get(reverse("lot_list")).content.decode()
    assert Lot.objects.get(pk=coffee.pk).recalled_at is None
    form = client.get(extend).content.decode()
    assert trace_builders.REASON in form
    client.post(extend, sent(after=str(recall.pk)))
    second = Recall.objects.exclude(pk=recall.pk).get()
    assert second.follows == recall
    assert second.get_absolute_url() in shown(recall.get_absolute_url())
    assert not Lot.objects.in_doubt().exists()


def test_list_and_api_say_all_of_it(codes: list[UnitCode]) -> None:
    lot = codes[0].lot
    recalls = [trace_builders.recall(lot, 1, 2), trace_builders.recall(lot)]
    page = shown(reverse("recall_list"))
    assert page.index(recalls[1].get_absolute_url()) < page.index(recalls[0].get_absolute_url())
    assert recalls[0].get_absolute_url() in shown(f"{reverse('recall_list')}?product=CF")
    assert recalls[0].get_absolute_url() not in shown(f"{reverse('recall_list')}?product=XX")
    first = Client().get("/api/v1/recalls/", {"page_size": 1})
    assert first["Cache-Control"] == "no-cache"
    assert Client().get("/api/v1/recalls/", {"page_size": 1}, headers={"If-None-Match": first["ETag"]}).status_code == 304
    second = Client().get(first.json()["next"]).json()
    assert ([row["number"] for row in first.json()["results"]], second["next"]) == ([recalls[1].pk], None)
    (row,) = second["results"]
    assert row == Client().get(f"/api/v1/recalls/{recalls[0].pk}/").json()
    assert row["reason"] == {"vi": trace_builders.REASON, "en": "Grit in the pack"}
    assert row["lots"] == [
        {
            "product": "CF",
            "product_name": "Cà phê bột",
            "gtin": f"0{trace_builders.gtin()}",
            "lot": "RANG-1",
            "made_on": "2026-11-01",
            "best_before": "2100-01-01",
            "first_pack": 1,
            "last_pack": 2,
            "address": f"http://testserver{lot_path(lot)}",
        }
    ]
    end_recall(recall=recalls[0], by=None, note_vi="Xong", note_en="Done")
    assert Client().get(f"/api/v1/recalls/{recalls[0].pk}/").json()["ended_note"] == {"vi": "Xong", "en": "Done"}
    statuses = [
        Client().get("/api/v1/recalls/", query).status_code
        for query in ({"product": "CF"}, {"producer": "none"}, {"product": "\x00"}, {"x": "1"}, {"cursor": "!"}, {"page_size": "0"})
    ]
    assert statuses == [200, 200, 400, 400, 400, 400]
    assert Client().get(f"/api/v1/recalls/{'9' * 30}/").status_code == 404


def test_number_of_recalls_does_not_change_the_number_of_statements(product: Product) -> None:
    counts = []
    for number in (1, 2):
        for nth in range(2 * number - 1):
            trace_builders.recall(trace_builders.lot(product, f"L{number}-{nth}"))
        found = []
        for path in (reverse("recall_list"), "/api/v1/recalls/", f"/01/0{trace_builders.gtin()}"):
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(path).status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]


def test_a_recall_in_english_where_nothing_was_said_in_english(codes: list[UnitCode]) -> None:
    recall = declare_recall(spans=[Span(codes[0].lot)], words=WORDS, by=None)
    assert recall.declared_at - timezone.now() < timedelta(seconds=5)
    with translation.override("en"):
        assert (recall.reason, recall.declarer) == ("Có sạn", "The portal's administration")


def test_the_page_in_the_shop_window_warns(codes: list[UnitCode]) -> None:
    product = codes[0].lot.product
    Product.objects.filter(pk=product.pk).update(published_at=timezone.now())
    where = f"/recalls/?product={product.code}"
    page = f"/catalogue/products/{product.code}/"
    assert where not in shown(page)
    trace_builders.recall(codes[0].lot, 1, 1)
    trace_builders.recall(codes[0].lot)
    assert where in shown(page)
    assert f'href="/en{where}"' in shown(f"/en{page}")
    assert product.warning.recalled_at == Recall.objects.latest("pk").declared_at
