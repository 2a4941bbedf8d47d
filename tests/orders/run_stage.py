"""Runs on their way, for tests that hold them up: staged, confirmed, in a worker's hand, or before the shop's closed door."""

from __future__ import annotations

from typing import Self

from django.db import connection

from orders.intake import runs
from orders.intake.merge import SHOP_LOCK
from orders.intake.models import IntakeRun
from orders.intake.services import take_in_file
from orders.intake.staging import stage_file
from orders.models import Shop
from tests.orders.busy_shop import Export
from tests.orders.interleaving import Held


class Door:
    """Nobody gets beyond the shop's lock until it is opened: who checks or merges one of its files stands there, the run in hand."""

    def __init__(self, shop: Shop) -> None:
        self._keys = [SHOP_LOCK, shop.pk]

    def __enter__(self) -> Self:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", self._keys)
        return self

    def open(self) -> None:
        """Let them through, one after the other."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", self._keys)

    def __exit__(self, *_: object) -> None:
        pass


def stage(shop: Shop, file: Export) -> IntakeRun:
    """A file as the upload leaves it."""
    return stage_file(path=file.path, shop=shop, file_name=file.path.name, exported_at=file.exported_at)


def confirmed(shop: Shop, file: Export) -> IntakeRun:
    """A file that waits for its merge."""
    return runs.confirm_run(run_id=stage(shop, file).pk, by=None)


def command(shop: Shop, file: Export) -> IntakeRun:
    """What `intake_orders --commit` does."""
    return take_in_file(path=file.path, shop=shop, file_name=file.path.name, exported_at=file.exported_at, commit=True)


def now(run: IntakeRun) -> IntakeRun:
    """The run as the database has it now."""
    return IntakeRun.objects.get(pk=run.pk)


def merging(run: IntakeRun) -> Held:
    """A worker that has the run."""
    return Held(lambda: runs.merge_run(run_id=run.pk))
