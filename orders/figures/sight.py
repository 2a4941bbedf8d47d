"""Whose sales a user may see, as plain values that can also name a query.

An official sees the figures of his territory, and of the shops that agreed to share them single lines; a cooperative's member what is
its own producers' (also in a shop of many), an administrator all figures; somebody who is nothing of these sees no row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.scopes import scope_of
from catalog.models import ProducerMember
from catalog.rules import is_member
from orders.shops.models import Shop, Stretch, present_stretches


@dataclass(frozen=True)
class Sight:
    """The rows of the whole country, or of a province (one commune of it), and those of `producers` (ids) wherever they are.

    `shops` (ids) share their order lines with whoever holds the post: of other shops an official sees sums, and no single line. Of those
    that were sold on it sees the lines of the days that `stretches` has (id, first, last): their present owner's, who has agreed to it.
    """

    everything: bool = False
    province: str | None = None
    commune: str | None = None
    producers: tuple[int, ...] = ()
    shops: tuple[int, ...] = ()
    stretches: tuple[Stretch, ...] = ()

    @property
    def official(self) -> bool:
        """Whether rows are seen by virtue of a post (or as administrator), not of a membership."""
        return self.everything or self.province is not None

    def rows(self, path: str = "") -> Q:
        """The condition on what is shown in sum: rows with `province`, `commune`, `producer`; `path` leads to them (`contributions__`)."""
        if self.everything:
            return Q()
        own = Q(**{f"{path}producer__in": self.producers})
        if self.province is None:
            return own
        place: dict[str, Any] = {f"{path}province": self.province}
        if self.commune is not None:
            place[f"{path}commune"] = self.commune
        return Q(**place) | own if self.producers else Q(**place)

    def shared(self, path: str = "") -> Q:
        """The condition on rows that have `shop`, `day` and `producer`: one's own, and those of shops that share their lines."""
        own = Q(**{f"{path}producer__in": self.producers})
        if not self.official:
            return own
        sold_on = {shop for shop, _first, _last in self.stretches}
        shared = Q(**{f"{path}shop__in": tuple(shop for shop in self.shops if shop not in sold_on)})
        for shop, first, last in self.stretches:
            shared |= Q(**{f"{path}shop": shop, f"{path}day__range": (first, last)})
        return shared | own

    def lines(self, path: str = "") -> Q:
        """The condition on what is shown line by line."""
        return self.rows(path) & self.shared(path)


def line_sight_of(user: User) -> Sight:
    """What `user` sees line by line: as `sight_of`, with the shops that share their lines with the post it is seen by."""
    sight = sight_of(user)
    if not sight.official:
        return sight
    held = {
        post.agency.kind
        for post in user.current_posts()
        if (post.agency.province_id, post.agency.commune_id) == (sight.province, sight.commune)
    }
    # An administrator holds no post: nobody agreed with it, so it sees what somebody at least may see.
    shops = Shop.objects.sharing_with(None if sight.everything else held)
    return replace(sight, shops=tuple(shops.order_by("pk").values_list("pk", flat=True)), stretches=tuple(present_stretches(shops)))


def sight_of(user: User) -> Sight:
    """What `user` sees in sum now: by current posts and memberships."""
    scope = scope_of(user)
    if scope is not None and scope.everything:
        return Sight(everything=True)
    producers: tuple[int, ...] = ()
    if is_member(user):
        producers = tuple(ProducerMember.objects.filter(user=user).order_by("producer").values_list("producer", flat=True))
    return Sight(province=scope.province if scope else None, commune=scope.commune if scope else None, producers=producers)
