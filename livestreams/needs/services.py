"""The verbs of needs: ask, accept into a session, answer in words, refuse, withdraw; and what the run of things makes of them."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext

from accounts.acting import acting
from accounts.messages import send
from accounts.models import User
from livestreams.needs.models import ON_AIR_WISHES, Need
from livestreams.sessions.confirmations import ask_producers
from livestreams.sessions.models import Session, Slot
from livestreams.sessions.run_of_show import add_slot

State = Need.State


class AlreadyAskedError(ValueError):
    """The producer waits for the same already; `need` is that one."""

    def __init__(self, need: Need) -> None:
        super().__init__(str(need))
        self.need = need


class OtherProducerError(ValueError):
    """The product is not the producer's."""


class NeedMovedOnError(ValueError):
    """The need is no longer in a state in which this can be done with it: somebody else was first."""


class SessionOverError(ValueError):
    """The session is over: nothing can be shown in it any more."""


class NoWordsError(ValueError):
    """An answer or a refusal says something."""


def ask_need(*, need: Need, by: User) -> Need:
    """Write a new need (checked by its form). Raises OtherProducerError, and AlreadyAskedError for the same asked twice, also at once."""
    if need.product is not None and need.product.producer_id != need.producer_id:
        raise OtherProducerError
    need.asked_by = by
    try:
        with acting(by), transaction.atomic():
            need.save(force_insert=True)
    except IntegrityError:
        same = {name: getattr(need, name) for name in ("producer", "product", "wish", "window_from", "window_to")}
        found = Need.objects.unmet().filter(**same).first()
        if found is None:
            raise
        raise AlreadyAskedError(found) from None
    return need


def accept_need(*, need_id: int, session: Session, by: User, minutes: int = 5, offer_price: int | None = None) -> Slot:
    """Give the need a slot at the end of the session's run-of-show and ask the producer to confirm it; the need is planned.

    Raises NeedMovedOnError (not open, or no wish that a slot answers), SessionOverError, and what `add_slot` raises.
    """
    with acting(by), transaction.atomic():
        need = _held(need_id, State.OPEN)
        if not need.asks_for_session or need.product is None:
            raise NeedMovedOnError
        if session.actual_end is not None or session.end <= timezone.now():
            raise SessionOverError
        slot = add_slot(session=session, product=need.product, by=by, need=need, minutes=minutes, offer_price=offer_price)
        ask_producers(session=session, by=by, only=slot)
        need.state = State.PLANNED
        need.save(update_fields=["state"])
    return slot


def answer_need(*, need_id: int, by: User, answer: str) -> Need:
    """Answer in words what no slot answers: a course, a partner for technology or capital. The need is met.

    Raises NeedMovedOnError, NoWordsError.
    """
    with acting(by), transaction.atomic():
        need = _held(need_id, State.OPEN)
        if need.asks_for_session:
            raise NeedMovedOnError
        return _closed(need, State.MET, answer)


def refuse_need(*, need_id: int, by: User, reason: str) -> Need:
    """Say that it is not possible, and why. Raises NeedMovedOnError, NoWordsError."""
    with acting(by), transaction.atomic():
        return _closed(_held(need_id, State.OPEN), State.REFUSED, reason)


def withdraw_need(*, need_id: int, by: User) -> Need:
    """Take it back while nothing is planned: a slot that is planned is declined instead. Raises NeedMovedOnError."""
    with acting(by), transaction.atomic():
        need = _held(need_id, State.OPEN)
        need.state, need.closed_at = State.WITHDRAWN, timezone.now()
        need.save(update_fields=["state", "closed_at"])
    return need


def settle_needs() -> int:
    """Needs follow their slots; how many moved. Replayable: what has moved stays where it is.

    Planned ones are met once a slot was on air and the session is over, and open again once no slot is left that may come to air. Open ones
    to which a slot was given in the run-of-show itself are planned. Other wishes follow what answers them: training its course.
    """
    on_air_wishes = Need.objects.filter(wish__in=ON_AIR_WISHES)
    of_need = Slot.objects.filter(need=OuterRef("pk"))
    on_air = of_need.filter(started_at__isnull=False, session__actual_end__isnull=False).exclude(outcome=Slot.Outcome.SKIPPED)
    with transaction.atomic():
        met = list(on_air_wishes.select_for_update(of=("self",)).filter(Exists(on_air), state=State.PLANNED))
        for need in met:
            need.state, need.closed_at = State.MET, timezone.now()
            need.save(update_fields=["state", "closed_at"])
            _tell(need)
    hopeful = (
        of_need.filter(session__cancelled_at__isnull=True)
        .exclude(answer=Slot.Answer.DECLINED)
        .exclude(outcome=Slot.Outcome.SKIPPED)
        .exclude(session__actual_end__isnull=False, started_at__isnull=True)
    )
    reopened = on_air_wishes.filter(~Exists(hopeful), state=State.PLANNED).update(state=State.OPEN)
    return len(met) + reopened + on_air_wishes.filter(Exists(hopeful), state=State.OPEN).update(state=State.PLANNED)


def _held(need_id: int, *states: str) -> Need:
    need = Need.objects.select_for_update(of=("self",)).select_related("product", "producer").get(pk=need_id)
    if need.state not in states:
        raise NeedMovedOnError
    return need


def _closed(need: Need, state: str, words: str) -> Need:
    if not words.strip():
        raise NoWordsError
    need.state, need.answer, need.closed_at = state, words.strip(), timezone.now()
    need.save(update_fields=["state", "answer", "closed_at"])
    _tell(need)
    return need


def _tell(need: Need) -> None:
    """Tell the producer's members how their need ended, once."""
    send(
        need.producer.members.filter(is_active=True),
        subject=lazy(lambda: _subject(need), str)(),
        body=need.answer,
        kind="need_answered",
        dedupe=f"need:{need.pk}:{need.state}",
    )


def _subject(need: Need) -> str:
    about = need.product.name if need.product else need.producer.name
    return gettext("Your wish (%(wish)s, %(about)s): %(state)s") % {
        "wish": need.get_wish_display(),
        "about": about,
        "state": need.get_state_display(),
    }
