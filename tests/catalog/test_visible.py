"""Who sees which producers and products, and what is in force on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from catalog.models import ListPrice, Producer, ProducerSeat, Product, ProductFacts, in_force
from tests import builders

pytestmark = pytest.mark.django_db


def seen(user: User | AnonymousUser) -> tuple[list[str], list[str]]:
    producers = Producer.objects.visible_to(user).order_by("code").values_list("code", flat=True)
    products = Product.objects.visible_to(user).order_by("code").values_list("code", flat=True)
    return list(producers), list(products)


@pytest.fixture
def registry() -> None:
    for code, province, nth in (("GL0", "52", 0), ("GL1", "52", 1), ("CM0", "96", 0)):
        builders.product(f"P-{code}", builders.producer(code, province=province, nth_commune=nth))


@pytest.mark.usefixtures("registry")
def test_rows_by_role() -> None:
    everything = (["CM0", "GL0", "GL1"], ["P-CM0", "P-GL0", "P-GL1"])
    assert seen(builders.administrator()) == everything
    assert seen(builders.official(province="52")) == (["GL0", "GL1"], ["P-GL0", "P-GL1"])
    assert seen(builders.official(builders.AGRICULTURE, "96")) == (["CM0"], ["P-CM0"])
    assert seen(builders.official(commune=builders.commune("52", 1))) == (["GL1"], ["P-GL1"])
    assert seen(builders.member(Producer.objects.get(code="GL0"))) == (["GL0"], ["P-GL0"])
    assert seen(builders.member(*Producer.objects.filter(code__in=["GL0", "CM0"]))) == (["CM0", "GL0"], ["P-CM0", "P-GL0"])
    assert seen(builders.user()) == ([], [])
    assert seen(AnonymousUser()) == ([], [])


@pytest.mark.usefixtures("registry")
def test_a_producer_that_moved_belongs_to_where_it_sits_today() -> None:
    mover = Producer.objects.get(code="GL0")
    ProducerSeat.objects.create(producer=mover, since=date(2025, 7, 1), commune=builders.commune("96", 3))
    ProducerSeat.objects.create(producer=mover, since=date(2999, 1, 1), commune=builders.commune("01", 0))
    assert seen(builders.official(province="52"))[0] == ["GL1"]
    assert seen(builders.official(province="96"))[0] == ["CM0", "GL0"]


@pytest.mark.usefixtures("registry")
def test_an_official_who_is_a_member_too_sees_both() -> None:
    both = builders.official(province="96")
    both.memberships.create(producer=Producer.objects.get(code="GL0"))
    assert seen(both) == (["CM0", "GL0"], ["P-CM0", "P-GL0"])


def test_the_same_queries_at_one_and_three_rows(django_assert_num_queries: Any) -> None:
    official = builders.official(province="52")
    for count in range(1, 4):
        builders.product(f"P{count}", builders.producer(f"GL{count}", nth_commune=count), stars=3, price=1000)
        if count == 2:
            continue
        with django_assert_num_queries(2):  # the posts, the products
            rows = list(
                Product.objects.visible_to(official).with_star(date(2026, 1, 1)).with_facts(date(2026, 1, 1)).with_place(date(2026, 1, 1))
            )
        assert [(row.star, row.set_code, row.unit, row.net_weight_g, row.list_price, row.province_code) for row in rows] == [
            (3, "1.01", "gói", 500, 1000, "52")
        ] * count


def test_in_force_is_the_newest_begun_else_the_first() -> None:
    product = builders.product("A", builders.producer("GL"), price=100)
    ProductFacts.objects.all().delete()
    ListPrice.objects.all().delete()
    days = [date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)]
    for number, since in enumerate(days):
        ListPrice.objects.create(product=product, since=since, price=number)
    rows = list(ListPrice.objects.all())
    for day, price in ((date(2020, 1, 1), 0), (days[0], 0), (date(2024, 12, 31), 0), (days[1], 1), (date(2030, 1, 1), 2)):
        first = ListPrice.objects.in_force(product, day).first()
        remembered = in_force(rows, day)
        assert first is not None
        assert remembered is not None
        assert (first.price, remembered.price) == (price, price)
        assert Product.objects.with_facts(day).get().list_price == price
    assert in_force([], days[0]) is None
    assert Product.objects.with_facts(days[0]).get().set_code is None
