"""What the demo offers a visitor: accounts of each role, and things for the addresses that name one."""

from __future__ import annotations

from django.db.models import Count

from livestreams.models import Slot
from ocop_portal.demo.people import PASSWORD
from orders.models import IntakeRun, Order, Shop
from tests.roles import Role
from tests.things import Things

EMAILS = {
    Role.COOPERATIVE: "caphe@demo.ocop.example",
    Role.TRADE: "congthuong.gialai@demo.ocop.example",
    Role.AGRICULTURE: "nongnghiep.gialai@demo.ocop.example",
    Role.COMMUNE: "xa.iaboong@demo.ocop.example",
    Role.ADMINISTRATOR: "admin@demo.ocop.example",
}
__all__ = ["EMAILS", "PASSWORD", "demo_things"]


def demo_things() -> Things:
    """Of the producer of the coffee account: its product on Sammy's livestream, an order of that livestream, and so on."""
    slot = (
        Slot.objects.filter(product__producer__members__user__email=EMAILS[Role.COOPERATIVE])
        .select_related("session__host", "product")
        .earliest("pk")
    )
    producer = slot.product.producer
    order = Order.objects.filter(lines__contribution__product=slot.product, attribution__session=slot.session).earliest("pk")
    run = IntakeRun.objects.filter(shop=order.shop).annotate(refused=Count("rejections")).order_by("-refused", "pk")[0]
    seat = producer.seats.latest("since").commune
    return Things(
        province=seat.province_id,
        commune=seat.pk,
        producer=producer.code,
        product=slot.product.code,
        session=slot.session.code,
        host=slot.session.host.code if slot.session.host else "",
        shop=Shop.objects.get(pk=order.shop_id).code,
        order=order.pk,
        run=run.pk,
    )
