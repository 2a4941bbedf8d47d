"""A batch into the ledger: staged and merged in the one transaction that also keeps its answer.

So an answer that says yes was committed with what it speaks of, and the same call again finds it. Two equal calls at once meet at the
unique name: the second waits until the first is done, and tells the same.
"""

from __future__ import annotations

import hashlib
import json
import time
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from orders.feeds.checking import Batch, read_batch
from orders.feeds.models import IdempotentCall
from orders.feeds.named import keep_named
from orders.intake.copying import copy_rows
from orders.intake.merge import Counts, Rows, begin, known_orders, merge_rows, merged
from orders.intake.models import IntakeRun, Source
from orders.shops.models import Shop

PATIENCE = 3
"""Seconds that a batch waits for the shop's lock, or for its equal. It holds one of the portal's few threads for as long."""
KEPT = timedelta(days=14)


class OtherBodyError(Exception):
    """The name was used for another body before."""


class ReplayedError(Exception):
    """The call was taken in before, and may be made once only."""


class BusyError(Exception):
    """The shop's other batches, or a file of it, took too long: nothing was done."""


class _Call(NamedTuple):
    """Who calls, under what name, with what body (SHA-256), listed as what, begun when (seconds of the performance counter)."""

    shop: Shop
    name: str
    digest: str
    label: str
    began: float


def receive(*, shop: Shop, name: str, body: bytes, label: str, once: bool = False) -> str:
    """Take in the batch in `body`, or find that it was; the answer as JSON text, the same each time.

    `name`: what the call is known by (IdempotentCall); `label`: what the run is listed as; `once`: the same call again is refused. Raises
    BodyError, BatchError (nothing was taken in, and the name is free), OtherBodyError, ReplayedError, BusyError.
    """
    call = _Call(shop, name, hashlib.sha256(body).hexdigest(), label, time.perf_counter())
    told = _told(call)
    if told is None:
        batch = read_batch(body, shop=shop)
        try:
            answer = _take_in(call, batch)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise BusyError from error
            raise
        if answer is not None:
            return answer
        told = _told(call)
        assert told is not None  # whoever had the name committed it
    if once:
        raise ReplayedError
    return told


def forget_calls() -> int:
    """Drop the answers that nobody asks for again; how many."""
    dropped, _by_model = IdempotentCall.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return dropped


def as_json(run: IntakeRun) -> dict[str, Any]:
    """A run as its sender is told of it."""
    return {
        "run": run.pk,
        "state": run.state,
        "exported_at": timezone.localtime(run.exported_at).isoformat(),
        "received_at": timezone.localtime(run.created_at).isoformat(),
        "orders_new": run.orders_new,
        "orders_changed": run.orders_changed,
        "lines": run.rows,
        "lines_new": run.lines_new,
        "lines_changed": run.lines_changed,
        "lines_unchanged": run.unchanged,
        "lines_unmapped": run.unmapped,
    }


def _told(call: _Call) -> str | None:
    known = IdempotentCall.objects.filter(shop=call.shop, name=call.name).values_list("body_sha256", "answer").first()
    if known is None:
        return None
    if known[0] != call.digest:
        raise OtherBodyError
    return known[1]


def _take_in(call: _Call, batch: Batch) -> str | None:
    """The answer; None, and nothing done, where an equal call was quicker."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        claimed = _claim(cursor, call)
        if claimed is None:
            return None
        shop = call.shop
        begin(cursor, shop.pk)
        run = IntakeRun.objects.create(
            shop=shop,
            source=Source.API,
            platform=shop.platform,
            file_name=call.label[:255],
            file_sha256=call.digest,
            exported_at=batch.exported_at,
            rows=len(batch.rows),
            repeats=batch.repeats,
        )
        copy_rows(iter([[(run.pk, *row) for row in batch.rows]]))
        counts = merge_rows(run, Rows(1, len(batch.rows), batch.repeats))
        outcomes = _outcomes(cursor, batch, counts)
        for number in keep_named(cursor, run, batch.named):
            if outcomes[number] == "unchanged":
                outcomes[number] = "changed"
        merged(run, counts)
        run.orders_changed = sum(outcome == "changed" for outcome in outcomes.values())
        run.seconds = time.perf_counter() - call.began
        run.save()
        orders = [{"number": number, "result": outcomes[number]} for number in batch.numbers]
        answer = json.dumps({**as_json(run), "orders": orders}, separators=(",", ":"))
        IdempotentCall.objects.filter(pk=claimed).update(run=run, answer=answer)
    return answer


def _claim(cursor: CursorWrapper, call: _Call) -> int | None:
    """The id of a new call of that name; None, after its transaction has ended, where somebody has it."""
    cursor.execute(
        """INSERT INTO orders_idempotentcall (shop_id, name, body_sha256, answer, at) VALUES (%s, %s, %s, '', now())
        ON CONFLICT (shop_id, name) DO NOTHING RETURNING id""",
        [call.shop.pk, call.name, call.digest],
    )
    row = cursor.fetchone()
    return row and int(row[0])


def _outcomes(cursor: CursorWrapper, batch: Batch, counts: Counts) -> dict[str, str]:
    """By number, whether the shop did not have the order, had it otherwise, or so."""
    outcomes = dict.fromkeys(batch.numbers, "new")
    if counts.orders_new < len(batch.numbers):
        outcomes |= dict(known_orders(cursor))
    return outcomes
