"""What is done to sales links: enter one, change one, open or close it, take it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.keeping.waiting import ChangedMeanwhileError, is_fixed
from catalog.media.errors import TooManyError
from catalog.models import Owner, Product, SalesLink, lock_owner

MOST_LINKS = 30


class KnownAddressError(Exception):
    """The product or producer has this address already."""


@dataclass(frozen=True)
class LinkFacts:
    """What is known of a link; `url` is written as `catalog.keeping.addresses.tidy_address` returns it."""

    floor: str
    url: str
    opened_on: date | None = None
    state: str = SalesLink.State.OPEN


@transaction.atomic
def add_link(*, owner: Owner, facts: LinkFacts) -> SalesLink:
    """Enter a link. Raises KnownAddressError, and TooManyError at thirty links."""
    lock_owner(owner)
    links = SalesLink.objects.of(owner)
    if links.filter(url=facts.url).exists():
        raise KnownAddressError
    if links.current().count() >= MOST_LINKS:
        raise TooManyError(_("There are thirty addresses already. Remove those that matter no longer."))
    owned: dict[str, Owner] = {"product" if isinstance(owner, Product) else "producer": owner}
    return SalesLink.objects.create(**owned, floor=facts.floor, url=facts.url, opened_on=facts.opened_on, state=facts.state)


@transaction.atomic
def change_link(*, link: SalesLink, facts: LinkFacts) -> SalesLink:
    """Change the link. Day and state take effect at once; floor and address of one that is public wait in a new row.

    Going back to the address that is public undoes the change that waits. Raises KnownAddressError, ChangedMeanwhileError.
    """
    held = _locked(link)
    older = held.replaces
    if older is not None and older.url == facts.url:
        # Back to what everybody sees: the entry that waited is given up.
        held.delete()
        held = older
    elif SalesLink.objects.of(held.owner).filter(url=facts.url).exclude(pk=held.pk).exists():
        raise KnownAddressError
    held.opened_on, held.state = facts.opened_on, facts.state
    if facts.url != held.url and is_fixed(held):
        held.save(update_fields=["opened_on", "state"])
        return SalesLink.objects.create(
            product=held.product,
            producer=held.producer,
            replaces=held,
            floor=facts.floor,
            url=facts.url,
            opened_on=facts.opened_on,
            state=facts.state,
        )
    held.floor, held.url = facts.floor, facts.url
    held.save(update_fields=["opened_on", "state", "floor", "url"])
    return held


@transaction.atomic
def remove_link(*, link: SalesLink) -> None:
    """Take the link away, also from the public page, with those that it replaced. Raises ChangedMeanwhileError."""
    held: SalesLink | None = _locked(link)
    while held is not None:
        older = held.replaces
        held.delete()
        held = older


def _locked(link: SalesLink) -> SalesLink:
    lock_owner(link.owner)
    held = SalesLink.objects.current().select_related("replaces", "product", "producer").filter(pk=link.pk).first()
    if held is None:
        raise ChangedMeanwhileError
    return held
