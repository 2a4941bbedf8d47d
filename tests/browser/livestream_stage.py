"""Who and what the way of a livestream needs before it begins, and the order files that come in after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from catalog.models import Product
from livestreams.models import HostTerms, Session, Slot
from tests import builders
from tests.orders import order_files

TOLD = "GL-SAMMY-2025"  # 16 products of 16 producers
PRICE = 50_000
NOWHERE = "99990000000000001"  # a SKU that nobody has mapped
SHIPPED, DONE, CANCELLED = "Đã vận chuyển", "Hoàn thành", "Đã hủy"


@dataclass(frozen=True)
class Stage:
    """Accounts by e-mail, and what the pages ask for by id; `products` in the order of the run-of-show, `beside` is in none."""

    second: str
    members: list[str]
    member_ids: dict[int, int]
    host: int
    channel: int
    told: int
    products: list[Product]
    beside: Product
    linked: int
    linked_name: str
    own: int


def prepare() -> Stage:
    """A host with terms, a partner's shop and one of the host's, a second official, and a member of each producer shown."""
    told = Session.objects.get(code=TOLD)
    products = [slot.product for slot in told.slots.select_related("product__producer").order_by("position")]
    beside = Product.objects.get(code="GL-IABOONG-01")
    host = builders.host("SEN-HONG", name="Sen Hồng", province=builders.GIA_LAI)
    host.verified_on, host.verified_by = date(2026, 1, 5), "tiktok"
    host.disclosure_agreed_on = date(2026, 1, 5)
    host.save()
    HostTerms.objects.create(host=host, since=builders.LONG_AGO, rate=Decimal("12.5"), covers_after=True, fee=1_000_000)
    linked = builders.shop("TT-PHIEN-SEN", builders.partner("HOI-NONG-DAN-THU"), sells=[*products, beside])
    own = builders.shop("TT-SEN-HONG", host, sells=products)
    members = {
        product.producer_id: builders.member(product.producer, email=f"htx{number}@example.vn")
        for number, product in enumerate(products[1:], start=2)
    }
    return Stage(
        second=builders.official(email="truc.phien@example.vn").email,
        members=[member.email for member in members.values()],
        member_ids={producer: member.pk for producer, member in members.items()},
        host=host.pk,
        channel=host.channels.get().pk,
        told=told.pk,
        products=products,
        beside=beside,
        linked=linked.pk,
        linked_name=linked.name,
        own=own.pk,
    )


@dataclass
class OrderFile:
    """The rows of a shop's order file, one order after the other."""

    stem: int
    rows: list[dict[str, Any]]
    orders: int = 0

    def order(self, at: datetime, *lines: tuple[Product | None, int], status: str = "Chờ giao hàng", returned: int = 0) -> None:
        """An order of so many units of each product (None: a SKU of no known product); of each line `returned` units came back."""
        self.orders += 1
        for product, units in lines:
            gross = units * (PRICE + 1_000 * (product.pk % 7 if product else 0))
            self.rows.append(
                order_files.row(
                    Order_ID=str(self.stem + self.orders),
                    Order_Status=status,
                    SKU_ID=builders.sku(product) if product else NOWHERE,
                    Product_Name=product.name_vi if product else "Hàng tặng kèm",
                    Quantity=str(units),
                    Sku_Quantity_of_return=str(returned),
                    SKU_Subtotal_Before_Discount=str(gross),
                    SKU_Seller_Discount=str(units * 500),
                    SKU_Platform_Discount=str(units * 300),
                    Created_Time=f"{timezone.localtime(at):%d/%m/%Y %H:%M:%S}",
                )
            )


def write_files(stage: Stage, session: Session, folder: Path) -> tuple[Path, Path]:
    """The order files of the linked shop and of the host's own: on air, just after it, and in the month before it."""
    start, end = session.start, session.end
    # Files know seconds: the first whole one on air, the first after the end.
    live, after = (moment.replace(microsecond=0) + timedelta(seconds=1) for moment in (start, end))
    shop, own = OrderFile(577_000_000_000_100_000, []), OrderFile(577_000_000_000_200_000, [])
    fates = ({"status": DONE}, {}, {"status": SHIPPED}, {"status": CANCELLED}, {"status": DONE, "returned": 1})
    slots = list(Slot.objects.filter(session=session).select_related("product").order_by("position"))
    for slot in slots[:-1]:
        # Where a slot was on air, in its first second; the one that was skipped is ordered from the basket.
        at = slot.started_at.replace(microsecond=0) + timedelta(seconds=1) if slot.started_at else live
        for number in range(1 + slot.position % 3):
            also = [(slots[slot.position].product, 1)] if number == 1 else []
            shop.order(at, (slot.product, 1 + (slot.position + number) % 4), *also, **fates[(slot.position + number) % 5])  # type: ignore[arg-type]
    third = slots[2].product
    shop.order(live, (third, 24), status=DONE, returned=6)  # much came back
    shop.order(live, (slots[0].product, 1), (stage.beside, 2), (None, 3), status=DONE)
    shop.order(live, (stage.beside, 5), status=DONE)  # with nothing that was shown: no order of the livestream
    shop.order(after, (slots[4].product, 2), status=DONE)  # within half an hour after the end: still on air
    own.order(live, (slots[5].product, 2), status=DONE)  # not linked: before the end no order of the livestream
    own.order(after, (slots[6].product, 3), (slots[7].product, 1), status=DONE)
    own.order(after + timedelta(seconds=1), (slots[8].product, 4), status=SHIPPED)
    for file, product, ago in (
        (shop, slots[0].product, timedelta(seconds=6)),
        (shop, slots[1].product, timedelta(hours=5)),
        (own, slots[2].product, timedelta(days=3)),
        (shop, slots[3].product, timedelta(days=20)),
        (shop, slots[3].product, timedelta(days=31)),
        (shop, stage.beside, timedelta(hours=5)),
    ):
        file.order(live - ago, (product, 2), status=DONE)
    paths = folder / "phien-sen.csv", folder / "sen-hong.csv"
    for path, file in zip(paths, (shop, own), strict=True):
        order_files.write_csv(path, file.rows)
    return paths
