"""Whose sales a user may see, as plain values that can also name a query.

An official sees the rows of his territory, a cooperative's member those of its own producers (also in a shop of many), an
administrator everything; somebody who is nothing of these sees no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.scopes import scope_of
from catalog.models import ProducerMember
from catalog.rules import is_member


@dataclass(frozen=True)
class Sight:
    """The rows of the whole country, or of a province (one commune of it), and those of `producers` (ids) wherever they are."""

    everything: bool = False
    province: str | None = None
    commune: str | None = None
    producers: tuple[int, ...] = ()

    @property
    def official(self) -> bool:
        """Whether rows are seen by virtue of a post (or as administrator), not of a membership."""
        return self.everything or self.province is not None

    def rows(self, path: str = "") -> Q:
        """The condition on rows that have `province`, `commune` and `producer`; `path` leads to them (`order__contributions__`)."""
        if self.everything:
            return Q()
        own = Q(**{f"{path}producer__in": self.producers})
        if self.province is None:
            return own
        place: dict[str, Any] = {f"{path}province": self.province}
        if self.commune is not None:
            place[f"{path}commune"] = self.commune
        return Q(**place) | own if self.producers else Q(**place)


def sight_of(user: User) -> Sight:
    """What `user` sees now: by current posts and memberships."""
    scope = scope_of(user)
    if scope is not None and scope.everything:
        return Sight(everything=True)
    producers: tuple[int, ...] = ()
    if is_member(user):
        producers = tuple(ProducerMember.objects.filter(user=user).order_by("producer").values_list("producer", flat=True))
    return Sight(province=scope.province if scope else None, commune=scope.commune if scope else None, producers=producers)
