"""The verbs: make a schedule, change, pause, resume, delete it, have it sent once; and find what is due.

What is due becomes rows in one transaction: the dispatch of that time, a sending to each recipient, and the schedule's next time. The
schedule's row is held meanwhile and a time has one dispatch, so two workers make no second one. `sending` does the rest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.models import User
from accounts.waking import wake
from dashboards.mailing.models import KEPT_FOR, MailDispatch, MailParcel, MailSchedule, MailSending
from dashboards.reports.periods.models import PeriodReport, ReportStep
from livestreams.versions import StaleError

SWEPT = 20  # mails that a sweep wakes workers for
WOKEN_FOR = 30  # seconds, as often as the sweep comes by: by then it wakes again

Occasion, State = MailDispatch.Occasion, MailSending.State


class MailingError(ValueError):
    """What cannot be done with a schedule."""


class EndedError(MailingError):
    """It was deleted."""


class AlreadyAskedError(MailingError):
    """It is being sent just now."""


class NothingSignedError(MailingError):
    """No report of that kind is signed yet."""


class NotUnclearError(MailingError):
    """Nothing is unclear about this sending, or its file is kept no longer."""


@transaction.atomic
def make_schedule(*, schedule: MailSchedule, recipients: list[User], by: User) -> MailSchedule:
    """Keep a new schedule, which counts from now on."""
    now = timezone.now()
    schedule.made_by, schedule.made_at, schedule.since = by, now, now
    schedule.next_due = schedule.due_after(now)
    schedule.save(force_insert=True)
    schedule.recipients.set(recipients)
    return schedule


@transaction.atomic
def change_schedule(*, schedule: MailSchedule, to: MailSchedule, recipients: list[User], version: int, by: User) -> None:
    """Have what `to` says sent instead, to others perhaps, with its next time reckoned from now; what is due already goes as it was.

    Paused, it stays paused. Raises EndedError, and StaleError where the schedule is not of that `version`.
    """
    held = _held(schedule)
    if held.version != version:
        raise StaleError
    now = timezone.now()
    if held.state == "running":
        _dispatch_missed(held, now)
        _dispatch_signed(held)
    if (held.rhythm, held.report) != (to.rhythm, to.report):
        # As for a new one: no report that was signed before is meant.
        held.since = now
    for name in (*MailDispatch.WANTED, "weekday", "month_day", "hour"):
        setattr(held, name, getattr(to, name))
    held.next_due = held.due_after(now) if held.state == "running" else None
    held.changed_at, held.changed_by, held.version = now, by, held.version + 1
    held.save()
    held.recipients.set(recipients)


@transaction.atomic
def pause_schedule(*, schedule: MailSchedule) -> None:
    """Send nothing more until it is resumed; what waits already still goes. Raises EndedError."""
    held = _held(schedule)
    held.paused_at = held.paused_at or timezone.now()
    held.next_due = None
    held.save()


@transaction.atomic
def resume_schedule(*, schedule: MailSchedule) -> None:
    """Go on; what was due while it was paused is not sent. Raises EndedError."""
    held = _held(schedule)
    if held.paused_at is None:
        return
    held.paused_at, held.since = None, timezone.now()
    held.next_due = held.due_after(held.since)
    held.save()


@transaction.atomic
def end_schedule(*, schedule: MailSchedule) -> None:
    """Delete it: nothing more is sent, what waits neither; what was sent stays on record. Raises EndedError."""
    held = _held(schedule)
    held.ended_at, held.next_due = timezone.now(), None
    held.save()
    waiting = MailSending.objects.filter(dispatch__schedule=held, state=State.WAITING, handed_at__isnull=True)
    waiting.update(state=State.STOPPED, held_until=None)


@transaction.atomic
def send_once(*, schedule: MailSchedule) -> MailDispatch:
    """Send it now, paused or not; the next time on schedule stays. Raises EndedError, AlreadyAskedError, NothingSignedError."""
    held = _held(schedule)
    report = None
    if held.rhythm == MailSchedule.Rhythm.SIGNING:
        report = _signed(held).order_by("-signed_at").first()
        if report is None:
            raise NothingSignedError
    # To the minute: of a button pressed twice the second is the same wish.
    now = timezone.now().replace(second=0, microsecond=0)
    if MailDispatch.objects.filter(schedule=held, due_at=now).exists():
        raise AlreadyAskedError
    if MailSending.objects.filter(dispatch__schedule=held, dispatch__occasion=Occasion.ASKED, state=State.WAITING).exists():
        raise AlreadyAskedError
    return _dispatch(held, now, Occasion.ASKED, report)


@transaction.atomic
def send_again(*, sending: MailSending) -> None:
    """Send what perhaps did not arrive once more. Raises NotUnclearError."""
    held = MailSending.objects.select_for_update().get(pk=sending.pk)
    if held.state != State.UNCLEAR or held.parcel is None or held.parcel.content is None or held.dispatch.schedule.ended_at:
        raise NotUnclearError
    held.state, held.handed_at, held.try_at = State.WAITING, None, timezone.now()
    held.save()
    _wake(held)


def dispatch_due(*, now: datetime) -> int:
    """Make the dispatches of everything that is due; how many there are.

    Of several times that were missed, because nothing ran meanwhile, the last one is sent, of the period that belongs to it.
    """
    made = 0
    for pk in MailSchedule.objects.due(now).values_list("pk", flat=True):
        with transaction.atomic():
            held = MailSchedule.objects.due(now).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if held is not None:
                made += _dispatch_missed(held, now)
    for pk in MailSchedule.objects.running().filter(rhythm=MailSchedule.Rhythm.SIGNING).values_list("pk", flat=True):
        with transaction.atomic():
            held = MailSchedule.objects.running().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if held is not None:
                made += _dispatch_signed(held)
    return made


def due_sendings(*, now: datetime) -> list[int]:
    """The ids of mails that wait for a worker, the oldest first, at most SWEPT."""
    return list(MailSending.objects.due(now).order_by("try_at", "pk").values_list("pk", flat=True)[:SWEPT])


def drop_files(*, now: datetime) -> int:
    """Let go of the bytes of what was made a month ago and waits no more; how many."""
    old = MailParcel.objects.filter(made_at__lt=now - KEPT_FOR, content__isnull=False)
    waiting = MailSending.objects.filter(parcel=OuterRef("pk"), state=State.WAITING)
    return old.filter(~Exists(waiting)).update(content=None)


def _dispatch_missed(held: MailSchedule, now: datetime) -> int:
    """Make the dispatch of its last time up to now, if there was one, and set its next time; how many were made."""
    due_at = None
    while held.next_due and held.next_due <= now:
        due_at, held.next_due = held.next_due, held.due_after(held.next_due)
    if due_at is None:
        return 0
    held.save(update_fields=["next_due"])
    if MailDispatch.objects.filter(schedule=held, due_at=due_at).exists():
        return 0
    _dispatch(held, due_at, Occasion.DUE)
    return 1


def _dispatch_signed(held: MailSchedule) -> int:
    """Make a dispatch of each report that was signed since and is not sent; how many were made."""
    if held.rhythm != MailSchedule.Rhythm.SIGNING:
        return 0
    sent = MailDispatch.objects.filter(schedule=held, report=OuterRef("pk"), occasion=Occasion.SIGNED)
    reports = list(_signed(held).filter(~Exists(sent), signed_at__gt=held.since).order_by("signed_at"))
    for report in reports:
        _dispatch(held, report.signed_at, Occasion.SIGNED, report)
    return len(reports)


def _signed(schedule: MailSchedule) -> Any:
    """The signed reports of its kind and province, with when each was signed."""
    reports = PeriodReport.objects.filter(
        province=schedule.province_id, kind=schedule.report, state=PeriodReport.State.SIGNED, steps__kind=ReportStep.Kind.SIGN
    )
    return reports.defer("content").annotate(signed_at=F("steps__at"))


def _dispatch(schedule: MailSchedule, due_at: datetime, occasion: str, report: PeriodReport | None = None) -> MailDispatch:
    wanted = {name: getattr(schedule, name) for name in MailDispatch.WANTED}
    dispatch = MailDispatch.objects.create(schedule=schedule, due_at=due_at, occasion=occasion, report=report, wanted=wanted)
    for user in schedule.recipients.order_by("pk"):
        _wake(MailSending.objects.create(dispatch=dispatch, recipient=user, name=str(user)[:150], address=user.email or ""))
    return dispatch


def _wake(sending: MailSending) -> None:
    from dashboards.tasks import send_mail  # tasks call this module

    wake(send_mail, sending.pk, expires=WOKEN_FOR)


def _held(schedule: MailSchedule) -> MailSchedule:
    held = MailSchedule.objects.select_for_update(of=("self",)).get(pk=schedule.pk)
    if held.ended_at is not None:
        raise EndedError
    return held
