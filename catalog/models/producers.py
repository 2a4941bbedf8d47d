"""Producers, where they sit, and the users who belong to them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.phones import masked
from accounts.scopes import scope_of
from catalog.models.dated import DatedQuerySet
from catalog.models.ocop import CODE, in_language
from places.models import Commune

if TYPE_CHECKING:
    from accounts.models import User


class ProducerQuerySet(models.QuerySet["Producer"]):
    """Producers by place and by who may see them."""

    def with_seat(self, day: date) -> ProducerQuerySet:
        """Each producer with `commune_code` and `province_code` of its seat on `day` (None where it has none)."""
        seats = ProducerSeat.objects.in_force(OuterRef("pk"), day)
        return self.annotate(
            commune_code=Subquery(seats.values("commune_id")[:1]),
            commune_name=Subquery(seats.values("commune__name")[:1]),
            province_code=Subquery(seats.values("commune__province_id")[:1]),
        )

    def visible_to(self, user: User | AnonymousUser) -> ProducerQuerySet:
        """An administrator sees all, an official those that sit in the scope today, a member its own; nobody else any."""
        if not user.is_authenticated:
            return self.none()
        scope = scope_of(user)
        if scope is not None and scope.everything:
            return self
        own = Q(pk__in=ProducerMember.objects.filter(user=user).values("producer"))
        if scope is None:
            return self.filter(own)
        communes = Commune.objects.filter(province=scope.province)
        if scope.commune is not None:
            communes = communes.filter(pk=scope.commune)
        seat = ProducerSeat.objects.in_force(OuterRef("pk"), timezone.localdate()).values("commune_id")[:1]
        return self.alias(seat_today=Subquery(seat)).filter(own | Q(seat_today__in=communes.values("pk")))

    def kept_by(self, user: User | AnonymousUser) -> ProducerQuerySet:
        """Those whose member the user is: what the user may change."""
        return self.filter(pk__in=ProducerMember.objects.filter(user=user).values("producer")) if user.is_authenticated else self.none()

    def members_kept_by(self, user: User | AnonymousUser) -> ProducerQuerySet:
        """Producers whose members `user` invites and lets go: an official those in the scope, a member those that the member leads."""
        if not user.is_authenticated:
            return self.none()
        led = ProducerMember.objects.filter(user=user, leads=True).values("producer")
        if scope_of(user) is None:
            return self.filter(pk__in=led)
        # In two steps: an official may belong to a producer without leading it.
        seen_by_post = self.visible_to(user).exclude(pk__in=ProducerMember.objects.filter(user=user, leads=False).values("producer"))
        return self.filter(Q(pk__in=led) | Q(pk__in=seen_by_post.values("pk")))

    def seated_in(self, commune: str | None) -> ProducerQuerySet:
        """Producers that sit in the commune (its code) today."""
        seat = ProducerSeat.objects.in_force(OuterRef("pk"), timezone.localdate()).values("commune_id")[:1]
        return self.alias(seat_of_today=Subquery(seat)).filter(seat_of_today=commune)

    def seated_in_province(self, province: str | None) -> ProducerQuerySet:
        """Producers that sit in the province (its code) today."""
        seat = ProducerSeat.objects.in_force(OuterRef("pk"), timezone.localdate()).values("commune__province_id")[:1]
        return self.alias(province_of_today=Subquery(seat)).filter(province_of_today=province)


@pghistory.track()
class Producer(models.Model):
    """A cooperative, company or household that makes products. Phone, e-mail and website are what it wants buyers to know."""

    class Kind(models.TextChoices):
        COOPERATIVE = "cooperative", _("Cooperative")
        COMPANY = "company", _("Company")
        HOUSEHOLD = "household", _("Household business")
        GROUP = "group", _("Cooperative group")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.COOPERATIVE)
    representative = models.CharField(_("legal representative"), max_length=150, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=14, blank=True)
    story_vi = models.TextField(_("story in Vietnamese"), blank=True)
    story_en = models.TextField(_("story in English"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="ProducerMember", related_name="producers")

    objects = ProducerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def story(self) -> str:
        """The story in the reader's language."""
        return in_language(self.story_vi, self.story_en)


class ProducerSeatQuerySet(DatedQuerySet["ProducerSeat"]):
    """Seats by time; the owner is the producer."""

    owner = "producer"


@pghistory.track()
class ProducerSeat(models.Model):
    """Where a producer sits from `since` on."""

    producer = models.ForeignKey(Producer, models.CASCADE, related_name="seats")
    since = models.DateField()
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="producer_seats")

    objects = ProducerSeatQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["producer", "since"], name="seat_once_a_day")]

    def __str__(self) -> str:
        return f"{self.commune} ({self.since})"


@pghistory.track()
class ProducerMember(models.Model):
    """A user who belongs to a producer: what makes a *cooperative* member. Who leads invites the others and lets them go."""

    producer = models.ForeignKey(Producer, models.CASCADE, related_name="memberships")
    user: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    leads = models.BooleanField(_("leads"), default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["producer", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.producer}"

    @property
    def contact_masked(self) -> str:
        """As much of the member's number or address as tells people apart."""
        return masked(self.user.phone or self.user.email or "")
