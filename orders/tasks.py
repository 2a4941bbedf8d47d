"""What workers do. A task takes ids and calls one service; each can be lost or run twice.

What is to be done stands in PostgreSQL: the broker only wakes workers, and `sweep` finds what it forgot.
"""

from __future__ import annotations

from celery import shared_task

from accounts.waking import wake
from orders.figures import fold
from orders.intake import runs
from orders.marks.models import Mark


@shared_task(name="orders.tasks.check_run")
def check_run(run_id: int) -> None:
    """Dry run of a staged file."""
    runs.check_run(run_id=run_id)


@shared_task(name="orders.tasks.merge_run")
def merge_run(run_id: int) -> None:
    """Take a confirmed file into the ledger, then fold."""
    if runs.merge_run(run_id=run_id):
        wake(fold_figures)


@shared_task(name="orders.tasks.fold_figures")
def fold_figures() -> None:
    """Fold until no mark is left; a fold that runs already does it for us."""
    while fold.fold_once(wait=False):
        pass


@shared_task(name="orders.tasks.sweep")
def sweep() -> None:
    """Wake workers for every run and mark that waits."""
    for run_id in runs.waiting_for_check():
        wake(check_run, run_id)
    for run_id in runs.waiting_for_merge():
        wake(merge_run, run_id)
    if Mark.objects.exists():
        wake(fold_figures)
