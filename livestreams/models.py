"""Selling live: who hosts, who is guest, what was planned, what happened, and what others reported about it."""

from __future__ import annotations

from datetime import date, datetime

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import BROADCASTING, CODE, Product, in_language
from places.models import Province

ON_AIR = [(platform.value, platform.label) for platform in BROADCASTING]


class Organisation(models.Model):
    """A partner: a department, an association, a platform, a shipping unit, a company."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Department")
        ASSOCIATION = "association", _("Association")
        PLATFORM = "platform", _("E-commerce platform")
        SHIPPING = "shipping", _("Shipping unit")
        COMPANY = "company", _("Company")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["name_vi"]

    def __str__(self) -> str:
        return in_language(self.name_vi, self.name_en)


class Host(models.Model):
    """Who leads a session: a KOL, or a channel of a community."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    stage_name = models.CharField(_("stage name"), max_length=150)
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    base = models.CharField(_("based in"), max_length=150, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["stage_name"]

    def __str__(self) -> str:
        return self.stage_name


class Channel(models.Model):
    """A host's channel on a platform."""

    host = models.ForeignKey(Host, models.CASCADE, related_name="channels")
    platform = models.CharField(_("platform"), max_length=20, choices=ON_AIR)
    handle = models.CharField(_("channel name"), max_length=150)
    url = models.URLField(_("address"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "handle"], name="channel_once")]

    def __str__(self) -> str:
        return f"{self.handle} ({self.get_platform_display()})"


class Guest(models.Model):
    """Who speaks beside the host: a leader, a chief executive, a producer."""

    class Kind(models.TextChoices):
        LEADER = "leader", _("Leader")
        EXECUTIVE = "executive", _("Chief executive")
        PRODUCER = "producer", _("Producer")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    full_name = models.CharField(_("full name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["full_name"]

    def __str__(self) -> str:
        return self.full_name

    def title_on(self, day: date) -> str:
        """The title held on `day` in the reader's language; empty where none is known. Reads `titles`: prefetch it."""
        held = [title for title in self.titles.all() if title.since <= day and (title.until is None or title.until >= day)]
        return str(max(held, key=lambda title: title.since)) if held else ""


class GuestTitle(models.Model):
    """A guest's title from `since` to `until` (both included)."""

    guest = models.ForeignKey(Guest, models.CASCADE, related_name="titles")
    title_vi = models.CharField(_("title in Vietnamese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["since"]

    def __str__(self) -> str:
        return in_language(self.title_vi, self.title_en)


class Programme(models.Model):
    """A plan of a province over a period, with partners: what sessions belong to."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="programmes")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    partners = models.ManyToManyField(Organisation, related_name="programmes", blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["-starts_on"]
        constraints = [models.CheckConstraint(name="programme_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on")))]

    def __str__(self) -> str:
        return in_language(self.name_vi, self.name_en)


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
    guests = models.ManyToManyField(Guest, related_name="sessions", blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

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


class Slot(models.Model):
    """A product's turn in a session's run-of-show; a product may have several."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="slots")
    position = models.PositiveSmallIntegerField(_("position"), validators=[MinValueValidator(1)])
    product = models.ForeignKey(Product, models.PROTECT, related_name="slots")
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5, validators=[MinValueValidator(1)])
    offer_price = models.PositiveBigIntegerField(_("offer price (VND)"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["session", "position"]
        constraints = [
            # Deferred, so that slots can change places in one transaction.
            models.UniqueConstraint(fields=["session", "position"], name="slot_position_once", deferrable=models.Deferrable.DEFERRED),
            models.CheckConstraint(
                name="slot_ends_after_it_starts",
                condition=Q(ended_at__isnull=True) | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.product}"


class OfflineEvent(models.Model):
    """A fair, conference or booth. What was sold there is ledger rows (a booth's shop) or a claim, never both."""

    class Kind(models.TextChoices):
        FAIR = "fair", _("Fair or exhibition")
        CONFERENCE = "conference", _("Conference")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="offline_events")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    enterprises = models.PositiveIntegerField(_("enterprises"), null=True, blank=True)
    enterprises_qualifier = models.CharField(max_length=20, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["-starts_on"]

    def __str__(self) -> str:
        return in_language(self.name_vi, self.name_en)


class Claim(models.Model):
    """A figure that somebody reported. Shown beside the ledger's own figure of the same scope, never added to anything.

    At most one of session, programme and event says what it is about; with none it is about the province and `scope` says what.
    """

    class Metric(models.TextChoices):
        ORDERS = "orders", _("Orders")
        PLACED = "placed", _("Value placed")
        VIEWS = "views", _("Views")
        INTERACTIONS = "interactions", _("Interactions and accesses (one combined figure)")
        SALES = "sales", _("Sales (as told)")
        ENTERPRISES = "enterprises", _("Enterprises")

    class Qualifier(models.TextChoices):
        EXACT = "exact", _("exactly")
        ABOUT = "about", _("about")
        MORE_THAN = "more_than", _("more than")

    session = models.ForeignKey(Session, models.CASCADE, null=True, blank=True, related_name="claims")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="claims")
    event = models.ForeignKey(OfflineEvent, models.CASCADE, null=True, blank=True, related_name="claims")
    province = models.ForeignKey(Province, models.PROTECT, related_name="claims")
    metric = models.CharField(_("figure"), max_length=20, choices=Metric.choices)
    value = models.BigIntegerField(_("value"), null=True, blank=True, help_text="empty: told too vaguely to hold a number")
    qualifier = models.CharField(_("qualifier"), max_length=20, choices=Qualifier.choices, default=Qualifier.EXACT)
    unit = models.CharField(_("unit"), max_length=20, help_text="VND, đơn, lượt …")
    scope_vi = models.CharField(_("scope"), max_length=300)
    scope_en = models.CharField(max_length=300, blank=True)
    territory_vi = models.CharField(_("territory"), max_length=200)
    territory_en = models.CharField(max_length=200, blank=True)
    period_from = models.DateField(_("from"), null=True, blank=True)
    period_to = models.DateField(_("to"), null=True, blank=True)
    told_as = models.CharField(_("as told"), max_length=300, blank=True)
    source_name = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("source address"), blank=True)
    as_of = models.DateField(_("as of"))

    class Meta:
        ordering = ["-as_of", "pk"]
        constraints = [
            models.CheckConstraint(
                name="claim_about_one_thing",
                condition=Q(session__isnull=True, programme__isnull=True)
                | Q(session__isnull=True, event__isnull=True)
                | Q(programme__isnull=True, event__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()}: {self.value}"

    @property
    def scope(self) -> str:
        """What the figure covers, in the reader's language."""
        return in_language(self.scope_vi, self.scope_en)

    @property
    def territory(self) -> str:
        """Which territory the figure means, in the reader's language."""
        return in_language(self.territory_vi, self.territory_en)
