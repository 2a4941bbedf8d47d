"""Batches over the API: what is refused, and how that is said."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.feeds.keys import make_key
from orders.feeds.models import IdempotentCall, ShopKey
from orders.models import IntakeRun, Order, Shop
from tests import builders
from tests.orders.feed_calls import EXPORTED_AT, batch, faults, line, order, send

pytestmark = pytest.mark.django_db


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
