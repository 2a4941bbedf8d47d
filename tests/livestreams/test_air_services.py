"""Marks and samples from devices: kept once, by our clock, with an answer for each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from catalog.models import StarRating
from livestreams.air.links import make_link, withdraw_link
from livestreams.air.services import Fate, NewMark, NewSample, end_forgotten, write_marks
from livestreams.air.state import state_of
from livestreams.models import AirMark, AssistantLink, MetricSample, Session
from tests import builders

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session() -> Session:
    """Planned for an hour from ten minutes ago, three slots."""
    maker = builders.producer("HTX")
    products = [builders.product(f"SP{number}", maker, stars=4) for number in (1, 2, 3)]
    return builders.session("PH", timezone.now() - 10 * MINUTE, products=products, aired=False)


def wrote(session: Session, *marks: NewMark, **more: Any) -> list[tuple[str, str]]:
    return [(fate.state.value, fate.reason) for fate in write_marks(session=session, marks=marks, **more)]


def new(kind: str, *, slot: int | None = None, at: datetime | None = None, undoes: UUID | None = None) -> NewMark:
    return NewMark(uuid4(), kind, at, slot, undoes)


def slot_ids(session: Session) -> list[int]:
    return list(session.slots.order_by("position").values_list("pk", flat=True))


def test_marks_become_the_times_of_the_session_and_its_slots(session: Session) -> None:
    first, second, _third = slot_ids(session)
    now = timezone.now()
    marks = [
        new("begin", at=now - 9 * MINUTE),
        new("slot", slot=first, at=now - 8 * MINUTE),
        new("slot", slot=second, at=now - 4 * MINUTE),
        new("sold_out", slot=second, at=now - 3 * MINUTE),
    ]
    assert wrote(session, *marks, sent_at=now) == [("kept", "")] * 4
    begin, one, two, _ = AirMark.objects.order_by("at")
    session.refresh_from_db()
    assert (session.actual_start, session.actual_end) == (begin.at, None)
    rows = list(session.slots.order_by("position").values_list("started_at", "ended_at", "outcome", "again_at"))
    assert rows == [(one.at, two.at, "", []), (two.at, None, "sold_out", []), (None, None, "", [])]
    # Taken back: the slot has not begun.
    undo = new("undo", undoes=two.pk)
    assert wrote(session, undo, undo) == [("kept", ""), ("known", "")]
    rows = list(session.slots.order_by("position").values_list("started_at", "ended_at", "outcome"))
    assert rows[:2] == [(one.at, None, ""), (None, None, "sold_out")]
    assert state_of(session, as_of=one.at).current == first
    assert state_of(session, as_of=begin.at).current is None


def test_a_slot_shown_again_keeps_its_first_start(session: Session) -> None:
    first, second, _third = slot_ids(session)
    now = timezone.now()
    turns = [new("slot", slot=slot, at=now - minutes * MINUTE) for slot, minutes in ((first, 8), (second, 5), (first, 2))]
    wrote(session, new("begin", at=now - 9 * MINUTE), *turns, sent_at=now)
    _begin, one, two, three = AirMark.objects.order_by("at").values_list("at", flat=True)
    rows = list(session.slots.order_by("position").values_list("started_at", "again_at", "ended_at"))
    assert rows[:2] == [(one, [three], None), (two, [], three)]


def test_sent_twice_is_kept_once(session: Session) -> None:
    begin, sample = new("begin"), NewSample(uuid4(), {"orders": 3})
    for state in ("kept", "known"):
        fates = write_marks(session=session, marks=[begin], samples=[sample])
        assert [fate.state.value for fate in fates] == [state, state]
    assert (AirMark.objects.count(), MetricSample.objects.count()) == (1, 1)


@pytest.mark.parametrize("wrong_by", [timedelta(), timedelta(days=-400), timedelta(hours=7), timedelta(days=3000)])
def test_a_devices_clock_is_corrected_by_what_it_says_when_it_sends(session: Session, wrong_by: timedelta) -> None:
    theirs = timezone.now() + wrong_by
    wrote(session, new("begin", at=theirs - 5 * MINUTE), sent_at=theirs)
    kept = AirMark.objects.get()
    assert abs(timezone.now() - 5 * MINUTE - kept.at) < timedelta(seconds=5)
    assert kept.device_at == theirs - 5 * MINUTE


def test_a_clock_that_jumped_changes_neither_the_order_nor_comes_from_the_future(session: Session) -> None:
    first, second, third = slot_ids(session)
    now = timezone.now()
    # An hour back after the second press, then far into the past.
    jumps = (timedelta(minutes=55), timedelta(minutes=58), -2 * MINUTE, -timedelta(days=90))
    marks = [new(kind, slot=slot, at=now + jump) for (kind, slot), jump in zip([("begin", None), *_turns(session)], jumps, strict=True)]
    wrote(session, *marks, sent_at=now)
    kept = list(AirMark.objects.order_by("at", "received_at", "id"))
    assert [mark.slot_id for mark in kept] == [None, first, second, third]
    assert len({mark.at for mark in kept}) == 4
    assert [mark.at - now + 2 * MINUTE < timedelta(seconds=5) for mark in kept] == [True, True, True, False]
    assert kept[-1].at == kept[-1].received_at


def test_a_sending_that_took_longer_is_not_overtaken_by_the_next_one(session: Session) -> None:
    first, second, third = slot_ids(session)
    now, second_long = timezone.now(), timedelta(seconds=1)
    # Pressed one after the other; the first is three seconds on its way, the next ones arrive at once.
    wrote(session, new("begin", at=now - 3 * second_long), sent_at=now - 3 * second_long)
    wrote(session, *(new("slot", slot=slot, at=now - ago * second_long) for slot, ago in ((first, 2), (second, 1))), sent_at=now)
    kept = list(AirMark.objects.order_by("at"))
    assert [mark.slot_id for mark in kept] == [None, first, second]
    # Of somebody else's device nothing is known: its mark stays where its clock says.
    wrote(session, new("slot", slot=third, at=now - 2 * second_long), sent_at=now, by=builders.official())
    assert AirMark.objects.earliest("at").slot_id == third


def _turns(session: Session) -> list[tuple[str, int]]:
    return [("slot", slot) for slot in slot_ids(session)]


def test_each_row_is_answered_by_itself(session: Session) -> None:
    other = builders.session("KHAC", timezone.now(), products=[session.slots.first().product], aired=False)
    taken = new("begin")
    wrote(other, taken)
    undo = new("undo", undoes=AirMark.objects.get().pk)
    answers = wrote(
        session,
        new("begin"),
        new("slot", slot=slot_ids(other)[0]),
        new("skip", slot=2**40),
        undo,
        NewMark(taken.id, "begin"),
        new("slot", slot=slot_ids(session)[0]),
    )
    assert answers == [
        ("kept", ""),
        ("refused", "foreign_slot"),
        ("refused", "foreign_slot"),
        ("refused", "unknown_mark"),
        ("refused", "id_taken"),
        ("kept", ""),
    ]
    made = AirMark.objects.get(session=session, kind="slot")
    back = new("undo", undoes=made.pk)
    assert wrote(session, back, new("undo", undoes=back.id)) == [("kept", ""), ("refused", "undo_of_undo")]


def test_the_end_of_a_session_of_long_ago_is_not_taken_back(session: Session) -> None:
    begun, ended = timezone.now() - timedelta(hours=14), timezone.now() - timedelta(hours=13)
    session = builders.session("XUA", begun, aired=False)
    end = uuid4()
    write_marks(session=session, marks=[NewMark(uuid4(), "begin", begun), NewMark(end, "end", ended)], sent_at=timezone.now())
    assert wrote(session, new("undo", undoes=end)) == [("refused", "settled")]
    # Made in time by a device that was offline until now, it counts.
    in_time = NewMark(uuid4(), "undo", ended + timedelta(hours=1), undoes=end)
    (fate,) = write_marks(session=session, marks=[in_time], sent_at=timezone.now())
    session.refresh_from_db()
    assert (fate.state.value, session.actual_end) == ("kept", None)


def test_a_cancelled_session_and_one_of_another_day_take_nothing(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(cancelled_at=timezone.now())
    assert wrote(session, new("begin")) == [("refused", "cancelled")]
    later = builders.session("SAU", timezone.now() + timedelta(hours=13), aired=False)
    assert wrote(later, new("begin")) == [("refused", "other_day")]
    past = builders.session("QUA", timezone.now() - timedelta(days=2), aired=False)
    assert wrote(past, new("begin")) == [("refused", "other_day")]
    assert not AirMark.objects.exists()


def test_what_blocks_a_session_keeps_it_off_the_air_and_is_told(session: Session) -> None:
    StarRating.objects.filter(product__slots__position=2).update(valid_until=date(2026, 1, 1))
    (fate,) = write_marks(session=session, marks=[new("begin")])
    assert (fate.state.value, fate.reason) == ("refused", "faults")
    assert "Sản phẩm SP2" in fate.message
    session.slots.filter(position=2).update(shows_mark=False)
    assert wrote(session, new("begin")) == [("kept", "")]
    # On air it stays there, whatever comes to light: that is for people to decide.
    session.slots.update(shows_mark=True)
    assert wrote(session, new("begin")) == [("kept", "")]


def test_a_session_whose_times_came_from_elsewhere_keeps_them() -> None:
    aired = builders.session("CU", timezone.now() - timedelta(hours=3))
    assert wrote(aired, new("end")) == [("kept", "")]
    before = (aired.actual_start, aired.actual_end)
    aired.refresh_from_db()
    assert (aired.actual_start, aired.actual_end) == before


def test_a_link_writes_in_its_own_session_until_it_expires_or_is_withdrawn(session: Session) -> None:
    operator = builders.official()
    link, token = make_link(session=session, name="Trợ lý", hours=3, by=operator)
    assert AssistantLink.objects.with_token(token).get() == link
    assert token not in str(AssistantLink.objects.values().get())
    assert wrote(session, new("begin"), link=link) == [("kept", "")]
    assert AirMark.objects.get().link == link
    other = builders.session("KHAC", timezone.now(), aired=False)
    assert wrote(other, new("begin"), link=link) == [("refused", "link_expired")]
    withdraw_link(link=link)
    fates = write_marks(session=session, marks=[new("end")], samples=[NewSample(uuid4(), {"orders": 1})], link=link)
    assert [fate.reason for fate in fates] == ["link_expired"] * 2
    short, _token = make_link(session=session, name="Trợ lý", hours=3, by=operator)
    AssistantLink.objects.filter(pk=short.pk).update(expires_at=timezone.now())
    assert wrote(session, new("end"), link=short) == [("refused", "link_expired")]


def test_a_figure_that_falls_is_kept_with_a_warning_and_absent_is_not_0(session: Session) -> None:
    def sample(**values: int) -> Fate:
        (fate,) = write_marks(session=session, samples=[NewSample(uuid4(), values)])
        return fate

    assert sample(views=500, viewers=90, orders=0).warnings == ()
    assert sample(views=400, viewers=20).warnings == ("views",)
    kept = MetricSample.objects.order_by("at").values_list("views", "viewers", "orders", "gmv")
    assert list(kept) == [(500, 90, 0, None), (400, 20, None, None)]


def test_what_was_written_down_stays() -> None:
    session = builders.session("PH", timezone.now(), aired=False)
    operator = builders.official()
    write_marks(session=session, marks=[new("begin")], samples=[NewSample(uuid4(), {"orders": 1})], by=operator)
    for rows in (AirMark.objects.all(), MetricSample.objects.all()):
        with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
            rows.update(at=timezone.now())
        with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
            rows.delete()
    # Who it was may be forgotten.
    AirMark.objects.update(by=None)


def test_a_session_that_nobody_ended_is_ended_at_its_length_or_at_its_last_sign_of_life() -> None:
    now = timezone.now()

    def begun(code: str, start: timedelta, *marks: NewMark) -> Session:
        made = builders.session(code, now - start, minutes=60, aired=False)
        wrote(made, new("begin", at=now - start), *marks, sent_at=now)
        return made

    quiet = begun("QUEN", timedelta(hours=5))
    longer = begun("LAU", timedelta(hours=8), new("skip", slot=2**40))  # refused rows are no sign of life
    write_marks(session=longer, samples=[NewSample(uuid4(), {"orders": 4}, now - timedelta(hours=4))], sent_at=now)
    begun("DANG", timedelta(hours=3, minutes=30))  # may still be on air
    assert sorted(end_forgotten(now=now + MINUTE)) == ["LAU", "QUEN"]
    ends = dict(Session.objects.filter(actual_end__isnull=False).values_list("code", "actual_end"))
    start = Session.objects.get(code="QUEN").actual_start
    assert abs(ends["QUEN"] - start - timedelta(hours=1)) < timedelta(seconds=1)
    assert abs(ends["LAU"] - (now - timedelta(hours=4))) < timedelta(seconds=1)
    end = AirMark.objects.get(session=quiet, kind="end")
    assert (end.by, end.link) == (None, None)
    assert end_forgotten(now=now + MINUTE) == []
