"""Data-sharing agreements of shops."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agency, User
from catalog.models import StoredDocument
from orders.shops.models import Shop

YEARS_AT_MOST = 5


class SharingAgreementQuerySet(models.QuerySet["SharingAgreement"]):
    """Agreements by where they stand and by who may read them."""

    def open(self) -> SharingAgreementQuerySet:
        """Proposals that wait for the owner's answer."""
        return self.filter(signed_on__isnull=True, declined_at__isnull=True)

    def standing(self, day: date) -> SharingAgreementQuerySet:
        """Signed ones that hold on `day` or will later."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), signed_on__isnull=False, until__gte=day)

    def visible_to(self, user: User | AnonymousUser) -> SharingAgreementQuerySet:
        """Those of the shops that are the user's own or lie in its office's reach."""
        return self.filter(shop__in=Shop.objects.in_reach(user))


class SharingAgreement(models.Model):
    """The owner of a shop lets agencies of the kinds `readers` see its order lines from `since` to `until` (both included), for `purpose`.

    Proposed, then signed (by whoever leads the producer, or on paper) or declined; a signed one ends with `until`, or before the day
    `ended_on`. One at a time holds for a shop: signing the next one ends the one before. What holds of lines is asked by
    `Shop.objects.sharing_with`; figures in sum need no agreement.
    """

    class Ending(models.TextChoices):
        WITHDRAWN = "withdrawn", _("Withdrawn by the owner")
        REPLACED = "replaced", _("Replaced by a new agreement")
        NEW_OWNER = "new_owner", _("The shop changed hands")

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="agreements", verbose_name=_("shop"))
    purpose = models.CharField(_("what the order lines are used for"), max_length=500)
    readers = ArrayField(models.CharField(max_length=30, choices=Agency.Kind.choices), verbose_name=_("who sees the order lines"))
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    paper = models.ForeignKey(StoredDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed paper"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)
    signed_on = models.DateField(_("signed on"), null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on_paper = models.BooleanField(default=False, help_text="signed on paper; then `signed_by` is the official who entered it")
    ended_on = models.DateField(null=True, help_text="the first day on which it no longer holds")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = SharingAgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="sharing_ends_after_it_begins", condition=Q(until__gte=models.F("since"))),
            models.CheckConstraint(name="sharing_names_readers", condition=Q(readers__len__gte=1)),
            models.CheckConstraint(name="sharing_signed_or_declined", condition=Q(signed_on__isnull=True) | Q(declined_at__isnull=True)),
            models.CheckConstraint(
                name="sharing_end_is_whole",
                condition=Q(ended_on__isnull=True, ended_at__isnull=True, ending="")
                | (Q(ended_on__isnull=False, ended_at__isnull=False, signed_on__isnull=False) & ~Q(ending="")),
            ),
            models.UniqueConstraint(
                fields=["shop"], name="sharing_one_proposal", condition=Q(signed_on__isnull=True, declined_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop} ({self.since} – {self.until})"

    @property
    def is_open(self) -> bool:
        """Whether the owner has yet to answer."""
        return self.signed_on is None and self.declined_at is None

    @property
    def state(self) -> str:
        """Where it stands today, in a word: proposed, declined, coming, holds, ended, expired."""
        today = timezone.localdate()
        if self.signed_on is None:
            return "proposed" if self.declined_at is None else "declined"
        if self.ended_on is not None and self.ended_on <= today:
            return "ended"
        if self.until < today:
            return "expired"
        return "holds" if self.since <= today else "coming"

    @property
    def state_name(self) -> str:
        """The same in the reader's language."""
        words = {
            "proposed": _("Waiting for the owner's answer"),
            "declined": _("Declined"),
            "coming": _("Signed, holds later"),
            "holds": pgettext_lazy("agreement", "In force"),
            "ended": _("Ended"),
            "expired": _("Expired"),
        }
        return str(words[self.state])

    @property
    def reader_names(self) -> list[str]:
        """Who sees the lines, in the reader's language."""
        return reader_names(self.readers)


def reader_names(kinds: Iterable[str]) -> list[str]:
    """Kinds of agencies as those who share with them call them."""
    words = {
        Agency.Kind.INDUSTRY_TRADE: _("The province's department of industry and trade"),
        Agency.Kind.AGRICULTURE_ENVIRONMENT: _("The province's department of agriculture and environment"),
        Agency.Kind.COMMUNE: _("The commune's people's committee"),
    }
    return [str(words[kind]) for kind in Agency.Kind if kind in set(kinds)]
