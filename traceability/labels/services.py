"""The verbs of a run of labels: order it, draw it, cancel it, print it again.

A run is drawn in files of at most 5,000 labels, each kept as soon as it is whole: memory does not grow with the run, and a run whose
worker died goes on after its last file. Whoever draws holds an advisory lock of the session; it ends with the worker, whatever happens.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.waking import wake
from catalog.models import Product
from traceability.codes.services import Issued, LotClosedError, issue_codes
from traceability.labels.content import labels_of, words_of
from traceability.labels.drawing import Sheeting
from traceability.labels.models import MOST_LABELS, LabelFile, LabelRun
from traceability.labels.pictures import Pictures
from traceability.labels.sheets import SHEETS, TooSmallError
from traceability.labels.symbols import symbol_of
from traceability.lots.models import Lot

log = logging.getLogger(__name__)

State, Subject, Form = LabelRun.State, LabelRun.Subject, LabelRun.Form
PER_FILE = 5_000
NOTED_EVERY = 250  # labels between two notes of progress, and looks whether the run was cancelled
ATTEMPTS_AT_MOST = 5
KEPT_FOR = timedelta(days=30)
DRAWING_LOCK = 5201010


class RunStateError(Exception):
    """The run is not in a state in which this can be done to it."""


class CopiesError(ValueError):
    """Fewer than one label, or more than 100,000."""


def label_units(*, lot: Lot, count: int, form: str, sheet: str, by: User | None) -> LabelRun:
    """Issue `count` new codes for a lot and order their labels, in one transaction.

    Raises codes' LotClosedError and CodeCountError, sheets.TooSmallError.
    """
    with transaction.atomic():
        issued = issue_codes(lot=lot, count=count)
        return _order(lot.product, lot, Subject.UNIT, issued, form=form, sheet=sheet, by=by)


def label_lot(*, lot: Lot, copies: int, form: str, sheet: str, by: User | None) -> LabelRun:
    """Order copies of one label with the lot's code. Raises LotClosedError, CopiesError, sheets.TooSmallError."""
    with transaction.atomic():
        held = Lot.objects.select_for_update(of=("self",)).select_related("product").get(pk=lot.pk)
        if not held.is_open:
            raise LotClosedError
        return _order(held.product, held, Subject.LOT, _copies(copies), form=form, sheet=sheet, by=by)


def label_product(*, product: Product, copies: int, form: str, sheet: str, by: User | None) -> LabelRun:
    """Order copies of one label with the product's code: for those who print once a year and write the lot by hand.

    Raises CopiesError, sheets.TooSmallError.
    """
    with transaction.atomic():
        return _order(product, None, Subject.PRODUCT, _copies(copies), form=form, sheet=sheet, by=by)


def print_again(*, run: LabelRun, first: int, last: int, reason: str, by: User | None) -> LabelRun:
    """Order labels of a run once more, with the same codes. Raises RunStateError for a span outside the run, LotClosedError."""
    if not run.first <= first <= last <= run.last:
        raise RunStateError("span")
    with transaction.atomic():
        if run.lot is not None and not Lot.objects.select_for_update(of=("self",)).get(pk=run.lot.pk).is_open:
            raise LotClosedError
        made = _order(
            run.product, run.lot, run.subject, Issued(first, last), form=run.form, sheet=run.sheet, by=by, repeats=run, reason=reason
        )
    return made


def cancel_run(*, run_id: int) -> LabelRun:
    """End a run that is not done; its codes stay issued, its files go. Cancelled twice: once. Raises RunStateError for a finished one."""
    with transaction.atomic():
        run = LabelRun.objects.select_for_update().get(pk=run_id)
        if run.state == State.CANCELLED:
            return run
        if not run.is_waiting:
            raise RunStateError(run.state)
        run.state, run.finished_at = State.CANCELLED, timezone.now()
        run.save(update_fields=["state", "finished_at"])
        run.files.all().delete()
    return run


