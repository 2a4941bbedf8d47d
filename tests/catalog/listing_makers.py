"""Listings on their way: a producer with a member, a product, and a draft that is fit to be submitted."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from catalog.listings.drafts import content_now, etag_of, save_fields, submit
from catalog.listings.live import live_content
from catalog.listings.review import seen_mark
from catalog.models import ListingRevision, Owner, Producer, Product
from tests import builders


@dataclass(frozen=True)
class Bench:
    """A product of a producer with a member, and an official of its province."""

    producer: Producer
    product: Product
    member: User
    official: User


def bench(code: str = "P", *, public: bool = True, price: int | None = 100_000) -> Bench:
    """A coffee that can be submitted as it stands."""
    producer = builders.producer(code)
    product = builders.product(f"{code}-1", producer, name="Cà phê", public=public, price=price, set_code="2.03")
    Product.objects.filter(pk=product.pk).update(description_vi="Cà phê của xã.")
    product.refresh_from_db()
    return Bench(producer, product, builders.member(producer), builders.official())


def type_in(owner: Owner, by: User, **values: str) -> str:
    """Save fields as somebody who has just opened the page; the new mark."""
    return save_fields(owner=owner, values=values, etag=etag_of(content_now(owner), values), by=by).etag


def submitted(owner: Owner, by: User, **values: str) -> ListingRevision:
    """Type and submit."""
    type_in(owner, by, **values)
    return submit(owner=owner, by=by)


def seen(revision: ListingRevision) -> str:
    """What an official who opens the revision now has before the eyes."""
    return seen_mark(revision, live_content(revision.owner, timezone.localdate()))
