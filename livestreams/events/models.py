"""Fairs, conferences and booths."""

from __future__ import annotations

from datetime import date

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import AGRICULTURE, TRADE
from catalog.models import CODE, Producer, in_language
from livestreams.programmes.models import Programme
from livestreams.territory import in_province
from livestreams.versions import Versioned
from places.models import Commune, Province


class OfflineEventQuerySet(models.QuerySet["OfflineEvent"]):
    """Events by who sees and who keeps them, and by what they count for."""

    def visible_to(self, user: User | AnonymousUser) -> OfflineEventQuerySet:
        """Those of an official's province; an administrator sees all."""
        return self.filter(in_province(user))

    def kept_by(self, user: User | AnonymousUser) -> OfflineEventQuerySet:
        """Those that the user may change: of the province of a department, an administrator's all."""
        return self.filter(in_province(user, kinds=TRADE | AGRICULTURE))

    def held(self, first: date, last: date) -> OfflineEventQuerySet:
        """Those that began in these days (both included) and were not called off: each counts in one period alone."""
        return self.filter(starts_on__range=(first, last), cancelled_at__isnull=True)


@pghistory.track()
class OfflineEvent(Versioned):
    """A fair, conference or booth. What was sold there is ledger rows (a booth's shop) or a claim, never both."""

    class Kind(models.TextChoices):
        FAIR = "fair", _("Fair or exhibition")
        CONFERENCE = "conference", _("Conference")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="offline_events")
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="offline_events", verbose_name=_("commune"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="offline_events", verbose_name=_("programme")
    )
    booths = models.PositiveIntegerField(_("booths"), null=True, blank=True)
    enterprises = models.PositiveIntegerField(_("enterprises"), null=True, blank=True)
    # The qualifiers of claims; empty where nothing was told or the number is exact.
    enterprises_qualifier = models.CharField(_("how the number was told"), max_length=20, blank=True)
    producers = models.ManyToManyField(Producer, related_name="offline_events", blank=True, verbose_name=_("producers that took part"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = OfflineEventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [models.CheckConstraint(name="event_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on")))]

    def __str__(self) -> str:
        return in_language(self.name_vi, self.name_en)

    def get_absolute_url(self) -> str:
        """Its page, with what was sold there."""
        return reverse("event_detail", args=[self.code])
