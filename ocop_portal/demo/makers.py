"""Makes producers that do not exist, each with a few products of one family, until each family has as many as it should."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from catalog.models import Producer, Product
from ocop_portal.demo.catalogue import Catalogue, demo_gtin
from ocop_portal.demo.words import kinds, person

_NAMES = {
    Producer.Kind.COOPERATIVE: ("Hợp tác xã {}", "{} Cooperative"),
    Producer.Kind.COMPANY: ("Công ty TNHH {}", "{} Co., Ltd"),
    Producer.Kind.HOUSEHOLD: ("Hộ kinh doanh {}", "{} household business"),
    Producer.Kind.GROUP: ("Tổ hợp tác {}", "{} cooperative group"),
}
_SHARES = (0.42, 0.22, 0.3, 0.06)


def thousands(amount: float) -> int:
    """VND rounded to whole thousands, at least one."""
    return max(1, round(amount / 1000)) * 1000


def make_producer(catalogue: Catalogue, chance: random.Random, code: str, brand: str, commune: str) -> Producer:
    """A producer of a kind drawn by its share; a household carries its keeper's name."""
    (kind,) = chance.choices(list(_NAMES), _SHARES)
    keeper = person(chance)
    called = f"{brand} – {keeper}" if kind == Producer.Kind.HOUSEHOLD else brand
    name, name_en = (pattern.format(called) for pattern in _NAMES[kind])
    return catalogue.producer(code, name, name_en, kind, commune, representative=keeper)


def make_family_products(
    catalogue: Catalogue,
    chance: random.Random,
    *,
    region: str,
    prefix: str,
    quotas: Mapping[str, int],
    brands: list[str],
    communes: Sequence[str],
) -> list[Product]:
    """For each family of `quotas` so many products, one to four a producer, all kinds of a producer different."""
    made: list[Product] = []
    producers = 0
    for family, quota in quotas.items():
        left = quota
        while left:
            choice = kinds(region)[family]
            size = min(left, len(choice), chance.choice((1, 2, 2, 3, 3, 4)))
            brand = brands.pop()
            producers += 1
            producer = make_producer(catalogue, chance, f"{prefix}-P{producers:03d}", brand, communes[producers % len(communes)])
            for kind in chance.sample(choice, size):
                number = len(made) + 1
                made.append(
                    catalogue.product(
                        f"{prefix}-{number:04d}",
                        producer,
                        kind,
                        brand=brand,
                        price=thousands(kind.price * chance.uniform(0.88, 1.15)),
                        gtin=demo_gtin(int.from_bytes(prefix.encode()) * 10_000 + number) if chance.random() < 0.5 else None,
                    )
                )
            left -= size
    return made
