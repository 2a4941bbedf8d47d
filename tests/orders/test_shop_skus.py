"""Unmapped SKUs: what they are likely to be, how many units a pack holds, and that the figures follow the moment a person says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Producer, Product
from orders.figures.fold import fold_all
from orders.models import Contribution, Shop, SkuMapping
from orders.shops.likeness import suggestions
from orders.shops.packs import units_in, without_pack
from orders.shops.services import Said, map_skus, unmapped_skus, unmapped_total
from tests import builders, order_builders
from tests.order_builders import Line
from tests.roles import People, Role, client_of


@pytest.mark.parametrize(
    ("text", "product", "units"),
    [
        ("Muối ba khía 500g", "Muối ba khía", 1),
        ("Combo 3 hũ muối ba khía 500g", "Muối ba khía", 3),
        ("Cà phê rang xay x2", "Cà phê rang xay", 2),
        ("Cà phê rang xay 500g x 4", "Cà phê rang xay", 4),
        ("3x500g cà phê", "Cà phê", 3),
        ("Trà dây hộp 5 gói", "Trà dây", 5),
        ("Trà túi lọc Hộp 20 túi", "Trà túi lọc hộp 20 túi", 1),
        ("Combo 2 trà túi lọc hộp 20 túi", "Trà túi lọc hộp 20 túi", 2),
        ("Mua 2 tặng 1 mật ong", "Mật ong", 3),
        ("Thùng 24 chai nước mắm", "Nước mắm", 24),
        ("Set 10", "Bánh", 10),
        ("Thảm 10x20cm", "Thảm", 1),
        ("Combo 500g", "Hạt điều", 1),
        ("Combo 0", "Hạt điều", 1),
        ("Combo 999", "Hạt điều", 1),
        ("Hạt điều 4 sao", "Hạt điều", 1),
        ("", "", 1),
    ],
)
def test_units_in_the_pack_are_read_from_its_name(text: str, product: str, units: int) -> None:
    assert units_in(text, product) == units


@pytest.mark.django_db
def test_addresses_that_name_no_shop_and_no_sku(people: People, shop: Shop) -> None:
    client = client_of(people, Role.TRADE)
    assert [client.get(f"/en/shops/%00{end}").status_code for end in ("/", "/products/", "/products/map/?sku=a")] == [404] * 3
    assert client.get(f"/en/shops/{shop.code}/products/map/?sku=a%00").status_code == 302


def test_pack_words_are_no_part_of_the_name() -> None:
    assert without_pack("Combo 3 hũ Muối ba khía") == "hũ muối ba khía"


@pytest.fixture
def producer(people: People) -> Producer:
    return people[Role.COOPERATIVE].memberships.get().producer


@pytest.fixture
def shop(producer: Producer) -> Shop:
    """A producer's shop that sells two SKUs which nobody has mapped, besides products with and without anything in common."""
    for code, name in (("SP-1", "Cà phê rang xay Đak Yang"), ("SP-2", "Cà phê"), ("SP-3", "Mật ong hoa cà phê")):
        builders.product(code, producer, name=name)
    builders.product("SP-4", builders.producer("HTX-2"), name="Combo cà phê rang xay Đak Yang 500g")
    made = builders.shop("CH-1", producer)
    ordered(made, "1", "ky-1", "COMBO 3 Cà phê rang xay ĐAK YANG 500g – hàng chính hãng", 900_000)
    ordered(made, "2", "ky-2", "Khăn lau bếp", 20_000)
    order_builders.fold()
    return made


def ordered(shop: Shop, number: str, key: str, name: str, value: int) -> None:
    moment = timezone.now() - timedelta(days=1)
    order_builders.order(shop, number, moment, Line(None, units=2, value=value, key=key, name=name))


def test_the_likest_product_of_the_producer_is_suggested(shop: Shop) -> None:
    found = suggestions(shop, unmapped_skus(shop))
    assert {key: (one.code, one.score, one.units) for key, one in found.items()} == {"ky-1": ("SP-1", 100, 3)}


def test_a_hosts_shop_is_compared_with_the_products_of_its_province(shop: Shop) -> None:
    hosts = builders.shop("CH-KOL", builders.host("KOL-1"))
    far = builders.producer("HTX-CM", province=builders.CA_MAU)
    builders.product("CM-1", far, name="Ba khía muối Rạch Gốc")
    ordered(hosts, "3", "ky-3", "Mật ong hoa cà phê loại 1", 100_000)
    ordered(hosts, "4", "ky-4", "Ba khía muối Rạch Gốc", 90_000)
    assert {key: one.code for key, one in suggestions(hosts, unmapped_skus(hosts)).items()} == {"ky-3": "SP-3"}


def test_nothing_is_mapped_until_a_person_says_so_and_then_every_figure_follows(people: People, shop: Shop) -> None:
    client = client_of(people, Role.TRADE)
    page = client.get(reverse("shop_products", args=[shop.code]))
    assert not SkuMapping.objects.exists()
    assert unmapped_total(shop).orders == 2
    ((sku, suggestion), _other) = page.context["unmapped"]
    assert page.content.decode().count('name="accept"') == 1
    answer = client.post(reverse("shop_accept", args=[shop.code]), {"accept": f"{suggestion.product}:{suggestion.units}:{sku.line_key}"})
    assert answer.status_code == 302
    assert SkuMapping.objects.values_list("line_key", "product__code", "units").get() == ("ky-1", "SP-1", 3)
    fold_all()
    assert Contribution.objects.filter(product__code="SP-1").values_list("placed_units", "placed_value").get() == (6, 900_000)
    assert unmapped_total(shop).orders == 1


