"""A shop on Zalo whose orders its owner types: the way for whoever sells without a platform."""

from __future__ import annotations

from uuid import uuid4

from accounts.models import User
from catalog.models import ListPrice, Platform, ProducerMember, Product
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.shops import share
from ocop_portal.demo.stage import GIA_LAI
from orders.models import LineState, Shop
from orders.typed.services import TypedLine, type_order

OWNER = "caphe@demo.ocop.example"
CODE = "ZL-GL-S01"
# Days ago, pieces, and how each stands.
TYPED = ((5, 2, LineState.COMPLETED), (3, 1, LineState.DELIVERED), (1, 4, LineState.PLACED))


def build(clock: Clock) -> None:
    """The shop and its orders, typed by its owner."""
    owner = User.objects.get(email=OWNER)
    producer = ProducerMember.objects.get(user=owner).producer
    product = Product.objects.published().filter(producer=producer).order_by("pk")[0]
    price = ListPrice.objects.filter(product=product).order_by("-since")[0].price
    shop = Shop.objects.create(
        code=CODE, name=f"Zalo {producer.name} (minh họa)", platform=Platform.ZALO, province_id=GIA_LAI, producer=producer, is_demo=True
    )
    share(shop)
    for days, units, state in TYPED:
        type_order(
            shop=shop, token=uuid4(), placed_at=clock.at(-days, "09:00"), state=state, lines=[TypedLine(product, units, price)], by=owner
        )
