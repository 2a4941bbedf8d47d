"""The verbs of the run-of-show: add, move, change, remove slots; take those of an earlier session over.

Each holds the session's row to the end of its transaction, so that two people write one after the other. Whoever sends the version of
the page that they saw is told if another was first; without one the order of arrival decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acting import acting
from accounts.models import User
from catalog.models import Paper, Product, StarRating
from livestreams.needs.models import Need
from livestreams.sessions.confirmations import ask_again
from livestreams.sessions.errors import BegunError, ChangedMeanwhileError, NotPlannableError, SessionCancelledError
from livestreams.sessions.models import Session, Slot, TalkingPoint

LONGEST_SLOT = 240
"""Minutes. More is no turn of one product but a mistyped number."""
MOST_SLOTS = 200


@dataclass(frozen=True)
class Point:
    """A talking point as it is typed; a claim may name the paper that it rests on."""

    text: str
    is_claim: bool = False
    paper: Paper | None = None


def add_slot(
    *,
    session: Session,
    product: Product,
    by: User,
    need: Need | None = None,
    minutes: int = 5,
    offer_price: int | None = None,
    version: int | None = None,
) -> Slot:
    """A slot of the product at the end, also while the session is on air. Shows the OCOP mark where the product's star holds on that day.

    Raises SessionCancelledError, ChangedMeanwhileError, NotPlannableError (minutes, need, product).
    """
    with acting(by), transaction.atomic():
        held = hold(session, version=version)
        _check_minutes(minutes)
        if need is not None and (need.producer_id != product.producer_id or need.product_id not in (None, product.pk)):
            raise NotPlannableError("need", _("This need is about another product."))
        last = held.slots.order_by("-position").first()
        if last is not None and held.slots.count() >= MOST_SLOTS:
            raise NotPlannableError("product", _("A run-of-show holds at most 200 slots."))
        starred = StarRating.objects.valid_on(timezone.localdate(held.planned_start)).filter(product=product).exists()
        slot = Slot.objects.create(
            session=held,
            position=last.position + 1 if last else 1,
            product=product,
            minutes=minutes,
            offer_price=offer_price,
            need=need,
            shows_mark=starred,
        )
        changed(held)
    return slot


def move_slot(*, slot: Slot, to: int, by: User, version: int | None = None) -> None:
    """Put the slot at position `to` (from 1; beyond the ends: at the end), the others close up, and times follow.

    Raises BegunError, SessionCancelledError, ChangedMeanwhileError.
    """
    with acting(by), transaction.atomic():
        held = hold(slot.session, version=version, before_air=True)
        slots = list(held.slots.order_by("position"))
        moving = next((one for one in slots if one.pk == slot.pk), None)
        if moving is None:
            raise ChangedMeanwhileError
        slots.remove(moving)
        slots.insert(min(max(to, 1), len(slots) + 1) - 1, moving)
        _number(slots)
        changed(held)


def remove_slot(*, slot: Slot, by: User, version: int | None = None) -> None:
    """Take the slot out before air; a need that was planned by it alone is open again.

    Raises BegunError, SessionCancelledError, ChangedMeanwhileError.
    """
    with acting(by), transaction.atomic():
        held = hold(slot.session, version=version, before_air=True)
        gone = held.slots.filter(pk=slot.pk).first()
        if gone is None:
            raise ChangedMeanwhileError
        gone.delete()
        if gone.need_id is not None:
            Need.objects.filter(pk=gone.need_id, state=Need.State.PLANNED, slots__isnull=True).update(state=Need.State.OPEN)
        _number(list(held.slots.order_by("position")))
        changed(held)


def change_slot(*, slot: Slot, by: User, version: int | None = None, points: Sequence[Point] | None = None, **values: Any) -> Slot:
    """Change what is planned for a slot (fields by name: minutes, offer_price, stock, lot, shows_mark …) and its points.

    `version` is the slot's. Another price or hour than the producer was asked about is asked again.
    Raises SessionCancelledError, ChangedMeanwhileError, NotPlannableError.
    """
    with acting(by), transaction.atomic():
        held = hold(slot.session)
        now = held.slots.select_related("product").filter(pk=slot.pk).first()
        if now is None or (version is not None and version != now.version):
            raise ChangedMeanwhileError
        _check_values(held, now, values)
        retimed = values.get("minutes", now.minutes) != now.minutes
        repriced = values.get("offer_price", now.offer_price) != now.offer_price
        for name, value in values.items():
            setattr(now, name, value)
        now.version += 1
        now.save(update_fields=[*values, "version"])
        if points is not None:
            now.points.all().delete()
            TalkingPoint.objects.bulk_create(
                TalkingPoint(slot=now, position=number, text=point.text, is_claim=point.is_claim, paper=point.paper)
                for number, point in enumerate(points, start=1)
            )
        if retimed:
            changed(held)
        elif repriced:
            ask_again(held)
    return now


def copy_run_of_show(*, session: Session, source: Session, by: User, version: int | None = None) -> int:
    """Add the slots of `source` at the end of the session: product, minutes, price, talking points; how many.

    Stock, links, lots, samples and answers are another day's and stay behind. Raises what `add_slot` raises.
    """
    with acting(by), transaction.atomic():
        held = hold(session, version=version)
        copied = 0
        for slot in source.slots.select_related("product").prefetch_related("points__paper").order_by("position"):
            new = add_slot(session=held, product=slot.product, by=by, minutes=slot.minutes, offer_price=slot.offer_price)
            new.points.bulk_create(
                TalkingPoint(slot=new, position=point.position, text=point.text, is_claim=point.is_claim, paper=point.paper)
                for point in slot.points.all()
            )
            copied += 1
    return copied


def hold(session: Session, *, version: int | None = None, before_air: bool = False) -> Session:
    """The session's row as it is now, locked to the end of the transaction.

    Raises SessionCancelledError; ChangedMeanwhileError where `version` is not its version any more; with `before_air` BegunError.
    """
    # NO KEY: the fold of the figures refers to sessions while it holds the lock that the triggers of slots wait for.
    held = Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    if held.cancelled_at is not None:
        raise SessionCancelledError
    if before_air and held.actual_start is not None:
        raise BegunError
    if version is not None and version != held.plan_version:
        raise ChangedMeanwhileError
    return held


def changed(held: Session) -> None:
    """Count the change of a session that is held, and ask the producers again whose price or hour is another by now."""
    Session.objects.filter(pk=held.pk).update(plan_version=F("plan_version") + 1)
    held.plan_version += 1
    ask_again(held)


def _number(slots: list[Slot]) -> None:
    moved = [slot for position, slot in enumerate(slots, start=1) if slot.position != position]
    for position, slot in enumerate(slots, start=1):
        slot.position = position
    Slot.objects.bulk_update(moved, ["position"])


def _check_minutes(minutes: int) -> None:
    if not 1 <= minutes <= LONGEST_SLOT:
        raise NotPlannableError("minutes", _("A slot lasts between 1 and 240 minutes."))


def _check_values(held: Session, slot: Slot, values: dict[str, Any]) -> None:
    if "minutes" in values:
        _check_minutes(values["minutes"])
        if slot.started_at is not None and values["minutes"] != slot.minutes:
            raise BegunError
    need, lot, pin = values.get("need"), values.get("lot"), values.get("pin")
    if need is not None and (need.producer_id != slot.product.producer_id or need.product_id not in (None, slot.product_id)):
        raise NotPlannableError("need", _("This need is about another product."))
    if lot is not None and lot.product_id != slot.product_id:
        raise NotPlannableError("lot", _("This lot is of another product."))
    if pin is not None and held.slots.filter(pin=pin).exclude(product=slot.product_id).exists():
        raise NotPlannableError("pin", _("Another product has this number in the basket."))
