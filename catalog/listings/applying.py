"""Puts a reviewed content into the rows that everybody reads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from catalog.listings.live import DATED, Content
from catalog.media.showing import Shown, show_only
from catalog.models import FloorPrice, ListPrice, OcopSet, Owner, Product, ProductFacts

_FACTS = ("ocop_set", "unit", "net_weight_g")
_OR_NONE = frozenset({"gtin", "alcohol_percent"})
MEDIA_KEYS = ("photos", "papers", "links")


def apply_content(*, owner: Owner, content: Content, keys: Collection[str], live: Content, day: date, at: datetime) -> None:
    """Take over `keys` of the content, dated facts from `day` on; the owner must be locked. A product not yet public becomes so at `at`.

    What is not in `keys` stays as it is, whoever changed it since the draft was begun.
    """
    fields = [key for key in keys if key not in DATED and key not in MEDIA_KEYS]
    for key in fields:
        setattr(owner, key, (content[key] or None) if key in _OR_NONE else content[key])
    if isinstance(owner, Product):
        if owner.published_at is None:
            owner.published_at = at
            fields.append("published_at")
        _apply_dated(owner, content, keys, day)
    if fields:
        owner.save(update_fields=fields)
    media = {key: content[key] if key in keys else live[key] for key in MEDIA_KEYS}
    show_only(owner=owner, wanted=Shown(photos=media["photos"], papers=media["papers"], links=media["links"]))


def _apply_dated(product: Product, content: Content, keys: Collection[str], day: date) -> None:
    changed = [key for key in _FACTS if key in keys]
    if changed:
        held = ProductFacts.objects.in_force(product, day).first()
        values: dict[str, Any] = {"ocop_set": held.ocop_set, "unit": held.unit, "net_weight_g": held.net_weight_g} if held else {}
        for key in changed:
            values[key] = _fact(key, content[key])
        ProductFacts.objects.update_or_create(product=product, since=day, defaults=values)
    for key, prices in (("list_price", ListPrice), ("floor_price", FloorPrice)):
        if key in keys and content[key]:
            prices.objects.update_or_create(product=product, since=day, defaults={"price": int(content[key])})


def _fact(key: str, text: str) -> OcopSet | str | int | None:
    if key == "ocop_set":
        return OcopSet.objects.get(code=text) if text else None
    if key == "net_weight_g":
        return int(text) if text else None
    return text
