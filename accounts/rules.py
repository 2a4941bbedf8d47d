"""The roles that come from posts. Permissions that use them stand in each app's own rules.py."""

from __future__ import annotations

import rules

from accounts.models import Agency, User


def _kinds(user: User) -> set[str]:
    """Kinds of the agencies in which the user holds a post today; read once per user object."""
    if not user.is_authenticated:
        return set()
    known: set[str] | None = getattr(user, "_agency_kinds", None)
    if known is None:
        known = {post.agency.kind for post in user.current_posts()}
        user._agency_kinds = known  # type: ignore[attr-defined]
    return known


@rules.predicate
def is_administrator(user: User) -> bool:
    """Administers the portal."""
    return bool(user.is_superuser)


@rules.predicate
def is_official(user: User) -> bool:
    """Holds a post in any agency today."""
    return bool(_kinds(user))


@rules.predicate
def is_trade_official(user: User) -> bool:
    """Holds a post in a department of industry and trade."""
    return Agency.Kind.INDUSTRY_TRADE in _kinds(user)


@rules.predicate
def signs_for_trade(user: User) -> bool:
    """Leads a department of industry and trade, or was let sign its papers by whoever leads it."""
    return user.is_authenticated and any(post.signs for post in user.current_posts() if post.agency.kind == Agency.Kind.INDUSTRY_TRADE)


@rules.predicate
def is_agriculture_official(user: User) -> bool:
    """Holds a post in a department of agriculture and environment: stars are its business."""
    return Agency.Kind.AGRICULTURE_ENVIRONMENT in _kinds(user)


@rules.predicate
def is_commune_official(user: User) -> bool:
    """Holds a post in a commune's people's committee."""
    return Agency.Kind.COMMUNE in _kinds(user)
