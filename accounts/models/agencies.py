"""The agencies of the state, and the posts that officials hold in them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User
from places.models import Commune, Province


class Agency(models.Model):
    """An office of the state: a province's department, or a commune's people's committee."""

    class Kind(models.TextChoices):
        INDUSTRY_TRADE = "industry_trade", _("Industry and trade")
        AGRICULTURE_ENVIRONMENT = "agriculture_environment", _("Agriculture and environment")
        COMMUNE = "commune", _("Commune")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="agencies")
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="agencies", null=True, blank=True)

    class Meta:
        ordering = ["province_id", "kind", "name_vi"]
        constraints = [
            models.CheckConstraint(
                name="agency_commune_of_its_kind",
                condition=Q(kind="commune", commune__isnull=False) | (~Q(kind="commune") & Q(commune__isnull=True)),
                violation_error_message=_("A commune's agency names its commune; a department has none."),
            ),
            models.UniqueConstraint(fields=["kind", "province", "commune"], name="agency_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_vi


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by time."""

    def in_force(self, day: date) -> PostQuerySet:
        """Posts held on `day`."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class Post(models.Model):
    """A user's post in an agency from `since` to `until` (both included); it makes its holder an official.

    Whoever `leads` the agency signs its papers and lets others of it sign; an administrator says who leads.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="posts")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="posts")
    title = models.CharField(_("title"), max_length=150, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    leads = models.BooleanField(_("leads the agency"), default=False)
    signing_given_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who let its holder sign")
    )
    signing_given_at = models.DateTimeField(_("when its holder was let sign"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                violation_error_message=_("A post cannot end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.agency}"

    @property
    def signs(self) -> bool:
        """Whether its holder may sign papers of the agency."""
        return self.leads or self.signing_given_at is not None
