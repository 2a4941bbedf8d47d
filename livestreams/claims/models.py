"""Figures that somebody reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scopes import TRADE
from catalog.models import StoredDocument, in_language
from livestreams.events.models import OfflineEvent
from livestreams.programmes.models import Programme
from livestreams.sessions.models import Session
from livestreams.territory import in_province
from places.models import Province

if TYPE_CHECKING:
    from accounts.models import User


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Claims by who keeps them, and by what they tell."""

    def kept_by(self, user: User | AnonymousUser) -> ClaimQuerySet:
        """Those that the user may change: of a trade official's province, an administrator's all."""
        return self.filter(in_province(user, kinds=TRADE))

    def of_sales(self) -> ClaimQuerySet:
        """Those that tell what was sold: the ledger may know it, too."""
        return self.filter(metric__in=Claim.SALES_METRICS)


@pghistory.track()
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
        PEOPLE = "people", _("People trained")

    class Qualifier(models.TextChoices):
        EXACT = "exact", _("exactly")
        ABOUT = "about", _("about")
        MORE_THAN = "more_than", _("more than")

    SALES_METRICS = (Metric.ORDERS, Metric.PLACED, Metric.SALES)
    # In what each figure is counted: the source's language, which is Vietnamese.
    UNITS = {
        Metric.ORDERS: "đơn",
        Metric.PLACED: "VND",
        Metric.SALES: "VND",
        Metric.VIEWS: "lượt",
        Metric.INTERACTIONS: "lượt",
        Metric.ENTERPRISES: "doanh nghiệp",
        Metric.PEOPLE: "người",
    }

    session = models.ForeignKey(Session, models.CASCADE, null=True, blank=True, related_name="claims")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="claims")
    event = models.ForeignKey(OfflineEvent, models.CASCADE, null=True, blank=True, related_name="claims")
    province = models.ForeignKey(Province, models.PROTECT, related_name="claims")
    metric = models.CharField(_("figure"), max_length=20, choices=Metric.choices)
    value = models.BigIntegerField(_("value"), null=True, blank=True, help_text="empty: told too vaguely to hold a number")
    qualifier = models.CharField(_("qualifier"), max_length=20, choices=Qualifier.choices, default=Qualifier.EXACT)
    unit = models.CharField(_("unit"), max_length=20, help_text="VND, đơn, lượt …")
    scope_vi = models.CharField(_("scope"), max_length=300)
    scope_en = models.CharField(_("scope, in English"), max_length=300, blank=True)
    territory_vi = models.CharField(_("territory"), max_length=200)
    territory_en = models.CharField(_("territory, in English"), max_length=200, blank=True)
    period_from = models.DateField(_("from"), null=True, blank=True)
    period_to = models.DateField(_("to"), null=True, blank=True)
    told_as = models.CharField(_("as told"), max_length=300, blank=True)
    source_name = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("source address"), blank=True)
    as_of = models.DateField(_("as of"))
    entered_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    paper = models.ForeignKey(
        StoredDocument, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("paper"), help_text="that tells it"
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of", "pk"]
        constraints = [
            models.CheckConstraint(
                name="claim_about_one_thing",
                condition=Q(session__isnull=True, programme__isnull=True)
                | Q(session__isnull=True, event__isnull=True)
                | Q(programme__isnull=True, event__isnull=True),
            ),
            models.CheckConstraint(name="claim_tells_something", condition=Q(value__isnull=False) | ~Q(told_as="")),
            models.CheckConstraint(
                name="claim_period_has_days",
                condition=Q(period_from__isnull=True, period_to__isnull=True)
                | Q(period_from__isnull=False, period_to__gte=F("period_from")),
            ),
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
