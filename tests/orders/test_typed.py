"""Orders typed by hand: once each, through the checker and the merge, into the figures; changed afterwards; nobody else's."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Platform, Product
from orders import tasks
from orders.figures.models import Figure
from orders.figures.verify import verify_figures
from orders.models import EntryKind, IntakeRun, LedgerEntry, LineState, Order, OrderLine, Shop, Source, TypedOrder
from tests import builders
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stall() -> Shop:
    return builders.stall("ZL-1", builders.producer("HTX-1"))


@pytest.fixture
def honey(stall: Shop) -> Product:
    assert stall.producer
    return builders.product("MAT-ONG", stall.producer, price=120_000)


@pytest.fixture
def client(stall: Shop) -> Client:
    assert stall.producer
    return client_of(People.of(stall.producer), Role.COOPERATIVE)


def send(client: Client, stall: Shop, product: Product, **changes: Any) -> Any:
    """Post the form: two jars of the product, handed over."""
    answers = {
        "token": str(uuid4()),
        "placed_at": "2026-11-27T20:05",
        "state": "2",
        "product_0": product.pk,
        "units_0": "2",
        "price_0": "",
        **changes,
    }
    return client.post(f"/en/orders/typed/new/?shop={stall.code}", answers)


def tell(client: Client, state: int, returned: int = 0) -> Any:
    """Say what became of the only order."""
    typed = TypedOrder.objects.get()
    line = typed.order.lines.get()
    return client.post(f"/en/orders/typed/{typed.pk}/", {"state": state, f"returned_{line.pk}": returned})


def net() -> tuple[int, int, int]:
    """Units of the only line: cancelled, returned, delivered."""
    return OrderLine.objects.values_list("cancelled_units", "returned_units", "delivered_units").get()


def test_from_a_phone_into_the_figures(client: Client, stall: Shop, honey: Product) -> None:
    other = builders.product("TIEU", honey.producer)
    page = client.get(f"/en/orders/typed/new/?shop={stall.code}").content.decode()
    assert 'data-price="120000"' in page
    assert 'name="phone' not in page
    response = send(client, stall, honey, product_1=other.pk, units_1="1", price_1="45000")
    typed = TypedOrder.objects.get()
    assert response.headers["Location"] == f"/en/orders/typed/{typed.pk}/"
    order = typed.order
    assert (order.number, order.placed_at, order.shop) == ("Z-20261127-0001", builders.at("2026-11-27 20:05"), stall)
    assert list(order.lines.order_by("pk").values_list("product_name", "units", "value", "state", "delivered_units")) == [
        (honey.name_vi, 2, 240_000, 2, 2),
        (other.name_vi, 1, 45_000, 2, 1),
    ]
    run = IntakeRun.objects.get()
    assert (run.source, run.state, run.orders_new, run.unmapped, run.rows) == (Source.TYPED, "merged", 1, 0, 2)
    tasks.fold_figures()
    assert set(Figure.objects.values_list("product", flat=True)) >= {honey.pk, other.pk}
    assert verify_figures().differences == []
    assert "Z-20261127-0001" in client.get("/orders/typed/").content.decode()
    send(client, stall, honey)
    assert Order.objects.latest("pk").number == "Z-20261127-0002"


@pytest.mark.parametrize("typed", ["1.250.000", "1,250,000", "1 250 000", "1250000"])
def test_a_price_is_typed_as_people_write_it(client: Client, stall: Shop, honey: Product, typed: str) -> None:
    send(client, stall, honey, price_0=typed)
    assert OrderLine.objects.get().value == 2_500_000


def test_the_same_form_twice_is_one_order(client: Client, stall: Shop, honey: Product) -> None:
    token = str(uuid4())
    first = send(client, stall, honey, token=token)
    again = send(client, stall, honey, token=token, units_0="7")
    assert first.headers["Location"] == again.headers["Location"]
    assert (Order.objects.count(), OrderLine.objects.get().units, IntakeRun.objects.count()) == (1, 2, 1)
    assert "saved before, as order Z-20261127-0001" in client.get(again.headers["Location"]).content.decode()


def test_what_became_of_it_is_a_newer_look(client: Client, stall: Shop, honey: Product) -> None:
    send(client, stall, honey, state="0")
    assert net() == (0, 0, 0)
    assert tell(client, 2).status_code == 302
    assert net() == (0, 0, 2)
    tell(client, 2, returned=1)
    assert net() == (0, 1, 2)
    tell(client, 4)
    assert net() == (0, 2, 2)  # it had been handed over, so all of it came back
    tell(client, 0)
    assert net() == (0, 0, 0)
    tell(client, 4)
    assert net() == (2, 0, 0)
    tasks.fold_figures()
    assert verify_figures().differences == []
    sums = {kind: sum(LedgerEntry.objects.filter(kind=kind).values_list("units", flat=True)) for kind in EntryKind}
    assert sums == {EntryKind.PLACED: 2, EntryKind.CANCELLED: 2, EntryKind.RETURNED: 0, EntryKind.DELIVERED: 0}
    assert (IntakeRun.objects.filter(source=Source.TYPED).count(), TypedOrder.objects.count()) == (6, 1)


def test_two_tabs_do_not_overwrite_each_other(client: Client, stall: Shop, honey: Product) -> None:
    send(client, stall, honey)
    typed = TypedOrder.objects.get()
    address, line = f"/en/orders/typed/{typed.pk}/", typed.order.lines.get()
    seen = client.get(address).context["form"]["seen"].value()
    for returned in (1, 0):
        client.post(address, {"state": 2, f"returned_{line.pk}": returned, "seen": seen})
    assert net() == (0, 1, 2)
    assert "Somebody said meanwhile" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"units_0": ""}, "units_0", "How many"),
        ({"units_0": "0"}, "units_0", "greater than or equal to 1"),
        ({"units_0": "2,5"}, "units_0", "whole number"),
        ({"units_0": "1000001"}, "units_0", "less than or equal"),
        ({"price_0": "-1"}, "price_0", "greater than or equal to 0"),
        ({"price_0": "1000000000000"}, "price_0", "less than or equal to 100000000000"),
        ({"price_0": "50000000001", "units_0": "2"}, "price_0", "more than an order can be worth"),
        ({"product_0": ""}, "product_0", "required"),
        ({"product_0": "999999"}, "product_0", "valid choice"),
        ({"product_0": "\0"}, "product_0", "valid choice"),
        ({"units_3": "4"}, "product_3", "Choose the product too"),
        ({"placed_at": "2100-01-01T00:00"}, "placed_at", "future"),
        ({"placed_at": "2001-01-01T00:00"}, "placed_at", "too long ago"),
        ({"state": "4"}, "state", "valid choice"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(client: Client, honey: Product, changes: dict[str, str], field: str, words: str) -> None:
    stall = Shop.objects.get()
    response = send(client, stall, honey, **changes)
    assert response.status_code == 422
    assert words in str(response.context["form"].errors[field])
    assert (Order.objects.count(), IntakeRun.objects.count()) == (0, 0)


def test_a_shop_that_cannot_be_is_not_there(client: Client, stall: Shop) -> None:
    assert client.get("/en/orders/typed/new/?shop=%00ZL").status_code == 404


def test_a_bad_token_and_a_product_without_a_price(client: Client, stall: Shop, honey: Product) -> None:
    assert send(client, stall, honey, token="once").status_code == 422
    unpriced = builders.product("LA", honey.producer)
    assert "no list price" in str(send(client, stall, unpriced).context["form"].errors["price_0"])
    foreign = builders.product("KHAC", builders.producer("HTX-9"))
    assert send(client, stall, foreign).status_code == 422


@pytest.mark.parametrize(("units", "price"), [("60000", "1"), ("1", "60000000000")])
def test_lines_of_one_product_are_no_more_together_than_one_may_be(
    client: Client, stall: Shop, honey: Product, units: str, price: str
) -> None:
    """As one line of the order they could not be told again: what became of the order would be refused for ever."""
    twice = {f"{name}_{place}": value for place in (0, 1) for name, value in (("product", honey.pk), ("units", units), ("price", price))}
    response = send(client, stall, honey, **twice)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["price_1"])
    assert not Order.objects.exists()


def test_more_than_there_was_does_not_come_back(client: Client, stall: Shop, honey: Product) -> None:
    send(client, stall, honey)
    assert tell(client, 2, returned=3).status_code == 422
    assert tell(client, 0, returned=1).status_code == 422
    assert net() == (0, 0, 2)


def test_orders_of_a_platform_are_not_typed_and_nobody_types_for_others(client: Client, stall: Shop, honey: Product) -> None:
    tiktok = builders.shop("TT-1", honey.producer)
    assert client.get(f"/orders/typed/new/?shop={tiktok.code}").status_code == 404
    send(client, stall, honey)
    typed = TypedOrder.objects.get()
    stranger = Client()
    member = builders.member(builders.producer("HTX-2", nth_commune=1))
    stranger.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert stranger.get(f"/orders/typed/{typed.pk}/").status_code == 404
    assert tell(stranger, 4).status_code == 404
    assert send(stranger, stall, honey).status_code == 404
    assert "Z-2026" not in stranger.get("/orders/typed/").content.decode()
    own = builders.stall("ZL-2", builders.producer("HTX-3"))
    assert own.producer
    third = client_of(People.of(own.producer), Role.COOPERATIVE)
    product = builders.product("CA", own.producer, price=1_000)
    assert send(third, own, product, token=str(typed.token)).status_code == 404
    assert Order.objects.count() == 1
    assert "phone" not in json.dumps(list(Order.objects.values()), default=str)


def test_the_list_costs_the_same_with_one_and_three_orders(client: Client, stall: Shop, honey: Product) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/orders/typed/").status_code == 200
        return len(captured)

    send(client, stall, honey)
    cost()
    before = cost()
    for _number in range(2):
        send(client, stall, honey)
    assert cost() == before


def test_an_office_is_told_whose_orders_it_may_not_type(stall: Shop, honey: Product) -> None:
    office = client_of(People.of(honey.producer), Role.TRADE)
    assert "Shops that are not on the list" not in office.get("/en/orders/typed/").content.decode()
    stall.agreements.all().delete()
    assert office.get(f"/en/orders/typed/new/?shop={stall.code}").status_code == 404
    page = office.get("/en/orders/typed/new/").content.decode()
    assert ("Shops that are not on the list" in page, f'href="/en/sharing/{stall.code}/"' in page) == (True, True)


def test_at_a_booth_it_is_handed_over_at_once(stall: Shop, honey: Product, client: Client) -> None:
    def ticked() -> int:
        return int(client.get(f"/orders/typed/new/?shop={stall.code}").context["form"]["state"].value())

    assert ticked() == LineState.PLACED
    Shop.objects.update(platform=Platform.BOOTH)
    assert ticked() == LineState.DELIVERED
