"""The verbs of feedback: send it, write once more, answer, pass on, close, erase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from catalog.media.files import keep_file
from catalog.models.files import WEBP
from places.models import Province
from traceability.feedback.about import About
from traceability.feedback.masking import masked
from traceability.feedback.models import Feedback, Reply
from traceability.feedback.telling import tell_of_feedback
from traceability.feedback.tickets import hashed, ticket_of

State = Feedback.State
MOST_REPLIES = 50
# What was answered and not written to again counts as done; what is done is forgotten: its text serves nobody any more.
CLOSED_AFTER = timedelta(days=90)
ERASED_AFTER = timedelta(days=365)
# Nobody answers any more what waited for so long; until then it stays in the inbox, so that nothing is lost by looking away.
GIVEN_UP_AFTER = timedelta(days=730)


class ClosedError(Exception):
    """The feedback is closed and its text erased, or so much was written that nothing more is taken."""


class NotPassedOnError(Exception):
    """Only a report of a counterfeit about a known product can be passed on to its producer, once."""


@dataclass(frozen=True)
class Written:
    """What somebody wrote, as it was typed; `photo` is a WebP that was written anew."""

    kind: str
    text: str
    bought_where: str = ""
    photo: bytes | None = None
    province: Province | None = None


@transaction.atomic
def send_feedback(
    *, about: About, written: Written, language: str, number: str, at: datetime | None = None, is_demo: bool = False
) -> tuple[Feedback, str]:
    """Keep feedback and say its ticket code, which is kept nowhere. The same `number` of a form again is the feedback that is there.

    Telephone numbers and e-mail addresses are masked. A report of a counterfeit goes to the department first.
    """
    ticket = ticket_of(number)
    now = at or timezone.now()
    values = {
        "kind": written.kind,
        "product": about.product,
        "lot": about.lot,
        "unit": about.unit,
        "province": written.province if about.product is None else None,
        "about": about.path,
        "text": masked(written.text),
        "bought_where": masked(written.bought_where),
        "photo": keep_file(content=written.photo, media_type=WEBP) if written.photo else None,
        "language": language,
        "sent_at": now,
        "waiting_since": now,
        "with_producer": written.kind != Feedback.Kind.COUNTERFEIT,
        "is_demo": is_demo,
    }
    # The unique key decides, not a look beforehand: of two at once one inserts nothing.
    feedback, is_new = Feedback.objects.get_or_create(ticket_hash=hashed(ticket), defaults=values)
    if is_new:
        tell_of_feedback(feedback)
    return feedback, ticket


@transaction.atomic
def write_again(*, feedback: Feedback, text: str, number: str) -> Reply:
    """Keep what the writer adds; it waits for an answer again. The same `number` again writes nothing. Raises ClosedError once erased."""
    held = Feedback.objects.select_for_update().get(pk=feedback.pk)
    there = Reply.objects.filter(token_hash=hashed(number)).first()
    if there is not None:
        return there
    if held.erased_at is not None or held.replies.count() >= MOST_REPLIES:
        raise ClosedError
    reply = Reply.objects.create(feedback=held, side=Reply.Side.WRITER, text=masked(text), token_hash=hashed(number))
    held.state, held.closed_at, held.closed_by = State.NEW, None, None
    held.waiting_since = held.waiting_since or reply.written_at
    held.save(update_fields=["state", "closed_at", "closed_by", "waiting_since"])
    tell_of_feedback(held)
    return reply


@transaction.atomic
def answer(*, feedback: Feedback, by: User, text: str, at: datetime | None = None) -> Reply:
    """Keep an answer: for the producer where `by` belongs to it, else for the agency of his post. Raises ClosedError once erased."""
    held = Feedback.objects.select_for_update(of=("self",)).select_related("product__producer").get(pk=feedback.pk)
    if held.erased_at is not None or held.replies.count() >= MOST_REPLIES:
        raise ClosedError
    is_own = held.product is not None and held.product.producer.members.filter(pk=by.pk).exists()
    posts = [] if is_own or by.is_superuser else list(by.current_posts())
    reply = Reply.objects.create(
        feedback=held,
        side=Reply.Side.PRODUCER if is_own else Reply.Side.OFFICE,
        by=by,
        agency=posts[0].agency if posts else None,
        text=text,
        written_at=at or timezone.now(),
    )
    if held.state == State.NEW:
        held.state, held.waiting_since = State.ANSWERED, None
        held.save(update_fields=["state", "waiting_since"])
    return reply


@transaction.atomic
def close(*, feedback: Feedback, by: User) -> Feedback:
    """Say that there is nothing more to do; a second time does nothing."""
    held = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if held.state != State.CLOSED:
        held.state, held.waiting_since, held.closed_at, held.closed_by = State.CLOSED, None, timezone.now(), by
        held.save(update_fields=["state", "waiting_since", "closed_at", "closed_by"])
    return held


@transaction.atomic
def pass_on(*, feedback: Feedback) -> Feedback:
    """Let the producer read a report of a counterfeit, too. Raises NotPassedOnError."""
    held = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if held.with_producer or held.product_id is None:
        raise NotPassedOnError
    held.with_producer = True
    held.save(update_fields=["with_producer"])
    tell_of_feedback(held)
    return held


@transaction.atomic
def erase_old(*, now: datetime) -> int:
    """Close what was answered three months ago or waited two years, erase the texts of what was closed a year ago; how many were erased.

    Kind, product, lot and times stay: they are counted for ever and say nothing about anybody.
    """
    answered = Feedback.objects.filter(state=State.ANSWERED).alias(last=Greatest("sent_at", Max("replies__written_at")))
    Feedback.objects.filter(pk__in=answered.filter(last__lt=now - CLOSED_AFTER).values("pk")).update(state=State.CLOSED, closed_at=now)
    given_up = Feedback.objects.filter(state=State.NEW, waiting_since__lt=now - GIVEN_UP_AFTER)
    given_up.update(state=State.CLOSED, waiting_since=None, closed_at=now)
    old = Q(state=State.CLOSED, closed_at__lt=now - ERASED_AFTER, erased_at__isnull=True)
    ids = list(Feedback.objects.select_for_update().filter(old).values_list("pk", flat=True))
    Reply.objects.filter(feedback__in=ids).update(text="")
    return Feedback.objects.filter(pk__in=ids).update(text="", bought_where="", photo=None, erased_at=now)
