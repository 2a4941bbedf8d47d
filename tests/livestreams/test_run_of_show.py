"""Slots are added, moved, changed and removed; times follow; who is second is told, and nothing is half done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Message, User
from catalog.models import Product
from livestreams.models import Need, Session, Slot, TalkingPoint
from livestreams.sessions.confirmations import answer_slot, ask_producers
from livestreams.sessions.errors import BegunError, ChangedMeanwhileError, NotPlannableError, SessionCancelledError
from livestreams.sessions.run_of_show import Point, add_slot, change_slot, copy_run_of_show, move_slot, remove_slot
from livestreams.sessions.timetable import timetable
from tests import builders, trace_builders
from tests.builders import at
from tests.livestreams.plans import START, paper, planned, slots

pytestmark = pytest.mark.django_db


@pytest.fixture
def official() -> User:
    return builders.official()


@pytest.fixture
def products() -> list[Product]:
    maker = builders.producer("SX")
    return [builders.product(f"A{number}", maker, stars=4 if number == 1 else None) for number in range(1, 5)]


@pytest.fixture
def session(products: list[Product]) -> Session:
    return planned(products=products[:3])


def need_of(product: Product, **values: Any) -> Need:
    window = {"window_from": "2027-03-01", "window_to": "2027-03-31", "wish": Need.Wish.KOL}
    return Need.objects.create(**({"producer": product.producer, "product": product} | window | values))


def test_a_new_slot_comes_last_and_shows_the_mark_of_a_star_in_force(session: Session, products: list[Product], official: User) -> None:
    starless = add_slot(session=session, product=products[3], by=official)
    starred = add_slot(session=session, product=products[0], by=official, minutes=7, offer_price=50_000)
    assert (starless.position, starless.minutes, starless.shows_mark, starless.offer_price) == (4, 5, False, None)
    assert (starred.position, starred.minutes, starred.shows_mark, starred.offer_price) == (5, 7, True, 50_000)
    assert Session.objects.get(pk=session.pk).plan_version == 2


def test_times_follow_the_order(session: Session, official: User) -> None:
    change_slot(slot=session.slots.get(position=1), by=official, minutes=12)
    move_slot(slot=session.slots.get(position=3), to=1, by=official)
    turns = timetable(session, session.slots.order_by("position"))
    assert [(turn.slot.product.code, turn.start - START, turn.end - START) for turn in turns] == [
        ("A3", timedelta(0), timedelta(minutes=5)),
        ("A1", timedelta(minutes=5), timedelta(minutes=17)),
        ("A2", timedelta(minutes=17), timedelta(minutes=22)),
    ]


def test_a_slot_that_does_not_fit_is_outside(session: Session, official: User) -> None:
    change_slot(slot=session.slots.get(position=2), by=official, minutes=55)
    assert [turn.outside for turn in timetable(session, session.slots.order_by("position"))] == [False, False, True]


@pytest.mark.parametrize(("to", "order"), [(1, "A3 A1 A2"), (2, "A1 A3 A2"), (3, "A1 A2 A3"), (99, "A1 A2 A3"), (-5, "A3 A1 A2")])
def test_moving_closes_up(session: Session, official: User, to: int, order: str) -> None:
    move_slot(slot=session.slots.get(position=3), to=to, by=official)
    assert slots(session) == list(enumerate(order.split(), start=1))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves=st.lists(st.tuples(st.integers(1, 3), st.integers(-1, 5)), max_size=5))
def test_positions_are_always_1_to_n(session: Session, official: User, moves: list[tuple[int, int]]) -> None:
    order = [code for _, code in slots(session)]
    for position, to in moves:
        code = order.pop(position - 1)
        order.insert(min(max(to, 1), 3) - 1, code)
        move_slot(slot=session.slots.get(position=position), to=to, by=official)
    assert slots(session) == list(enumerate(order, start=1))


def test_removing_closes_up_and_opens_the_need_again(session: Session, products: list[Product], official: User) -> None:
    need = need_of(products[3], state=Need.State.PLANNED)
    both = [add_slot(session=session, product=products[3], by=official, need=need) for _ in range(2)]
    remove_slot(slot=both[0], by=official)
    assert Need.objects.get(pk=need.pk).state == Need.State.PLANNED
    remove_slot(slot=both[1], by=official)
    assert Need.objects.get(pk=need.pk).state == Need.State.OPEN
    remove_slot(slot=session.slots.get(position=1), by=official)
    assert slots(session) == [(1, "A2"), (2, "A3")]


def test_who_is_second_is_told_and_overwrites_nothing(session: Session, official: User) -> None:
    first, third = session.slots.get(position=1), session.slots.get(position=3)
    move_slot(slot=third, to=1, by=official, version=0)
    for refused in (
        lambda: move_slot(slot=first, to=3, by=official, version=0),
        lambda: remove_slot(slot=first, by=official, version=0),
        lambda: add_slot(session=session, product=first.product, by=official, version=0),
    ):
        with pytest.raises(ChangedMeanwhileError):
            refused()
    assert slots(session) == [(1, "A3"), (2, "A1"), (3, "A2")]
    change_slot(slot=first, by=official, version=0, offer_price=80_000)
    with pytest.raises(ChangedMeanwhileError):
        change_slot(slot=first, by=official, version=0, offer_price=70_000)
    assert Slot.objects.get(pk=first.pk).offer_price == 80_000


def test_a_slot_that_is_gone_cannot_be_moved_or_changed(session: Session, official: User) -> None:
    gone = session.slots.get(position=2)
    remove_slot(slot=gone, by=official)
    for refused in (lambda: move_slot(slot=gone, to=1, by=official), lambda: remove_slot(slot=gone, by=official)):
        with pytest.raises(ChangedMeanwhileError):
            refused()
    with pytest.raises(ChangedMeanwhileError):
        change_slot(slot=gone, by=official, stock=3)


def test_once_begun_slots_keep_their_places_and_new_ones_come_last(session: Session, products: list[Product], official: User) -> None:
    Session.objects.filter(pk=session.pk).update(actual_start=timezone.now())
    slot = session.slots.get(position=2)
    for refused in (lambda: move_slot(slot=slot, to=1, by=official), lambda: remove_slot(slot=slot, by=official)):
        with pytest.raises(BegunError):
            refused()
    assert add_slot(session=session, product=products[3], by=official).position == 4
    change_slot(slot=slot, by=official, offer_price=70_000, minutes=6)
    Slot.objects.filter(pk=slot.pk).update(started_at=timezone.now())
    with pytest.raises(BegunError):
        change_slot(slot=slot, by=official, minutes=9)


def test_a_cancelled_session_is_left_as_it_was(session: Session, products: list[Product], official: User) -> None:
    Session.objects.filter(pk=session.pk).update(cancelled_at=timezone.now())
    slot = session.slots.get(position=2)
    for refused in (
        lambda: move_slot(slot=slot, to=1, by=official),
        lambda: remove_slot(slot=slot, by=official),
        lambda: change_slot(slot=slot, by=official, stock=5),
        lambda: add_slot(session=session, product=products[3], by=official),
    ):
        with pytest.raises(SessionCancelledError):
            refused()
    assert slots(session) == [(1, "A1"), (2, "A2"), (3, "A3")]


def test_what_cannot_be_planned_names_its_field(session: Session, products: list[Product], official: User) -> None:
    other = builders.product("B", builders.producer("SX2"))
    slot = session.slots.get(position=1)
    change_slot(slot=session.slots.get(position=2), by=official, pin=3)
    refused: list[tuple[str, Any]] = [
        ("minutes", lambda: add_slot(session=session, product=other, by=official, minutes=0)),
        ("minutes", lambda: change_slot(slot=slot, by=official, minutes=241)),
        ("need", lambda: add_slot(session=session, product=other, by=official, need=need_of(products[0]))),
        ("need", lambda: change_slot(slot=slot, by=official, need=need_of(products[1]))),
        ("lot", lambda: change_slot(slot=slot, by=official, lot=trace_builders.lot(other))),
        ("pin", lambda: change_slot(slot=slot, by=official, pin=3)),
    ]
    for field, tried in refused:
        with pytest.raises(NotPlannableError) as error:
            tried()
        assert error.value.field == field
    assert session.slots.count() == 3
    assert Slot.objects.get(pk=slot.pk).version == 0


def test_points_are_replaced_as_a_whole(session: Session, products: list[Product], official: User) -> None:
    slot = session.slots.get(position=1)
    proof = paper(products[0])
    change_slot(slot=slot, by=official, points=[Point("Thơm"), Point("Không đường", True, proof)])
    change_slot(slot=slot, by=official, points=[Point("Không đường", True, proof), Point("Mùa mới")])
    assert list(slot.points.values_list("position", "text", "is_claim", "paper")) == [
        (1, "Không đường", True, proof.pk),
        (2, "Mùa mới", False, None),
    ]


def test_an_earlier_run_of_show_is_taken_over_without_what_was_that_days(session: Session, products: list[Product], official: User) -> None:
    source = planned("OLD", at("2026-01-05 20:00"), products=[products[0], products[3]])
    kept = source.slots.get(position=1)
    change_slot(slot=kept, by=official, stock=9, pin=1, minutes=8, sample_arrived_on="2026-01-04", points=[Point("Ngọt")])
    assert copy_run_of_show(session=session, source=source, by=official, version=0) == 2
    assert slots(session) == [(1, "A1"), (2, "A2"), (3, "A3"), (4, "A1"), (5, "A4")]
    new = session.slots.get(position=4)
    assert (new.minutes, new.offer_price, new.shows_mark) == (8, 90_000, True)
    assert (new.stock, new.pin, new.sample_arrived_on, new.answer) == (None, None, None, "")
    assert list(TalkingPoint.objects.filter(slot=new).values_list("text", flat=True)) == ["Ngọt"]
    with pytest.raises(ChangedMeanwhileError):
        copy_run_of_show(session=session, source=source, by=official, version=0)


def test_another_price_or_hour_is_asked_again_a_neighbours_move_is_not(session: Session, products: list[Product], official: User) -> None:
    member = builders.member(products[0].producer)
    assert ask_producers(session=session, by=official) == 3
    assert ask_producers(session=session, by=official) == 0
    for slot in session.slots.all():
        answer_slot(slot=slot, by=member, confirmed=True)
    move_slot(slot=session.slots.get(position=3), to=2, by=official)
    assert set(session.slots.values_list("answer", flat=True)) == {"confirmed"}
    change_slot(slot=session.slots.get(position=1), by=official, offer_price=85_000)
    change_slot(slot=session.slots.get(position=1), by=official, stock=40)
    assert list(session.slots.order_by("position").values_list("product__code", "answer")) == [
        ("A1", "asked"),
        ("A3", "confirmed"),
        ("A2", "confirmed"),
    ]
    change_slot(slot=session.slots.get(position=2), by=official, minutes=20)
    assert session.slots.get(position=3).answer == "asked"
    told = Message.objects.filter(user=member, kind="slot_asked").order_by("pk")
    assert [message.subject.startswith("Đề nghị") or message.subject for message in told] != []
    assert told.count() == 3


def test_moving_writes_only_the_slots_that_move(session: Session, official: User) -> None:
    before = _marks()
    move_slot(slot=session.slots.get(position=3), to=2, by=official)
    changed = Slot.pgh_event_model.objects.filter(pgh_label="update").values_list("pgh_obj__product__code", flat=True)  # type: ignore[attr-defined]
    assert sorted(changed) == ["A2", "A3"]
    assert _marks() == before


def _marks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_mark")
        return int(cursor.fetchone()[0])
