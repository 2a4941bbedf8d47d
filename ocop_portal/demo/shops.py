"""The shops of the demonstration, what they sell under which SKU, and through which sessions. Their orders are made up: all are demo."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import Agency
from catalog.models import Platform, Producer, Product
from livestreams.models import Host, OfflineEvent, Organisation, Session, Slot
from ocop_portal.demo.clock import LONG_AGO
from ocop_portal.demo.sales import Item, Maker
from orders.models import SharingAgreement, Shop, ShopSession, SkuMapping


@dataclass
class Counter:
    """A shop at work: its SKUs by product code, and the maker of its orders."""

    shop: Shop
    skus: dict[str, str]
    products: list[Product]
    maker: Maker

    def item(self, product: Product, prices: dict[str, int], offer: int | None = None) -> Item:
        """The product at its price of `prices`, or for `offer` (VND) on air."""
        price = prices[product.code]
        return Item(product, self.skus[product.code], price, price if offer is None else offer)

    def run_of_show(self, slots: Iterable[Slot], prices: dict[str, int]) -> list[tuple[datetime, Item]]:
        """When each product that the shop sells was shown, and what it was offered for."""
        return [
            (slot.started_at, self.item(slot.product, prices, slot.offer_price))
            for slot in slots
            if slot.started_at and slot.product.code in self.skus
        ]


@dataclass
class Street:
    """All shops by code; a shop's place in the row gives its SKU and order numbers."""

    places: Sequence[tuple[str, str]]
    counters: dict[str, Counter] = field(default_factory=dict)

    def open(
        self,
        code: str,
        name: str,
        owner: Producer | Host | Organisation,
        *,
        province: str,
        products: Iterable[Product],
        sessions: Iterable[Session] = (),
        event: OfflineEvent | None = None,
    ) -> Counter:
        """A TikTok shop of its owner, with a mapping for each product and a link to each session."""
        number = len(self.counters) + 1
        owner_field = {Producer: "producer", Host: "host", Organisation: "partner"}[type(owner)]
        shop = Shop.objects.create(
            code=code,
            name=f"{name} (minh họa)",
            platform=Platform.TIKTOK,
            province_id=province,
            event=event,
            is_demo=True,
            **{owner_field: owner},
        )
        share(shop)
        sold = list({product.code: product for product in products}.values())
        skus = {product.code: str(172_900_000_000_000_000 + number * 10**6 + place) for place, product in enumerate(sold, start=1)}
        map_skus(shop, ((skus[product.code], product) for product in sold))
        ShopSession.objects.bulk_create(ShopSession(shop=shop, session=session) for session in sessions)
        chance = random.Random(f"orders of {code}")  # noqa: S311  (repeatable on purpose)
        self.counters[code] = Counter(shop, skus, sold, Maker(number, self.places, chance))
        return self.counters[code]


def map_skus(shop: Shop, pairs: Iterable[tuple[str, Product]], since: date = LONG_AGO) -> None:
    """Each SKU of `pairs` is one unit of its product."""
    SkuMapping.objects.bulk_create(SkuMapping(shop=shop, line_key=sku, product=product, units=1, since=since) for sku, product in pairs)


def share(shop: Shop) -> None:
    """The shop's owner lets all its offices see its order lines for two years, as if signed on paper ninety days ago."""
    today = timezone.localdate()
    SharingAgreement.objects.create(
        shop=shop,
        purpose="Theo dõi và báo cáo kết quả tiêu thụ sản phẩm OCOP; không dùng vào việc khác.",
        readers=Agency.Kind.values,
        since=today - timedelta(days=90),
        until=today + timedelta(days=640),
        signed_on=today - timedelta(days=90),
        on_paper=True,
    )
