"""The verbs of the registry: check a file, keep it until it is confirmed, apply it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.scopes import AGRICULTURE, Scope, scope_of
from catalog.models import RegistryUpload
from catalog.registry.checking import check
from catalog.registry.outcomes import Outcome, State
from catalog.registry.reading import RawRow, read_registry
from catalog.registry.values import DAYS
from catalog.registry.workbook import SheetCell, registry_workbook

REGISTRY_LOCK = 5201101  # pg_advisory_xact_lock: one registry at a time, so that two uploads cannot make the same product twice


class NothingToConfirmError(Exception):
    """The upload was applied already."""


class NoTerritoryError(Exception):
    """The user keeps no registry: neither an administrator nor an official of agriculture and environment."""


def registry_scope(user: User) -> Scope:
    """The territory whose registry the user keeps. Raises NoTerritoryError."""
    scope = scope_of(user, kinds=AGRICULTURE)
    if scope is None:
        raise NoTerritoryError
    return scope


@transaction.atomic
def import_rows(*, rows: Sequence[RawRow], scope: Scope, commit: bool) -> list[Outcome]:
    """What each row does; with `commit` the good rows are applied, all in one transaction, and the others left out."""
    if commit:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTRY_LOCK])
    outcomes, working = check(rows, scope=scope, today=timezone.localdate(), hold=commit)
    if commit:
        working.write()
    return outcomes


def check_upload(*, user: User, path: Path, file_name: str) -> RegistryUpload:
    """Read and check a file and keep its rows until they are confirmed. Raises UnreadableFileError, NoTerritoryError."""
    scope = registry_scope(user)
    rows = read_registry(path, file_name)
    outcomes = import_rows(rows=rows, scope=scope, commit=False)
    with transaction.atomic():
        RegistryUpload.objects.forgotten().delete()
        return RegistryUpload.objects.create(
            owner=user,
            file_name=file_name[:200],
            rows=[row.as_json() for row in rows],
            outcomes=[outcome.as_json() for outcome in outcomes],
        )


@transaction.atomic
def confirm_upload(*, upload_id: int, user: User) -> RegistryUpload:
    """Check the kept rows against what the database holds now, apply the good ones and keep the outcome.

    Raises RegistryUpload.DoesNotExist for another's upload, NothingToConfirmError for a second confirmation.
    """
    upload = RegistryUpload.objects.select_for_update().get(pk=upload_id, owner=user)
    if upload.applied_at is not None:
        raise NothingToConfirmError
    rows = [RawRow.from_json(stored) for stored in upload.rows]
    outcomes = import_rows(rows=rows, scope=registry_scope(user), commit=True)
    upload.outcomes = [outcome.as_json() for outcome in outcomes]
    # What was rejected can still be had as a file to mend.
    rejected = {outcome.row for outcome in outcomes if outcome.state is State.REJECTED}
    upload.rows = [row.as_json() for row in rows if row.number in rejected]
    upload.applied_at = timezone.now()
    upload.save()
    return upload


def rejected_workbook(upload: RegistryUpload) -> bytes:
    """The rejected rows of an upload as a registry file, each with what is wrong with it: to be mended and loaded again."""
    problems = {
        outcome.row: "\n".join(f"{problem.title}: {problem.text}" for problem in outcome.problems)
        for outcome in map(Outcome.from_json, upload.outcomes)
        if outcome.state is State.REJECTED
    }
    rows = [row for row in map(RawRow.from_json, upload.rows) if row.number in problems]
    return registry_workbook([_as_written(row) for row in rows], reasons=[problems[row.number] for row in rows])


def _as_written(row: RawRow) -> dict[str, SheetCell]:
    """The cells of a row, days as days again; a text that is none stays as it was, to be mended."""
    cells: dict[str, SheetCell] = dict(row.cells)
    for column in DAYS & row.cells.keys():
        try:
            cells[column] = date.fromisoformat(str(row.cells[column]))
        except ValueError:
            continue
    return cells
