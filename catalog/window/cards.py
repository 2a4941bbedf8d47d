"""A product as it stands in a list of the shop window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.models import Photo, Product
from catalog.standing import Star, stars_on
from catalog.window.drawings import drawing
from places.models import Commune


@dataclass(frozen=True)
class Card:
    """What a list shows of a product: its star of the day, the unit's price then (VND, None: not told), and where it is made."""

    product: Product
    star: Star | None
    price: int | None
    unit: str
    ocop_set: str
    commune: Commune | None
    photo: Photo | None

    @property
    def group(self) -> str:
        """The code of its OCOP group; empty where its set is not known."""
        return self.ocop_set.partition(".")[0]

    @property
    def drawing(self) -> str:
        """What stands for it where it has no photo."""
        return drawing(self.ocop_set)


def cards(ids: Sequence[int], day: date) -> list[Card]:
    """The cards of products, in the order of `ids`: four queries, however many there are."""
    found = Product.objects.filter(pk__in=ids).select_related("producer").with_facts(day).with_place(day).in_bulk()
    stars = stars_on(found, day)
    communes = _communes(product.commune_code for product in found.values())  # type: ignore[attr-defined]
    photos = first_photos(found)
    return [_card(found[pk], stars.get(pk), communes, photos.get(pk)) for pk in ids if pk in found]


def first_photos(products: Iterable[int]) -> dict[int, Photo]:
    """The photo that each product (by id) is shown by; products without one are left out."""
    shown = Photo.objects.shown().filter(product__in=list(products)).order_by("product_id", "position", "pk").distinct("product_id")
    return {photo.product_id: photo for photo in shown if photo.product_id is not None}


def _communes(codes: Iterable[str | None]) -> dict[str, Commune]:
    return Commune.objects.select_related("province").in_bulk({code for code in codes if code})


def _card(product: Product, star: Star | None, communes: dict[str, Commune], photo: Photo | None) -> Card:
    facts = vars(product)  # what with_facts and with_place have added
    return Card(
        product=product,
        star=star,
        price=facts["list_price"],
        unit=facts["unit"] or "",
        ocop_set=facts["set_code"] or "",
        commune=communes.get(facts["commune_code"]),
        photo=photo,
    )
