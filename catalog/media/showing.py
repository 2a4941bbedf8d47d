"""Which photos, papers and sales links everybody sees: set when a listing is published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from catalog.models import Owner, Paper, Photo, SalesLink


@dataclass(frozen=True)
class Shown:
    """Ids of the photos (in their order), papers and sales links that a listing shows."""

    photos: Sequence[int] = ()
    papers: Collection[int] = ()
    links: Collection[int] = ()


def current(owner: Owner) -> Shown:
    """What the member keeps at the moment: what a revision that is submitted now asks to show."""
    return Shown(
        photos=list(Photo.objects.of(owner).values_list("pk", flat=True)),
        papers=list(Paper.objects.current().of(owner).values_list("pk", flat=True)),
        links=list(SalesLink.objects.current().of(owner).values_list("pk", flat=True)),
    )


@transaction.atomic
def show_only(*, owner: Owner, wanted: Shown) -> None:
    """Show exactly what is wanted of the owner's photos, papers and links, the photos in that order.

    What was taken away since, and what belongs to somebody else, is passed over. Photos that are not wanted keep their order behind.
    """
    places = {pk: place for place, pk in enumerate(wanted.photos, start=1)}
    photos = list(Photo.objects.of(owner).select_for_update())
    for place, photo in enumerate(sorted(photos, key=lambda photo: places.get(photo.pk, len(photos) + photo.position)), start=1):
        photo.position, photo.shown = place, photo.pk in places
    Photo.objects.bulk_update(photos, ["position", "shown"])
    for rows, ids in ((Paper.objects.filter(withdrawn_at=None).of(owner), wanted.papers), (SalesLink.objects.of(owner), wanted.links)):
        rows.filter(shown=True).exclude(pk__in=ids).update(shown=False)
        rows.filter(pk__in=ids).update(shown=True)
