"""The life of an intake run: staged, checked, confirmed, merged; or cancelled, or failed; and a merged one undone.

Whoever works on a run holds its row's lock until the transaction ends, so a run is never in two hands, and one whose worker died
is free at once. A lease beside it (orders.leases) tells others how far the work is, lets them stop it, and gives a worker that hangs
away.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from accounts.models import User
from orders.intake.merge import count_changes, merge, merged
from orders.intake.models import IntakeRun
from orders.intake.undo import undo
from orders.leases import work
from orders.leases.models import Lease, Phase

log = logging.getLogger(__name__)

ATTEMPTS_AT_MOST = 5
LEASE = "run"
"""The kind of a run's lease; its subject is the run's id."""
STOPS_WITHIN = 10
"""Seconds that a page waits for a worker to stop; it takes one or two."""
State = IntakeRun.State


class RunStateError(Exception):
    """The run is not in a state in which this can be done to it."""


class StillStoppingError(Exception):
    """Whoever works on the run was asked to stop and has not yet."""


@dataclass(frozen=True)
class Step:
    """What a worker does with runs in one state; where that cannot be done they end in `given_up`."""

    state: str
    phase: Phase
    do: Callable[[IntakeRun, work.Work], None]
    given_up: str = State.FAILED


def check_run(*, run_id: int) -> bool:
    """Compare a staged run with the ledger and keep the counts (the dry run); False where somebody else has it or it is not staged."""
    return _work(run_id, CHECK)


def merge_run(*, run_id: int) -> bool:
    """Take a confirmed run into orders, ledger and marks, in one transaction; False where somebody else has it or it is not confirmed."""
    return _work(run_id, MERGE)


def undo_run(*, run_id: int) -> bool:
    """Undo a run of which that was asked, in one transaction; False where somebody else has it or nobody asked."""
    return _work(run_id, UNDO)


def finish_run(*, run_id: int) -> IntakeRun:
    """Merge a confirmed run, or wait for the worker that was quicker; the run as it ended."""
    while True:
        merge_run(run_id=run_id)
        with transaction.atomic():
            run = IntakeRun.objects.select_for_update().get(pk=run_id)
        if run.state != State.CONFIRMED:
            return run


def confirm_run(*, run_id: int, by: User | None) -> IntakeRun:
    """Allow the merge of a checked (or staged) run. Confirmed twice: once. Raises RunStateError where it ended otherwise."""
    with transaction.atomic():
        run = IntakeRun.objects.select_for_update().get(pk=run_id)
        if run.state in {State.CONFIRMED, State.MERGED}:
            return run
        if run.state not in {State.STAGED, State.CHECKED}:
            raise RunStateError(run.state)
        run.state = State.CONFIRMED
        run.by = by or run.by
        run.save(update_fields=["state", "by"])
    return run


def cancel_run(*, run_id: int) -> IntakeRun:
    """End a run that was not merged and drop its rows, staged and refused; whoever checks or merges it is stopped.

    Raises RunStateError for one that was merged, StillStoppingError where its worker has not stopped within STOPS_WITHIN: the sweep
    cancels it then, once the worker has.
    """
    work.ask_to_stop(kind=LEASE, subject=run_id)
    try:
        with transaction.atomic():
            run = _stopped(run_id)
            if run.state != State.CANCELLED:
                if not run.is_cancellable:
                    raise RunStateError(run.state)
                run.staged_rows.all().delete()
                run.rejected_rows.all().delete()  # they hold what stood in them
                run.state = State.CANCELLED
                run.save(update_fields=["state"])
    except StillStoppingError:
        raise  # the request stands
    except (RunStateError, IntakeRun.DoesNotExist):
        work.forget(kind=LEASE, subject=run_id)
        raise
    work.forget(kind=LEASE, subject=run_id)
    return run


def _stopped(run_id: int) -> IntakeRun:
    """The run, its row locked once its worker has stopped."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", [f"{STOPS_WITHIN}s"])
            run = IntakeRun.objects.select_for_update().get(pk=run_id)
            cursor.execute("SET LOCAL lock_timeout = 0")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise StillStoppingError from error
        raise
    return run


