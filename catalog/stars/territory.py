"""Whose stars somebody keeps. Stars are the business of agriculture and environment; a commune checks what comes from it."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from accounts.scopes import AGRICULTURE, COMMUNE, Scope, scope_of
from catalog.models import Product


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


def decides_on(user: User, product: Product) -> bool:
    """Whether the product's stars are the user's to decide on. Nobody gives points to a producer to which he belongs."""
    return _covers(scope_of(user, kinds=AGRICULTURE), product) and not _belongs(user, product)


def checks(user: User, product: Product) -> bool:
    """Whether the user checks for the commune in which the product's producer sits, to which he does not belong himself."""
    return _covers(scope_of(user, kinds=COMMUNE), product) and not _belongs(user, product)


def prepares(user: User, product: Product) -> bool:
    """Whether the user may prepare the product's application: a member of its producer, or the commune for somebody without a phone."""
    return _belongs(user, product) or checks(user, product)


def _belongs(user: User, product: Product) -> bool:
    return product.producer.memberships.filter(user=user).exists()


def withdraws(user: User, product: Product) -> bool:
    """Whether the user may let the product's application be: a member of its producer; the commune for a producer without members."""
    members = list(product.producer.memberships.values_list("user", flat=True))
    return user.pk in members if members else checks(user, product)


def _covers(scope: Scope | None, product: Product) -> bool:
    if scope is None:
        return False
    return Product.objects.within(scope, timezone.localdate()).filter(pk=product.pk).exists()
