"""Fairs, conferences and booths."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import CODE, in_language
from places.models import Province


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
