"""Claims entered by form: about one thing, a number or words, days in their order; sales of a fair with orders are not told twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from livestreams.models import Claim, OfflineEvent
from tests import builders, order_builders
from tests.builders import at
from tests.dashboards.market import browser_of, forget_readings
from tests.order_builders import Line

pytestmark = pytest.mark.django_db
NEW = "/claims/new/"
GOOD = {
    "metric": "orders",
    "value": "390",
    "qualifier": "more_than",
    "told_as": "hơn 390 đơn hàng",
    "scope_vi": "Phiên của Sammy",
    "territory_vi": "Tỉnh Gia Lai trước hợp nhất",
    "source_name": "Báo Gia Lai",
    "source_url": "https://bao.example/1",
    "as_of": "2025-09-30",
}


@pytest.fixture
def official() -> User:
    return builders.official()


@pytest.fixture
def client(official: User) -> Client:
    return browser_of(official)


def test_entered_changed_and_taken_back(client: Client, official: User) -> None:
    session = builders.session("L1", at("2025-05-20 20:00"))
    assert client.get(f"{NEW}?session=L1").context["form"]["session"].initial == session
    assert client.post(NEW, {**GOOD, "session": session.pk}).status_code == 302
    claim = Claim.objects.get()
    told = (claim.session, claim.value, claim.unit, claim.qualifier, claim.province_id, claim.entered_by)
    assert told == (session, 390, "đơn", "more_than", "52", official)
    vague = {**GOOD, "value": "", "metric": "sales", "told_as": "vài triệu đồng", "period_from": "2025-01-01", "period_to": "2025-09-30"}
    assert client.post(f"/claims/{claim.pk}/change/", vague).status_code == 302
    claim.refresh_from_db()
    assert (claim.session, claim.value, claim.unit, claim.period_to) == (None, None, "VND", date(2025, 9, 30))
    assert client.post(f"/claims/{claim.pk}/remove/").status_code == 302
    assert not Claim.objects.exists()
    assert client.post(f"/claims/{claim.pk}/remove/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"value": "", "told_as": ""}, ["told_as"]),
        ({"value": "-1"}, ["value"]),
        ({"value": "1,8 tỷ"}, ["value"]),
        ({"value": "9" * 25}, ["value"]),
        ({"metric": "likes"}, ["metric"]),
        ({"qualifier": ""}, ["qualifier"]),
        ({"period_from": "2025-09-30", "period_to": "2025-01-01"}, ["period_to"]),
        ({"period_from": "2025-09-30"}, ["period_to"]),
        ({"period_to": "2025-09-30"}, ["period_from"]),
        ({"as_of": "2999-01-01"}, ["as_of"]),
        ({"scope_vi": ""}, ["scope_vi"]),
        ({"source_name": "a\x00"}, ["source_name"]),
        ({"source_url": "javascript:alert(1)"}, ["source_url"]),
    ],
)
def test_bad_input_names_its_field(client: Client, wrong: dict[str, str], fields: list[str]) -> None:
    response = client.post(NEW, {**GOOD, **wrong})
    assert (response.status_code, list(response.context["form"].errors)) == (422, fields)
    assert not Claim.objects.exists()


def test_about_two_things_is_refused_by_form_and_database(client: Client) -> None:
    about: dict[str, Any] = {
        "session": builders.session("L1", at("2025-05-20 20:00")),
        "programme": builders.programme("CT1"),
        "event": builders.fair("SK1", date(2025, 8, 29)),
    }
    response = client.post(NEW, {**GOOD, **{name: row.pk for name, row in about.items()}})
    assert list(response.context["form"].errors) == ["programme", "event"]
    for left_out in about:
        claim = builders.claim("orders", 1)
        two = {name: row for name, row in about.items() if name != left_out}
        with pytest.raises(IntegrityError, match="claim_about_one_thing"), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(**two)


def test_of_another_province_nothing_is_told(client: Client) -> None:
    foreign = builders.session("L9", at("2025-05-20 20:00"), province=builders.CA_MAU)
    claim = builders.claim("orders", 5, province=builders.CA_MAU)
    assert client.get(f"{NEW}?session=L9").context["form"]["session"].initial is None
    assert list(client.post(NEW, {**GOOD, "session": foreign.pk}).context["form"].errors) == ["session"]
    assert client.post(f"/claims/{claim.pk}/change/", GOOD).status_code == 404
    assert client.post(f"/claims/{claim.pk}/remove/").status_code == 404
    assert client.get(f"{NEW}?province={builders.CA_MAU}").status_code == 403


def fair_with_booth() -> tuple[OfflineEvent, Any, Any]:
    fair = builders.fair("SK1", date(2025, 5, 20), date(2025, 5, 22))
    maker = builders.producer("SX1")
    product = builders.product("A", maker)
    shop = builders.shop("GIAN", maker, sells=[product])
    type(shop).objects.filter(pk=shop.pk).update(event=fair)
    return fair, shop, product


@pytest.mark.parametrize(("metric", "refused"), [("sales", True), ("placed", True), ("orders", True), ("enterprises", False)])
def test_sales_of_a_fair_whose_booth_has_orders_are_not_told_a_second_time(client: Client, metric: str, refused: bool) -> None:
    fair, shop, product = fair_with_booth()
    order_builders.order(shop, "1", at("2025-05-20 09:00"), Line(product, 1, 100_000))
    response = client.post(NEW, {**GOOD, "metric": metric, "event": fair.pk})
    assert response.status_code == (422 if refused else 302)
    assert list(response.context["form"].errors if refused else []) == (["metric"] if refused else [])
    # Nor by changing a claim into one.
    other = builders.claim("enterprises", 35, event=fair)
    changed = client.post(f"/claims/{other.pk}/change/", {**GOOD, "metric": metric, "event": fair.pk})
    assert changed.status_code == (422 if refused else 302)


def test_orders_that_come_in_after_a_claim_count_and_the_page_says_so(client: Client) -> None:
    fair, shop, product = fair_with_booth()
    assert client.post(NEW, {**GOOD, "metric": "sales", "value": "5000000", "event": fair.pk}).status_code == 302
    told = client.get("/en/events/SK1/").context["row"]["row"]
    assert (told.has_orders, told.told_beside, [claim.value for claim in told.told]) == (False, False, [5_000_000])
    order_builders.order(shop, "1", at("2025-05-20 09:00"), Line(product, 2, 200_000))
    order_builders.fold()
    forget_readings()
    page = client.get("/en/events/SK1/")
    row = page.context["row"]["row"]
    assert (row.sold.value.net, row.sold.orders.placed, row.told_beside) == (200_000, 1, True)
    assert "Sales were also reported" in page.content.decode()
