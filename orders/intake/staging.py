"""Reading a file into staging: allowed columns only, one COPY, refused rows kept with their reason.

The run and its rows appear together or not at all. The file itself is the caller's, who deletes it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from orders.intake.again import same_file
from orders.intake.ahead import ahead
from orders.intake.copying import STAGED_COLUMNS, CopyTexts, copy_texts
from orders.intake.kept_words import kept_name, kept_words
from orders.intake.mapping.layout import layout_of
from orders.intake.mapping.models import ColumnMapping
from orders.intake.mapping.services import remembered_mapping
from orders.intake.models import IntakeRun, RejectedRow
from orders.intake.reading import OBSERVATION_FIELDS, PLATFORMS, Rejection, exported_at_from_name, read_observations
from orders.intake.reading.platform import Kind
from orders.intake.together import take_out_too_large
from orders.leases.models import Phase
from orders.leases.work import Work, at_work
from orders.shops.models import Shop
from places.resolver import DeliveryPlaces

COUNTS_NOT = (IntakeRun.State.CANCELLED, IntakeRun.State.FAILED, IntakeRun.State.UNDOING, IntakeRun.State.UNDONE)
READING = "reading"
"""The kind of lease of a file that is being read; its subject is the id that its run will have."""
REJECTED_LISTED = 1000  # rows refused beyond this are counted, not listed: the file as a whole is wrong then

_PLACES = ("delivery_province", "delivery_commune", "delivery_district")
_COUNTED = ("units", "vnd", "time")
_AT = {name: index for index, name in enumerate(OBSERVATION_FIELDS)}


class ExportedInFutureError(ValueError):
    """A file cannot have been exported after now."""


def stage_file(
    *,
    path: Path,
    shop: Shop,
    file_name: str,
    exported_at: datetime | None = None,
    by: User | None = None,
    mapping: ColumnMapping | None = None,
    original_sha256: str = "",
) -> IntakeRun:
    """Read the order file at `path` into a new run of `shop`, state *staged*.

    A shop whose platform's files we do not know reads by `mapping`, else by the one remembered for these headers. When it was exported:
    the first time this same file came, else what its name says, else `exported_at`, else now (HOUSE). `original_sha256`: of the file
    before the browser left columns out of it.
    Raises reading.UnreadableFile for a file that is refused as a whole, ExportedInFutureError, StoppedError; nothing is kept then.
    """
    began = time.perf_counter()
    with transaction.atomic():
        staging = Staging(
            path=path,
            shop=shop,
            file_name=file_name,
            exported_at=exported_at,
            by=by,
            mapping=mapping,
            original_sha256=original_sha256,
        )
        keys: set[tuple[str, str]] = set()
        with being_read(staging.run) as work:
            copy_texts(ahead(_texts(staging.chunks(), keys, work.tell)))
        if staging.reading.accepted > len(keys):
            keys -= staging.refuse_too_large()
            staging.run.repeats = staging.reading.accepted - len(keys)
        staging.finish(seconds=time.perf_counter() - began)
    return staging.run


class Staging:
    """A file on its way into staging, within the caller's transaction: its run, its reading, the rows to copy."""

    def __init__(
        self,
        *,
        path: Path,
        shop: Shop,
        file_name: str,
        exported_at: datetime | None,
        by: User | None,
        mapping: ColumnMapping | None = None,
        original_sha256: str = "",
    ) -> None:
        digest = _digest(path)
        if mapping is None and shop.platform not in PLATFORMS:
            mapping = remembered_mapping(shop=shop, path=path, file_name=file_name)
        self.run = IntakeRun.objects.create(
            shop=shop,
            platform=shop.platform,
            file_name=kept_name(file_name),
            file_sha256=digest,
            original_sha256=original_sha256,
            mapping=mapping,
            exported_at=_exported_at(shop, {digest, original_sha256}, file_name, exported_at),
            by=by,
        )
        self.reading = read_observations(
            path, file_name=file_name, platform=layout_of(mapping) if mapping else shop.platform, written_times=True
        )
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

    def refuse_too_large(self) -> set[tuple[str, str]]:
        """Once all rows are staged: refuse those that are together more than one could be; their orders and keys."""
        rows = take_out_too_large(self.run)
        self.reading.accepted -= len(rows)
        self.reading.rejected += len(rows)
        header_of = self.reading.platform.header_of
        for row in rows[: max(0, REJECTED_LISTED - len(self._refused))]:
            seen_at = header_of(row.field) or header_of("unit_price") or header_of("order_number") or ""
            cells = (("order_number", row.number), ("sku_id", row.sku_id), ("product_name", row.product_name), ("variation", row.variation))
            told = tuple((field, cell) for field, cell in cells if cell)
            self._refused.append(Rejection(row.row, seen_at, "", "too_big_together", row.most, cells=(*told, ("units", row.units))))
        return {(row.number, row.line_key) for row in rows}

    def _kept_cells(self, row: Rejection) -> dict[str, str | float]:
        """The row's cells for a file to mend; of one that could not be read only words that are nobody's: it is written anew anyway.

        Where columns may have slipped a name may stand where a product should, so no text is kept then. A place that nobody knows
        may be a person as well; unknown, it would tell the ledger nothing.
        """
        cells = {field: cell if isinstance(cell, str) else format(cell, ".15g") for field, cell in row.cells}
        doubted = row.faulty | self._unknown_places(cells)
        kinds = {column.field: column.kind for column in self.reading.platform.columns}
        if self._slipped(row, cells, kinds, doubted):
            doubted |= {field for field in cells if kinds[field] == "text"}
        return {field: kept_words(cells[field]) if field in doubted else cell for field, cell in row.cells}

    def _unknown_places(self, cells: Mapping[str, str]) -> frozenset[str]:
        province, commune, district = (cells.get(field, "") for field in _PLACES)
        if self._places.codes(province, "")[0] is None:
            return frozenset(_PLACES)
        return frozenset() if self._places.codes(province, commune, district)[1] else frozenset(_PLACES[1:])

    def _slipped(self, row: Rejection, cells: Mapping[str, str], kinds: Mapping[str, Kind], doubted: frozenset[str]) -> bool:
        """Whether the cells may be of other columns: two of them made no sense, or a province is none; where people write the file by
        hand and forget the quotation marks, also where a word stands for a number.
        """
        if len(row.faulty) > 1 or (_PLACES[0] in doubted and _PLACES[0] in cells):
            return True
        counted = [field for field in row.faulty & cells.keys() if kinds[field].startswith(_COUNTED)]
        return self.run.mapping is not None and any(cells[field][0].isalpha() for field in counted)

    def finish(self, *, seconds: float) -> None:
        """Keep the refused rows, and what was counted on the run, when all chunks were taken."""
        run, reading = self.run, self.reading
        RejectedRow.objects.bulk_create(
            RejectedRow(
                run=run,
                row=row.row,
                column=row.column,
                value=kept_words(row.value_shown),
                code=row.code,
                limit=str(row.limit),
                cells=self._kept_cells(row),
            )
            for row in self._refused
        )
        run.rows, run.rejected, run.seconds = reading.rows, reading.rejected, seconds
        run.absent_columns = list(reading.absent)
        run.save()


