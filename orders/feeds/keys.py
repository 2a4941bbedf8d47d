"""Keys of a shop: made, replaced with a time of grace in which both open, revoked, found again by what a program shows."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from orders.feeds.models import SHOWN, ShopKey
from orders.shops.models import Shop

MOST = 5
"""Open keys of one kind: two while one replaces the other, and some for several programs."""
USED_TO_THE = timedelta(minutes=1)
"""How exactly the last use is kept: writing it at each call would make all calls of a shop wait for one row."""


class TooManyKeysError(Exception):
    """The shop has MOST open keys of that kind: one must be revoked first."""


class KeyEndedError(Exception):
    """The key was revoked or replaced before."""


def make_key(*, shop: Shop, kind: ShopKey.Kind, by: User) -> tuple[ShopKey, str]:
    """A new key and its text, which is kept nowhere. Raises TooManyKeysError."""
    with transaction.atomic():
        _hold(shop)  # two requests at once must not both count to one less than the most
        if shop.keys.open().filter(kind=kind).count() >= MOST:
            raise TooManyKeysError
        return _made(shop, kind, by)


def replace_key(*, shop: Shop, pk: int, grace: timedelta, by: User) -> tuple[ShopKey, str]:
    """A new key in the place of one, which opens for `grace` beside it; the new one and its text.

    Raises ShopKey.DoesNotExist, KeyEndedError for a key that is replaced already: sent twice, it makes one.
    """
    with transaction.atomic():
        _hold(shop)  # nor may a new one come into being while all are revoked
        old = shop.keys.select_for_update(of=("self",)).get(pk=pk)
        if old.ends_at is not None:
            raise KeyEndedError
        old.ends_at = timezone.now() + grace
        old.save(update_fields=["ends_at"])
        return _made(shop, ShopKey.Kind(old.kind), by)


def revoke_key(*, shop: Shop, pk: int, by: User) -> None:
    """The key opens no more from now on. Raises ShopKey.DoesNotExist, KeyEndedError."""
    now = timezone.now()
    if not shop.keys.open(now).filter(pk=pk).update(ends_at=now, revoked_by=by):
        shop.keys.get(pk=pk)
        raise KeyEndedError


def revoke_keys(*, shop: Shop, by: User) -> None:
    """No key of the shop opens any more: whoever had them has it no longer. In the caller's transaction, which holds the shop's row."""
    now = timezone.now()
    shop.keys.open(now).update(ends_at=now, revoked_by=by)


def key_of(text: str) -> ShopKey | None:
    """The open api key of that text, with its shop."""
    found = ShopKey.objects.open().filter(kind=ShopKey.Kind.API, kept=ShopKey.hashed(text)).select_related("shop").first()
    return found and _used(found)


def signer_of(signatures: list[str], message: bytes, *, shop_code: str) -> ShopKey | None:
    """The open signing key of the shop that made one of the signatures (lower-case hexadecimal HMAC-SHA256 of the message)."""
    found = None
    for key in ShopKey.objects.open().filter(kind=ShopKey.Kind.SIGNING, shop__code=shop_code).select_related("shop"):
        made = hmac.new(ShopKey.derived(key.kept).encode(), message, "sha256").hexdigest()
        if any(secrets.compare_digest(made, signature) for signature in signatures):
            found = found or key  # no early end: how long it takes tells nothing of which key it was
    return found and _used(found)


def _hold(shop: Shop) -> None:
    Shop.objects.select_for_update(no_key=True, of=("self",)).get(pk=shop.pk)


def _made(shop: Shop, kind: ShopKey.Kind, by: User) -> tuple[ShopKey, str]:
    if kind == ShopKey.Kind.API:
        text = f"ock_{secrets.token_urlsafe(32)}"
        kept = ShopKey.hashed(text)
    else:
        kept = secrets.token_hex(32)
        text = ShopKey.derived(kept)
    return ShopKey.objects.create(shop=shop, kind=kind, prefix=text[:SHOWN], kept=kept, created_by=by), text


def _used(key: ShopKey) -> ShopKey:
    now: datetime = timezone.now()
    if key.used_at is None or now - key.used_at >= USED_TO_THE:
        ShopKey.objects.filter(pk=key.pk).update(used_at=now)
    return key
