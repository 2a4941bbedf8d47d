"""Two at once: terms of a day are written once, a need is asked once and gets one slot."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from livestreams.models import HostTerms, Need, Slot
from livestreams.needs.services import AlreadyAskedError, NeedMovedOnError, accept_need, ask_need
from livestreams.people.services import TakenError, add_row
from tests import builders

REFUSED = (TakenError, AlreadyAskedError, NeedMovedOnError)


def both(work: Callable[[int], object]) -> list[str]:
    """What became of two calls at once, in the order of the alphabet."""
    start = Barrier(2)

    def run(number: int) -> str:
        start.wait()
        try:
            work(number)
        except REFUSED as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, (0, 1)))


@pytest.mark.usefixtures("fresh_db")
def test_what_two_do_at_once_is_done_once() -> None:
    host = builders.host("A")
    assert both(lambda number: add_row(HostTerms(host=host, since=date(2026, 1, 1), rate=number))) == ["TakenError", "done"]
    assert HostTerms.objects.count() == 1
    product, official = builders.product("P", builders.producer("X")), builders.official()
    today = timezone.localdate()
    days = {"window_from": today, "window_to": today + timedelta(days=9)}
    wishes = [Need(producer=product.producer, product=product, wish="kol", **days) for _ in range(2)]
    assert both(lambda number: ask_need(need=wishes[number], by=official)) == ["AlreadyAskedError", "done"]
    need = Need.objects.get()
    sessions = [builders.session(code, timezone.now() + timedelta(days=2), aired=False) for code in "LM"]
    assert both(lambda number: accept_need(need_id=need.pk, session=sessions[number], by=official)) == ["NeedMovedOnError", "done"]
    assert Slot.objects.get().need == need
