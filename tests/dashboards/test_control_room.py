"""The control room: plain forms, devices that send later, links for assistants; nothing new costs no body."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboards.air.room import Moment, Room, room_of
from livestreams.air.services import NewMark, NewSample, write_marks
from livestreams.models import AirMark, AssistantLink, MetricSample, Session
from orders.models import Shop
from tests import builders, order_builders
from tests.order_builders import Line
from traceability.resolver.guessing import ALLOWED

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def operator() -> User:
    return builders.official(builders.TRADE)


@pytest.fixture
def session() -> Session:
    """Planned from ten minutes ago, three slots, sold through the shop `CH`."""
    maker = builders.producer("HTX")
    products = [builders.product(f"SP{number}", maker, stars=4) for number in (1, 2, 3)]
    shop = builders.shop("CH", maker, sells=products)
    return builders.session("PH", timezone.now() - 10 * MINUTE, products=products, shops=[shop], aired=False)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def button(html: str, name: str) -> str:
    """What the button of that id sends."""
    found = re.search(rf'id="press-{name}"[^>]* value="([^"]*)"', html)
    assert found, name
    return found[1]


def begun(session: Session, *more: NewMark, minutes_ago: float = 8) -> None:
    now = timezone.now()
    write_marks(session=session, marks=[NewMark(uuid4(), "begin", now - minutes_ago * MINUTE), *more], sent_at=now)


def shown(session: Session) -> Room:
    return room_of(session, Moment(timezone.now()))


def sync(client: Client, address: str, body: Any) -> Any:
    return client.post(address, body if isinstance(body, bytes | str) else json.dumps(body), content_type="application/json")


# Without JavaScript


def test_a_whole_broadcast_by_plain_forms(session: Session, operator: User) -> None:
    client, page = signed_in(operator), reverse("control_room", args=["PH"])
    write = reverse("control_write", args=["PH"])
    for name in ("begin", "next", "next", "sold-out", "skip", "undo", "next", "again", "end"):
        answer = client.post(write, {"mark": button(client.get(page).content.decode(), name)})
        assert (answer.status_code, answer["Location"]) == (302, page)
    kinds = list(AirMark.objects.order_by("at").values_list("kind", "slot__position"))
    assert kinds == [
        ("begin", None),
        ("slot", 1),
        ("slot", 2),
        ("sold_out", 2),
        ("skip", 3),
        ("undo", None),
        ("slot", 3),
        ("slot", 3),
        ("end", None),
    ]
    assert set(AirMark.objects.values_list("by", flat=True)) == {operator.pk}
    room = shown(session)
    assert (room.phase, [slot.state for slot in room.slots]) == ("ended", ["shown", "shown", "shown"])
    session.refresh_from_db()
    assert session.actual_end is not None


def test_two_operators_who_press_the_same_button_write_one_mark(session: Session, operator: User) -> None:
    begun(session)
    pages = []
    for user in (operator, builders.official(builders.TRADE)):
        client = signed_in(user)
        pages.append((client, button(client.get(reverse("control_room", args=["PH"])).content.decode(), "next")))
    for client, pressed in pages:
        client.post(reverse("control_write", args=["PH"]), {"mark": pressed})
    assert AirMark.objects.filter(kind="slot").count() == 1


SOME_ID = "0198c2f0-0000-7000-8000-000000000001"


@pytest.mark.parametrize("mark", ["", "slot", "slot:x::y", f"begin:1::{SOME_ID}", f"undo:::{SOME_ID}", "\0:::", "a:b:c:d:e:f"])
def test_a_mark_that_is_none_is_refused_and_says_so(session: Session, operator: User, mark: str) -> None:
    client = signed_in(operator)
    answer = client.post(reverse("control_write", args=["PH"]), {"mark": mark}, follow=True)
    assert 'class="notice error"' in answer.content.decode()
    assert not AirMark.objects.exists()


def test_figures_are_typed_with_their_dots_and_empty_is_not_0(session: Session, operator: User) -> None:
    client, write = signed_in(operator), reverse("control_write", args=["PH"])
    answer = client.post(write, {"id": uuid4(), "orders": "57", "gmv": "8.540.000"})
    assert answer.status_code == 302
    kept = MetricSample.objects.get()
    assert (kept.orders, kept.gmv, kept.viewers) == (57, 8_540_000, None)
    for wrong in ({"orders": "nhiều"}, {"orders": "-1"}, {"orders": "99999999999"}, {}):
        page = client.post(write, {"id": uuid4(), **wrong})
        assert page.status_code == 200
        assert "error-summary" in page.content.decode()
    assert MetricSample.objects.count() == 1
    page = client.post(write, {"id": uuid4(), "orders": "5"}, follow=True).content.decode()
    assert "nhỏ hơn lần trước: đơn hàng" in page.lower() or "less than before" in page


# The part that renews itself


def test_nothing_new_costs_no_body(session: Session, operator: User) -> None:
    client, address = signed_in(operator), reverse("control_now", args=["PH"])
    first = client.get(address)
    assert (first.status_code, first["Cache-Control"]) == (200, "private, no-cache")
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, bool(again["X-Now"])) == (304, b"", True)
    begun(session)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    # An order, once it is folded.
    shop = Shop.objects.get()
    order_builders.order(shop, "1", timezone.now() - MINUTE, Line(session.slots.first().product, value=90_000))
    order_builders.fold()
    sold = client.get(address, headers={"If-None-Match": changed["ETag"]})
    assert sold.status_code == 200
    assert 'data-orders="1"' in sold.content.decode()
    # Another language is another text.
    assert client.get(f"/en{address}")["ETag"] != sold["ETag"]


def test_an_open_room_is_not_asked_who_it_is_every_second_and_shut_soon_after(session: Session, operator: User) -> None:
    client, address = signed_in(operator), reverse("control_now", args=["PH"])
    with CaptureQueriesContext(connection) as first:
        etag = client.get(address)["ETag"]
    with CaptureQueriesContext(connection) as second:
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert len(second) == 1 < len(first)
    operator.posts.all().delete()
    assert client.get(address).status_code == 200
    assert client.get(reverse("control_room", args=["PH"])).status_code == 403
    other = signed_in(builders.official(builders.TRADE, builders.CA_MAU))
    assert other.get(address).status_code == 404
    cache.clear()
    assert client.get(address).status_code == 403


def test_no_file_yet_is_not_0_and_reported_is_never_added_to_the_ledger(session: Session) -> None:
    first = session.slots.first()
    begun(session, NewMark(uuid4(), "slot", timezone.now() - 7 * MINUTE, first.pk))
    write_marks(session=session, samples=[NewSample(uuid4(), {"orders": 40, "gmv": 4_000_000})])
    room = shown(session)
    assert (room.ledger.known, room.slots[0].sold) == (False, None)
    shop = Shop.objects.get()
    order_builders.order(shop, "1", timezone.now() - 6 * MINUTE, Line(first.product, units=2, value=180_000), exported_at=timezone.now())
    order_builders.order(shop, "2", timezone.now() - 5 * MINUTE, Line(first.product, value=90_000, cancelled=1), exported_at=timezone.now())
    order_builders.fold()
    ledger = shown(session).ledger
    assert (ledger.known, ledger.orders, ledger.total.units, ledger.total.value) == (True, 2, 3, 270_000)
    assert {slot: sold.value for slot, sold in ledger.by_slot.items()} == {first.pk: 270_000}
    assert [(figure.name, figure.value) for figure in shown(session).reported] == [("orders", 40), ("gmv", 4_000_000)]


def test_data_older_than_fifteen_minutes_on_air_are_said_to_be_old(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(planned_start=timezone.now() - 40 * MINUTE)
    session.refresh_from_db()
    begun(session, minutes_ago=39)
    now = timezone.now()
    write_marks(session=session, samples=[NewSample(uuid4(), {"orders": 1}, now - 16 * MINUTE)], sent_at=now)
    order_builders.run(Shop.objects.get(), now - 16 * MINUTE)
    room = shown(session)
    assert (room.reported_old, room.ledger_old, room.overdue) == (True, True, False)
    write_marks(session=session, samples=[NewSample(uuid4(), {"views": 9})])
    order_builders.run(Shop.objects.get(), now - 14 * MINUTE)
    room = shown(session)
    assert (room.reported_old, room.ledger_old) == (False, False)
    assert [figure.name for figure in room.reported] == ["orders", "views"]  # each as it was last typed


def test_a_session_that_runs_long_past_its_plan_asks_whether_it_is_over(session: Session, operator: User) -> None:
    begun(session)
    Session.objects.filter(pk=session.pk).update(planned_start=timezone.now() - 30 * MINUTE, planned_end=timezone.now() - 28 * MINUTE)
    Session.objects.filter(pk=session.pk).update(actual_start=timezone.now() - 30 * MINUTE)
    session.refresh_from_db()
    assert room_of(session, Moment(timezone.now() + 15 * MINUTE)).overdue
    assert not room_of(session, Moment(timezone.now() + 2 * MINUTE)).overdue


def test_a_room_reads_the_same_number_of_queries_for_any_number_of_rows(session: Session) -> None:
    small = builders.session("NHO", timezone.now(), products=[session.slots.first().product], aired=False)
    begun(small, minutes_ago=0)
    for slot in session.slots.all():
        begun(session, NewMark(uuid4(), "slot", None, slot.pk), minutes_ago=0)
        write_marks(session=session, samples=[NewSample(uuid4(), {"orders": 1})])
    counts = []
    for one in (small, session):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            shown(one)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


# Devices that send later


def test_each_row_of_a_queue_is_answered(session: Session, operator: User) -> None:
    client, address = signed_in(operator), reverse("control_sync", args=["PH"])
    now = round(timezone.now().timestamp() * 1000)
    ids = [str(uuid4()) for _ in range(6)]
    slot = session.slots.first().pk
    body = {
        "sent_at": now,
        "marks": [
            {"id": ids[0], "kind": "begin", "at": now - 120_000},
            {"id": ids[1], "kind": "slot", "slot": slot, "at": now - 60_000},
            {"id": ids[2], "kind": "slot", "slot": [slot], "at": now},
            {"id": ids[3], "kind": "dance", "at": now},
        ],
        "samples": [{"id": ids[4], "orders": "57", "gmv": "8.540.000", "at": now}, {"id": ids[5], "orders": "1,5", "at": now}],
    }
    for state in ("kept", "known"):
        answer = sync(client, address, body)
        assert answer.status_code == 200
        fates = {fate["id"]: fate for fate in answer.json()["fates"]}
        assert [fates[key]["state"] for key in ids] == [state, state, "refused", "refused", state, "refused"]
        assert fates[ids[5]]["reason"] == "malformed"
        assert "hàng" in fates[ids[5]]["message"].lower()  # the field is named
    assert list(AirMark.objects.order_by("at").values_list("kind", "slot")) == [("begin", None), ("slot", slot)]
    assert MetricSample.objects.get().gmv == 8_540_000


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"1", b"\x00", b"[" * 100_000),
        *(b'{"marks": {}}', b'{"marks": [1]}', b'{"sent_at": "x"}', b'{"sent_at": -1}'),
        json.dumps({"marks": [{}] * 501}).encode(),
    ],
)
def test_what_is_no_queue_is_refused_as_a_whole(session: Session, operator: User, body: bytes) -> None:
    answer = sync(signed_in(operator), reverse("control_sync", args=["PH"]), body)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert not AirMark.objects.exists()


# Links for assistants


def test_a_link_is_shown_once_and_opens_this_room_alone(session: Session, operator: User) -> None:
    client, links = signed_in(operator), reverse("control_links", args=["PH"])
    assert "error-summary" in client.post(links, {"name": "", "hours": "5"}).content.decode()
    page = client.post(links, {"name": "Trợ lý Lan", "hours": "4"}).content.decode()
    (address,) = re.findall(r"http://testserver(/air/[^/<]+/)", page)
    assert address not in client.get(links).content.decode()
    assistant = Client()
    room = assistant.get(address).content.decode()
    assert 'id="press-begin"' in room
    # Nothing leads anywhere else but to the front page and back here.
    inner = {href for href in re.findall(r'href="([^"]*)"', room) if not href.startswith(("/static/", "#"))}
    assert inner <= {"/", f"/en{address}"}
    other = builders.session("KHAC", timezone.now(), products=[session.slots.first().product], aired=False)
    now = round(timezone.now().timestamp() * 1000)
    marks = [{"id": str(uuid4()), "kind": "begin"}, {"id": str(uuid4()), "kind": "slot", "slot": other.slots.get().pk}]
    fates = sync(assistant, f"{address}sync/", {"sent_at": now, "marks": marks}).json()["fates"]
    assert [fate["state"] for fate in fates] == ["kept", "refused"]
    assert (AirMark.objects.get().link.name, AirMark.objects.get().by) == ("Trợ lý Lan", None)
    assert "Trợ lý Lan" in client.get(reverse("control_room", args=["PH"])).content.decode()
    client.post(reverse("control_link_withdraw", args=["PH", AssistantLink.objects.get().pk]))
    assert assistant.get(address).status_code == 410
    assert sync(assistant, f"{address}sync/", {"marks": []}).status_code == 410


def test_an_expired_link_says_so_and_an_unknown_one_that_it_is_none(session: Session, operator: User) -> None:
    link = builders.air_link(session, operator, token="x")
    AssistantLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - MINUTE)
    expired = Client().get("/air/x/")
    assert (expired.status_code, "hết hạn" in expired.content.decode()) == (410, True)
    fragment = Client().get("/air/x/now/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Refresh"], fragment.content) == (410, "true", b"")
    answers: list[int] = []
    while 429 not in answers and len(answers) < 3 * ALLOWED:  # a new minute begins to count anew
        answers.append(Client().get(f"/air/{len(answers)}/").status_code)
    assert (set(answers[:-1]), answers[-1]) == ({404}, 429)
    assert len(answers) > ALLOWED


def test_a_commune_runs_its_own_session(session: Session) -> None:
    place = builders.commune()
    Session.objects.filter(pk=session.pk).update(commune=place)
    own, other = builders.official(commune=place), builders.official(commune=builders.commune(nth=1))
    assert signed_in(own).get(reverse("control_room", args=["PH"])).status_code == 200
    assert signed_in(other).get(reverse("control_room", args=["PH"])).status_code == 404
    assert sync(signed_in(other), reverse("control_sync", args=["PH"]), {"marks": []}).status_code == 404


def test_a_cancelled_session_offers_nothing_to_press(session: Session, operator: User) -> None:
    Session.objects.filter(pk=session.pk).update(cancelled_at=timezone.now(), cancelled_reason="bão")
    page = signed_in(operator).get(reverse("control_room", args=["PH"])).content.decode()
    assert ("bão" in page, "press-begin" in page) == (True, False)


@pytest.mark.parametrize(("hours", "offered"), [(11, True), (13, False)])
def test_a_session_that_ended_long_ago_offers_nothing_to_take_back(session: Session, hours: int, offered: bool) -> None:
    begun(session, NewMark(uuid4(), "end", timezone.now() - 2 * MINUTE))
    ended = AirMark.objects.get(kind="end").at
    assert (room_of(session, Moment(at=ended + timedelta(hours=hours))).undo is not None) is offered
