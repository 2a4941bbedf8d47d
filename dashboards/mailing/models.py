"""Schedules of mails, each time one was due, what was sent then, and to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from accounts.scopes import scope_of
from dashboards.mailing.boards import BOARDS
from dashboards.mailing.calendar import next_monthly, next_weekly
from dashboards.reports.periods.models import PeriodKind, PeriodReport
from livestreams.versions import Versioned
from places.models import Province

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Form(models.TextChoices):
    """The form of the file."""

    XLSX = "xlsx", "XLSX"
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"


class MailScheduleQuerySet(models.QuerySet["MailSchedule"]):
    """Schedules by who keeps them, and by what is to be done."""

    def visible_to(self, user: User | AnonymousUser) -> MailScheduleQuerySet:
        """Those of the province of an official of a department; an administrator sees all, a commune and a member none."""
        scope = scope_of(user, kinds=frozenset(Agency.Kind.values)) if isinstance(user, User) else None
        if scope is None or scope.commune is not None:
            return self.none()
        return self if scope.everything else self.filter(province=scope.province)

    def running(self) -> MailScheduleQuerySet:
        """Neither paused nor deleted."""
        return self.filter(paused_at__isnull=True, ended_at__isnull=True)

    def due(self, now: datetime) -> MailScheduleQuerySet:
        """Those whose time has come."""
        return self.running().filter(next_due__lte=now)


# The sweep moves `next_due` at each mail: what people decided is kept for ever, and nothing else.
DECIDED = (
    *("board", "filters", "report", "form", "language", "rhythm", "weekday", "month_day", "hour", "version"),
    *("paused_at", "ended_at"),
)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pgtrigger.AnyChange(*DECIDED)),
    pghistory.DeleteEvent(),
    fields=["id", "province", *DECIDED],
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    model_name="MailScheduleEvent",
)
class MailSchedule(Versioned):
    """A board with its filters (`board`, `filters`: its address) or a report of a kind of period, to whom, in which form, and how often.

    `since`: from when on it counts, so that nothing of the time before it was made, or while it was paused, is sent. A deleted one
    stays with its record (`ended_at`).
    """

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("Each week")
        MONTHLY = "monthly", _("Each month")
        SIGNING = "signing", _("After each signing of the report")

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    province = models.ForeignKey(Province, models.PROTECT, related_name="mail_schedules")
    board = models.CharField(max_length=40, blank=True)
    filters = models.CharField(max_length=1000, blank=True)
    report = models.CharField(max_length=20, choices=PeriodKind.choices, blank=True)
    form = models.CharField(_("form"), max_length=10, choices=Form.choices, default=Form.XLSX)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="vi")
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm.choices)
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday.choices, null=True, blank=True)
    month_day = models.PositiveSmallIntegerField(
        _("day of the month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    hour = models.PositiveSmallIntegerField(_("hour"), null=True, blank=True, validators=[MaxValueValidator(23)])
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="mail_schedules")
    since = models.DateTimeField(default=timezone.now)
    next_due = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = MailScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="mail_schedule_of_one_thing", condition=(~Q(board="") & Q(report="")) | (Q(board="", filters="") & ~Q(report=""))
            ),
            models.CheckConstraint(
                name="mail_schedule_has_its_day",
                condition=Q(rhythm="weekly", weekday__range=(1, 7), month_day__isnull=True, hour__range=(0, 23))
                | Q(rhythm="monthly", month_day__range=(1, 31), weekday__isnull=True, hour__range=(0, 23))
                | Q(rhythm="signing", weekday__isnull=True, month_day__isnull=True, hour__isnull=True) & Q(board=""),
            ),
            models.CheckConstraint(name="mail_schedule_board_as_xlsx", condition=Q(board="") | Q(form="xlsx")),
            # What runs has a next time, unless it waits for a signature.
            models.CheckConstraint(
                name="mail_schedule_is_due_while_it_runs",
                condition=Q(next_due__isnull=False, paused_at__isnull=True, ended_at__isnull=True) & ~Q(rhythm="signing")
                | Q(next_due__isnull=True) & (Q(rhythm="signing") | Q(paused_at__isnull=False) | Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["next_due"], condition=Q(next_due__isnull=False), name="mail_schedule_due")]

    def __str__(self) -> str:
        return f"{self.what} · {self.province.name}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("mailing_detail", args=[self.pk])

    @property
    def what(self) -> str:
        """What is sent, in words."""
        if self.board:
            return str(BOARDS[self.board].words) if self.board in BOARDS else self.board
        return str(_("Report: %(period)s") % {"period": PeriodKind(self.report).label})

    @property
    def state(self) -> str:
        """`ended`, `paused` or `running`."""
        return "ended" if self.ended_at else "paused" if self.paused_at else "running"

    def due_after(self, moment: datetime) -> datetime | None:
        """The first time after `moment` (aware) at which it is due; None where that is not a matter of the calendar."""
        if self.rhythm == self.Rhythm.WEEKLY and self.weekday is not None and self.hour is not None:
            return next_weekly(self.weekday, self.hour, moment)
        if self.rhythm == self.Rhythm.MONTHLY and self.month_day is not None and self.hour is not None:
            return next_monthly(self.month_day, self.hour, moment)
        return None


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class MailRecipient(MailSchedule.recipients.through):  # type: ignore[name-defined,misc]
    """Who was entered for a schedule and who was taken off, kept by the database; `MailSchedule.recipients` is how it is written."""

    class Meta:
        proxy = True


class MailDispatch(models.Model):
    """One time that a schedule was due: there is never a second one of the same time, or of the same signed report.

    `wanted`: what the schedule said then (the fields WANTED of it), which holds for every mail of this time, however it is changed later.
    """

    WANTED = ("board", "filters", "report", "form", "language", "rhythm")

    class Occasion(models.TextChoices):
        DUE = "due", _("On schedule")
        SIGNED = "signed", _("Report signed")
        ASKED = "asked", _("Sent by hand")

    schedule = models.ForeignKey(MailSchedule, models.PROTECT, related_name="dispatches")
    due_at = models.DateTimeField()
    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    report = models.ForeignKey(PeriodReport, models.PROTECT, null=True, blank=True, related_name="+")
    wanted = models.JSONField()

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "due_at"], name="mail_dispatch_once"),
            models.UniqueConstraint(fields=["schedule", "report"], condition=Q(occasion="signed"), name="mail_dispatch_once_a_signing"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} · {self.due_at}"

    @property
    def schedule_then(self) -> MailSchedule:
        """The schedule as it was when this was due; it is not to be saved."""
        return MailSchedule(province=self.schedule.province, made_by=self.schedule.made_by, **self.wanted)


class MailParcel(models.Model):
    """What is sent at that time to those who see the same: the file and the text.

    `scope`: province, or province/commune, and after it a digest of the producers whose member the recipient is besides the post.

    Retries send the same bytes. These go a month later, their digest and size stay.
    """

    dispatch = models.ForeignKey(MailDispatch, models.PROTECT, related_name="parcels")
    scope = models.CharField(max_length=20)
    reading_number = models.BigIntegerField()
    reading_at = models.DateTimeField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    file_name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="bytes")
    attached = models.BooleanField(help_text="else the file is larger than a mail may be, and the text has its address")
    content = models.BinaryField(null=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispatch", "scope"], name="mail_parcel_once")]

    def __str__(self) -> str:
        return self.file_name


class MailSendingQuerySet(models.QuerySet["MailSending"]):
    """Sendings by what is to be done with them."""

    def due(self, now: datetime) -> MailSendingQuerySet:
        """Those that wait, whose time has come and which nobody holds."""
        return self.filter(Q(held_until__isnull=True) | Q(held_until__lt=now), state=MailSending.State.WAITING, try_at__lte=now)


class MailSending(models.Model):
    """One mail to one person. `held_until`: a worker is at it until then; `handed_at`: its text began to go over to the mail server.

    A mail whose handing over broke off may have arrived: it is UNCLEAR and not sent again by itself, so that nobody gets it twice.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being sent")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused")
        WITHHELD = "withheld", _("No right any more")
        UNCLEAR = "unclear", _("Perhaps sent")
        STOPPED = "stopped", _("Stopped")

    dispatch = models.ForeignKey(MailDispatch, models.PROTECT, related_name="sendings")
    recipient: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=150, help_text="as it was then")
    address = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    parcel = models.ForeignKey(MailParcel, models.PROTECT, null=True, blank=True, related_name="sendings")
    attempts = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(default=timezone.now)
    held_until = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    objects = MailSendingQuerySet.as_manager()

    class Meta:
        ordering = ["-dispatch__due_at", "-dispatch", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "recipient"], name="mail_sending_once"),
            models.CheckConstraint(
                name="mail_sent_has_its_time",
                condition=Q(state="sent", sent_at__isnull=False, parcel__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(name="mail_sent_was_handed", condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("handed_at"))),
        ]
        indexes = [models.Index(fields=["try_at"], condition=Q(state="waiting"), name="mail_sending_due")]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_state_display()}"


# How long the bytes of what was sent are kept.
KEPT_FOR = timedelta(days=30)
