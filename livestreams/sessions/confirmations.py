"""Producers say yes or no to their slots: asked, answered, and asked again where price or hour is another by then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.acting import acting
from accounts.messages import send
from accounts.models import User
from catalog.models import Producer
from livestreams.sessions.errors import NoReasonError, NotAskedError, OtherOfferError
from livestreams.sessions.models import Session, Slot
from livestreams.sessions.timetable import timetable

SAME_HOUR = timedelta(minutes=15)
"""A slot that moves by less is still the one that was confirmed: another slot changed places with its neighbour."""


def ask_producers(*, session: Session, by: User, only: Slot | None = None) -> int:
    """Ask for every slot (or for `only`) not asked about yet, and tell the producers' members; how many. Nothing once it has begun."""
    with acting(by), transaction.atomic():
        held = Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
        if not held.awaits_answers:
            return 0
        new = [
            turn
            for turn in timetable(held, held.slots.select_related("product").order_by("position"))
            if not turn.slot.answer and only in {None, turn.slot}
        ]
        for turn in new:
            _ask(turn.slot, turn.start)
        _tell(held, [turn.slot for turn in new], again=False)
    return len(new)


def ask_again(held: Session) -> list[Slot]:
    """Ask anew for slots whose price is another than was asked about, or whose hour is by `SAME_HOUR` or more; the session is locked."""
    if not held.awaits_answers:
        return []
    other = [
        turn
        for turn in timetable(held, held.slots.select_related("product").order_by("position"))
        if turn.slot.answer and turn.slot.asked_start is not None and _is_other(turn.slot, turn.start)
    ]
    for turn in other:
        _ask(turn.slot, turn.start)
    slots = [turn.slot for turn in other]
    _tell(held, slots, again=True)
    return slots


def answer_slot(*, slot: Slot, by: User, confirmed: bool, reason: str = "", asked_at: datetime | None = None) -> Slot:
    """Write down the producer's answer. Who may give it, the caller has checked; `asked_at` is the question that was seen.

    Raises NotAskedError (answered already, begun, cancelled), OtherOfferError, NoReasonError.
    """
    with acting(by), transaction.atomic():
        # In the order of every other verb: the session first, then its slot.
        held = Session.objects.select_for_update(of=("self",), no_key=True).get(pk=slot.session_id)
        now = Slot.objects.select_for_update(of=("self",)).filter(pk=slot.pk).first()
        if now is None or not held.awaits_answers or not now.answer:
            raise NotAskedError
        if asked_at is not None and asked_at != now.asked_at:
            raise OtherOfferError
        if now.answer != Slot.Answer.ASKED:
            raise NotAskedError
        if not confirmed and not reason.strip():
            raise NoReasonError
        now.answer = Slot.Answer.CONFIRMED if confirmed else Slot.Answer.DECLINED
        now.declined_reason = "" if confirmed else reason.strip()
        now.answered_by, now.answered_at = by, timezone.now()
        now.save(update_fields=["answer", "declined_reason", "answered_by", "answered_at"])
    return now


def _is_other(slot: Slot, start: datetime) -> bool:
    assert slot.asked_start is not None
    return slot.offer_price != slot.asked_price or abs(start - slot.asked_start) >= SAME_HOUR


def _ask(slot: Slot, start: datetime) -> None:
    slot.answer, slot.declined_reason, slot.answered_by, slot.answered_at = Slot.Answer.ASKED, "", None, None
    slot.asked_at, slot.asked_price, slot.asked_start = timezone.now(), slot.offer_price, start
    slot.save(update_fields=["answer", "declined_reason", "answered_by", "answered_at", "asked_at", "asked_price", "asked_start"])


def _tell(session: Session, slots: Iterable[Slot], *, again: bool) -> None:
    subject = _("The offer for a livestream has changed: please answer again") if again else _("A livestream asks for your answer")
    _send(session, slots, subject, _asked)


def tell_of_cancelling(session: Session) -> None:
    """Tell the producers that were asked that nothing will come of it."""
    slots = session.slots.exclude(answer="").select_related("product").order_by("position")
    _send(session, slots, _("A livestream was cancelled"), _cancelled)


def _send(session: Session, slots: Iterable[Slot], subject: str | Promise, words: Callable[[Session, list[Slot]], str]) -> None:
    """One message for each producer, however many slots it has, in each member's language."""
    by_producer: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_producer[slot.product.producer_id].append(slot)
    for producer in Producer.objects.filter(pk__in=by_producer):
        body = lazy(partial(words, session, by_producer[producer.pk]), str)()
        send(producer.members.filter(is_active=True), subject=subject, body=body, kind="slot_asked")


def _about(session: Session, slots: list[Slot]) -> str:
    start = f"{timezone.localtime(session.planned_start):%d/%m/%Y %H:%M}"
    return f"{session.name}, {start}: {', '.join(slot.product.name for slot in slots)}."


def _asked(session: Session, slots: list[Slot]) -> str:
    asked = gettext("Look at price and time, then confirm or decline:")
    return f"{_about(session, slots)} {asked} {settings.PORTAL_ADDRESS}{reverse('my_slots')}"


def _cancelled(session: Session, slots: list[Slot]) -> str:
    return f"{_about(session, slots)} {session.cancelled_reason}"