def being_read(run: IntakeRun) -> AbstractContextManager[Work]:
    """The lease of whoever reads a file into the run, which nobody else can see yet."""
    return at_work(kind=READING, subject=run.pk, phase=Phase.READING, shop_id=run.shop_id, label=run.file_name)


def _texts(chunks: Iterator[list[tuple[object, ...]]], keys: set[tuple[str, str]], tell: Callable[[int], None]) -> Iterator[bytes]:
    """What COPY takes of each chunk; each (order, key) into `keys`. `tell` hears how many rows were read."""
    read = 0
    key_of = itemgetter(STAGED_COLUMNS.index("number"), STAGED_COLUMNS.index("line_key"))
    texts = CopyTexts()
    for rows in chunks:
        keys.update(map(key_of, rows))
        yield texts.of(rows)
        read += len(rows)
        tell(read)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _exported_at(shop: Shop, digests: set[str], file_name: str, asked: datetime | None) -> datetime:
    first = IntakeRun.objects.filter(same_file(digests), shop=shop).exclude(state__in=COUNTS_NOT).order_by("pk").first()
    found = first.exported_at if first else exported_at_from_name(file_name) or asked or timezone.now()
    if found > timezone.now() + timedelta(days=1):
        raise ExportedInFutureError(found.isoformat())
    return found
