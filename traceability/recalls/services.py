"""The verbs of recalls: declare one, end one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from catalog.models import Product
from catalog.services import warn_of_recall
from traceability.epcis.services import record_event
from traceability.labels.models import LabelFile, LabelRun
from traceability.lots.models import Lot
from traceability.recalls.events import recall_event
from traceability.recalls.models import Recall, RecallScope
from traceability.recalls.telling import tell_of_recall
from traceability.steps.events import CONTEXT


class NothingRecalledError(ValueError):
    """A recall of no lot."""


class SpanError(ValueError):
    """Packs that the lot does not have, or a span that ends before it begins; `most` is the number of the lot's last pack."""

    def __init__(self, lot: Lot, most: int) -> None:
        super().__init__(f"{lot}: 1 to {most}")
        self.lot = lot
        self.most = most


class TwoProducersError(ValueError):
    """Lots of more than one producer: each producer's goods are recalled apart."""


class AlreadyEndedError(Exception):
    """The recall has ended."""


@dataclass(frozen=True)
class Span:
    """What is recalled: a lot, or of it the packs numbered `first` to `last`, both included."""

    lot: Lot
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class Words:
    """What the public is told, in Vietnamese and, where given, in English."""

    reason_vi: str
    instructions_vi: str
    reason_en: str = ""
    instructions_en: str = ""


@transaction.atomic
def declare_recall(
    *,
    spans: Sequence[Span],
    words: Words,
    by: User | None,
    follows: Recall | None = None,
    token: UUID | None = None,
    at: datetime | None = None,
    is_demo: bool = False,
) -> Recall:
    """Recall lots or packs of one producer: at once on every page, in every answer, and for ever.

    The lots are closed for what comes, labels that wait or lie ready are dropped, and whoever made or answers for the goods is told, as
    are those who made something of them. The same `token` again gives the recall that was declared with it.
    Raises NothingRecalledError, SpanError, TwoProducersError: then nothing is written.
    """
    if not spans:
        raise NothingRecalledError
    # In the order of their ids, and before anything is read: two recalls at once wait for each other, never for ever, and codes or
    # labels that are being issued are there already or find the lot closed.
    held = Lot.objects.select_for_update(of=("self",)).select_related("product__producer").order_by("pk")
    lots = {lot.pk: lot for lot in held.filter(pk__in=[span.lot.pk for span in spans])}
    token = token or uuid4()
    there = Recall.objects.filter(form_token=token).first()
    if there is not None:
        return there
    producers = {lot.product.producer for lot in lots.values()}
    if len(producers) > 1:
        raise TwoProducersError
    for span in spans:
        _check(span)
    (producer,) = producers
    by_producer = by is not None and producer.members.filter(pk=by.pk).exists()
    posts = by.current_posts() if by is not None and not by_producer and not by.is_superuser else []
    recall = Recall.objects.create(
        producer=producer,
        declared_by=by,
        by_producer=by_producer,
        agency=next((post.agency for post in posts), None),
        follows=follows,
        form_token=token,
        declared_at=at or timezone.now(),
        is_demo=is_demo,
        **vars(words),
    )
    unlike = {(span.lot.pk, span.first, span.last) for span in spans}
    scopes = [RecallScope(recall=recall, lot=lots[lot], first=first, last=last) for lot, first, last in sorted(unlike, key=str)]
    RecallScope.objects.bulk_create(scopes)
    _close(list(lots), recall)
    for product in {lot.product for lot in lots.values()}:
        warn_on_product_page(product=product)
    for scope in scopes:
        record_event(producer=producer, by=by, event=recall_event(scope), context=CONTEXT)
    tell_of_recall(recall, list(lots.values()))
    return recall


def warn_on_product_page(*, product: Product) -> None:
    """Hand down to the catalogue that lots of the product were recalled, and when the last time; nothing where none was."""
    newest = Recall.objects.of_product(product).first()
    if newest is not None:
        warn_of_recall(product=product, at=newest.declared_at, path=f"/recalls/?{urlencode({'product': product.code})}")


@transaction.atomic
def end_recall(*, recall: Recall, by: User | None, note_vi: str, note_en: str = "") -> Recall:
    """Say that a recall has ended, and how. It stays public, and its lots stay closed and recalled. Raises AlreadyEndedError."""
    held = Recall.objects.select_for_update().get(pk=recall.pk)
    if held.ended_at is not None:
        raise AlreadyEndedError
    held.ended_at, held.ended_by, held.ended_note_vi, held.ended_note_en = timezone.now(), by, note_vi, note_en
    held.save(update_fields=["ended_at", "ended_by", "ended_note_vi", "ended_note_en"])
    Lot.objects.filter(recall_scopes__recall=held).mark_changed()
    return held


def _check(span: Span) -> None:
    if span.first is None and span.last is None:
        return
    most = span.lot.codes.aggregate(most=Max("number"))["most"] or 0
    if span.first is None or span.last is None or not 1 <= span.first <= span.last <= most:
        raise SpanError(span.lot, most)


def _close(lots: list[int], recall: Recall) -> None:
    """Close the lots, and let go of labels that could still be printed of them."""
    now = timezone.now()
    Lot.objects.filter(pk__in=lots, state=Lot.State.OPEN).update(state=Lot.State.CLOSED, closed_at=now)
    Lot.objects.filter(pk__in=lots, recalled_at__isnull=True).update(recalled_at=recall.declared_at)
    Lot.objects.filter(pk__in=lots).update(changed_at=now)
    LabelRun.objects.waiting().filter(lot__in=lots).update(state=LabelRun.State.CANCELLED, finished_at=now)
    LabelFile.objects.filter(run__lot__in=lots).delete()