def ask_undo(*, run_id: int, by: User | None, reason: str) -> IntakeRun:
    """Have a merged run undone by a worker. Asked twice: once, with the first reason. Raises RunStateError for one that is not merged."""
    with transaction.atomic():
        run = IntakeRun.objects.select_for_update().get(pk=run_id)
        if run.state in {State.UNDOING, State.UNDONE}:
            return run
        if run.state != State.MERGED:
            raise RunStateError(run.state)
        run.state, run.undone_by, run.undo_reason, run.undo_asked_at = State.UNDOING, by, reason, timezone.now()
        run.failure = ""
        run.save(update_fields=["state", "undone_by", "undo_reason", "undo_asked_at", "failure"])
    return run


def waiting_for_check() -> list[int]:
    """Ids of staged runs nobody works on."""
    return _free(State.STAGED)


def waiting_for_merge() -> list[int]:
    """Ids of confirmed runs nobody works on."""
    return _free(State.CONFIRMED)


def waiting_for_undo() -> list[int]:
    """Ids of runs to be undone that nobody works on."""
    return _free(State.UNDOING)


def waiting_for_cancellation() -> list[int]:
    """Ids of runs that somebody cancelled whose worker had not stopped yet."""
    return list(Lease.objects.filter(kind=LEASE, stop_asked=True).values_list("subject", flat=True))


def _free(state: str) -> list[int]:
    with transaction.atomic():
        return list(IntakeRun.objects.filter(state=state).select_for_update(skip_locked=True).values_list("pk", flat=True))


def _work(run_id: int, step: Step) -> bool:
    """Do `step` with the run's row locked. A failure that is the run's own ends the run; one of the database's leaves it waiting."""
    if not _begin(run_id, step):
        return False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            work.let_go_when_hung(cursor)
            # The run's row alone: with the shop's locked too, a second file of the shop would be passed over as if somebody had it.
            found = IntakeRun.objects.select_for_update(skip_locked=True, of=("self",)).select_related("shop")
            run = found.filter(pk=run_id, state=step.state).first()
            if run is None:
                return False
            began = time.perf_counter()
            with work.at_work(kind=LEASE, subject=run.pk, phase=step.phase, total=run.accepted, shop_id=run.shop_id) as at_work:
                step.do(run, at_work)
                run.seconds += time.perf_counter() - began
                run.attempts = 0
                run.save()
    except work.StoppedError:
        return False  # whoever asked for that has the run next
    except OperationalError:
        raise  # the server went away or stopped us: the run waits for the sweep
    except (DatabaseError, ArithmeticError, ValueError) as error:
        log.exception("run %s failed", run_id)
        _fail(run_id, step, f"{type(error).__name__}: {error}")
        return False
    return True


def _begin(run_id: int, step: Step) -> bool:
    """Count the attempt in a transaction of its own, so that a run that kills its workers is given up in the end."""
    with transaction.atomic():
        run = IntakeRun.objects.select_for_update(skip_locked=True).filter(pk=run_id, state=step.state).first()
        if run is None:
            return False
        if run.attempts >= ATTEMPTS_AT_MOST:
            run.state = step.given_up
            run.failure = f"given up after {run.attempts} attempts"
            run.attempts = 0
            run.save(update_fields=["state", "failure", "attempts"])
            return False
        run.attempts += 1
        run.save(update_fields=["attempts"])
    return True


def _fail(run_id: int, step: Step, failure: str) -> None:
    IntakeRun.objects.filter(pk=run_id, state=step.state).update(state=step.given_up, failure=failure[:2000], attempts=0)


def _check(run: IntakeRun, at_work: work.Work) -> None:
    count_changes(run, at_work.tell).keep_on(run)
    run.state = State.CHECKED


def _merge(run: IntakeRun, at_work: work.Work) -> None:
    merged(run, merge(run, at_work.tell))


def _undo(run: IntakeRun, at_work: work.Work) -> None:
    undo(run, at_work.tell)
    run.state, run.undone_at = State.UNDONE, timezone.now()


CHECK = Step(State.STAGED, Phase.CHECKING, _check)
MERGE = Step(State.CONFIRMED, Phase.MERGING, _merge)
UNDO = Step(State.UNDOING, Phase.UNDOING, _undo, given_up=State.MERGED)  # what was merged stays merged, and says why


def progress_of(run: IntakeRun) -> Lease | None:
    """How far whoever works on the run is; None where nobody does, or not for long enough to tell."""
    return Lease.objects.good().filter(kind=LEASE, subject=run.pk).first()
