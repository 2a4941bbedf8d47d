"""The life of an intake run: staged, checked, confirmed, merged; or cancelled, or failed.

Whoever works on a run holds its row's lock until the transaction ends, so a run is never in two hands, and one whose worker died
is free at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, OperationalError, transaction

from accounts.models import User
from orders.intake.merge import count_changes, merge, merged
from orders.intake.models import IntakeRun

log = logging.getLogger(__name__)

ATTEMPTS_AT_MOST = 5
State = IntakeRun.State


class RunStateError(Exception):
    """The run is not in a state in which this can be done to it."""


def check_run(*, run_id: int) -> bool:
    """Compare a staged run with the ledger and keep the counts (the dry run); False where somebody else has it or it is not staged."""
    return _work(run_id, State.STAGED, _check)


def merge_run(*, run_id: int) -> bool:
    """Take a confirmed run into orders, ledger and marks, in one transaction; False where somebody else has it or it is not confirmed."""
    return _work(run_id, State.CONFIRMED, _merge)


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
    """End a run that was not merged and drop its staged rows. Raises RunStateError for a merged one."""
    with transaction.atomic():
        run = IntakeRun.objects.select_for_update().get(pk=run_id)
        if run.state == State.CANCELLED:
            return run
        if run.state not in {State.STAGED, State.CHECKED, State.FAILED}:
            raise RunStateError(run.state)
        run.staged_rows.all().delete()
        run.state = State.CANCELLED
        run.save(update_fields=["state"])
    return run


def waiting_for_check() -> list[int]:
    """Ids of staged runs nobody works on."""
    return _free(State.STAGED)


def waiting_for_merge() -> list[int]:
    """Ids of confirmed runs nobody works on."""
    return _free(State.CONFIRMED)


def _free(state: str) -> list[int]:
    with transaction.atomic():
        return list(IntakeRun.objects.filter(state=state).select_for_update(skip_locked=True).values_list("pk", flat=True))


def _work(run_id: int, state: str, step: Callable[[IntakeRun], None]) -> bool:
    """Do `step` with the run's row locked. A failure that is the run's own ends the run; one of the database's leaves it waiting."""
    if not _begin(run_id, state):
        return False
    try:
        with transaction.atomic():
            # The run's row alone: with the shop's locked too, a second file of the shop would be passed over as if somebody had it.
            found = IntakeRun.objects.select_for_update(skip_locked=True, of=("self",)).select_related("shop")
            run = found.filter(pk=run_id, state=state).first()
            if run is None:
                return False
            began = time.perf_counter()
            step(run)
            run.seconds += time.perf_counter() - began
            run.attempts = 0
            run.save()
    except OperationalError:
        raise  # the server went away or stopped us: the run waits for the sweep
    except (DatabaseError, ArithmeticError, ValueError) as error:
        log.exception("run %s failed", run_id)
        _fail(run_id, state, f"{type(error).__name__}: {error}")
        return False
    return True


def _begin(run_id: int, state: str) -> bool:
    """Count the attempt in a transaction of its own, so that a run that kills its workers is given up in the end."""
    with transaction.atomic():
        run = IntakeRun.objects.select_for_update(skip_locked=True).filter(pk=run_id, state=state).first()
        if run is None:
            return False
        if run.attempts >= ATTEMPTS_AT_MOST:
            run.state = State.FAILED
            run.failure = f"given up after {run.attempts} attempts"
            run.save(update_fields=["state", "failure"])
            return False
        run.attempts += 1
        run.save(update_fields=["attempts"])
    return True


def _fail(run_id: int, state: str, failure: str) -> None:
    IntakeRun.objects.filter(pk=run_id, state=state).update(state=State.FAILED, failure=failure[:2000])


def _check(run: IntakeRun) -> None:
    count_changes(run).keep_on(run)
    run.state = State.CHECKED


def _merge(run: IntakeRun) -> None:
    merged(run, merge(run))
