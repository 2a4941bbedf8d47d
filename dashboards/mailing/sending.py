"""Sending one mail: a worker takes it for a while, makes its file, hands it over, and writes down what became of it.

Each step is committed before the next one, so that a worker that dies leaves behind how far it came. Whoever took a mail names its
attempt with every step: a worker that hung, and comes back after another took over, finds its attempt gone and hands nothing over.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from dashboards.boards.territory import Territory
from dashboards.mailing.making import NothingToSendError, make, place_of
from dashboards.mailing.models import MailDispatch, MailParcel, MailSending, MailSendingQuerySet
from dashboards.mailing.post import PostError, PostRefusedError, PostUnclearError, hand_over
from orders.figures.sight import sight_of

log = logging.getLogger(__name__)
State = MailSending.State
# Longer than making the largest report and waiting for a mail server together.
HELD_FOR = timedelta(minutes=10)
# Pauses before the second, third … attempt; after the last one it stays at that: a server that is away for days loses nothing.
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))


def send_mail(*, sending_id: int) -> bool:
    """Send a mail that waits and whose time has come; False where there is none of that id, another worker has it, or it did not go."""
    sending = _take(sending_id)
    if sending is None:
        return False
    recipient = sending.recipient
    territory = place_of(sending.dispatch.schedule_then, recipient) if recipient else None
    if recipient is None or territory is None or not recipient.email:
        _end(sending, State.WITHHELD)
        return False
    try:
        parcel = _parcel(sending.dispatch, recipient, territory)
    except NothingToSendError as error:
        _end(sending, State.REFUSED, failure=str(error))
        return False
    except Exception as error:
        # Whatever keeps the figures from being read or drawn now: nothing has gone over yet.
        log.exception("the file of mail %s could not be made", sending.pk)
        _wait(sending, type(error).__name__)
        return False
    if not _mine(sending).update(parcel=parcel, address=recipient.email):
        return False
    try:
        gone = hand_over(_message(sending, parcel, recipient.email), handing=lambda: _hand(sending))
    except PostRefusedError as error:
        _end(sending, State.REFUSED, failure=str(error))
    except PostUnclearError as error:
        _end(sending, State.UNCLEAR, failure=str(error))
    except PostError as error:
        _wait(sending, str(error))
    else:
        if gone:
            # Also where that took so long that it was called unclear.
            handed = MailSending.objects.filter(pk=sending.pk, attempts=sending.attempts, handed_at__isnull=False)
            return bool(handed.update(state=State.SENT, sent_at=timezone.now(), held_until=None, failure=""))
    return False


def settle_broken_off() -> int:
    """Say of mails whose worker died while it handed them over that they are unclear; how many."""
    broken = MailSending.objects.filter(state=State.WAITING, handed_at__isnull=False, held_until__lt=timezone.now())
    return broken.update(state=State.UNCLEAR, held_until=None, failure="the worker stopped")


def _take(sending_id: int) -> MailSending | None:
    """The mail, for this worker alone until HELD_FOR is over."""
    now = timezone.now()
    with transaction.atomic():
        held = MailSending.objects.due(now).filter(pk=sending_id, handed_at__isnull=True).select_for_update(skip_locked=True, of=("self",))
        related = ("dispatch__schedule__province", "dispatch__schedule__made_by", "dispatch__report__province", "recipient")
        sending = held.select_related(*related).first()
        if sending is None:
            return None
        sending.attempts += 1
        sending.held_until = now + HELD_FOR
        sending.save(update_fields=["attempts", "held_until"])
    return sending


def _mine(sending: MailSending) -> MailSendingQuerySet:
    """The row as long as it is this worker's attempt."""
    return MailSending.objects.filter(pk=sending.pk, state=State.WAITING, attempts=sending.attempts, held_until=sending.held_until)


def _hand(sending: MailSending) -> bool:
    """Write down that its text goes over now; False where the time is over, or somebody deleted the schedule."""
    now = timezone.now()
    return bool(_mine(sending).filter(held_until__gt=now).update(handed_at=now))


def _end(sending: MailSending, state: str, *, failure: str = "") -> None:
    _mine(sending).update(state=state, held_until=None, failure=failure[:300])
    if failure:
        log.warning("mail %s (%s): %s", sending.pk, state, failure)


def _wait(sending: MailSending, failure: str) -> None:
    log.warning("mail %s could not be sent, attempt %s: %s", sending.pk, sending.attempts, failure)
    pause = WAITS[min(sending.attempts, len(WAITS)) - 1]
    _mine(sending).update(try_at=timezone.now() + pause, held_until=None, handed_at=None, failure=failure[:300])


def _parcel(dispatch: MailDispatch, recipient: User, territory: Territory) -> MailParcel:
    """What all who see the same get: made by the first, kept for the others and for further attempts. Raises NothingToSendError."""
    scope = _scope(recipient, territory)
    kept = dispatch.parcels.filter(scope=scope).first()
    if kept is not None:
        return kept
    made = make(dispatch, recipient, territory)
    # Of two that made it at once the first one's is what both send.
    parcel, _is_new = MailParcel.objects.get_or_create(
        dispatch=dispatch,
        scope=scope,
        defaults={
            "reading_number": made.reading.number,
            "reading_at": made.reading.at,
            "subject": made.subject,
            "body": made.body,
            "file_name": made.file_name,
            "media_type": made.media_type,
            "sha256": sha256(made.content).hexdigest(),
            "size": len(made.content),
            "attached": made.attached,
            "content": made.content,
        },
    )
    return parcel


def _scope(recipient: User, territory: Territory) -> str:
    """What decides on the rows: the territory, and whose member the recipient is besides the post."""
    own = ",".join(map(str, sight_of(recipient).producers))
    # All of it stays within 20 characters, as `MailParcel.scope` does.
    members = sha256(own.encode()).hexdigest()[:11] if own else ""
    return "/".join(filter(None, (territory.province, territory.commune, members)))


def _message(sending: MailSending, parcel: MailParcel, address: str) -> EmailMessage:
    host = settings.PORTAL_ADDRESS.partition("://")[2].partition("/")[0].partition(":")[0]
    # The same for every attempt: a mailbox that got it twice after all shows it once.
    headers = {"Message-ID": f"<mailing-{sending.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(parcel.subject, parcel.body, to=[address], headers=headers)
    if parcel.attached and parcel.content is not None:
        message.attach(parcel.file_name, bytes(parcel.content), parcel.media_type)
    return message
