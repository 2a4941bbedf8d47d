"""Whose plans a reader sees: those of the province in which he or she holds a post."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import Agency, User
from accounts.scopes import scope_of

EVERY_KIND = frozenset(Agency.Kind.values)


def in_province(user: User | AnonymousUser, *, kinds: frozenset[str] = EVERY_KIND) -> Q:
    """Rows with a `province` of the user's posts in agencies of `kinds`; an administrator's are all, whoever has no such post has none."""
    scope = scope_of(user, kinds=kinds) if isinstance(user, User) else None
    if scope is None:
        return Q(pk__in=[])
    return Q() if scope.everything else Q(province=scope.province)
