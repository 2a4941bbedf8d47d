"""Programmes and what they aim at."""

from __future__ import annotations

from datetime import date
from typing import Any

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import TRADE
from catalog.models import CODE, in_language
from livestreams.partners.models import Organisation
from livestreams.territory import in_province
from livestreams.versions import Versioned
from places.models import Province


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Programmes by who sees and who keeps them."""

    def visible_to(self, user: User | AnonymousUser) -> ProgrammeQuerySet:
        """Those of an official's province; an administrator sees all."""
        return self.filter(in_province(user))

    def kept_by(self, user: User | AnonymousUser) -> ProgrammeQuerySet:
        """Those that the user may change: a trade official's province, an administrator all."""
        return self.filter(in_province(user, kinds=TRADE))

    def with_counts(self) -> Any:
        """With province, partners and how much is planned in each (`planned` livestreams, `fairs`, `trainings`); begun last first."""
        return (
            self.select_related("province")
            .prefetch_related("partners")
            .annotate(
                planned=Count("sessions", distinct=True, filter=Q(sessions__cancelled_at__isnull=True)),
                fairs=Count("offline_events", distinct=True, filter=Q(offline_events__cancelled_at__isnull=True)),
                trainings=Count("courses", distinct=True, filter=Q(courses__cancelled_at__isnull=True)),
            )
            # Counting forgets the order of the model.
            .order_by("-starts_on", "code")
        )


@pghistory.track()
class Programme(Versioned):
    """A plan of a province over a period, with partners: what sessions belong to."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="programmes")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    partners = models.ManyToManyField(Organisation, related_name="programmes", blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [models.CheckConstraint(name="programme_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on")))]

    def __str__(self) -> str:
        return in_language(self.name_vi, self.name_en)

    def get_absolute_url(self) -> str:
        """Its page, with what was reached."""
        return reverse("programme_detail", args=[self.code])

    def state_on(self, day: date) -> str:
        """`planned`, `running` or `done`, by the calendar."""
        return "planned" if day < self.starts_on else "running" if day <= self.ends_on else "done"


@pghistory.track()
class Target(models.Model):
    """What a programme aims at: one number for each metric. Weight in kg, net in VND."""

    class Metric(models.TextChoices):
        SESSIONS = "sessions", _("Sessions")
        PRODUCTS = "products", _("Products shown")
        PRODUCERS = "producers", _("Producers taking part")
        ORDERS = "orders", _("Orders")
        NET = "net", _("Net value (VND)")
        WEIGHT = "weight", _("Weight sold (kg)")
        PEOPLE_TRAINED = "people_trained", _("People trained")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="targets")
    metric = models.CharField(_("figure"), max_length=20, choices=Metric.choices)
    value = models.PositiveBigIntegerField(_("target"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "metric"], name="target_once")]

    def __str__(self) -> str:
        return f"{self.get_metric_display()}: {self.value}"
