"""The verbs of agreements: propose, sign, decline, enter one signed on paper, end."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import StoredDocument
from orders.agreements import telling
from orders.agreements.models import SharingAgreement
from orders.shops.models import Shop

Ending = SharingAgreement.Ending


class NotOpenError(Exception):
    """The proposal was answered, or another one has taken its place."""


class NothingToEndError(Exception):
    """No agreement of the shop holds, today or later."""


class NotTheOwnerError(Exception):
    """Only whoever leads the producer whose shop it is answers for it."""


@dataclass(frozen=True)
class Terms:
    """What is agreed on; the model says what each means."""

    purpose: str
    readers: list[str]
    since: date
    until: date


@transaction.atomic
def propose(*, shop: Shop, terms: Terms, by: User | None) -> SharingAgreement:
    """Ask the owner. An earlier proposal that nobody answered is taken back: whoever is reading that one is told so when signing."""
    _hold(shop)
    SharingAgreement.objects.open().filter(shop=shop).delete()
    made = SharingAgreement.objects.create(shop=shop, proposed_by=by, **asdict(terms))
    telling.tell_of_proposal(made)
    return made


@transaction.atomic
def sign(*, agreement: SharingAgreement, by: User, paper: StoredDocument | None = None) -> SharingAgreement:
    """Whoever leads the producer agrees; it holds from its first day, and ends what held before. Raises NotOpenError, NotTheOwnerError."""
    held = _open(agreement, by)
    held.signed_on, held.signed_by, held.paper = timezone.localdate(), by, paper
    return _signed(held, by)


@transaction.atomic
def decline(*, agreement: SharingAgreement, by: User) -> SharingAgreement:
    """Whoever leads the producer does not agree; what held before goes on. Raises NotOpenError, NotTheOwnerError."""
    held = _open(agreement, by)
    held.declined_at, held.declined_by = timezone.now(), by
    held.save()
    telling.tell_department(held)
    return held


@transaction.atomic
def enter_signed(*, shop: Shop, terms: Terms, signed_on: date, by: User, paper: StoredDocument) -> SharingAgreement:
    """Enter an agreement that was signed on `paper`: the way of owners without an account. It takes the place of an open proposal.

    Owners with an account are told, so that nobody agrees in their name unseen.
    """
    _hold(shop)
    SharingAgreement.objects.open().filter(shop=shop).delete()
    made = SharingAgreement(shop=shop, proposed_by=by, signed_on=signed_on, signed_by=by, on_paper=True, paper=paper, **asdict(terms))
    telling.tell_of_paper(made)
    return _signed(made, by)


@transaction.atomic
def withdraw(*, shop: Shop, since: date, by: User | None, reason: str = "") -> list[SharingAgreement]:
    """From `since` on (today at the earliest) nothing of the shop's lines is shared; what the figures hold in sum stays.

    Ends what holds and what would hold later, and takes back an open proposal. An owner in whose name somebody else did it is told.
    Raises NothingToEndError.
    """
    ended = _break_off(shop, since, by=by, ending=Ending.WITHDRAWN, reason=reason)
    if not ended:
        raise NothingToEndError
    return ended


@transaction.atomic
def end_with_owner(*, shop: Shop, since: date, by: User | None) -> list[SharingAgreement]:
    """The shop, whose owner before it still names, is another's from `since` on: what that one agreed on or was asked ends, if anything."""
    return _break_off(shop, since, by=by, ending=Ending.NEW_OWNER)


def _break_off(shop: Shop, since: date, *, by: User | None, ending: str, reason: str = "") -> list[SharingAgreement]:
    _hold(shop)
    SharingAgreement.objects.open().filter(shop=shop).delete()
    ended = _end(shop, max(since, timezone.localdate()), by=by, ending=ending, reason=reason)
    if ended:
        telling.tell_department(ended[0])
        telling.tell_owner_of_end(ended[0])
    return ended


def _hold(shop: Shop) -> None:
    """One at a time for a shop."""
    Shop.objects.select_for_update(of=("self",), no_key=True).get(pk=shop.pk)


def _open(agreement: SharingAgreement, by: User) -> SharingAgreement:
    _hold(agreement.shop)
    held = SharingAgreement.objects.open().select_related("shop").filter(pk=agreement.pk).first()
    if held is None:
        raise NotOpenError
    if not held.shop.answered_for_by(by):
        raise NotTheOwnerError
    return held


def _signed(made: SharingAgreement, by: User | None) -> SharingAgreement:
    _end(made.shop, max(made.since, timezone.localdate()), by=by, ending=Ending.REPLACED, reason="")
    made.save()
    telling.tell_department(made)
    return made


def _end(shop: Shop, since: date, *, by: User | None, ending: str, reason: str) -> list[SharingAgreement]:
    """End before the day `since` what would hold on it or later."""
    ended = list(SharingAgreement.objects.standing(since).filter(shop=shop))
    for one in ended:
        one.ended_on, one.ended_at, one.ended_by = since, timezone.now(), by
        one.ending, one.end_reason = ending, reason
        one.save()
    return ended
