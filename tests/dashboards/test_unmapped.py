"""Orders of a livestream whose SKUs nobody has mapped: told where they are missing, with the way to map them."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from dashboards.boards.unmapped import unmapped_on_air
from livestreams.models import Claim
from orders.figures.fold import fold_all
from orders.models import IntakeRun
from orders.shops.services import Said, map_skus
from tests import builders, order_builders
from tests.builders import at
from tests.order_builders import Line
from tests.roles import People, Role, client_of

START = at("2026-11-01 20:00")


def test_orders_on_air_of_unmapped_skus_are_told_until_somebody_maps_them(people: People) -> None:
    producer = people[Role.COOPERATIVE].memberships.get().producer
    product = builders.product("SP-1", producer)
    shop, other = builders.shop("CH-1", producer), builders.shop("CH-2", producer)
    session = builders.session("PH-1", START, products=[product], shops=[shop])
    minutes = (session.end - session.start) // timedelta(minutes=1)
    for number, (sold, after) in enumerate([(shop, -1), (shop, 1), (shop, minutes + 29), (shop, minutes + 30), (other, 1)]):
        line = Line(None, value=1_000 * 10**number, key="ky")
        order_builders.order(sold, f"81{number}", START + timedelta(minutes=after), line)
    order_builders.fold()
    assert [(one.shop.code, one.orders, one.value) for one in unmapped_on_air(session)] == [("CH-1", 2, 110_000)]
    assert [one.orders for one in unmapped_on_air(session, START + timedelta(minutes=2))] == [1]

    client = client_of(people, Role.TRADE)
    link = reverse("shop_products", args=[shop.code])
    for address in ("session_report", "control_room"):
        assert link in client.get(reverse(address, args=[session.code])).content.decode()
    assert "110.000" in client.get(reverse("session_report", args=[session.code])).content.decode()

    map_skus(shop=shop, said=[Said("ky", product, 1)], since=START.date())
    fold_all()
    assert unmapped_on_air(session) == ()


def test_a_run_leads_to_its_unmapped_skus(people: People) -> None:
    shop = builders.shop("CH-1", people[Role.COOPERATIVE].memberships.get().producer)
    order_builders.order(shop, "8100", START, Line(None))
    run = IntakeRun.objects.get()
    IntakeRun.objects.update(unmapped=1)
    link = reverse("shop_products", args=[shop.code])
    pages = {role: client_of(people, role).get(reverse("intake_run", args=[run.pk])) for role in (Role.TRADE, Role.COMMUNE)}
    assert {role: (page.context["unmapped"], link in page.content.decode()) for role, page in pages.items()} == {
        Role.TRADE: (1, True),
        Role.COMMUNE: (1, False),
    }


def test_a_booth_at_a_fair_with_a_reported_sale_is_told_of_it(people: People) -> None:
    fair = builders.fair("HC-1", START.date())
    builders.claim(Claim.Metric.PLACED, 1_000_000, event=fair, source_name="Báo Gia Lai")
    producer = people[Role.COOPERATIVE].memberships.get().producer
    told = {"name": "Quầy", "code": "QUAY-1", "platform": "booth", "province": builders.GIA_LAI, "producer": producer.pk}
    client = client_of(people, Role.TRADE)
    assert "Báo Gia Lai" in client.post(reverse("shop_new"), told | {"event": fair.pk}, follow=True).content.decode()
    assert "Báo Gia Lai" not in client.post(reverse("shop_new"), told | {"code": "QUAY-2"}, follow=True).content.decode()
