"""Plans and orders: what of a plan moves orders and what does not, which shops sell, and what a move says of the orders there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from livestreams.models import Session
from livestreams.sessions.planning import cancel_session
from livestreams.sessions.run_of_show import change_slot, move_slot
from orders.models import Bucket, Mark, Order, ShopSession
from tests import builders
from tests.builders import at
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db

START = at("2027-03-10 20:00")


@pytest.fixture
def sold() -> Order:
    """An order that came in while the session was planned to be on air; it had not been marked as begun."""
    maker = builders.producer("SX")
    products = [builders.product("A", maker), builders.product("B", maker)]
    shop = builders.shop("CH", maker, sells=products)
    builders.session("P1", START, products=products, shops=[shop], aired=False)
    placed = order(shop, "1", START + timedelta(minutes=3), Line(products[0], 1, 90_000))
    fold()
    return placed


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def where(placed: Order) -> tuple[int, str | None]:
    """Bucket and session of the order."""
    found = Order.objects.select_related("attribution__session").get(pk=placed.pk).attribution
    return found.bucket, found.session.code if found.session else None


def marked() -> bool:
    return Mark.objects.exists()


def test_what_attribution_does_not_look_at_marks_nothing(sold: Order) -> None:
    official, session = builders.official(), Session.objects.get()
    slot = session.slots.get(position=1)
    change_slot(slot=slot, by=official, offer_price=80_000, stock=5, pin=2, minutes=7, sample_arrived_on=timezone.localdate())
    session.name_vi = "Tên khác"
    session.save()
    assert not marked()
    move_slot(slot=slot, to=2, by=official)
    assert marked()


@pytest.mark.parametrize("change", [{"started_at": START}, {"started_at": START, "ended_at": START + timedelta(minutes=1)}])
def test_what_happened_on_air_marks(sold: Order, change: dict[str, Any]) -> None:
    Session.objects.get().slots.filter(position=1).update(**change)
    assert list(Mark.objects.values_list("order", flat=True)) == [sold.pk]


def test_a_cancelled_session_has_no_orders_and_one_that_was_on_air_keeps_them(sold: Order) -> None:
    assert where(sold) == (Bucket.LIVE, "P1")
    cancel_session(session=Session.objects.get(), reason="mưa bão", by=builders.official())
    fold()
    assert where(sold) == (Bucket.OTHER, None)
    Session.objects.update(actual_start=START)
    fold()
    assert where(sold) == (Bucket.LIVE, "P1")


def test_moved_after_orders_arrived_the_page_says_so_and_attribution_follows(sold: Order) -> None:
    client = browser(builders.official())
    assert "1 order is attributed to this livestream" in client.get("/en/sessions/P1/move/").content.decode()
    values = {"day": "2027-03-11", "starts_at": "20:00", "ends_at": "21:00"}
    refused = client.post("/en/sessions/P1/move/", values | {"version": "7"})
    assert refused.status_code == 422
    assert client.post("/en/sessions/P1/move/", values | {"version": "0", "ends_at": "20:00"}).status_code == 422
    moved = client.post("/en/sessions/P1/move/", values | {"version": "0"}, follow=True).content.decode()
    assert "1 order is attributed anew." in moved
    before = client.get("/en/sessions/P1/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "it was moved from 10/03/2027 20:00 to 11/03/2027 20:00" in before
    assert "Orders are being attributed anew" in before
    fold()
    assert where(sold) == (Bucket.OTHER, None)
    assert "being attributed anew" not in client.get("/en/sessions/P1/").content.decode()


def test_one_that_has_begun_is_not_moved(sold: Order) -> None:
    Session.objects.update(actual_start=START)
    values = {"day": "2027-03-11", "starts_at": "20:00", "ends_at": "21:00", "version": "0"}
    page = browser(builders.official()).post("/en/sessions/P1/move/", values, follow=True).content.decode()
    assert "This livestream has begun" in page
    assert Session.objects.get().planned_start == START


def test_shops_are_ticked_and_orders_follow(sold: Order) -> None:
    client = browser(builders.official())
    host = builders.host("KOL")
    Session.objects.update(host=host)
    own, other = sold.shop, builders.shop("CH2", builders.producer("SX2"))
    of_host = builders.shop("CH3", host)
    foreign = builders.shop("CH4", builders.producer("SX4", province=builders.CA_MAU), province=builders.CA_MAU)
    ShopSession.objects.create(shop=foreign, session=Session.objects.get())
    form = client.get("/sessions/P1/shops/").context["form"]
    assert set(form.fields["likely"].queryset) == {own, of_host}
    assert list(form.fields["others"].queryset) == [other]
    assert list(form.initial["likely"]) == [own.pk, foreign.pk]
    client.post("/sessions/P1/shops/", {"likely": [of_host.pk], "others": [other.pk]})
    # What another province linked is not this one's to take away.
    linked = ShopSession.objects.order_by("shop__code").values_list("shop__code", flat=True)
    assert list(linked) == ["CH2", "CH3", "CH4"]
    fold()
    assert where(sold) == (Bucket.OTHER, None)
    client.post("/sessions/P1/shops/", {"likely": [own.pk]})
    fold()
    assert where(sold) == (Bucket.LIVE, "P1")
    for nonsense in ("x", str(foreign.pk), "999999", "\x00"):
        assert client.post("/sessions/P1/shops/", {"likely": [nonsense]}).status_code == 422
    assert browser(builders.official(province=builders.CA_MAU)).get("/sessions/P1/shops/").status_code == 404
