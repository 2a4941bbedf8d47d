"""Sessions, their slots and what is to be said in them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_administrator
from accounts.scopes import COMMUNE, TRADE, scope_of
from catalog.models import CODE, Paper, Producer, Product, in_language
from livestreams.needs.models import Need
from livestreams.people.models import ON_AIR, Channel, Guest, Host
from livestreams.programmes.models import Programme
from places.models import Commune, Province
from traceability.models import Lot

if TYPE_CHECKING:
    from accounts.models import User


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions by who plans and runs them."""

    def planned_by(self, user: User | AnonymousUser) -> SessionQuerySet:
        """Those that the user plans and runs: an administrator all, a trade official the province's, a commune official the commune's."""
        if not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self
        trade, commune = scope_of(user, kinds=TRADE), scope_of(user, kinds=COMMUNE)
        allowed = Q(pk__in=[])
        if trade is not None:
            allowed |= Q(province=trade.province)
        if commune is not None:
            allowed |= Q(commune=commune.commune)
        return self.filter(allowed)

    def not_called_off(self) -> SessionQuerySet:
        """Those that were or will be on air: without the ones cancelled before."""
        return self.exclude(cancelled_at__isnull=False, actual_start__isnull=True)

    def plans_seen_by(self, user: User | AnonymousUser) -> SessionQuerySet:
        """Those whose plan the user may read: what he plans, and any official of the province or commune theirs."""
        if not user.is_authenticated:
            return self.none()
        scope = scope_of(user)
        if scope is None:
            return self.none()
        if scope.everything:
            return self
        place = Q(province=scope.province) if scope.commune is None else Q(commune=scope.commune)
        return self.filter(Q(pk__in=Session.objects.planned_by(user)) | place)


@pghistory.track()
class Session(models.Model):
    """One broadcast. Planned times are always there; actual ones once it was on air. Figures use actual, else planned."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="sessions")
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, related_name="sessions")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, blank=True, related_name="sessions")
    province = models.ForeignKey(Province, models.PROTECT, related_name="sessions")
    platform = models.CharField(_("platform"), max_length=20, choices=ON_AIR)
    planned_start = models.DateTimeField(_("planned start"))
    planned_end = models.DateTimeField(_("planned end"))
    actual_start = models.DateTimeField(_("actual start"), null=True, blank=True)
    actual_end = models.DateTimeField(_("actual end"), null=True, blank=True)
    territory_note_vi = models.CharField(max_length=300, blank=True, help_text="which territory: before or after the merger of July 2025")
    territory_note_en = models.CharField(max_length=300, blank=True)
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("led by the commune"),
        help_text=_("A community session."),
    )
    place = models.CharField(_("place"), max_length=200, blank=True, help_text=_("Where it is broadcast from."))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    guests = models.ManyToManyField(Guest, related_name="sessions", blank=True)
    plan_version = models.PositiveIntegerField(default=0, editable=False, help_text="one more with each change of plan or order")
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_start"]
        constraints = [
            models.CheckConstraint(name="session_plan_ends_after_start", condition=Q(planned_end__gt=F("planned_start"))),
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(actual_end__isnull=True) | Q(actual_start__isnull=False, actual_end__gt=F("actual_start")),
            ),
        ]
        indexes = [models.Index(fields=["province", "-planned_start"])]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_vi, self.name_en)

    @property
    def territory_note(self) -> str:
        """Which territory the session's facts mean, in the reader's language."""
        return in_language(self.territory_note_vi, self.territory_note_en)

    @property
    def start(self) -> datetime:
        """Actual start, else planned."""
        return self.actual_start or self.planned_start

    @property
    def end(self) -> datetime:
        """Actual end, else planned; a session never ended keeps its planned length from its actual start."""
        if self.actual_end:
            return self.actual_end
        if self.actual_start:
            return self.actual_start + (self.planned_end - self.planned_start)
        return self.planned_end

    @property
    def called_off(self) -> bool:
        """Whether it was cancelled before it was on air: no order is its own."""
        return self.cancelled_at is not None and self.actual_start is None

    @property
    def awaits_answers(self) -> bool:
        """Whether producers may still say yes or no to their slots: neither cancelled nor begun."""
        return self.cancelled_at is None and self.actual_start is None


class SlotQuerySet(models.QuerySet["Slot"]):
    """Slots by who has to do with them."""

    def answered_for_by(self, user: User | AnonymousUser) -> SlotQuerySet:
        """Those that the user may say yes or no to: of the producers whose member the user is."""
        return self.filter(product__producer__in=Producer.objects.kept_by(user))


@pghistory.track()
class Slot(models.Model):
    """A product's turn in a session's run-of-show; a product may have several."""

    class Answer(models.TextChoices):
        ASKED = "asked", _("Asked")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")

    class Outcome(models.TextChoices):
        SOLD_OUT = "sold_out", _("Sold out")
        SKIPPED = "skipped", _("Skipped")

    session = models.ForeignKey(Session, models.CASCADE, related_name="slots")
    position = models.PositiveSmallIntegerField(_("position"), validators=[MinValueValidator(1)])
    product = models.ForeignKey(Product, models.PROTECT, related_name="slots")
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5, validators=[MinValueValidator(1)])
    offer_price = models.PositiveBigIntegerField(_("offer price (VND)"), null=True, blank=True)
    stock = models.PositiveIntegerField(_("stock for the session (units)"), null=True, blank=True)
    platform_link = models.URLField(_("product link on the platform"), blank=True)
    pin = models.PositiveSmallIntegerField(_("number in the basket"), null=True, blank=True, validators=[MinValueValidator(1)])
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="slots", verbose_name=_("lot"))
    shows_mark = models.BooleanField(_("shows the OCOP mark"), default=True)
    sample_arrived_on = models.DateField(_("sample arrived on"), null=True, blank=True)
    need = models.ForeignKey(Need, models.SET_NULL, null=True, blank=True, related_name="slots", verbose_name=_("need"))
    version = models.PositiveIntegerField(default=0, editable=False, help_text="one more with each change of what is planned for it")
    # What the producer says to it; empty: was not asked yet. What it was asked is kept: another price or hour is another question.
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_price = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    asked_start = models.DateTimeField(null=True, blank=True, editable=False)
    answer = models.CharField(_("producer's answer"), max_length=10, choices=Answer.choices, blank=True)
    answered_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    declined_reason = models.CharField(_("why it was declined"), max_length=300, blank=True)
    # What happened on air: written from the session's marks alone (livestreams.air). A slot that was shown again keeps its first start,
    # and its later ones beside it; it ended when its last turn did.
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    again_at = ArrayField(models.DateTimeField(), default=list, blank=True, verbose_name=_("shown again at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["session", "position"]
        constraints = [
            # Deferred, so that slots can change places in one transaction.
            models.UniqueConstraint(fields=["session", "position"], name="slot_position_once", deferrable=models.Deferrable.DEFERRED),
            models.CheckConstraint(name="declined_with_a_reason", condition=~Q(answer="declined", declined_reason="")),
            models.CheckConstraint(
                name="slot_ends_after_it_starts",
                condition=Q(ended_at__isnull=True) | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.product}"


class TalkingPoint(models.Model):
    """What is said about the product in its slot. A claim (health, quality, origin) names the paper that it rests on."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(_("what is said"), max_length=300)
    is_claim = models.BooleanField(_("needs a paper"), default=False)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="points", verbose_name=_("paper"))

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text
