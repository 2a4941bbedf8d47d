"""Officials plan livestreams: what they type is checked field by field, and whoever is second is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from livestreams.models import Host, Need, Session, Slot
from livestreams.sessions.run_of_show import move_slot
from tests import builders, trace_builders
from tests.builders import at
from tests.livestreams.plans import START, paper, planned, slots

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def official() -> User:
    return builders.official()


@pytest.fixture
def client(official: User) -> Client:
    return browser(official)


@pytest.fixture
def host() -> Host:
    return builders.host("KOL")


def typed(by: Host | None = None, **more: Any) -> dict[str, Any]:
    """What the form of a new session sends."""
    values: dict[str, Any] = {
        "name_vi": "Đặc sản đón Tết",
        "province": builders.GIA_LAI,
        "platform": "tiktok",
        "day": "2027-03-10",
        "starts_at": "20:00",
        "ends_at": "21:20",
    }
    if by is not None:
        values |= {"host": by.pk, "channel": by.channels.get().pk}
    return values | more


def errors_of(response: HttpResponse) -> list[str]:
    """The names of the fields with errors."""
    context: Any = response.context  # type: ignore[attr-defined]
    forms = [context["form"], context.get("times")]
    return [name for form in forms if form is not None for name in form.errors]


def test_a_session_is_planned_under_a_code_of_province_and_day(client: Client, host: Host) -> None:
    for code in ("GL-20270310", "GL-20270310-2"):
        assert client.post("/plans/new/", typed(host))["Location"] == f"/plans/{code}/"
    session = Session.objects.get(code="GL-20270310")
    assert (session.planned_start, session.planned_end) == (at("2027-03-10 20:00"), at("2027-03-10 21:20"))
    assert (session.host, session.province_id, session.is_demo) == (host, builders.GIA_LAI, False)


def test_a_session_over_midnight_ends_on_the_next_day(client: Client, host: Host) -> None:
    client.post("/plans/new/", typed(host, starts_at="23:00", ends_at="00:30"))
    assert Session.objects.get().planned_end == at("2027-03-11 00:30")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"name_vi": ""}, ["name_vi"]),
        ({"name_vi": "a\x00b"}, ["name_vi"]),
        ({"name_vi": "x" * 201}, ["name_vi"]),
        ({"host": ""}, ["host", "channel"]),
        ({"host": "999999"}, ["host", "channel"]),
        ({"platform": "shopee"}, ["platform"]),
        ({"province": builders.CA_MAU}, ["province"]),
        ({"commune": "32182"}, ["commune"]),
        ({"ends_at": "20:00"}, ["ends_at"]),
        ({"ends_at": "08:01"}, ["ends_at"]),
        ({"day": "2027-02-30"}, ["day"]),
        ({"day": "9999-12-31"}, ["day"]),
        ({"starts_at": "25:00"}, ["starts_at"]),
    ],
)
def test_what_is_wrong_is_told_at_its_field(client: Client, host: Host, change: dict[str, Any], wrong: list[str]) -> None:
    response = client.post("/plans/new/", typed(host, **change))
    assert (response.status_code, errors_of(response), Session.objects.count()) == (422, wrong, 0)


def test_one_summary_names_what_is_wrong_in_both_parts(client: Client, host: Host) -> None:
    page = client.post("/en/plans/new/", typed(host, name_vi="", day="")).content.decode()
    summary = page.partition('class="error-summary"')[2].partition("</div>")[0]
    assert page.count('class="error-summary"') == 1
    assert ["#id_name_vi" in summary, "#id_day" in summary, "#id_starts_at" in summary] == [True, True, False]


def test_a_channel_is_the_hosts_own(client: Client, host: Host) -> None:
    other = builders.host("KOL2")
    assert errors_of(client.post("/plans/new/", typed(host, channel=other.channels.get().pk))) == ["channel"]


def test_a_clash_is_told_at_once(client: Client, host: Host) -> None:
    planned(start=at("2027-03-10 21:00"), hosted_by=host)
    page = client.post("/en/plans/new/", typed(host), follow=True).content.decode()
    assert "KOL KOL hosts “Session P1” at the same time." in page


def test_a_commune_plans_its_own_without_a_host(host: Host) -> None:
    seat = builders.commune(nth=1)
    client = browser(builders.official(commune=seat))
    assert client.post("/plans/new/", typed(commune=builders.commune().pk)).status_code == 422
    # A host that is sent all the same is not taken.
    assert client.post("/plans/new/", typed(host, commune=seat.pk)).status_code == 302
    session = Session.objects.get()
    assert (session.commune, session.host) == (seat, None)
    assert client.get(f"/plans/{planned('P2').code}/").status_code == 404


def test_facts_are_changed_and_what_the_control_room_writes_stays(client: Client, host: Host) -> None:
    session = planned(hosted_by=host)
    values = {"name_vi": "Tên mới", "province": builders.GIA_LAI, "platform": "tiktok", "host": host.pk, "version": 0}
    Session.objects.update(actual_start=START)
    assert client.post(f"/plans/{session.code}/edit/", values).status_code == 302
    kept = Session.objects.get()
    assert (kept.name_vi, kept.actual_start, kept.planned_start, kept.plan_version) == ("Tên mới", START, START, 1)
    refused = client.post(f"/en/plans/{session.code}/edit/", values | {"name_vi": "Tên khác"})
    assert refused.status_code == 422
    assert "Somebody else changed the plan meanwhile" in refused.content.decode()
    assert Session.objects.get().name_vi == "Tên mới"


def test_cancelling_asks_for_a_reason_and_is_for_good(client: Client) -> None:
    session = planned(products=[builders.product("A", builders.producer("SX"))])
    assert client.post("/plans/P1/cancel/", {"reason": " "}).status_code == 422
    assert client.post("/plans/P1/cancel/", {"reason": "mưa bão"}).status_code == 302
    page = client.get("/plans/P1/").content.decode()
    assert "mưa bão" in page
    assert "/slots/copy/" not in page
    client.post("/plans/P1/cancel/", {"reason": "lý do khác"})
    assert Session.objects.get(pk=session.pk).cancelled_reason == "mưa bão"


def test_a_session_on_air_is_not_cancelled(client: Client) -> None:
    planned()
    Session.objects.update(actual_start=timezone.now())
    client.post("/plans/P1/cancel/", {"reason": "mưa bão"})
    assert Session.objects.get().cancelled_at is None


@pytest.mark.parametrize(("words", "found"), [("ba khia", ["A"]), ("Ba Khía", ["A"]), ("htx a", ["A"]), ("B", ["B", "A"]), ("khong", [])])
def test_products_are_found_with_or_without_accents(client: Client, words: str, found: list[str]) -> None:
    maker = builders.producer("SX", name="HTX Ả")
    builders.product("A", maker, name="Ba khía muối")
    builders.product("B", builders.producer("SX2", province=builders.CA_MAU), name="Bưởi")
    builders.product("C", builders.producer("SX3", province=builders.CA_MAU), name="Ba khía nơi khác", public=False)
    planned()
    products = client.get("/plans/P1/slots/", {"q": words}).context["found"]
    assert sorted(product.code for product in products) == sorted(found)


def test_a_product_is_added_once_for_one_page(client: Client) -> None:
    builders.product("A", builders.producer("SX"))
    session = planned()
    for _ in range(2):
        client.post("/plans/P1/slots/", {"product": "A", "version": "0"})
    assert slots(session) == [(1, "A")]
    assert client.post("/plans/P1/slots/", {"product": "NO\x00", "version": "1"}).status_code == 404


def test_arrows_and_drag_send_the_same_and_the_second_is_told(client: Client, official: User) -> None:
    maker = builders.producer("SX")
    session = planned(products=[builders.product(code, maker) for code in ("A", "B", "C")])
    third = session.slots.get(position=3)
    client.post(f"/slots/{third.pk}/move/", {"to": "1", "version": "0"})
    assert slots(session) == [(1, "C"), (2, "A"), (3, "B")]
    refused = client.post(f"/en/slots/{third.pk}/move/", {"to": "3", "version": "0"}, follow=True)
    assert "Somebody else changed the plan meanwhile" in refused.content.decode()
    for nonsense in ("", "-1", "x", "\u0663", "9" * 30):
        client.post(f"/slots/{third.pk}/move/", {"to": nonsense, "version": "1"})
        assert slots(session)[0] == (1, "C")
    move_slot(slot=third, to=2, by=official)
    client.post(f"/slots/{third.pk}/remove/", {"version": "0"})
    assert session.slots.count() == 3


@pytest.mark.parametrize(("minutes", "kept"), [("7", 7), ("0", 5), ("241", 5), ("", 5), ("x", 5), ("-3", 5), ("9" * 40, 5)])
def test_minutes_are_set_in_their_place(client: Client, minutes: str, kept: int) -> None:
    slot = planned(products=[builders.product("A", builders.producer("SX"))]).slots.get()
    client.post(f"/slots/{slot.pk}/minutes/", {"minutes": minutes, "version": "0"})
    assert Slot.objects.get().minutes == kept


def sent(slot: Slot, **more: Any) -> dict[str, Any]:
    """What the form of a slot sends."""
    values: dict[str, Any] = {"minutes": 5, "offer_price": 90_000, "version": slot.version}
    values |= {"points-TOTAL_FORMS": 2, "points-INITIAL_FORMS": 0, "points-0-text": "Ngọt", "points-1-text": ""}
    return values | more


def test_a_slot_is_filled_in(client: Client) -> None:
    product = builders.product("A", builders.producer("SX"))
    slot = planned(products=[product]).slots.get()
    lot, proof = trace_builders.lot(product), paper(product)
    window = {"window_from": "2027-03-01", "window_to": "2027-03-31", "wish": Need.Wish.KOL}
    need = Need.objects.create(producer=product.producer, product=product, **window)
    day = timezone.localdate()
    values = {"stock": 40, "pin": 3, "platform_link": "shop.example/a", "lot": lot.pk, "need": need.pk, "sample_arrived_on": day}
    points = {"points-1-text": "Không đường", "points-1-paper": proof.pk}
    assert client.post(f"/slots/{slot.pk}/", sent(slot, **values, **points)).status_code == 302
    kept = Slot.objects.get()
    assert (kept.stock, kept.pin, kept.platform_link, kept.lot, kept.need) == (40, 3, "https://shop.example/a", lot, need)
    assert (kept.sample_arrived_on, kept.shows_mark, kept.version) == (day, False, 1)
    assert list(kept.points.values_list("text", "is_claim", "paper")) == [("Ngọt", False, None), ("Không đường", True, proof.pk)]


def test_what_is_wrong_with_a_slot_is_told_at_its_field(client: Client) -> None:
    product, other = builders.product("A", builders.producer("SX")), builders.product("B", builders.producer("SX2"))
    session = planned(products=[product, other])
    Slot.objects.filter(product=other).update(pin=2)
    slot = session.slots.get(product=product)
    for name, value in {
        "minutes": "0",
        "offer_price": "-5",
        "stock": "nhiều",
        "pin": "2",
        "platform_link": "javascript:alert(1)",
        "lot": trace_builders.lot(other).pk,
        "sample_arrived_on": timezone.localdate() + timedelta(days=1),
    }.items():
        response = client.post(f"/slots/{slot.pk}/", sent(slot, **{name: value}))
        assert (response.status_code, errors_of(response)) == (422, [name])
    assert client.post(f"/slots/{slot.pk}/", sent(slot, **{"points-1-paper": paper(other).pk})).status_code == 422
    assert client.post(f"/slots/{slot.pk}/", sent(slot, **{"points-1-paper": paper(product).pk})).status_code == 422
    assert Slot.objects.get(pk=slot.pk).version == 0


def test_whoever_fills_in_a_slot_second_is_told(client: Client) -> None:
    slot = planned(products=[builders.product("A", builders.producer("SX"))]).slots.get()
    client.post(f"/slots/{slot.pk}/", sent(slot, stock=10))
    refused = client.post(f"/slots/{slot.pk}/", sent(slot, stock=20))
    assert refused.status_code == 422
    assert Slot.objects.get().stock == 10
    # What was typed is still there, and goes through when it is sent again.
    assert 'value="20"' in refused.content.decode()
    assert client.post(f"/slots/{slot.pk}/", sent(slot, stock=20, version=1)).status_code == 302


def test_an_earlier_run_of_show_is_taken_over(client: Client) -> None:
    maker = builders.producer("SX")
    source = planned("OLD", at("2026-01-05 20:00"), products=[builders.product("A", maker), builders.product("B", maker)])
    elsewhere = planned("XA", at("2026-01-06 20:00"), products=[builders.product("C", maker)], province=builders.CA_MAU)
    session = planned()
    client.post("/plans/P1/slots/copy/", {"source": elsewhere.pk, "version": "0"})
    client.post("/plans/P1/slots/copy/", {"source": "x", "version": "0"})
    assert session.slots.count() == 0
    client.post("/plans/P1/slots/copy/", {"source": source.pk, "version": "0"})
    assert slots(session) == [(1, "A"), (2, "B")]


def test_another_official_of_the_province_reads_and_does_not_write() -> None:
    slot = planned(products=[builders.product("A", builders.producer("SX"))]).slots.get()
    reader = browser(builders.official(builders.AGRICULTURE))
    page = reader.get("/plans/P1/").content.decode()
    assert "Sản phẩm A" in page
    assert f"/slots/{slot.pk}/" not in page
    assert reader.post(f"/slots/{slot.pk}/remove/", {"version": "0"}).status_code == 403


def test_the_same_queries_at_one_and_three(client: Client) -> None:
    maker = builders.producer("SX")
    products = [builders.product(f"A{number}", maker, stars=4) for number in range(4)]
    planned("ONE", at("2027-03-11 20:00"), products=products[:1])

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    cost("/plans/")
    one = cost("/plans/"), cost("/plans/ONE/"), cost("/plans/ONE/print/")
    planned("THREE", at("2027-03-12 20:00"), products=products[1:])
    planned("MORE", at("2027-03-13 20:00"), products=products[1:])
    assert (cost("/plans/"), cost("/plans/THREE/"), cost("/plans/THREE/print/")) == one
