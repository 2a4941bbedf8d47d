"""A file taken in while it is read: each portion of whole orders is staged and merged while the next one is read.

All in one transaction: the run, its rows and what they change appear together or not at all. It needs the rows of each order to stand
together in the file, as platforms write them; a file in which they do not is staged as a whole first (services).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction

from accounts.models import User
from orders.intake.ahead import ahead
from orders.intake.copying import STAGED_COLUMNS, CopyTexts, copy_texts
from orders.intake.merge import Counts, Rows, begin, merge_rows, merged, reach_of
from orders.intake.models import IntakeRun
from orders.intake.staging import Staging, being_read
from orders.intake.together import too_large
from orders.shops.models import Shop

PORTION = 5_000
"""Rows of a portion, about: enough that a portion's statements cost little beside its rows, few enough that the server soon has work."""

_ROW, _NUMBER = map(STAGED_COLUMNS.index, ("row", "number"))
_line_of = itemgetter(_NUMBER, STAGED_COLUMNS.index("line_key"))
_amounts_of = itemgetter(*map(STAGED_COLUMNS.index, ("units", "gross")))


class OrdersApartError(Exception):
    """Rows of one order stand apart from each other in the file."""


class TooLargeError(Exception):
    """Rows with one order and key are together more than one could be: they are refused where the file is staged as a whole."""


class Portion(NamedTuple):
    """Consecutive rows of a file with all rows of their orders: which, and as COPY takes them."""

    rows: Rows
    text: bytes


def take_in_one_go(*, path: Path, shop: Shop, file_name: str, exported_at: datetime | None, by: User | None) -> IntakeRun:
    """Read, stage and merge the file at `path`; the merged run.

    Raises what staging.stage_file raises (it can be stopped), OrdersApartError, TooLargeError, and whatever the database says of the
    merge; nothing is kept then.
    """
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        # Before the run is made: the same file at once in two hands must find the first one's time of export.
        begin(cursor, shop.pk)
        reach = reach_of(cursor, shop.pk)
        staging = Staging(path=path, shop=shop, file_name=file_name, exported_at=exported_at, by=by)
        run = staging.run
        # Foreign keys are checked portion by portion, not all at the commit, when reading has long ended.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        counts = Counts()
        with being_read(run) as work:
            for portion in ahead(portions(staging.chunks(), size=PORTION)):
                copy_texts(iter([portion.text]))
                counts += merge_rows(run, portion.rows, reach)
                run.repeats += portion.rows.repeats
                work.tell(counts.lines_new + counts.lines_changed + counts.unchanged)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        merged(run, counts)
        staging.finish(seconds=time.perf_counter() - began)
    return run


def portions(chunks: Iterator[list[tuple[object, ...]]], *, size: int) -> Iterator[Portion]:
    """Portions of about `size` rows. Raises OrdersApartError for an order that comes again in a later one, or fills more than one, and
    TooLargeError.
    """
    texts = CopyTexts()
    done: set[object] = set()
    number = itemgetter(_NUMBER)
    rows: list[tuple[object, ...]] = []
    for chunk in chain(chunks, [None]):
        rows += chunk or []
        if not rows or (chunk is not None and len(rows) < size):
            continue
        end = len(rows)
        if chunk is not None:  # the last order may go on in the next chunk
            while end and rows[end - 1][_NUMBER] == rows[-1][_NUMBER]:
                end -= 1
        whole, rows = rows[:end], rows[end:]
        numbers = set(map(number, whole))
        if not whole or not done.isdisjoint(numbers):
            raise OrdersApartError
        done |= numbers
        yield Portion(_rows(whole), texts.of(whole))


def _rows(rows: list[tuple[object, ...]]) -> Rows:
    repeats = len(rows) - len(set(map(_line_of, rows)))
    if repeats and too_large((_line_of(row), *_amounts_of(row)) for row in rows):
        raise TooLargeError
    return Rows(first=int(str(rows[0][_ROW])), last=int(str(rows[-1][_ROW])), repeats=repeats)
