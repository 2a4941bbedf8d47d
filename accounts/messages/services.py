"""The verbs: tell users something, send what waits.

A message is a row first. `send` writes it in the caller's transaction and wakes a worker after the commit; the sweep finds what
nobody was woken for. A row is locked while it is sent, so two workers never send it twice.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.encoding import force_str
from django.utils.functional import Promise

from accounts.messages import sms
from accounts.models import Message, User
from accounts.waking import wake

log = logging.getLogger(__name__)
Text = str | Promise
# Waits before the second, third … attempt; after the last one the message has failed.
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=4))


def send(to: User | Iterable[User], *, subject: Text, body: Text, kind: str, dedupe: str | None = None) -> list[Message]:
    """Tell users something: by e-mail where the user has an address, else by text message; on `/messages/` it stands in any case.

    `subject` and `body` may be lazy translations: each user gets them in the user's language. `dedupe` names the occasion
    (`star_expiring:412:90`): a user is told of an occasion once, however often this is called. Returns what is new.
    Put no secret in it: it is kept. For a code or a link that opens something there is `send_secret`.
    """
    users = [to] if isinstance(to, User) else list(to)
    made = []
    with transaction.atomic():
        for user in users:
            message = _message(user, subject=subject, body=body, kind=kind)
            if dedupe is None:
                message.save()
                made.append(message)
            else:
                told = f"{dedupe}:{user.pk}"
                # The unique key decides, not a look beforehand: of two at once one inserts nothing.
                names = ("user", "kind", "channel", "address", "subject", "body")
                kept, is_new = Message.objects.get_or_create(dedupe=told, defaults={name: getattr(message, name) for name in names})
                made.extend([kept] if is_new else [])
        from accounts.tasks import send_message  # tasks call this module

        for message in made:
            wake(send_message, message.pk)
    return made


def send_secret(*, subject: Text, body: Text, kind: str, user: User | None = None, address: str | None = None) -> Message:
    """Send a code or a link at once, from this process, to `address` or to where the user is reached; the row keeps no body.

    It is not tried again: who asked sees that it failed, and asks for another. Call it after the commit of what it is about.
    """
    language = user.language if user else translation.get_language()
    where = address or (user and (user.email or user.phone)) or ""
    with translation.override(language):
        title, text = _flat(subject), force_str(body)
    channel = Message.Channel.EMAIL if "@" in where else Message.Channel.SMS
    message = Message(user=user, kind=kind, channel=channel, address=where, subject=title)
    _try(message, text, waits=())
    message.save()
    return message


def send_message(*, message_id: int) -> bool:
    """Send a waiting message whose time has come; False where there is none of that id, or another worker has it."""
    with transaction.atomic():
        message = Message.objects.due(timezone.now()).select_for_update(skip_locked=True).filter(pk=message_id).first()
        if message is None:
            return False
        _try(message, message.body, waits=WAITS)
        message.save()
    return message.state == Message.State.SENT


def due_messages() -> list[int]:
    """The ids of what waits to be sent, the oldest first, at most 500."""
    return list(Message.objects.due(timezone.now()).order_by("due_at").values_list("pk", flat=True)[:500])


def _message(user: User, *, subject: Text, body: Text, kind: str) -> Message:
    with translation.override(user.language):
        title, text = _flat(subject), force_str(body)
    channel = Message.Channel.EMAIL if user.email else Message.Channel.SMS
    return Message(user=user, kind=kind, channel=channel, address=user.email or user.phone or "", subject=title, body=text)


def _flat(subject: Text) -> str:
    """One line of at most 200 characters: a line break in a subject would be a header of its own."""
    return " ".join(force_str(subject).split())[:200]


def _try(message: Message, text: str, *, waits: tuple[timedelta, ...]) -> None:
    """One attempt; the message then is sent, or waits again, or has failed."""
    message.attempts += 1
    try:
        if message.channel == Message.Channel.EMAIL:
            EmailMessage(message.subject, text, to=[message.address]).send()
        else:
            sms.adapter().send(message.address, f"{message.subject}\n{text}" if text else message.subject)
    except (sms.SmsError, smtplib.SMTPException, OSError) as error:
        log.warning("message %s (%s) could not be sent: %s", message.pk, message.kind, error)
        message.failure = str(error)[:300]
        if message.attempts <= len(waits):
            message.due_at = timezone.now() + waits[message.attempts - 1]
        else:
            message.state = Message.State.FAILED
        return
    message.state, message.sent_at, message.failure = Message.State.SENT, timezone.now(), ""
