"""Whose stars somebody keeps. Stars are the business of agriculture and environment; a commune checks what comes from it."""

from __future__ import annotations

from accounts.models import User
from accounts.scopes import AGRICULTURE, COMMUNE, Scope, scope_of


class NotTheirsError(Exception):
    """The user may not do this with this product's stars."""


def kept_by(user: User) -> Scope:
    """The territory over whose stars the user decides. Raises NotTheirsError."""
    scope = scope_of(user, kinds=AGRICULTURE)
    if scope is None:
        raise NotTheirsError
    return scope


def followed_by(user: User) -> Scope:
    """The territory whose stars the user follows: a department's province, or a commune. Raises NotTheirsError."""
    scope = scope_of(user, kinds=AGRICULTURE | COMMUNE)
    if scope is None:
        raise NotTheirsError
    return scope
