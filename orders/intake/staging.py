"""Reading a file into staging: allowed columns only, one COPY, refused rows kept with their reason.

The run and its rows appear together or not at all. The file itself is the caller's, who deletes it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from orders.intake.ahead import ahead
from orders.intake.copying import STAGED_COLUMNS, CopyTexts, copy_texts
from orders.intake.models import IntakeRun, RejectedRow, Source
from orders.intake.reading import OBSERVATION_FIELDS, Rejection, exported_at_from_name, read_observations
from orders.shops.models import Shop
from places.resolver import DeliveryPlaces

UNDONE = (IntakeRun.State.CANCELLED, IntakeRun.State.FAILED)
REJECTED_LISTED = 1000  # rows refused beyond this are counted, not listed: the file as a whole is wrong then

_AT = {name: index for index, name in enumerate(OBSERVATION_FIELDS)}


class ExportedInFutureError(ValueError):
    """A file cannot have been exported after now."""


def stage_file(
    *, path: Path, shop: Shop, file_name: str, exported_at: datetime | None = None, by: User | None = None, source: Source = Source.FILE
) -> IntakeRun:
    """Read the order file at `path` into a new run of `shop`, state *staged*.

    When it was exported: the first time this same file came, else what its name says, else `exported_at`, else now (HOUSE).
    Raises reading.UnreadableFile for a file that is refused as a whole, ExportedInFutureError; nothing is kept then.
    """
    began = time.perf_counter()
    with transaction.atomic():
        staging = Staging(path=path, shop=shop, file_name=file_name, exported_at=exported_at, by=by, source=source)
        keys: set[tuple[str, str]] = set()
        copy_texts(ahead(_texts(staging.chunks(), keys)))
        staging.run.repeats = staging.reading.accepted - len(keys)
        staging.finish(seconds=time.perf_counter() - began)
    return staging.run


class Staging:
    """A file on its way into staging, within the caller's transaction: its run, its reading, the rows to copy."""

    def __init__(
        self, *, path: Path, shop: Shop, file_name: str, exported_at: datetime | None, by: User | None, source: Source = Source.FILE
    ) -> None:
        digest = _digest(path)
        self.run = IntakeRun.objects.create(
            shop=shop,
            source=source,
            platform=shop.platform,
            file_name=file_name[:255],
            file_sha256=digest,
            exported_at=_exported_at(shop, digest, file_name, exported_at),
            by=by,
        )
        self.reading = read_observations(path, file_name=file_name, platform=shop.platform)
        self._refused: list[Rejection] = []
        self._places = DeliveryPlaces()  # read here: no query can run on the connection while a COPY does

    def chunks(self) -> Iterator[list[tuple[object, ...]]]:
        """The file's rows, once, as tuples of STAGED_COLUMNS: places of delivery as codes, delivered pieces counted. No query."""
        run_id = self.run.pk
        units, cancelled, delivered = _AT["units"], _AT["cancelled_units"], _AT["was_delivered"]
        province, district = _AT["delivery_province"], _AT["delivery_district"]
        codes = self._places.codes
        for chunk in self.reading.chunks():
            room = REJECTED_LISTED - len(self._refused)
            if chunk.rejected and room > 0:
                self._refused.extend(chunk.rejected[:room])
            yield [
                (
                    run_id,
                    *seen[:delivered],
                    seen[units] - seen[cancelled] if seen[delivered] else 0,
                    *seen[delivered + 1 : province],
                    *codes(*seen[province : district + 1]),
                )
                for seen in chunk.accepted
            ]

    def finish(self, *, seconds: float) -> None:
        """Keep the refused rows, and what was counted on the run, when all chunks were taken."""
        run, reading = self.run, self.reading
        RejectedRow.objects.bulk_create(
            RejectedRow(run=run, row=row.row, column=row.column, value=row.value_shown, code=row.code, limit=str(row.limit))
            for row in self._refused
        )
        run.rows, run.rejected, run.seconds = reading.rows, reading.rejected, seconds
        run.save()


def _texts(chunks: Iterator[list[tuple[object, ...]]], keys: set[tuple[str, str]]) -> Iterator[bytes]:
    """What COPY takes of each chunk; each (order, key) into `keys`."""
    key_of = itemgetter(STAGED_COLUMNS.index("number"), STAGED_COLUMNS.index("line_key"))
    texts = CopyTexts()
    for rows in chunks:
        keys.update(map(key_of, rows))
        yield texts.of(rows)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _exported_at(shop: Shop, digest: str, file_name: str, asked: datetime | None) -> datetime:
    first = IntakeRun.objects.filter(shop=shop, file_sha256=digest).exclude(state__in=UNDONE).order_by("pk").first()
    found = first.exported_at if first else exported_at_from_name(file_name) or asked or timezone.now()
    if found > timezone.now() + timedelta(days=1):
        raise ExportedInFutureError(found.isoformat())
    return found
