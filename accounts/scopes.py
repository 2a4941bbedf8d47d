"""Which territory's rows a user may see by virtue of a post."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Agency, User


@dataclass(frozen=True)
class Scope:
    """A territory: the whole country (both None), a province, or one commune of it."""

    province: str | None = None
    commune: str | None = None

    @property
    def everything(self) -> bool:
        """Whether no row is left out."""
        return self.province is None

    def covers(self, province: str, commune: str | None = None) -> bool:
        """Whether a row of that province (and commune) lies within."""
        if self.everything:
            return True
        return province == self.province and (self.commune is None or commune == self.commune)


def scope_of(user: User, *, kinds: frozenset[str] = frozenset(Agency.Kind.values)) -> Scope | None:
    """The widest territory of the user's current posts in agencies of `kinds`; None for somebody with no such post.

    Administrators see the whole country. Somebody with posts in two provinces acts in the first by code: two territories in
    one page would be a figure of no territory.
    """
    if user.is_superuser:
        return Scope()
    scopes = [
        Scope(province=post.agency.province_id, commune=post.agency.commune_id)
        for post in user.current_posts()
        if post.agency.kind in kinds
    ]
    return min(scopes, key=lambda scope: (scope.commune is not None, scope.province or "", scope.commune or ""), default=None)


TRADE = frozenset({Agency.Kind.INDUSTRY_TRADE.value})
AGRICULTURE = frozenset({Agency.Kind.AGRICULTURE_ENVIRONMENT.value})
COMMUNE = frozenset({Agency.Kind.COMMUNE.value})
