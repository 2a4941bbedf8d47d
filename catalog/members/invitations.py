"""The verbs of invitations: invite, withdraw, accept with an account or for one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.messages import send, send_secret
from accounts.models import Agency, Message, Post, User
from catalog.members.errors import AlreadyThereError, ContactTakenError, GoneError
from catalog.models import Invitation, Producer, ProducerMember

GOOD_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Invited:
    """An invitation, its token (which is nowhere else) and the message that carried it."""

    invitation: Invitation
    token: str
    message: Message


def invite(
    *,
    by: User,
    to: Producer | Agency,
    contact: str,
    address_of: Callable[[str], str],
    full_name: str = "",
    leads: bool = False,
    title: str = "",
) -> Invited:
    """Ask whoever has `contact` (E.164 or e-mail) to join; `address_of(token)` is the link that is sent there.

    An earlier open invitation of the same contact to the same place is withdrawn: its link may be lost. `leads` is for a
    producer, `title` for an agency. Raises AlreadyThereError.
    """
    place = {"producer": to} if isinstance(to, Producer) else {"agency": to}
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        known = User.objects.known_by(contact)
        if known and _is_there(known, to):
            raise AlreadyThereError
        now = timezone.now()
        Invitation.objects.open(now).filter(contact=contact, **place).update(withdrawn_at=now)
        invitation = Invitation.objects.create(
            **place,
            contact=contact,
            full_name=full_name,
            leads=leads and isinstance(to, Producer),
            title=title if isinstance(to, Agency) else "",
            token_hash=Invitation.hashed(token),
            invited_by=by,
            expires_at=now + GOOD_FOR,
        )
    message = send_secret(
        user=known,
        address=contact,
        subject=format_lazy(_("Invitation to {place} on the OCOP portal"), place=str(to)),
        body=format_lazy(_("{name} invites you. Open within 14 days: {link}"), name=str(by), link=address_of(token)),
        kind="invitation",
    )
    return Invited(invitation, token, message)


def withdraw(*, invitation: Invitation) -> None:
    """End an open invitation; one that is not open stays as it is."""
    Invitation.objects.open(timezone.now()).filter(pk=invitation.pk).update(withdrawn_at=timezone.now())


def read(token: str) -> Invitation:
    """The open invitation with that token. Raises GoneError."""
    return _opened(Invitation.objects.select_related("producer", "agency", "invited_by").of_token(token).first())


def accept(*, token: str, user: User) -> Invitation:
    """Join with the account that one has, whatever its number or address: who holds the link was asked. Raises GoneError."""
    with transaction.atomic():
        invitation = _locked(token)
        _join(invitation, user)
    return invitation


def accept_as_new(*, token: str, full_name: str, password: str) -> User:
    """Join with a new account: its number or address is the one that the link came to. Raises GoneError, ContactTakenError."""
    with transaction.atomic():
        invitation = _locked(token)
        kind = "phone" if invitation.contact.startswith("+") else "email"
        try:
            with transaction.atomic():
                user = User.objects.create_user(password=password, full_name=full_name, **{kind: invitation.contact})
        except IntegrityError as error:
            raise ContactTakenError from error
        _join(invitation, user)
    return user


def _locked(token: str) -> Invitation:
    # The row is locked, so that of two who open the link at once one is told that it was used.
    return _opened(
        Invitation.objects.select_for_update(of=("self",)).select_related("producer", "agency", "invited_by").of_token(token).first()
    )


def _opened(invitation: Invitation | None) -> Invitation:
    if invitation is None:
        raise GoneError(GoneError.Why.UNKNOWN)
    if invitation.accepted_at:
        raise GoneError(GoneError.Why.USED)
    if invitation.withdrawn_at:
        raise GoneError(GoneError.Why.WITHDRAWN)
    if not invitation.is_open:
        raise GoneError(GoneError.Why.EXPIRED)
    return invitation


def _is_there(user: User, place: Producer | Agency) -> bool:
    if isinstance(place, Producer):
        return place.memberships.filter(user=user).exists()
    return user.current_posts().filter(agency=place).exists()


def _join(invitation: Invitation, user: User) -> None:
    if invitation.producer:
        membership, is_new = ProducerMember.objects.get_or_create(
            producer=invitation.producer, user=user, defaults={"leads": invitation.leads}
        )
        if not is_new and invitation.leads and not membership.leads:
            membership.leads = True
            membership.save(update_fields=["leads"])
    elif invitation.agency and not _is_there(user, invitation.agency):
        Post.objects.create(user=user, agency=invitation.agency, title=invitation.title, since=timezone.localdate())
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    if invitation.invited_by != user:
        send(
            invitation.invited_by,
            subject=format_lazy(_("{name} has joined {place}"), name=str(user), place=str(invitation.place)),
            body=_("Your invitation was accepted."),
            kind="invitation_accepted",
        )
