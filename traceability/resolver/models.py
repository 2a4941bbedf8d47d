"""Links that producers add to those the portal makes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from traceability.lots.models import Lot

if TYPE_CHECKING:
    from accounts.models import User


class LinkType(models.TextChoices):
    """Link types of the GS1 Web Vocabulary (https://ref.gs1.org/voc/) that a producer may use."""

    RECIPE = "recipeInfo", _("Recipe")
    CERTIFICATE = "certificationInfo", _("Certificate")
    SHOP = "hasRetailers", _("Shop")
    INSTRUCTIONS = "instructions", _("Instructions")
    VIDEO = "relatedVideo", _("Video")
    SOCIAL = "socialMedia", _("Social media")
    WEBSITE = "homepage", _("Website")


class ExtraLink(models.Model):
    """A link of a product, or of one lot of it, in one language or in none."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="extra_links")
    lot = models.ForeignKey(Lot, models.CASCADE, null=True, blank=True, related_name="extra_links")
    link_type = models.CharField(_("kind"), max_length=40, choices=LinkType.choices)
    url = models.URLField(_("address"), max_length=500, validators=[URLValidator(["https", "http"])])
    title = models.CharField(_("words of the link"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    added_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "lot", "link_type", "language", "url"],
                name="extra_link_once",
                nulls_distinct=False,
                violation_error_message=_("This link is there already."),
            ),
            models.CheckConstraint(
                name="extra_link_leads_to_the_web", condition=Q(url__startswith="https://") | Q(url__startswith="http://")
            ),
        ]

    def __str__(self) -> str:
        return self.title
