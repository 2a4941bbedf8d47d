"""Several people plan at once: slots keep one order, an answer is given once, each session has its own code."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from livestreams.models import Session
from livestreams.sessions.confirmations import answer_slot, ask_producers
from livestreams.sessions.errors import ChangedMeanwhileError, NotAskedError, PlanError
from livestreams.sessions.planning import plan_session
from livestreams.sessions.run_of_show import add_slot, move_slot
from tests import builders
from tests.livestreams.plans import START, planned, slots

pytestmark = pytest.mark.usefixtures("fresh_db")

HANDS = 3
Result = TypeVar("Result")


def at_once(act: Callable[[int], Result]) -> list[Result | type[PlanError]]:
    """What each of HANDS threads got from `act`, all begun at the same moment; a refusal by its class."""
    start = Barrier(HANDS)

    def run(number: int) -> Result | type[PlanError]:
        start.wait()
        try:
            return act(number)
        except PlanError as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(run, range(HANDS)))


def test_slots_put_in_order_and_added_at_once_keep_one_order() -> None:
    maker, official = builders.producer("SX"), builders.official()
    session = planned(products=[builders.product(f"A{number}", maker) for number in range(1, 4)])
    moving = list(session.slots.order_by("position"))
    # Of two who saw the same page one moves a slot and the other is told; whoever adds one disturbs nobody.
    done = at_once(
        lambda number: (
            add_slot(session=session, product=moving[0].product, by=official).position
            if number == 2
            else move_slot(slot=moving[-number], to=3 - 2 * number, by=official, version=session.plan_version)
        )
    )
    assert [position for position, _ in slots(session)] == [1, 2, 3, 4]
    assert done[2] == 4
    # The adding may come first: then both who moved saw a page that is gone.
    assert done[:2].count(ChangedMeanwhileError) in {1, 2}
    # Without a page they come one after the other.
    assert at_once(lambda number: move_slot(slot=moving[number], to=1, by=official)) == [None, None, None]
    assert [position for position, _ in slots(session)] == [1, 2, 3, 4]
    assert sorted(code for _, code in slots(session)) == ["A1", "A1", "A2", "A3"]


def test_of_answers_at_once_one_counts_and_each_session_gets_its_code() -> None:
    maker, official = builders.producer("SX"), builders.official()
    session = planned(products=[builders.product("A", maker)])
    ask_producers(session=session, by=official)
    slot, people = session.slots.get(), [builders.member(maker) for _ in range(HANDS)]
    done = at_once(lambda number: answer_slot(slot=slot, by=people[number], confirmed=number == 0, reason="hết hàng").answer)
    assert done.count(NotAskedError) == HANDS - 1
    assert session.slots.get().answer in done

    def plan(_number: int) -> str:
        new = Session(name_vi="Phiên", province_id=builders.GIA_LAI, platform="tiktok", planned_start=START)
        new.planned_end = START + timedelta(hours=1)
        return plan_session(session=new, guests=[], by=official).code

    assert sorted(map(str, at_once(plan))) == ["GL-20270310", "GL-20270310-2", "GL-20270310-3"]
