"""Two registries at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.scopes import Scope
from catalog.models import Producer, Product, ProductFacts
from catalog.registry.outcomes import counts
from catalog.registry.reading import RawRow
from catalog.registry.services import import_rows
from tests.catalog.registry_files import GOOD


@pytest.mark.usefixtures("fresh_db")
def test_the_same_rows_four_times_at_once_are_made_once() -> None:
    rows = [RawRow(number, {**GOOD, "code": f"GL-{number}"}) for number in range(2, 102)]
    start = Barrier(4)

    def run(_: int) -> dict[str, int]:
        start.wait()
        try:
            return counts(import_rows(rows=rows, scope=Scope(province="52"), commit=True))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(run, range(4)))
    assert sorted(result["created"] for result in found) == [0, 0, 0, 100]
    assert sorted(result["unchanged"] for result in found) == [0, 100, 100, 100]
    assert (Product.objects.count(), Producer.objects.count(), ProductFacts.objects.count()) == (100, 1, 100)
