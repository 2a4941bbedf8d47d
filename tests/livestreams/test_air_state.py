"""The fold of marks: what each rule says, and that no order of arrival changes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livestreams.air.state import AirState, SlotTimes, fold_marks, next_slot
from livestreams.models import AirMark, Slot
from tests.builders import at

START = at("2026-11-20 20:00")


def mark(number: int, kind: str, seconds: float, *, slot: int | None = None, undoes: int | None = None) -> AirMark:
    """A mark so many seconds after 20:00; its id is made of `number`."""
    moment = START + timedelta(seconds=seconds)
    return AirMark(
        id=UUID(int=number),
        kind=kind,
        slot_id=slot,
        undoes_id=None if undoes is None else UUID(int=undoes),
        at=moment,
        received_at=moment,
    )


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def shown(state: AirState) -> dict[int, Any]:
    return {slot: (times.began, times.ended_at, times.outcome) for slot, times in state.slots.items()}


def test_one_slot_after_the_other() -> None:
    marks = [
        mark(1, "begin", 0),
        mark(2, "slot", 10, slot=7),
        mark(3, "slot", 310, slot=8),
        mark(4, "sold_out", 400, slot=8),
        mark(5, "end", 610),
    ]
    state = fold_marks(marks)
    assert (state.began_at, state.ended_at, state.current, state.on_air) == (START, after(610), None, False)
    assert shown(state) == {7: ((after(10),), after(310), ""), 8: ((after(310),), after(610), "sold_out")}
    assert state.latest == UUID(int=5)
    running = fold_marks(marks[:-1])
    assert (running.current, running.of(8).began[-1], running.on_air) == (8, after(310), True)
    assert running.of(9) == SlotTimes()


def test_nothing_before_the_beginning_or_after_the_end_counts_until_the_end_is_taken_back() -> None:
    marks = [mark(1, "slot", -5, slot=7), mark(2, "begin", 0), mark(3, "slot", 5, slot=7), mark(4, "end", 60), mark(5, "slot", 90, slot=8)]
    assert shown(fold_marks(marks)) == {7: ((after(5),), after(60), "")}
    state = fold_marks([*marks, mark(6, "undo", 100, undoes=4)])
    assert shown(state) == {7: ((after(5),), after(90), ""), 8: ((after(90),), None, "")}
    assert state.on_air


def test_a_second_begin_or_end_changes_nothing() -> None:
    state = fold_marks([mark(1, "begin", 0), mark(2, "begin", 3), mark(3, "end", 60), mark(4, "end", 62), mark(5, "begin", 70)])
    assert (state.began_at, state.ended_at, state.latest) == (START, after(60), UUID(int=3))


def test_next_pressed_by_two_at_once_is_one_effect_and_later_the_slot_is_shown_again() -> None:
    begun = [mark(1, "begin", 0), mark(2, "slot", 10, slot=7), mark(3, "slot", 14.9, slot=7)]
    assert shown(fold_marks(begun)) == {7: ((after(10),), None, "")}
    assert fold_marks(begun).latest == UUID(int=2)
    again = fold_marks([*begun, mark(4, "slot", 20, slot=7), mark(5, "slot", 60, slot=8), mark(6, "slot", 90, slot=7)])
    assert shown(again) == {7: ((after(10), after(20), after(90)), None, ""), 8: ((after(60),), after(90), "")}


def test_skip_passes_over_a_slot_or_ends_the_current_one() -> None:
    marks = [mark(1, "begin", 0), mark(2, "slot", 10, slot=7), mark(3, "skip", 20, slot=8), mark(4, "skip", 30, slot=7)]
    state = fold_marks(marks)
    assert shown(state) == {7: ((after(10),), after(30), "skipped"), 8: ((), None, "skipped")}
    assert (state.current, state.on_air) == (None, True)
    # Shown after all: no longer skipped.
    assert shown(fold_marks([*marks, mark(5, "slot", 40, slot=8)]))[8] == ((after(40),), None, "")


def test_an_undo_takes_back_one_mark_once_and_is_itself_for_good() -> None:
    marks = [mark(1, "begin", 0), mark(2, "slot", 10, slot=7), mark(3, "slot", 300, slot=8), mark(4, "undo", 305, undoes=3)]
    state = fold_marks(marks)
    assert (shown(state), state.current, state.latest) == ({7: ((after(10),), None, "")}, 7, UUID(int=2))
    # By two operators at once, and an undo of the undo.
    assert fold_marks([*marks, mark(5, "undo", 306, undoes=3), mark(6, "undo", 307, undoes=4)]) == state
    assert fold_marks([*marks, mark(7, "undo", 400, undoes=1)]) == AirState()


def test_next_slot_is_the_first_behind_the_last_one_shown() -> None:
    slots = [Slot(pk=pk, position=position) for position, pk in enumerate((7, 8, 9, 10), start=1)]
    begun = [mark(1, "begin", 0)]

    def turn(*more: AirMark) -> int | None:
        found = next_slot(fold_marks([*begun, *more]), slots)
        return found.pk if found else None

    assert turn() == 7
    assert turn(mark(2, "skip", 5, slot=7)) == 8
    assert turn(mark(2, "slot", 5, slot=9)) == 10
    assert turn(mark(2, "slot", 5, slot=10)) is None
    # One shown out of order stays behind; from there it goes on.
    assert turn(mark(2, "slot", 5, slot=10), mark(3, "slot", 50, slot=7)) == 8


KINDS = st.sampled_from(["begin", "slot", "slot", "slot", "sold_out", "skip", "end", "undo"])


@st.composite
def broadcasts(draw: st.DrawFn) -> list[AirMark]:
    """Marks of a session in some order of time, ties and nonsense included."""
    made = []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        kind = draw(KINDS)
        made.append(
            mark(
                number,
                kind,
                draw(st.integers(0, 12)) * 3,
                slot=draw(st.integers(1, 3)) if kind in ("slot", "sold_out", "skip") else None,
                undoes=draw(st.integers(1, 14)) if kind == "undo" else None,
            )
        )
    return made


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(broadcasts(), st.data())
def test_any_order_and_any_repetition_of_the_same_marks_gives_the_same_state(marks: list[AirMark], data: st.DataObject) -> None:
    repeated = data.draw(st.lists(st.sampled_from(marks), max_size=6))
    assert fold_marks(data.draw(st.permutations([*marks, *repeated]))) == fold_marks(marks)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(broadcasts())
def test_times_fit_what_the_database_demands(marks: list[AirMark]) -> None:
    state = fold_marks(marks)
    assert state.ended_at is None or (state.began_at is not None and state.ended_at > state.began_at)
    for slot, times in state.slots.items():
        assert list(times.began) == sorted(times.began)
        assert times.ended_at is None or (times.began and times.ended_at >= times.began[-1])
        assert (times.ended_at is None and bool(times.began)) == (slot == state.current)
