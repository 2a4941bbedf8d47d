"""The verbs: have a producer's passports sent to the national portal, send one that waits.

A sending is a row first; a worker sends it after the commit, the sweep finds what nobody was woken for. A row is locked while it is
sent, so two workers never send it twice.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from accounts.waking import wake
from catalog.models import Producer, Product
from traceability.lots.models import Lot
from traceability.passport.exporting import as_json
from traceability.passport.models import PassportSending
from traceability.passport.portal import PortalError, portal
from traceability.passport.reading import Passport, passports_of

log = logging.getLogger(__name__)
WOKEN_FOR = 60  # seconds, as often as the sweep comes by: by then it wakes again
# Waits before the second, third … attempt; after the last one the sending has failed.
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))


@dataclass(frozen=True)
class Ordered:
    """What became of an order: passports to be sent, left out because something is missing, and not sent again because nothing changed."""

    waiting: int = 0
    incomplete: int = 0
    unchanged: int = 0


def can_send() -> bool:
    """Whether there is a portal to send to."""
    return not str(settings.NATIONAL_PORTAL_ADAPTER).endswith(".NoPortal")


def own_passports(producer: Producer) -> list[Passport]:
    """The passports of a producer's public products and of their lots that are not past their date, as of today."""
    today = timezone.localdate()
    products = Product.objects.single().published().filter(producer=producer).order_by("name_vi", "pk")
    return passports_of(products, today, Lot.objects.good_on(today))


@transaction.atomic
def order_sending(*, producer: Producer, by: User | None, incomplete: bool = False) -> Ordered:
    """Have the producer's passports sent: complete ones, with `incomplete` the others too, which then name what is missing.

    What is as it was when it was sent last, or is on its way like this, is not sent again; what waits in an older state gives way.
    In production nothing made up for the demonstration is sent.
    """
    # Two orders at once: the second sees the rows of the first.
    Producer.objects.select_for_update(no_key=True).get(pk=producer.pk)
    counts = {"waiting": 0, "incomplete": 0, "unchanged": 0}
    passports = own_passports(producer)
    newest = _newest(producer)
    for passport in passports:
        if not passport.is_complete and not incomplete:
            counts["incomplete"] += 1
            continue
        with translation.override("vi"):
            content = as_json(passport)
        if content["is_demo"] and settings.PRODUCTION:
            continue
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        last = newest.get((passport.product.pk, passport.lot.pk if passport.lot else None))
        if last is not None and last.digest == digest and last.state != PassportSending.State.FAILED:
            counts["unchanged"] += 1
            continue
        _queue(passport, content, digest, by)
        counts["waiting"] += 1
    return Ordered(**counts)


def _newest(producer: Producer) -> dict[tuple[int, int | None], PassportSending]:
    """Of each product and lot its last sending."""
    rows = PassportSending.objects.filter(product__producer=producer).order_by("asked_at", "pk").defer("content", "answer")
    return {(row.product_id, row.lot_id): row for row in rows}


def _queue(passport: Passport, content: dict[str, Any], digest: str, by: User | None) -> None:
    from traceability.tasks import send_passport as task  # tasks call this module

    # Waits for a worker that is sending it just now: then it is sent, and this is the next one.
    held = PassportSending.objects.select_for_update().filter(product=passport.product, lot=passport.lot)
    for older in held.filter(state=PassportSending.State.WAITING):
        older.delete()
    sending = PassportSending.objects.create(
        product=passport.product, lot=passport.lot, content=content, digest=digest, complete=passport.is_complete, asked_by=by
    )
    wake(task, sending.pk, expires=WOKEN_FOR)


def send_passport(*, sending_id: int) -> bool:
    """Send a waiting passport whose time has come; False where there is none of that id, or another worker has it, or it failed."""
    with transaction.atomic():
        sending = PassportSending.objects.due(timezone.now()).select_for_update(skip_locked=True).filter(pk=sending_id).first()
        if sending is None:
            return False
        sending.attempts += 1
        try:
            sending.answer = portal().send(sending.content, sending.digest)
        except PortalError as error:
            log.warning("passport %s could not be sent: %s", sending.pk, error)
            sending.answer = str(error)
            if sending.attempts <= len(WAITS):
                sending.due_at = timezone.now() + WAITS[sending.attempts - 1]
            else:
                sending.state = PassportSending.State.FAILED
        else:
            sending.state, sending.sent_at = PassportSending.State.SENT, timezone.now()
        sending.save()
    return sending.state == PassportSending.State.SENT


def due_sendings() -> list[int]:
    """The ids of what waits to be sent, the oldest first, at most 500."""
    return list(PassportSending.objects.due(timezone.now()).order_by("due_at").values_list("pk", flat=True)[:500])
