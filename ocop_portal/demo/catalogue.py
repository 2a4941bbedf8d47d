"""Collects producers and products with their dated facts, and writes them in a few statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from catalog.models import ListPrice, OcopSet, Producer, ProducerSeat, Product, ProductFacts
from ocop_portal.demo.clock import LONG_AGO
from ocop_portal.demo.words import Kind
from places.models import Commune

DEMO_VI = "Sản phẩm minh họa, không có thật."
DEMO_EN = "A made-up product, for demonstration only."
# GS1 keeps 952 for demonstrations and examples (General Specifications, section 1.4): none of them is on a real product, and a
# resolver takes them like any other.
DEMO_GTIN = "952"


def demo_gtin(number: int) -> str:
    """A GTIN-13 of the range for demonstrations, with its check digit (GS1 General Specifications, section 7.9)."""
    body = f"{DEMO_GTIN}{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


@dataclass
class Catalogue:
    """What is to be written; `save` gives every producer and product its id."""

    producers: list[Producer] = field(default_factory=list)
    seats: list[ProducerSeat] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    facts: list[ProductFacts] = field(default_factory=list)
    prices: list[ListPrice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sets = {ocop_set.code: ocop_set for ocop_set in OcopSet.objects.all()}
        self._seats: dict[str, str] = {}
        self._prices_on: dict[tuple[int, date], dict[str, int]] = {}
        self._communes = Commune.objects.select_related("province").in_bulk()

    def communes(self, province: str) -> list[str]:
        """Codes of the province's communes, in order."""
        return sorted(code for code, commune in self._communes.items() if commune.province_id == province)

    def seat_of(self, producer: Producer) -> str:
        """The code of the commune where the producer sits."""
        return self._seats[producer.code]

    def producer(
        self, code: str, name: str, name_en: str, kind: str, commune: str, *, representative: str = "", is_demo: bool = True
    ) -> Producer:
        """A producer with its seat in `commune` (code) since long ago."""
        place = self._communes[commune]
        producer = Producer(
            code=code,
            name=name,
            name_en=name_en,
            kind=kind,
            representative=representative,
            address=f"{place.name}, {place.province.name}",
            is_demo=is_demo,
        )
        self.producers.append(producer)
        self._seats[code] = commune
        self.seats.append(ProducerSeat(producer=producer, since=LONG_AGO, commune=place))
        return producer

    def product(
        self,
        code: str,
        producer: Producer,
        kind: Kind,
        *,
        brand: str = "",
        price: int | None = None,
        about: tuple[str, str] = (DEMO_VI, DEMO_EN),
        is_demo: bool = True,
        gtin: str | None = None,
    ) -> Product:
        """A product of the kind, named `kind brand`, with one set of facts and one list price (VND) since long ago."""
        product = Product(
            code=code,
            producer=producer,
            name_vi=f"{kind.name_vi} {brand}".strip(),
            name_en=f"{kind.name_en} {brand}".strip() if kind.name_en else "",
            gtin=gtin,
            description_vi=about[0],
            description_en=about[1],
            is_demo=is_demo,
            published_at=timezone.now(),
        )
        ocop_set = self._sets[kind.ocop_set]
        self.products.append(product)
        self.facts.append(ProductFacts(product=product, since=LONG_AGO, ocop_set=ocop_set, unit=kind.unit, net_weight_g=kind.grams))
        self.price(product, LONG_AGO, kind.price if price is None else price)
        return product

    def price(self, product: Product, since: date, price: int) -> None:
        """The product's list price from `since` on."""
        self.prices.append(ListPrice(product=product, since=since, price=price))

    def price_on(self, day: date) -> dict[str, int]:
        """Each product's list price in force on `day`, by product code."""
        # It changes on few days only, and sales ask for hundreds of them.
        changes = tuple(sorted({price.since for price in self.prices}))
        newest = max((since for since in changes if since <= day), default=changes[0])
        key = (len(self.prices), newest)
        if key not in self._prices_on:
            rows = sorted((price for price in self.prices if price.since <= newest), key=lambda price: price.since)
            self._prices_on[key] = {price.product.code: price.price for price in rows}
        return self._prices_on[key]

    def save(self) -> None:
        """Write everything; producers and products first, as the rest points at them."""
        Producer.objects.bulk_create(self.producers)
        ProducerSeat.objects.bulk_create(self.seats)
        Product.objects.bulk_create(self.products)
        ProductFacts.objects.bulk_create(self.facts)
        ListPrice.objects.bulk_create(self.prices)
