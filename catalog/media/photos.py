"""What is done to photos: take one in, take one away, put them in order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.media.errors import TooManyError
from catalog.media.files import keep_file
from catalog.media.looking import called
from catalog.media.pictures import encode_photo
from catalog.models import Owner, Photo, Product, lock_owner
from catalog.models.files import WEBP

MOST_PHOTOS = 10


def add_photo(*, owner: Owner, path: Path, name: str, alt_vi: str = "", alt_en: str = "") -> Photo:
    """Check the file, write it anew in three sizes and put it last; the same photo a second time is the one that is there.

    Raises UploadRefusedError (TooManyError where the owner has ten): then nothing is kept.
    """
    name = called(name)
    _make_sure_of_room(owner, name)  # before the work of encoding, and once more under the lock
    pictures = encode_photo(path, name)
    with transaction.atomic():
        lock_owner(owner)  # neither the number of photos nor their order can go wrong where two come at once
        files = {size: keep_file(content=picture.content, media_type=WEBP) for size, picture in pictures.items()}
        there = Photo.objects.of(owner).filter(large=files["large"]).first()
        if there is not None:
            return there
        _make_sure_of_room(owner, name)
        last = Photo.objects.of(owner).order_by("-position").values_list("position", flat=True).first() or 0
        owned: dict[str, Owner] = {"product" if isinstance(owner, Product) else "producer": owner}
        large = pictures["large"]
        return Photo.objects.create(
            **owned, **files, position=last + 1, width=large.width, height=large.height, alt_vi=alt_vi, alt_en=alt_en
        )


def remove_photo(*, photo: Photo) -> None:
    """Take the photo away, also from the published listing; its files go with the next sweep. A second time does nothing."""
    Photo.objects.filter(pk=photo.pk).delete()


@transaction.atomic
def order_photos(*, owner: Owner, ids: Sequence[int]) -> None:
    """Put the owner's photos in the order of `ids`; photos it does not name keep their order behind, other owners' are passed over."""
    lock_owner(owner)
    places = {pk: place for place, pk in enumerate(ids)}
    photos = sorted(Photo.objects.of(owner), key=lambda photo: (places.get(photo.pk, len(places)), photo.position, photo.pk))
    for position, photo in enumerate(photos, start=1):
        photo.position = position
    Photo.objects.bulk_update(photos, ["position"])


def _make_sure_of_room(owner: Owner, name: str) -> None:
    if Photo.objects.of(owner).count() >= MOST_PHOTOS:
        text = _("%(file)s was not taken: there are ten photos already. Remove one first.")
        raise TooManyError(text % {"file": name})
