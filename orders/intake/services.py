"""A file taken in from beginning to end in one call: for commands, the demo and tests. Pages go step by step (staging, runs)."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import prefetch_related_objects

from accounts.models import User
from orders.intake import runs
from orders.intake.kept_words import kept_name
from orders.intake.models import IntakeRun
from orders.intake.one_go import OrdersApartError, TooLargeError, take_in_one_go
from orders.intake.staging import stage_file
from orders.shops.models import Shop

log = logging.getLogger(__name__)


class IntakeFailedError(Exception):
    """The merge did not end well; the text says why."""


def take_in_file(
    *, path: Path, shop: Shop, file_name: str, exported_at: datetime | None = None, by: User | None = None, commit: bool
) -> IntakeRun:
    """Read `path` and take it into the ledger; with `commit` off only count, and leave nothing behind.

    Returns the run with its counts. Raises what stage_file raises, IntakeFailedError where the merge failed.
    """
    if commit:
        return _take_in(path=path, shop=shop, file_name=file_name, exported_at=exported_at, by=by)
    with transaction.atomic():
        run = stage_file(path=path, shop=shop, file_name=file_name, exported_at=exported_at, by=by)
        runs.check_run(run_id=run.pk)
        run.refresh_from_db()
        prefetch_related_objects([run], "rejected_rows")  # the caller can still say what is wrong with them
        transaction.set_rollback(True)
    return run


def _take_in(*, path: Path, shop: Shop, file_name: str, exported_at: datetime | None, by: User | None) -> IntakeRun:
    """In one go; else step by step, where a failure is kept on the run."""
    try:
        return take_in_one_go(path=path, shop=shop, file_name=file_name, exported_at=exported_at, by=by)
    except OperationalError:
        raise  # the server went away or stopped us
    except (OrdersApartError, TooLargeError, DatabaseError) as error:
        log.info("%s is staged first: %r", kept_name(file_name), error)
    with transaction.atomic():
        run = stage_file(path=path, shop=shop, file_name=file_name, exported_at=exported_at, by=by)
        run = runs.confirm_run(run_id=run.pk, by=by)
    run = runs.finish_run(run_id=run.pk)
    if run.state != IntakeRun.State.MERGED:
        raise IntakeFailedError(run.failure)
    return run
