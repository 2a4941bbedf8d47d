"""Who leads a session and who speaks in it, with channels, terms and titles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_administrator
from accounts.scopes import TRADE, scope_of
from catalog.models import BROADCASTING, CODE, DatedQuerySet, OcopGroup, in_language
from livestreams.partners.models import Organisation
from places.models import Commune, Province

if TYPE_CHECKING:
    from accounts.models import User

ON_AIR = [(platform.value, platform.label) for platform in BROADCASTING]


Person = TypeVar("Person", bound="PersonalData")


class PersonQuerySet(models.QuerySet[Person]):
    """People by who keeps their data and by how long they may be kept."""

    def kept_by(self, user: User | AnonymousUser) -> PersonQuerySet[Person]:
        """An administrator's all; a trade official's those of the province, and those whom all provinces share (a KOL of the country)."""
        if not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self
        scope = scope_of(user, kinds=TRADE)
        if scope is None:
            return self.none()
        return self.filter(Q(province=scope.province) | Q(province__isnull=True))

    def named(self) -> PersonQuerySet[Person]:
        """Those whose names were not erased."""
        return self.filter(erased_at__isnull=True)

    def past(self, day: date) -> PersonQuerySet[Person]:
        """Those whose data were to be kept until before `day` and still have their names."""
        return self.named().filter(keep_until__lt=day)


class PersonalData(models.Model):
    """What the Personal Data Protection Law 91/2025/QH15 asks of data about people: what for, until when, and whether erased.

    Erasure takes the person's names and leaves the row, so that the figures of past sessions stay.
    """

    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kept by the department of"),
        help_text=_("Empty: shared by the departments of all provinces."),
    )
    purpose = models.CharField(_("what the data are kept for"), max_length=300, blank=True)
    keep_until = models.DateField(_("kept until"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Host(PersonalData):
    """Who leads a session: a KOL, or a channel of a community."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    stage_name = models.CharField(_("stage name"), max_length=150)
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    base = models.CharField(_("based in"), max_length=150, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="hosts", verbose_name=_("commune"))
    groups = models.ManyToManyField(OcopGroup, related_name="hosts", blank=True, verbose_name=_("product groups that suit"))
    sessions_a_month = models.PositiveSmallIntegerField(
        _("sessions a month"), null=True, blank=True, help_text=_("How many sessions this host can take on; empty: not known.")
    )
    # E-commerce Law 122/2025/QH15: the platform verifies who a host is. We keep that it did and when, never the paper.
    verified_on = models.DateField(_("identity verified by the platform on"), null=True, blank=True)
    verified_by = models.CharField(_("verified by"), max_length=20, choices=ON_AIR, blank=True)
    # Advertising Law as amended from 1 January 2026: whoever advertises for another says so.
    disclosure_agreed_on = models.DateField(_("agreed on to disclose advertising"), null=True, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = PersonQuerySet["Host"].as_manager()

    class Meta(PersonalData.Meta):
        ordering = ["stage_name"]
        constraints = [
            models.CheckConstraint(
                name="verification_names_who",
                condition=Q(verified_on__isnull=True, verified_by="") | (Q(verified_on__isnull=False) & ~Q(verified_by="")),
            ),
        ]

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


class FollowerCount(models.Model):
    """How many followers a channel had on a day, as its page showed."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="follower_counts")
    counted_on = models.DateField(_("counted on"))
    followers = models.PositiveBigIntegerField(_("followers"))

    class Meta:
        ordering = ["-counted_on"]
        constraints = [models.UniqueConstraint(fields=["channel", "counted_on"], name="followers_once_a_day")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.followers}"


class HostTermsQuerySet(DatedQuerySet["HostTerms"]):
    """Terms by time; whose they are is the host's."""

    owner = "host"


class HostTerms(models.Model):
    """What a host is paid from `since` on: a share of what was delivered, less returns, and a fee for each session."""

    host = models.ForeignKey(Host, models.CASCADE, related_name="terms")
    since = models.DateField(_("since"))
    rate = models.DecimalField(
        _("commission (% of delivered)"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    # FIGURES: no commission on what is sold after the session unless the contract says so.
    covers_after = models.BooleanField(_("also on sales after the session"), default=False)
    fee = models.PositiveBigIntegerField(_("fee for a session (VND)"), default=0)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = HostTermsQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["host", "since"], name="terms_once_a_day"),
            models.CheckConstraint(name="commission_is_a_share", condition=Q(rate__gte=0, rate__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.host}: {self.rate}%"


class Guest(PersonalData):
    """Who speaks beside the host: a leader, a chief executive, a producer."""

    class Kind(models.TextChoices):
        LEADER = "leader", _("Leader")
        EXECUTIVE = "executive", _("Chief executive")
        PRODUCER = "producer", _("Producer")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    full_name = models.CharField(_("full name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = PersonQuerySet["Guest"].as_manager()

    class Meta(PersonalData.Meta):
        ordering = ["full_name"]

    def __str__(self) -> str:
        return self.full_name

    def held_on(self, day: date) -> GuestTitle | None:
        """The title held on `day`; the one that began last where there are several. Reads `titles`: prefetch it."""
        held = [title for title in self.titles.all() if title.since <= day and (title.until is None or title.until >= day)]
        return max(held, key=lambda title: title.since, default=None)


class GuestTitle(models.Model):
    """A guest's title from `since` to `until` (both included)."""

    guest = models.ForeignKey(Guest, models.CASCADE, related_name="titles")
    title_vi = models.CharField(_("title in Vietnamese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="titles", verbose_name=_("organisation")
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="titles",
        verbose_name=_("commune"),
        help_text=_("Where it is the title of a leader of a commune."),
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(name="title_ends_after_it_begins", condition=Q(until__isnull=True) | Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return in_language(self.title_vi, self.title_en)
