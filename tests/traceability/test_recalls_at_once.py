"""Recalls by several people at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.db import connections, transaction

from tests import builders, trace_builders
from traceability.codes.services import LotClosedError, issue_codes
from traceability.models import Lot, Recall
from traceability.recalls.services import Span, Words, declare_recall

# Who waits for the one who asks.
WAITING = "SELECT pid AS id FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
WORDS = Words("Có sạn", "Mang trả nơi mua")


def at_once(*verbs: Callable[[], Any]) -> None:
    """Run them side by side, each on a connection of its own."""

    def run(verb: Callable[[], Any]) -> None:
        try:
            verb()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(verbs)) as pool:
        for done in [pool.submit(run, verb) for verb in verbs]:
            done.result(timeout=30)


def test_two_recalls_are_both_kept_and_one_sent_twice_is_one(fresh_db: str) -> None:
    product = builders.product("P", builders.producer("X"))
    lots = [trace_builders.lot(product, f"L{number}") for number in range(2)]
    token = uuid4()
    at_once(
        # In another order each time: they wait for each other, never for ever.
        lambda: declare_recall(spans=[Span(lots[0]), Span(lots[1])], words=WORDS, by=None),
        lambda: declare_recall(spans=[Span(lots[1]), Span(lots[0])], words=WORDS, by=None),
        lambda: declare_recall(spans=[Span(lots[0])], words=WORDS, by=None, token=token),
        lambda: declare_recall(spans=[Span(lots[0])], words=WORDS, by=None, token=token),
    )
    assert Recall.objects.count() == 3
    assert Recall.objects.of_lots([lots[1]]).count() == 2


def test_codes_are_issued_before_a_recall_or_not_at_all(fresh_db: str) -> None:
    lot = trace_builders.lot(builders.product("P", builders.producer("X")))

    def issue() -> None:
        with suppress(LotClosedError):
            issue_codes(lot=lot, count=5)

    at_once(*[issue] * 3, lambda: declare_recall(spans=[Span(lot)], words=WORDS, by=None))
    recalled = Lot.objects.get()
    assert recalled.recalled_at is not None
    assert recalled.codes.count() in {0, 5, 10, 15}
    assert not recalled.codes.filter(issued_at__gt=recalled.changed_at).exists()


def test_pages_are_marked_changed_in_the_order_in_which_a_recall_holds_lots(fresh_db: str) -> None:
    """Whoever marks several lots waits for the first one without holding a later one: otherwise each could wait for the other."""
    product = builders.product("P", builders.producer("X"))
    lots = [trace_builders.lot(product, f"L{number}") for number in range(2)]
    # Written anew, the first one stands behind the other in the table.
    Lot.objects.filter(pk=lots[0].pk).update(number="L9")

    def mark() -> None:
        with transaction.atomic():
            Lot.objects.filter(product=product).mark_changed()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Lot.objects.select_for_update().get(pk=lots[0].pk)
            marking = pool.submit(at_once, mark)
            while not Lot.objects.raw(WAITING):
                assert not marking.done()
            Lot.objects.select_for_update(nowait=True).get(pk=lots[1].pk)
        marking.result(timeout=30)
    assert len(set(Lot.objects.values_list("changed_at", flat=True))) == 1
