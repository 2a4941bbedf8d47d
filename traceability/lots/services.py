"""The verbs of lots: open one with what went into it, change one, close it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from traceability.codes.services import LotClosedError
from traceability.epcis.models import Event
from traceability.lots.models import Lot, LotInput
from traceability.steps.events import lot_uris
from traceability.steps.kinds import Kind
from traceability.steps.models import Step


@dataclass(frozen=True)
class Ingredient:
    """Part of another lot, `quantity` in that lot's unit; or words, then `quantity` is in `unit`."""

    source: Lot | None = None
    words: str = ""
    quantity: Decimal | None = None
    unit: str = "KGM"


class NotEnoughError(ValueError):
    """More of a lot was to go into another than is left; `left` is in that lot's unit, `lot` says whose."""

    def __init__(self, lot: Lot, left: Decimal) -> None:
        super().__init__(f"{lot}: {left} left")
        self.lot = lot
        self.left = left


class MadeLaterError(ValueError):
    """A lot was to go into one that was made before it."""

    def __init__(self, lot: Lot) -> None:
        super().__init__(str(lot))
        self.lot = lot


class RecalledIngredientError(ValueError):
    """A recalled lot was to go into another."""

    def __init__(self, lot: Lot) -> None:
        super().__init__(str(lot))
        self.lot = lot


class SameIngredientError(ValueError):
    """One lot was told twice among what went into another."""

    def __init__(self, lot: Lot) -> None:
        super().__init__(str(lot))
        self.lot = lot


class NumberTakenError(ValueError):
    """The product got a lot of that number meanwhile: the same form twice, or two people at once."""


class LotFixedError(Exception):
    """The lot's number, days or quantity were to change, and they stand on packs or in records already."""


# What of a lot is printed nowhere, and may be told better at any time while it is open.
CHANGEABLE = frozenset({"place"})
_WRITTEN = ("product", "number", "made_on", "best_before", "quantity", "unit", "place")


def is_fixed(lot: Lot) -> bool:
    """Whether something was printed of the lot, recorded with it or told elsewhere: then it stays what it is called there.

    Its product is read.
    """
    printed = lot.codes.exists() or lot.label_runs.exists()
    told = lot.steps.exists() or lot.recall_scopes.exists() or lot.sales.exists() or lot.passport_sendings.exists()
    return printed or told or lot.outputs.exists() or Event.objects.naming(*lot_uris(lot)).exists()


@transaction.atomic
def change_lot(*, lot: Lot) -> Lot:
    """Write what was changed of a lot (checked by its form).

    Raises LotClosedError, LotFixedError, MadeLaterError, NumberTakenError: then nothing is written.
    """
    # Whoever issues a code or records a step holds this row too.
    held = Lot.objects.select_for_update(of=("self",)).select_related("product").get(pk=lot.pk)
    if not held.is_open:
        raise LotClosedError
    changed = {name for name in _WRITTEN if getattr(held, name) != getattr(lot, name)}
    if not changed <= CHANGEABLE and is_fixed(held):
        raise LotFixedError
    for one in held.inputs.select_related("source"):
        if one.source is not None and one.source.made_on > lot.made_on:
            raise MadeLaterError(one.source)
    lot.changed_at = timezone.now()
    _save(lot, [*_WRITTEN, "changed_at"])
    return lot


def _save(lot: Lot, fields: list[str] | None = None) -> None:
    """Write the lot. The form looked for its number before; of two at once the unique key decides."""
    try:
        with transaction.atomic():
            lot.save(update_fields=fields)
    except IntegrityError as error:
        if "lot_number_once" in str(error):
            raise NumberTakenError from error
        raise


def left_of(source: Lot, producer_id: int) -> Decimal:
    """How much of a lot a producer may still use: of its own what is there, of another's what that one sent off and nobody used yet."""
    leaving = Step.objects.filter(lot=source).standing()
    used = source.outputs.select_related("lot__product")
    own = sum((one.quantity or Decimal(0) for one in used if one.lot.product.producer_id == source.product.producer_id), Decimal(0))
    others = sum((one.quantity or Decimal(0) for one in used if one.lot.product.producer_id != source.product.producer_id), Decimal(0))
    sent = leaving.total(Kind.SHIPPED, Kind.SOLD)
    if source.product.producer_id == producer_id:
        return source.quantity - own - sent - leaving.total(Kind.DESTROYED)
    return sent - others


@transaction.atomic
def open_lot(*, lot: Lot, by: User | None, ingredients: Sequence[Ingredient] = ()) -> Lot:
    """Write a new lot (checked by its form) with what went into it.

    Raises NumberTakenError, SameIngredientError, NotEnoughError, MadeLaterError, RecalledIngredientError: then nothing is written.
    """
    lot.opened_by = by
    _save(lot)
    # In the order of their ids: two lots made of the same two at once wait for each other and never for ever.
    wanted = sorted(ingredients, key=lambda one: one.source.pk if one.source else 0)
    for one in wanted:
        if one.source is None:
            LotInput.objects.create(lot=lot, words=one.words, quantity=one.quantity, unit=one.unit)
            continue
        source = Lot.objects.select_for_update(of=("self",)).select_related("product").get(pk=one.source.pk)
        if lot.inputs.filter(source=source).exists():
            raise SameIngredientError(source)
        quantity = one.quantity or Decimal(0)
        if source.recalled_at is not None:
            raise RecalledIngredientError(source)
        if source.made_on > lot.made_on:
            raise MadeLaterError(source)
        left = max(left_of(source, lot.product.producer_id), Decimal(0))
        if not 0 < quantity <= left:
            raise NotEnoughError(source, left)
        LotInput.objects.create(lot=lot, source=source, quantity=quantity, unit=source.unit)
    return lot


@transaction.atomic
def close_lot(*, lot: Lot) -> Lot:
    """Close a lot: no step and no code from now on; what is printed stays valid. A second time does nothing."""
    held = Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
    if held.is_open:
        held.state = Lot.State.CLOSED
        held.closed_at = held.changed_at = timezone.now()
        held.save(update_fields=["state", "closed_at", "changed_at"])
    return held
