"""Search of the catalogue for one province (343 products) and for the whole country (17,000), by 200 half-remembered names each.

A search is the whole call behind the catalogue's page: `search` and the cards of its hits (stars, prices, places), uncached. A query
is what somebody remembers of a product: its whole name, or its kind with its producer, commune, or a commune and district of before
July 2025. Of 200 queries 50 are without accents, 50 have one wrong letter in addition to what they lack, 50 are in English
where there is a name, and 50 are as written.

- hit5: share of the queries, over 17,000 products, whose product is among the first five hits.
- growth: p95 of a search over 17,000 products ÷ p95 over 343.

OCOP_BENCH_PRODUCTS (17,000) makes it smaller for a first look; OCOP_BENCH_MISSES=1 prints the queries that missed.
"""

from __future__ import annotations

import os
import random
import statistics
import string
import sys
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._portal import administer, connected, portal, seconds

PROVINCE = 343
COUNTRY = int(os.environ.get("OCOP_BENCH_PRODUCTS", "17000"))
QUERIES = 200
ROUNDS = 5
DAY = date(2026, 6, 1)
LONG_AGO = date(2020, 1, 1)


def main() -> None:
    """Print both catalogues' times and the misses by kind of query; the ratios on the last line."""
    with portal():
        from django.conf import settings

        chance = random.Random("a half-remembered name")
        maker = Maker(chance)
        maker.grow(PROVINCE)
        _settle()
        asked = {"province": [maker.query(number) for number in range(QUERIES)]}
        country = settings.DATABASES["default"]["NAME"]
        administer("CREATE DATABASE province TEMPLATE " + country)
        maker.grow(COUNTRY)
        _settle()
        asked[country] = [maker.query(number) for number in range(QUERIES)]
        found: dict[str, list[bool]] = {}
        times: dict[str, list[list[float]]] = {name: [[] for _ in range(QUERIES)] for name in asked}
        # In turns, so that a slow moment hits both alike.
        for turn in range(ROUNDS + 1):
            for name, queries in asked.items():
                with connected(name):
                    if turn == 0:
                        found[name] = [code in search_call(text)[:5] for text, code in queries]
                        continue
                    for place, (text, _) in enumerate(queries):
                        times[name][place].append(seconds(lambda text=text: search_call(text)))
        p95 = {name: statistics.quantiles(map(statistics.median, taken), n=20)[-1] for name, taken in times.items()}
        for name, size in (("province", PROVINCE), (country, COUNTRY)):
            print(f"{size:,} products: p95 {p95[name] * 1000:.1f} ms, hit5 {statistics.fmean(found[name]):.3f}", flush=True)
        if os.environ.get("OCOP_BENCH_MISSES"):
            for (text, code), hit in zip(asked[country], found[country], strict=True):
                if not hit:
                    print(f"  missed: {text!r} for {code} {maker.names[code]}")
    print(f"search hit5={statistics.fmean(found[country]):.3f} growth={p95[country] / p95['province']:.2f}")


def search_call(text: str) -> list[str]:
    """What the catalogue's page does for a query; the codes of the products it shows."""
    from catalog.window.cards import cards
    from catalog.window.search import Wanted, search

    found = search(Wanted(text=text), day=DAY)
    return [card.product.code for card in cards(found.ids, DAY)]


