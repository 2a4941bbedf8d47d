"""Papers of products and producers: self-declarations, test results, certificates."""

from __future__ import annotations

from datetime import date, timedelta

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.files import StoredDocument
from catalog.models.owned import Owned, OwnedQuerySet

EXPIRES_SOON = timedelta(days=90)


class PaperQuerySet(OwnedQuerySet["Paper"]):
    """Papers by their life."""

    def current(self) -> PaperQuerySet:
        """Papers that are neither withdrawn nor replaced by a later entry: what the next revision of the listing holds."""
        return self.filter(withdrawn_at__isnull=True, replaced_by__isnull=True)

    def holding_on(self, day: date) -> PaperQuerySet:
        """Papers that are valid on `day`, also those that expire soon (`Paper.state_on` says it of one)."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gte=day))


@pghistory.track()
class Paper(Owned):
    """A paper: kind, number, issuer, first and last day of validity (both included; no last day: without end), perhaps its file.

    What was shown is never rewritten: a change makes a new row that `replaces` it, and the old one stays shown until the listing with the
    new one is published.
    """

    class Kind(models.TextChoices):
        # Decree 15/2018/NĐ-CP, articles 4–5 (self-declaration), 11–12 (conditions of food safety), 27 (advertising of special foods).
        SELF_DECLARATION = "self_declaration", _("Self-declaration of the product")
        TEST_RESULT = "test_result", _("Test result")
        FOOD_SAFETY = "food_safety", _("Certificate of food safety conditions")
        VIETGAP = "vietgap", "VietGAP"
        GLOBALGAP = "globalgap", "GlobalG.A.P."
        HACCP = "haccp", "HACCP"
        ISO22000 = "iso22000", "ISO 22000"
        ORGANIC = "organic", _("Organic")
        TRADEMARK = "trademark", _("Trademark or geographical indication")
        AD_CONFIRMATION = "ad_confirmation", _("Confirmation of advertising content")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        NOT_YET = "planned", _("Not yet valid")
        VALID = "valid", _("Valid")
        EXPIRING = "expiring", _("Expires soon")
        EXPIRED = "expired", _("Expired")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("name of the paper"), max_length=150, blank=True, help_text="where the kind does not say enough")
    number = models.CharField(_("number"), max_length=100, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    document = models.ForeignKey(StoredDocument, models.PROTECT, null=True, blank=True, related_name="papers")
    public_file = models.BooleanField(_("everybody may open the file"), default=False)
    replaces = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta(Owned.Meta):
        ordering = ["kind", "-valid_from", "pk"]
        constraints = [
            *Owned.Meta.constraints,
            models.CheckConstraint(
                name="paper_ends_after_it_begins",
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The last day is before the first one."),
            ),
            models.CheckConstraint(name="paper_withdrawn_is_not_shown", condition=Q(withdrawn_at__isnull=True) | Q(shown=False)),
        ]

    def __str__(self) -> str:
        name = self.title or self.get_kind_display()
        return f"{name} {self.number}".strip()

    def state_on(self, day: date) -> State:
        """Whether it holds on `day`; `expiring` within its last 90 days."""
        if self.valid_from and day < self.valid_from:
            return self.State.NOT_YET
        if self.valid_until is None:
            return self.State.VALID
        if day > self.valid_until:
            return self.State.EXPIRED
        return self.State.EXPIRING if self.valid_until - day <= EXPIRES_SOON else self.State.VALID
