"""Vietnam's administrative units of two tiers since 1 July 2025, and what they were called before.

Source: the official lists of the General Statistics Office as kept in `places/data/*.csv`.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Province(models.Model):
    """One of 34 provinces and cities; `code` is the official two-digit code (52 = Gia Lai)."""

    code = models.CharField(_("code"), max_length=2, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=40)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The name without its kind: “Gia Lai” of “Tỉnh Gia Lai”."""
        return self.name.removeprefix("Tỉnh ").removeprefix("Thành phố ")


class Commune(models.Model):
    """One of 3,321 communes, wards and special zones; `code` is the official five-digit code."""

    code = models.CharField(_("code"), max_length=5, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=40)
    province = models.ForeignKey(Province, models.PROTECT, related_name="communes", verbose_name=_("province"))
    name_key = models.CharField(max_length=100, db_index=True, help_text="places.names.key of the name without its kind")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FormerCommune(models.Model):
    """A commune as it was before 1 July 2025; where it was split, several communes succeed it."""

    code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=100)
    district = models.CharField(max_length=100)
    province_name = models.CharField(max_length=100)
    is_split = models.BooleanField(default=False)
    name_key = models.CharField(max_length=100)
    district_key = models.CharField(max_length=100)
    province_key = models.CharField(max_length=100)
    successors = models.ManyToManyField(Commune, related_name="predecessors")

    class Meta:
        indexes = [models.Index(fields=["name_key", "province_key"])]

    def __str__(self) -> str:
        return f"{self.name}, {self.district}, {self.province_name}"
