"""What workers do. A task takes ids and calls one service; each can be lost or run twice.

What is to be done stands in PostgreSQL: the broker only wakes workers, and `sweep` finds what it forgot.
"""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task

from accounts.waking import wake
from orders.feeds import receiving
from orders.figures import fold
from orders.intake import runs
from orders.intake.models import IntakeRun
from orders.leases.overdue import end_overdue
from orders.ledger.statistics import renew_statistics
from orders.looks import services
from orders.lots.models import LotStale
from orders.lots.services import allot_all
from orders.marks.models import Mark
from orders.shops import silence
from traceability import valkey

FOLD_WOKEN = "ocop:feed:fold"
GATHERED = 2
"""Seconds for which batches are gathered before a fold: of each fold boards are made anew."""
FORGOTTEN_AFTER = 10
"""Seconds after which a fold that was woken and has not begun is not waited for: its worker may be gone."""


@shared_task(name="orders.tasks.check_run")
def check_run(run_id: int) -> None:
    """Dry run of a staged file."""
    runs.check_run(run_id=run_id)


@shared_task(name="orders.tasks.merge_run")
def merge_run(run_id: int) -> None:
    """Take a confirmed file into the ledger, then fold."""
    if runs.merge_run(run_id=run_id):
        wake(fold_figures)


@shared_task(name="orders.tasks.cancel_run")
def cancel_run(run_id: int) -> None:
    """Cancel a file whose worker took long to stop."""
    with suppress(runs.RunStateError, runs.StillStoppingError, IntakeRun.DoesNotExist):
        runs.cancel_run(run_id=run_id)


@shared_task(name="orders.tasks.undo_run")
def undo_run(run_id: int) -> None:
    """Undo a file that was taken in, then fold."""
    if runs.undo_run(run_id=run_id):
        wake(fold_figures)


def wake_fold() -> None:
    """Wake a fold for what was committed, unless one was woken that has not begun: batches come by the hundred, a fold sees all of them."""
    try:
        (first,) = valkey.ask(("SET", FOLD_WOKEN, 1, "NX", "EX", FORGOTTEN_AFTER))
    except valkey.AwayError:
        return  # the broker is away with it, and the sweep comes by
    if first:
        wake(fold_figures, after=GATHERED)


@shared_task(name="orders.tasks.fold_figures")
def fold_figures() -> None:
    """Fold until no mark is left; a fold that runs already does it for us."""
    with suppress(valkey.AwayError):
        valkey.ask(("DEL", FOLD_WOKEN))  # before a mark is read: whoever comes from here on wakes the next one
    renew_statistics()
    while fold.fold_once(wait=False):
        pass
    if LotStale.objects.exists():
        wake(set_lots)


@shared_task(name="orders.tasks.set_lots")
def set_lots() -> None:
    """Set order lines against lots, wherever what they rest on has changed."""
    allot_all()


@shared_task(name="orders.tasks.remind_silent_shops")
def remind_silent_shops() -> None:
    """Tell owners and departments of shops of which nothing comes any more."""
    silence.remind_silent_shops()


@shared_task(name="orders.tasks.forget_looks")
def forget_looks() -> None:
    """Delete who looked at order lines, once that need be kept no longer."""
    services.forget_looks()


@shared_task(name="orders.tasks.sweep")
def sweep() -> None:
    """End workers that hang; wake workers for every run and mark that waits."""
    end_overdue()
    for run_id in runs.waiting_for_cancellation():
        wake(cancel_run, run_id)
    for run_id in runs.waiting_for_check():
        wake(check_run, run_id)
    for run_id in runs.waiting_for_merge():
        wake(merge_run, run_id)
    for run_id in runs.waiting_for_undo():
        wake(undo_run, run_id)
    if Mark.objects.exists():
        wake(fold_figures)
    if LotStale.objects.exists():
        wake(set_lots)


@shared_task(name="orders.tasks.forget_calls")
def forget_calls() -> None:
    """Drop old answers to programs that sent orders."""
    receiving.forget_calls()
