"""The six OCOP groups and their 26 product sets, and how names in two languages are read."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", _("Letters, digits, dot, dash and underscore only."))


def in_language(vi: str, en: str) -> str:
    """The text in the reader's language; Vietnamese where there is no English."""
    return en if get_language() == "en" and en else vi


class OcopGroup(models.Model):
    """One of the six groups of Decision 26/2026/QĐ-TTg."""

    code = models.CharField(max_length=2, unique=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_vi, self.name_en)


class OcopSet(models.Model):
    """One of the 26 product sets (“bộ sản phẩm”) of Decision 26/2026/QĐ-TTg; `code` is “group.number”."""

    group = models.ForeignKey(OcopGroup, models.PROTECT, related_name="sets")
    code = models.CharField(max_length=5, unique=True)
    position = models.PositiveSmallIntegerField()
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["group__code", "position"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_vi, self.name_en)
