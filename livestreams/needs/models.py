"""Needs: what a producer would like to have, and what became of it (S9, S10, S12 of the province's needs)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.rules import is_administrator
from accounts.scopes import COMMUNE, TRADE, scope_of
from catalog.models import Producer, ProducerSeat, Product

if TYPE_CHECKING:
    from accounts.models import User


UNMET = ("open", "planned")
ON_AIR_WISHES = ("kol", "leader")


class NeedQuerySet(models.QuerySet["Need"]):
    """Needs by who may see them and by whether something is still to be done."""

    def visible_to(self, user: User | AnonymousUser) -> NeedQuerySet:
        """Needs of the producers that the user may see."""
        return self.filter(producer__in=Producer.objects.visible_to(user))

    def kept_by(self, user: User | AnonymousUser) -> NeedQuerySet:
        """Needs of the producers whose member the user is."""
        return self.filter(producer__in=Producer.objects.kept_by(user))

    def answered_by(self, user: User | AnonymousUser) -> NeedQuerySet:
        """Needs that the user answers: an administrator all, a trade official the province's, a commune official the commune's."""
        if not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self
        trade, commune = scope_of(user, kinds=TRADE), scope_of(user, kinds=COMMUNE)
        allowed = Q(pk__in=[])
        if trade is not None:
            allowed |= Q(producer__in=Producer.objects.seated_in_province(trade.province))
        if commune is not None:
            allowed |= Q(producer__in=Producer.objects.seated_in(commune.commune))
        return self.filter(allowed)

    def with_commune(self, day: date) -> NeedQuerySet:
        """Each need with `commune_code` and `commune_name` of its producer's seat on `day` (None where it has none)."""
        seats = ProducerSeat.objects.in_force(OuterRef("producer"), day)
        return self.annotate(
            commune_code=Subquery(seats.values("commune_id")[:1]), commune_name=Subquery(seats.values("commune__name")[:1])
        )

    def unmet(self) -> NeedQuerySet:
        """Those that wait for an answer, or for the session that was planned for them."""
        return self.filter(state__in=UNMET)


@pghistory.track()
class Need(models.Model):
    """A producer's wish: for which product, how much of it, when, and what kind of help."""

    class Wish(models.TextChoices):
        KOL = "kol", _("A livestream with a KOL")
        LEADER = "leader", _("A livestream with a leader beside us")
        TRAINING = "training", _("Training in online selling")
        TECHNOLOGY = "technology", _("A partner for technology")
        CAPITAL = "capital", _("A partner for capital")

    class Season(models.TextChoices):
        HARVEST = "harvest", _("Harvest")
        TET = "tet", _("Tết")
        OTHER = "other", _("Another time")

    class Unit(models.TextChoices):
        PACK = "pack", _("packs")
        KILOGRAM = "kg", _("kg")
        TONNE = "tonne", _("tonnes")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a wish that waits for an answer", "Open")
        PLANNED = "planned", _("Planned")
        MET = "met", _("Met")
        REFUSED = "refused", _("Not possible")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    producer = models.ForeignKey(Producer, models.PROTECT, related_name="needs", verbose_name=_("producer"))
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(0)])
    unit = models.CharField(_("unit"), max_length=10, choices=Unit.choices, default=Unit.PACK)
    season = models.CharField(_("when"), max_length=10, choices=Season.choices, default=Season.HARVEST)
    window_from = models.DateField(_("from"))
    window_to = models.DateField(_("to"))
    wish = models.CharField(_("wish"), max_length=12, choices=Wish.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    asked_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            # Asked twice by a hand that trembles, or by two members at once: one need.
            models.UniqueConstraint(
                fields=["producer", "product", "wish", "window_from", "window_to"],
                name="need_asked_once",
                condition=Q(state__in=UNMET),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="need_has_a_quantity_or_none", condition=Q(quantity__isnull=True) | Q(quantity__gt=0)),
            models.CheckConstraint(name="need_window_has_days", condition=Q(window_to__gte=F("window_from"))),
            models.CheckConstraint(
                name="need_ends_with_a_time",
                condition=Q(state__in=UNMET, closed_at__isnull=True)
                | Q(state__in=("met", "refused", "withdrawn"), closed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"])]

    def __str__(self) -> str:
        return f"{self.producer}: {self.get_wish_display()}"

    @property
    def asks_for_session(self) -> bool:
        """Whether a slot in a livestream answers it; the other wishes are answered in words."""
        return self.wish in ON_AIR_WISHES

    def days_waiting(self, day: date) -> int:
        """How many days it has waited on `day`, or had waited when it was closed."""
        return max(((timezone.localdate(self.closed_at) if self.closed_at else day) - timezone.localdate(self.asked_at)).days, 0)
