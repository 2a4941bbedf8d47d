"""The row that holds on a day: looked up one by one, of all owners in one pass, and in memory, it is the same one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.models import ListPrice, Product, in_force
from tests import builders

FIRST = date(2026, 1, 30)
days = st.integers(0, 6).map(lambda number: FIRST + timedelta(days=number))


class OfEach(TestCase):
    """Up to four products with up to four prices each, on days that may lie before, on and after the one asked for."""

    @settings(max_examples=60, deadline=None)
    @given(since=st.lists(st.sets(days, max_size=4), min_size=1, max_size=4), day=days)
    def test_three_ways_agree(self, since: list[set[date]], day: date) -> None:
        producer = builders.producer("P")
        products = [builders.product(f"S{number}", producer) for number in range(len(since))]
        for number, (product, begun) in enumerate(zip(products, since, strict=True)):
            ListPrice.objects.filter(product=product).delete()
            ListPrice.objects.bulk_create(
                ListPrice(product=product, since=first, price=1000 * number + place) for place, first in enumerate(sorted(begun), start=1)
            )
        found = {price.product_id: price for price in ListPrice.objects.of_each(day)}
        expected = {product.pk: in_force(list(product.list_prices.all()), day) for product in Product.objects.all()}
        assert found == {pk: price for pk, price in expected.items() if price is not None}
        assert {pk: ListPrice.objects.in_force(pk, day).first() for pk in expected} == expected


@pytest.mark.django_db
def test_of_each_is_asked_once() -> None:
    producer = builders.producer("P")
    for number in range(3):
        builders.product(f"S{number}", producer, price=1000 + number)
    assert sorted(ListPrice.objects.of_each(FIRST).values_list("price", flat=True)) == [1000, 1001, 1002]
