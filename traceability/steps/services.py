"""The verbs of steps: record one, declare one wrong."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from traceability.codes.services import LotClosedError
from traceability.epcis.services import declare_error, record_event
from traceability.lots.models import Lot
from traceability.steps.events import CONTEXT, event_of
from traceability.steps.kinds import AFTER_RECALL, LEAVING, Kind
from traceability.steps.models import Step
from traceability.steps.told import Told

# Clocks of phones are not exact.
TOLERATED = timedelta(minutes=5)
WRONG_REASONS = ("incorrect_data", "did_not_occur")


class BeforeTheLotError(ValueError):
    """The step is older than the lot."""


class InTheFutureError(ValueError):
    """The step has not happened yet."""


class TooMuchError(ValueError):
    """More than there is: packed than received, or sent off than the lot holds; `most` is what is left, in the lot's unit."""

    def __init__(self, most: Decimal) -> None:
        super().__init__(f"at most {most}")
        self.most = most


class AlreadyWrongError(ValueError):
    """Exactly this step was declared wrong already."""


def room_for(lot: Lot, kind: Kind) -> Decimal:
    """How much a step of that kind may still be about: no more is packed than was received (or made), no more leaves than is there."""
    standing = Step.objects.filter(lot=lot).standing()
    if kind == Kind.PACKED:
        received = standing.total(Kind.RECEIVED)
        return min(received or lot.quantity, lot.quantity) - standing.total(Kind.PACKED)
    if kind in LEAVING:
        # What became part of the producer's own lots is used up; what somebody else used was sent off before.
        used = sum((one.quantity or Decimal(0) for one in lot.outputs.filter(lot__product__producer=lot.product.producer_id)), Decimal(0))
        # Of a recalled lot what was sent off comes back to be destroyed.
        gone = standing.total(Kind.DESTROYED) if lot.recalled_at is not None else standing.total(*LEAVING)
        return lot.quantity - used - gone
    return lot.quantity


@transaction.atomic
def record_step(*, lot: Lot, by: User | None, told: Told) -> Step:
    """Keep a step and its EPCIS event. The same step told twice is kept once.

    Raises LotClosedError, BeforeTheLotError, InTheFutureError, TooMuchError, and AlreadyWrongError for one that was declared wrong.
    """
    held = Lot.objects.select_for_update(of=("self",)).select_related("product__producer").get(pk=lot.pk)
    if not held.is_open and not (held.recalled_at is not None and told.kind in AFTER_RECALL):
        raise LotClosedError
    if told.happened_at > timezone.now() + TOLERATED:
        raise InTheFutureError
    if timezone.localdate(told.happened_at) < held.made_on:
        raise BeforeTheLotError
    # Whom a producer deals with is its own business: such an event is read by those alone who may see the producer.
    public = not (told.partner or told.number)
    event = record_event(producer=held.product.producer, by=by, event=event_of(held, told), public=public, context=CONTEXT)
    there = Step.objects.filter(event=event).first()
    if there is not None:
        if there.wrong_at is not None:
            raise AlreadyWrongError
        return there
    if (told.quantity or held.quantity) > (most := room_for(held, told.kind)):
        raise TooMuchError(max(most, Decimal(0)))
    Lot.objects.filter(pk=held.pk).mark_changed()
    values = {one.name: getattr(told, one.name) for one in fields(told)}
    return Step.objects.create(lot=held, event=event, recorded_by=by, **values)


@transaction.atomic
def declare_wrong(*, step: Step, by: User | None, reason: str) -> Step:
    """Say that a step is wrong (`incorrect_data`) or never was (`did_not_occur`): an EPCIS error declaration; nothing is erased.

    Raises AlreadyWrongError.
    """
    if reason not in WRONG_REASONS:
        raise ValueError(reason)
    Lot.objects.select_for_update(of=("self",)).get(pk=step.lot_id)
    held = Step.objects.select_related("event").get(pk=step.pk)
    if held.wrong_at is not None:
        raise AlreadyWrongError
    now = timezone.now()
    declare_error(event=held.event, by=by, reason=reason, at=now)
    held.wrong_at, held.wrong_reason = now, reason
    held.save(update_fields=["wrong_at", "wrong_reason"])
    Lot.objects.filter(pk=step.lot_id).mark_changed()
    return held
