"""Whose figures a board shows: always one province, or one commune of it. Two provinces in one page would be a figure of no territory."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.scopes import scope_of
from catalog.models import ProducerSeat
from orders.figures.models import Figure
from orders.shops.models import Shop
from places.models import Commune, FormerCommune, Province


@dataclass(frozen=True)
class Territory:
    """A province by its code, and the commune of it where an official of a commune looks; `name` is for headings."""

    province: str
    commune: str | None = None
    name: str = ""
    chosen: bool = False  # an administrator's choice: links carry it

    def holds(self, province: str, commune: str | None) -> bool:
        """Whether what lies in that commune of that province lies in it."""
        return province == self.province and self.commune in {None, commune}

    def address(self) -> dict[str, str]:
        """What an address needs to mean this territory: nothing for an official, who has only one."""
        return {"province": self.province} if self.chosen else {}


def territory_of(user: User, asked: str | None = None) -> Territory | None:
    """The territory of the user's post; for an administrator the province asked for, else the first with data (None: there is none).

    Raises PermissionDenied where there is no post or another province is asked for, Http404 for a code that is no province's.
    """
    scope = scope_of(user)
    if scope is None:
        raise PermissionDenied
    if scope.everything:
        # What is no code at all (a NUL, say) must not reach the database, which would refuse it with an error.
        known = Province.objects.filter(pk=asked) if asked and asked.isalnum() else Province.objects.none()
        province = known.first() if asked else provinces_with_data().first()
        if asked and province is None:
            raise Http404
        return Territory(province.code, name=province.name, chosen=True) if province else None
    if asked and asked != scope.province:
        raise PermissionDenied
    province = Province.objects.get(pk=scope.province)
    if scope.commune is None:
        return Territory(province.code, name=province.name)
    commune = Commune.objects.get(pk=scope.commune)
    return Territory(province.code, commune.code, f"{commune.name}, {province.short_name}")


def provinces_with_data() -> QuerySet[Province]:
    """Provinces with figures, shops or producers, by code: what an administrator may choose from."""
    there = OuterRef("pk")
    return Province.objects.filter(
        Exists(Figure.objects.filter(province=there))
        | Exists(Shop.objects.filter(province=there))
        | Exists(ProducerSeat.objects.filter(commune__province=there))
    ).order_by("code")


def merged_from(province: str) -> tuple[str, ...]:
    """The provinces of before July 2025 whose communes lie in this one today, by name; one alone: nothing was merged."""
    former = FormerCommune.objects.filter(successors__province=province)
    return tuple(former.order_by("province_name").values_list("province_name", flat=True).distinct())