def test_several_are_accepted_at_once_and_what_somebody_mapped_meanwhile_stays(people: People, shop: Shop) -> None:
    one, two = (builders.product(code, shop.producer, name=code) for code in ("A", "B"))  # type: ignore[arg-type]
    assert map_skus(shop=shop, said=[Said("ky-1", one, 2), Said("ky-2", two, 1)], since=timezone.localdate()) == 2
    assert map_skus(shop=shop, said=[Said("ky-1", two, 9)], since=timezone.localdate()) == 0
    assert set(shop.sku_mappings.values_list("line_key", "product__code", "units")) == {("ky-1", "A", 2), ("ky-2", "B", 1)}


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "x",
        "1:2",
        "0:1:ky-1",
        "{own}:0:ky-1",
        "{own}:10001:ky-1",
        "{own}:1:nobody sells it",
        "{own}:1:\0",
        "{foreign}:1:ky-1",
        "99999999999999999999:1:ky-1",
    ],
)
def test_what_is_no_offer_is_refused_and_nothing_is_mapped(people: People, shop: Shop, wrong: str) -> None:
    own = builders.product("A", shop.producer)  # type: ignore[arg-type]
    foreign = builders.product("CM", builders.producer("HTX-CM", province=builders.CA_MAU))
    told = wrong.format(own=own.pk, foreign=foreign.pk)
    client = client_of(people, Role.TRADE)
    assert client.post(reverse("shop_accept", args=[shop.code]), {"accept": [told]}).status_code == 302
    assert not SkuMapping.objects.exists()


def test_a_member_maps_the_skus_of_its_own_shop_and_the_figures_follow(people: People, shop: Shop) -> None:
    client = client_of(people, Role.COOPERATIVE)
    ((sku, offered), _other) = client.get(reverse("shop_products", args=[shop.code])).context["unmapped"]
    assert (
        client.post(reverse("shop_accept", args=[shop.code]), {"accept": f"{offered.product}:{offered.units}:{sku.line_key}"}).status_code
        == 302
    )
    honey = Product.objects.get(code="SP-3")
    form = {"product": honey.pk, "units": "2", "since": timezone.localdate().isoformat()}
    assert client.post(f"{reverse('shop_map', args=[shop.code])}?sku=ky-2", form).status_code == 302
    fold_all()
    sold = Contribution.objects.order_by("product__code").values_list("product__code", "placed_units", "producer__code")
    assert list(sold) == [("SP-1", 6, shop.producer.code), ("SP-3", 4, shop.producer.code)]  # type: ignore[union-attr]
    assert unmapped_total(shop).skus == 0


def test_a_member_gives_and_takes_nothing_of_another_producer(people: People, shop: Shop) -> None:
    client, theirs = client_of(people, Role.COOPERATIVE), Product.objects.get(code="SP-4")
    today = timezone.localdate()
    form = {"product": theirs.pk, "units": "1", "since": today.isoformat()}
    page = f"{reverse('shop_map', args=[shop.code])}?sku=ky-1"
    assert client.post(page, form).status_code == 422
    client.post(reverse("shop_accept", args=[shop.code]), {"accept": f"{theirs.pk}:1:ky-1"})
    assert not SkuMapping.objects.exists()
    map_skus(shop=shop, said=[Said("ky-1", theirs, 1), Said("ky-2", Product.objects.get(code="SP-2"), 1)], since=today)
    own = form | {"product": Product.objects.get(code="SP-1").pk}
    assert (client.get(page).status_code, client.post(page, own).status_code) == (404, 404)
    rows = client.get(reverse("shop_products", args=[shop.code])).context["page"].object_list
    assert [(row.line_key, row.changeable) for row in rows] == [("ky-1", False), ("ky-2", True)]
    assert [row.changeable for row in client_of(people, Role.TRADE).get(reverse("shop_products", args=[shop.code])).context["page"]] == [
        True,
        True,
    ]
    neighbour = builders.shop("CH-9", theirs.producer)
    ordered(neighbour, "9", "ky-9", "Cà phê", 1_000)
    for name in ("shop_products", "shop_map"):
        assert client.get(f"{reverse(name, args=[neighbour.code])}?sku=ky-9").status_code == 404
    assert client.post(reverse("shop_accept", args=[neighbour.code]), {"accept": f"{own['product']}:1:ky-9"}).status_code == 404


def test_a_page_of_suggestions_costs_the_same_for_one_sku_and_for_many(people: People, shop: Shop) -> None:
    client = client_of(people, Role.TRADE)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(reverse("shop_products", args=[shop.code]))
        return len(seen)

    queries()
    few = queries()
    for number in range(3):
        ordered(shop, f"9{number}", f"nhiều-{number}", f"Cà phê rang xay {number}", 1_000)
    assert queries() == few


def test_what_waits_for_the_fold_and_what_it_found_is_unmapped_once(shop: Shop) -> None:
    def told() -> tuple[list[tuple[str, int]], tuple[int, int, int]]:
        total = unmapped_total(shop)
        return [(sku.line_key, sku.lines) for sku in unmapped_skus(shop)], (total.skus, total.orders, total.lines)

    ordered(shop, "1", "ky-1", "again", 800_000)
    ordered(shop, "3", "ky-2", "Khăn", 1_000)
    waiting = told()
    assert waiting == ([("ky-1", 1), ("ky-2", 2)], (2, 3, 3))
    order_builders.fold()
    assert told() == waiting
    map_skus(shop=shop, said=[Said("ky-1", builders.product("A", shop.producer), 1)], since=timezone.localdate())  # type: ignore[arg-type]
    mapped = ([("ky-2", 2)], (1, 2, 2))
    assert told() == mapped
    order_builders.fold()
    assert told() == mapped
    SkuMapping.objects.all().delete()
    assert told() == waiting
