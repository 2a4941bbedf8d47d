"""What a SKU is said to be under one owner of a shop says nothing of what the shop sold for the owner before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Producer, Product
from dashboards.boards.own_duties import duties
from orders.figures.fold import fold_all
from orders.figures.verify import verify_figures
from orders.models import Contribution, LineState, Shop
from orders.shops.hands import hand_over
from orders.shops.services import Said, map_sku, map_skus, unmapped_skus, unmapped_total
from orders.typed.services import TypedLine, type_order
from tests import builders, order_builders
from tests.order_builders import Line
from tests.orders import naive
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
HANDED = TODAY - timedelta(days=10)
BEFORE, AFTER = HANDED - timedelta(days=1), HANDED + timedelta(days=1)


@pytest.fixture
def first() -> Producer:
    return builders.producer("HTX-A")


@pytest.fixture
def second(people: People) -> Producer:
    """The one that `people` are of."""
    return people[Role.COOPERATIVE].memberships.get().producer


@pytest.fixture
def shop(first: Producer) -> Shop:
    """A shop of the first producer, that sold a SKU which nobody has mapped on both sides of the day HANDED."""
    made = builders.shop("CH-1", first)
    for day in (BEFORE, AFTER):
        order_builders.order(made, f"{day:%m%d}", noon(day), Line(None, key="ky-1", name="Mật ong", value=100_000))
    order_builders.fold()
    return made


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def sold() -> dict[date, str | None]:
    """The product of each day's line as the fold has it; figures, their proof and the naive recomputation agree."""
    fold_all()
    assert verify_figures().differences == []
    lines = naive.contributions()
    assert naive.stored_figures() == naive.expected_figures(lines)
    return dict(Contribution.objects.values_list("day", "product__code"))


def handed(shop: Shop, to: Producer, since: date = HANDED) -> None:
    hand_over(shop=shop, since=since, to=to, ground="Hợp đồng 12", by=builders.official())
    shop.refresh_from_db()


def test_a_mapping_of_the_next_owner_takes_no_sale_of_the_one_before(shop: Shop, first: Producer, second: Producer) -> None:
    handed(shop, second)
    map_sku(shop=shop, line_key="ky-1", product=builders.product("B", second), units=1, since=TODAY)
    assert sold() == {BEFORE: None, AFTER: "B"}
    # What the former owner sold is said of its own days.
    map_sku(shop=shop, line_key="ky-1", product=builders.product("A", first), units=1, since=BEFORE)
    map_sku(shop=shop, line_key="ky-1", product=Product.objects.get(code="B"), units=1, since=HANDED)
    assert sold() == {BEFORE: "A", AFTER: "B"}


def test_a_second_record_of_the_same_owner_is_no_change_of_hands(shop: Shop, second: Producer) -> None:
    handed(shop, second)
    handed(shop, second, TODAY)
    map_sku(shop=shop, line_key="ky-1", product=builders.product("B", second), units=1, since=TODAY)
    assert (sold(), shop.owned_since) == ({BEFORE: None, AFTER: "B"}, HANDED)


def test_sold_back_it_reaches_over_nobody_elses_days(shop: Shop, first: Producer, second: Producer) -> None:
    handed(shop, second)
    handed(shop, first, TODAY)
    map_sku(shop=shop, line_key="ky-1", product=builders.product("A", first), units=1, since=TODAY)
    assert (sold(), shop.owned_since) == ({BEFORE: None, AFTER: None}, TODAY)


def test_what_was_mapped_before_the_change_was_told_stays(shop: Shop, first: Producer, second: Producer) -> None:
    """Told ten days late: the sales of before stay the product's that they were."""
    map_sku(shop=shop, line_key="ky-1", product=builders.product("A", first), units=1, since=TODAY)
    assert sold() == {BEFORE: "A", AFTER: "A"}
    handed(shop, second)
    assert sold() == {BEFORE: "A", AFTER: "A"}
    assert shop.sku_mappings.get().since == BEFORE


def test_the_next_owner_is_asked_of_its_own_days_alone(people: People, shop: Shop, first: Producer, second: Producer) -> None:
    own = builders.product("B", second, name="Mật ong")
    handed(shop, second)
    member, office = client_of(people, Role.COOPERATIVE), client_of(people, Role.TRADE)
    products, page = reverse("shop_products", args=[shop.code]), f"{reverse('shop_map', args=[shop.code])}?sku=ky-1"
    assert [client.get(products).context["total"].lines for client in (member, office)] == [1, 2]
    fold_all()
    assert [(one.shop.code, one.lines) for one in duties((second.pk,), {}).unmapped] == [("CH-1", 1)]
    form = {"product": own.pk, "units": "1", "since": BEFORE.isoformat()}
    refused = member.post(page, form)
    assert (refused.status_code, HANDED.strftime("%d/%m/%Y") in refused.content.decode()) == (422, True)
    assert member.post(page, form | {"since": HANDED.isoformat()}).status_code == 302
    assert [client.get(products).context["total"].lines for client in (member, office)] == [0, 1]
    # The office is led to the day of the former owner, and is offered nothing that would hold from today on.
    ((sku, offered),) = office.get(products).context["unmapped"]
    assert (sku.last_day, offered) == (BEFORE, None)
    assert office.get(page).context["form"]["since"].value() == BEFORE
    office.post(reverse("shop_accept", args=[shop.code]), {"accept": f"{own.pk}:1:ky-1"})
    assert shop.sku_mappings.count() == 1
    assert sold() == {BEFORE: None, AFTER: "B"}


def test_unmapped_is_said_alike_before_and_after_the_fold(shop: Shop, second: Producer) -> None:
    handed(shop, second)
    map_skus(shop=shop, said=[Said("ky-1", builders.product("B", second), 1)], since=TODAY)

    def told() -> tuple[list[tuple[str, int, date]], int]:
        return [(sku.line_key, sku.lines, sku.last_day) for sku in unmapped_skus(shop)], unmapped_total(shop).lines

    waiting = told()
    assert waiting == ([("ky-1", 1, BEFORE)], 1)
    assert sold() == {BEFORE: None, AFTER: "B"}
    assert told() == waiting


def test_an_order_typed_for_a_day_of_old_is_of_its_product(people: People, first: Producer, second: Producer) -> None:
    """The product was typed first under the next owner; the shop is sold back, and a day of its first time is typed."""
    shop, sells = builders.stall("ZL-1", first), builders.product("A", first)
    line = TypedLine(sells, 1, 100_000)
    handed(shop, second)
    for day, back in ((AFTER, False), (BEFORE, True)):
        if back:
            handed(shop, first, TODAY)
        type_order(shop=shop, token=uuid4(), placed_at=noon(day), state=LineState.DELIVERED, lines=[line], by=people[Role.COOPERATIVE])
    assert sold() == {BEFORE: "A", AFTER: "A"}
