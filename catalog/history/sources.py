"""Which rows tell the history of a product or a producer, and what their fields are called on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.listings.fields import PRODUCER_FIELDS, PRODUCT_FIELDS
from catalog.models import (
    FloorPrice,
    ListingRevision,
    ListPrice,
    Owner,
    Paper,
    Photo,
    Producer,
    ProducerMember,
    ProducerSeat,
    Product,
    ProductFacts,
    Remark,
    SalesLink,
    StarExtension,
    StarRating,
)

Words = str | Promise


@dataclass(frozen=True)
class Source:
    """Rows of one model: what one is called, how events find their owner, which fields are told (key and words)."""

    model: type[models.Model]
    words: Words
    lookup: str
    fields: dict[str, Words]

    def events(self, owner: Owner) -> models.QuerySet[Any]:
        """The owner's events, oldest first."""
        found: models.QuerySet[Any] = self.model.pgh_event_model.objects  # type: ignore[attr-defined]
        return found.filter(**{self.lookup: owner.pk}).order_by("pgh_id")


_SINCE: dict[str, Words] = {"since": _("Since")}
_PAPER: dict[str, Words] = {
    "kind": _("Kind"),
    "title": _("Name"),
    "number": _("Number"),
    "issuer": _("Issued by"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "shown": _("Shown to everybody"),
    "withdrawn_at": _("Withdrawn"),
}
_LINK: dict[str, Words] = {
    "floor": _("Floor"),
    "url": _("Address"),
    "opened_on": _("Opened on"),
    "state": _("State"),
    "shown": _("Shown to everybody"),
}
_PHOTO: dict[str, Words] = {"alt_vi": _("Description"), "position": _("Position"), "shown": _("Shown to everybody")}
_OWN_PRODUCT = {field.key: field.label for field in PRODUCT_FIELDS if hasattr(Product, field.key)}
_OWN_PRODUCER = {field.key: field.label for field in PRODUCER_FIELDS}


def _kept(owner: str) -> tuple[Source, ...]:
    """What both a product and a producer have."""
    return (
        Source(Photo, _("Photo"), owner, _PHOTO),
        Source(Paper, _("Paper"), owner, _PAPER),
        Source(SalesLink, _("Sales link"), owner, _LINK),
        Source(ListingRevision, _("Listing"), owner, {"state": _("State")}),
        Source(Remark, _("Remark"), f"revision__{owner}", {"text": _("Text")}),
    )


OF_PRODUCT = (
    Source(
        Product,
        _("Product"),
        "pgh_obj",
        {"producer": _("Producer"), **_OWN_PRODUCT, "published_at": _("Public since"), "merged_into": _("Double of")},
    ),
    Source(
        ProductFacts,
        _("Set, unit and weight"),
        "product",
        {**_SINCE, "ocop_set": _("Product set"), "unit": _("Unit"), "net_weight_g": _("Net weight")},
    ),
    Source(ListPrice, _("List price"), "product", {**_SINCE, "price": _("List price")}),
    Source(FloorPrice, _("Lowest price you accept"), "product", {**_SINCE, "price": _("Lowest price you accept")}),
    Source(
        StarRating,
        _("Stars"),
        "product",
        {
            "decision": _("Decision"),
            "stars": _("Stars"),
            "points": _("Points"),
            "valid_from": _("Valid from"),
            "valid_until": _("Valid until"),
            "revoked_on": _("Revoked on"),
            "revoked_ground": _("Ground of revocation"),
        },
    ),
    Source(StarExtension, _("Extension of stars"), "rating__product", {"decision": _("Decision"), "until": _("Valid until")}),
    *_kept("product"),
)
OF_PRODUCER = (
    Source(
        Producer,
        _("Producer"),
        "pgh_obj",
        {**_OWN_PRODUCER, "kind": _("Kind"), "representative": _("Legal representative"), "tax_code": _("Tax code")},
    ),
    Source(ProducerSeat, _("Seat"), "producer", {**_SINCE, "commune": _("Commune")}),
    Source(ProducerMember, _("Member"), "producer", {"user": _("Person")}),
    *_kept("producer"),
)


def sources_of(owner: Owner) -> tuple[Source, ...]:
    """The rows that tell its history."""
    return OF_PRODUCT if isinstance(owner, Product) else OF_PRODUCER
