"""The public front page: the stars of today, by province and group, also before there are any."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.front import StarCounts, front_page
from catalog.models import Product, StarRating
from tests import builders

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def test_without_a_product_it_says_what_comes_next(client: Client) -> None:
    response = client.get("/en/")
    assert response.status_code == 200
    assert "No product with a valid star yet" in response.content.decode()
    assert client.get("/").status_code == 200


def test_counts_products_by_the_star_of_the_day() -> None:
    here = builders.producer("GL", province="52")
    there = builders.producer("CM", province="96")
    builders.product("A", here, stars=5, set_code="1.01")
    builders.product("B", here, stars=3, set_code="1.13")
    builders.product("C", there, stars=3, set_code="2.01")
    builders.product("D", there)
    lapsed = builders.product("E", there)
    builders.rate(lapsed, 4, until=DAY - timedelta(days=1))
    revoked = builders.product("F", there)
    StarRating.objects.filter(pk=builders.rate(revoked, 4).pk).update(revoked_on=DAY)
    raised = builders.product("G", there)
    builders.rate(raised, 3, since=date(2022, 1, 1))
    builders.rate(raised, 4, since=date(2025, 1, 1), number="02/QĐ-UBND")

    front = front_page(DAY)
    assert front.total == StarCounts("", five=1, four=1, three=2)
    assert front.provinces == [StarCounts("Gia Lai", 1, 0, 1), StarCounts("Cà Mau", 0, 1, 1)]
    assert [(group.name, group.total) for group in front.groups] == [("Thực phẩm", 3), ("Đồ uống", 1)]
    assert front.has_demo is False
    assert front_page(DAY - timedelta(days=1)).total == StarCounts("", five=1, four=3, three=2)


def test_the_page_shows_the_counts_in_both_languages(client: Client) -> None:
    builders.product("A", builders.producer("GL"), stars=4)
    Product.objects.update(is_demo=True)
    english = client.get("/en/").content.decode()
    assert "OCOP products of Gia Lai" in english
    assert "Demonstration data" in english
    assert re.search(r"Four stars.*?<p class=\"value\">1</p>", english, re.S)
    row = re.search(r'<th scope="row"><a href="/en/catalogue/\?province=52">Gia Lai</a></th>(.*?)</tr>', english, re.S)
    assert row is not None
    assert re.findall(r">(\d+)</td>", row[1]) == ["0", "1", "0", "1"]
    assert timezone.localdate().strftime("%d/%m/%Y") in english
    assert 'href="/en/account/login/"' in english
    assert 'lang="vi"' in client.get("/").content.decode()


def test_three_queries_however_many_products(django_assert_num_queries: Any) -> None:
    maker = builders.producer("GL")
    builders.product("A", maker, stars=4)
    with django_assert_num_queries(3):
        front_page(DAY)
    for code in "BC":
        builders.product(code, builders.producer(f"GL{code}", province="96"), stars=3, set_code="3.01")
    with django_assert_num_queries(3):
        assert front_page(DAY).total.total == 3
