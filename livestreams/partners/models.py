"""Partner organisations."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import CODE, in_language


class Organisation(models.Model):
    """A partner: a department, an association, a platform, a shipping unit, a company."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Department")
        ASSOCIATION = "association", _("Association")
        PLATFORM = "platform", _("E-commerce platform")
        SHIPPING = "shipping", _("Shipping unit")
        COMPANY = "company", _("Company")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    class Meta:
        ordering = ["name_vi"]

    def __str__(self) -> str:
        return in_language(self.name_vi, self.name_en)