def draw_run(*, run_id: int) -> bool:
    """Draw what is left of a run; False where somebody else does it, or there is nothing left to do.

    Called again after a worker's death it goes on after the last whole file. A run that ends its workers five times is given up.
    """
    with _alone(run_id) as free:
        if not free:
            return False
        begun = LabelRun.objects.waiting().filter(pk=run_id, attempts__lt=ATTEMPTS_AT_MOST)
        if not begun.update(state=State.RUNNING, attempts=F("attempts") + 1):
            LabelRun.objects.waiting().filter(pk=run_id).update(state=State.FAILED, failure="given up")
            return False
        run = LabelRun.objects.select_related("product__producer", "lot__product").get(pk=run_id)
        try:
            return _draw(run)
        except OperationalError:
            raise  # the server went away or stopped us: the run waits for the sweep
        except (TooSmallError, ValueError) as error:
            log.exception("label run %s failed", run_id)
            LabelRun.objects.waiting().filter(pk=run_id).update(state=State.FAILED, failure=f"{type(error).__name__}: {error}"[:300])
            return False


def drop_old_files() -> int:
    """Drop the files of runs that ended a month ago; they can be printed again. Returns how many went."""
    files = LabelFile.objects.filter(run__finished_at__lt=timezone.now() - KEPT_FOR)
    return files.delete()[0]


def _copies(copies: int) -> Issued:
    if not 1 <= copies <= MOST_LABELS:
        raise CopiesError
    return Issued(1, copies)


def _order(
    product: Product,
    lot: Lot | None,
    subject: str,
    span: Issued,
    *,
    form: str,
    sheet: str,
    by: User | None,
    repeats: LabelRun | None = None,
    reason: str = "",
) -> LabelRun:
    run = LabelRun(
        product=product,
        lot=lot,
        subject=subject,
        first=span.first,
        last=span.last,
        form=form,
        sheet=sheet if form == Form.PDF else "",
        day=timezone.localdate(),
        requested_by=by,
        repeats=repeats,
        reason=reason,
    )
    if form == Form.CSV:
        # It is written from the codes when it is fetched.
        run.state, run.drawn, run.finished_at = State.DONE, run.count, timezone.now()
    elif form == Form.PDF:
        first = next(labels_of(run, span.first, span.last), None)
        if first is not None:
            SHEETS[sheet].module(symbol_of(first.address).modules)
    run.save()
    if run.is_waiting:
        from traceability.tasks import draw_labels  # tasks call this module

        wake(draw_labels, run.pk)
    return run


@contextmanager
def _alone(run_id: int) -> Iterator[bool]:
    """Whether nobody else draws the run; while the block lasts nobody will."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [DRAWING_LOCK, run_id])
        (free,) = cursor.fetchone()
    try:
        yield bool(free)
    finally:
        if free and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [DRAWING_LOCK, run_id])


def _draw(run: LabelRun) -> bool:
    words = words_of(run)
    whole = run.files.order_by("-first").values_list("last", flat=True).first()
    for first in range((whole or run.first - 1) + 1, run.last + 1, PER_FILE):
        last = min(first + PER_FILE - 1, run.last)
        made: Sheeting | Pictures = Pictures() if run.form == Form.SVG else Sheeting(SHEETS[run.sheet], words, title=str(run))
        for number in made.draw(labels_of(run, first, last)):
            if number % NOTED_EVERY == 0 and not _noted(run, number):
                return False
        content = made.write()
        with transaction.atomic():
            if not _noted(run, last):
                return False
            LabelFile.objects.create(run=run, first=first, last=last, content=content, size=len(content))
    done = LabelRun.objects.filter(pk=run.pk, state=State.RUNNING)
    return bool(done.update(state=State.DONE, finished_at=timezone.now(), failure=""))


def _noted(run: LabelRun, number: int) -> bool:
    """Note how far the run is; False where it was cancelled meanwhile."""
    return bool(LabelRun.objects.filter(pk=run.pk, state=State.RUNNING).update(drawn=number - run.first + 1, attempts=1))
