"""Two registries at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from django.db import connection, transaction

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


@pytest.mark.usefixtures("fresh_db")
def test_what_is_published_while_a_file_is_taken_in_is_not_lost() -> None:
    scope = Scope(province="52")
    import_rows(rows=[RawRow(2, GOOD)], scope=scope, commit=True)
    coffee = Product.objects.get()

    def take_in() -> None:
        try:
            import_rows(rows=[RawRow(2, {**GOOD, "name_vi": "Tên mới"})], scope=scope, commit=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            held = Product.objects.select_for_update().get(pk=coffee.pk)
            taken = thread.submit(take_in)
            with connection.cursor() as cursor:
                for _ in range(200):
                    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                    if cursor.fetchone() != (0,):
                        break
                    sleep(0.05)
            held.name_en = "Published meanwhile"
            held.save(update_fields=["name_en"])
        taken.result()
    coffee.refresh_from_db()
    assert (coffee.name_vi, coffee.name_en) == ("Tên mới", "Published meanwhile")
