"""What workers do. A task takes ids and calls one service; each can be lost or run twice.

What is to be done stands in PostgreSQL: the broker only wakes workers, and `sweep` finds what it forgot.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from orders.figures import fold
from orders.intake import runs
from orders.marks.models import Mark

log = logging.getLogger(__name__)


def wake(task: Any, *arguments: int) -> None:
    """Send `task` once the current transaction has committed. Without a broker nothing is lost: the sweep comes by."""

    def send() -> None:
        try:
            task.delay(*arguments)
        except OperationalError as error:
            log.warning("no broker to wake a worker for %s (%s): the sweep will find it", task.name, error)

    transaction.on_commit(send)


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
