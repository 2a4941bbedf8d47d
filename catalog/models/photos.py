"""Photos of products and of producers."""

from __future__ import annotations

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.files import StoredFile
from catalog.models.ocop import in_language
from catalog.models.owned import Owned, OwnedQuerySet

# The longest side of each size, in pixels: a card in a list, a phone's width, a desk's.
SIZES: dict[str, int] = {"small": 360, "medium": 800, "large": 1600}


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """Width and height of the picture with its longest side at most `side`; never larger than it is, never less than 1."""
    longest = max(width, height)
    if longest <= side:
        return width, height
    return max(1, round(width * side / longest)), max(1, round(height * side / longest))


class PhotoQuerySet(OwnedQuerySet["Photo"]):
    """Photos, and what the file of an address belongs to."""

    def with_file(self, digest: str) -> PhotoQuerySet:
        """Photos of which the file is one of the three sizes."""
        return self.filter(Q(small=digest) | Q(medium=digest) | Q(large=digest))


@pghistory.track()
class Photo(Owned):
    """A photo in three sizes of WebP, upright, without anything that the camera noted (place, time, device).

    `width` and `height` are those of the largest one. A new photo is `shown` once the listing with it was published; taking one away, its
    place in the row and its description take effect at once.
    """

    position = models.PositiveSmallIntegerField(_("position"), default=1)
    alt_vi = models.CharField(_("what is to be seen, in Vietnamese"), max_length=200, blank=True)
    alt_en = models.CharField(_("what is to be seen, in English"), max_length=200, blank=True)
    width = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    height = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    small = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    medium = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    large = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    objects = PhotoQuerySet.as_manager()

    class Meta(Owned.Meta):
        ordering = ["position", "pk"]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["product", "large"], name="photo_once_a_product"),
            models.UniqueConstraint(fields=["producer", "large"], name="photo_once_a_producer"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} ({self.position})"

    @property
    def alt(self) -> str:
        """What is to be seen, in the reader's language; empty where nobody has said."""
        return in_language(self.alt_vi, self.alt_en)

    def sizes(self) -> list[tuple[str, int, int]]:
        """(digest, width, height) of each size, the smallest first; a small photo has less than three."""
        found = {
            digest: fitted(self.width, self.height, SIZES[name])
            for name, digest in (("small", self.small_id), ("medium", self.medium_id), ("large", self.large_id))
        }
        return [(digest, *size) for digest, size in found.items()]