def _settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class Maker:
    """Makes producers in communes of all provinces with one to four products each, named as the demo's are: kind and brand."""

    def __init__(self, chance: random.Random) -> None:
        from catalog.models import OcopSet
        from ocop_portal.demo.words import brands, kinds
        from places.models import Commune

        self.chance = chance
        self.kinds = [kind for region in ("ca_mau", "gia_lai") for family in kinds(region).values() for kind in family]
        self.brands = brands(chance)
        self.sets = {ocop_set.code: ocop_set for ocop_set in OcopSet.objects.all()}
        self.communes = list(Commune.objects.select_related("province").order_by("code"))
        self.used: set[tuple[str, str]] = set()
        self.producers = 0
        self.names: dict[str, str] = {}
        self.made: list[tuple[Any, Any, Any, str]] = []  # product, kind, commune, brand

    def grow(self, size: int) -> None:
        """Make products until there are that many."""
        from catalog.models import ListPrice, Producer, ProducerSeat, Product, ProductFacts, RecognitionDecision, StarRating

        producers, seats, products, facts, prices, ratings = [], [], [], [], [], []
        decision, _ = RecognitionDecision.objects.get_or_create(number="1", decided_on=LONG_AGO, province_id="96")
        while len(self.made) < size:
            number = self.producers = self.producers + 1
            brand, commune = self.chance.choice(self.brands), self.chance.choice(self.communes)
            producer = Producer(code=f"B{number}", name=f"Hợp tác xã {brand} {commune.province.short_name}", name_en=f"{brand} Cooperative")
            producers.append(producer)
            seats.append(ProducerSeat(producer=producer, since=LONG_AGO, commune=commune))
            for kind in self.chance.sample(self.kinds, self.chance.randint(1, 4)):
                if (kind.name_vi, brand) in self.used or len(self.made) >= size:
                    continue
                self.used.add((kind.name_vi, brand))
                code = f"B-{len(self.made):05d}"
                name_en = f"{kind.name_en} {brand}" if kind.name_en else ""
                product = Product(code=code, producer=producer, name_vi=f"{kind.name_vi} {brand}", name_en=name_en, **_published())
                products.append(product)
                facts.append(ProductFacts(product=product, since=LONG_AGO, ocop_set=self.sets[kind.ocop_set], unit=kind.unit))
                prices.append(ListPrice(product=product, since=LONG_AGO, price=kind.price))
                stars = self.chance.choice((3, 3, 3, 4, 5))
                ratings.append(
                    StarRating(product=product, decision=decision, stars=stars, valid_from=LONG_AGO, valid_until=date(2030, 1, 1))
                )
                self.made.append((product, kind, commune, brand))
                self.names[code] = f"{product.name_vi} – {producer.name}, {commune.name}, {commune.province.name}"
        for model, rows in ((Producer, producers), (ProducerSeat, seats), (Product, products)):
            model.objects.bulk_create(rows, batch_size=5000)
        for model, rows in ((ProductFacts, facts), (ListPrice, prices), (StarRating, ratings)):
            model.objects.bulk_create(rows, batch_size=5000)

    def query(self, number: int) -> tuple[str, str]:
        """What somebody types, and the code of the product that is meant."""
        product, kind, commune, brand = self.chance.choice(self.made)
        texts = [
            product.name_vi,
            f"{kind.name_vi} {brand}",
            f"{kind.name_vi} {brand} {commune.province.short_name}",
            f"{brand} {kind.name_vi}",
            f"{kind.name_vi} {brand} {commune.name}",
        ]
        former = commune.predecessors.order_by("code").first()
        if former is not None:
            texts.append(f"{kind.name_vi} {brand} {former.district}")
            texts.append(f"{kind.name_vi} {former.name} {former.district}")
        text = self.chance.choice(texts)
        if number % 4 == 0:
            text = _bare(text)
        elif number % 4 == 1:
            text = _mistyped(self.chance.choice([text, _bare(text)]), self.chance)
        elif number % 4 == 2 and product.name_en:
            text = product.name_en
        return text, product.code


def _published() -> dict[str, Any]:
    """What makes a product public."""
    from django.utils import timezone

    return {"published_at": timezone.now()}


def _bare(text: str) -> str:
    from places.names import plain

    return plain(text)


def _mistyped(text: str, chance: random.Random) -> str:
    """One letter of the text replaced by another."""
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    place = chance.choice(places)
    return text[:place] + chance.choice(string.ascii_lowercase.replace(_bare(text[place]), "")) + text[place + 1 :]


if __name__ == "__main__":
    main()
