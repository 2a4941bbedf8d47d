"""What the demo offers a visitor: accounts of each role, and things for the addresses that name one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import Count

from accounts.models import User
from catalog.models import RegistryUpload
from catalog.registry.services import check_upload
from livestreams.models import Slot
from ocop_portal.demo.people import PASSWORD
from orders.models import IntakeRun, Order, Shop
from tests.catalog.registry_files import FULL, GOOD, write
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
        Slot.objects.filter(product__producer__members__email=EMAILS[Role.COOPERATIVE])
        .select_related("session__host", "product")
        .earliest("pk")
    )
    producer = slot.product.producer
    order = Order.objects.filter(lines__contribution__product=slot.product, attribution__session=slot.session).earliest("pk")
    run = IntakeRun.objects.filter(shop=order.shop).annotate(refused=Count("rejected_rows")).order_by("-refused", "pk")[0]
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
        upload=_upload().pk,
    )


def _upload() -> RegistryUpload:
    """A registry file of the agriculture official, checked and not yet confirmed, with a good row and a bad one."""
    with TemporaryDirectory() as folder:
        file = write(Path(folder) / "danh-muc.xlsx", [FULL, {**GOOD, "code": "GL-002", "stars": 7}])
        return check_upload(user=User.objects.get(email=EMAILS[Role.AGRICULTURE]), path=file, file_name=file.name)
