"""What the database keeps of every change of the catalogue: by whatever path, with who acted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.urls import reverse

from accounts.acting import acting
from catalog.history.entries import history
from catalog.models import ListPrice, Producer, Product, StarExtension
from tests import builders
from tests.catalog import registry_files
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db


def events(product: Product) -> list[tuple[str, str, int | None]]:
    """(label, Vietnamese name, acting user's id) of a product's events."""
    found = product.events.order_by("pgh_id")  # type: ignore[attr-defined]
    return [(event.pgh_label, event.name_vi, (event.pgh_context or {}).get("user")) for event in found]


def test_changes_are_kept_with_who_acted() -> None:
    product, keeper = builders.product("A", builders.producer("P"), name="Cà phê"), builders.administrator()
    Product.objects.filter(pk=product.pk).update(name_vi="Cà phê bột")
    with acting(keeper):
        product.name_vi = "Cà phê rang"
        product.save()
        product.save()  # changes nothing, and is no event
    wanted = [("insert", "Cà phê", None), ("update", "Cà phê bột", None), ("update", "Cà phê rang", keeper.pk)]
    assert events(product) == wanted


def test_sql_of_somebody_else_is_kept_too() -> None:
    product = builders.product("A", builders.producer("P"), price=100_000)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_listprice SET price = 90000 WHERE product_id = %s", [product.pk])
        cursor.execute("DELETE FROM catalog_listprice WHERE product_id = %s", [product.pk])
    kept = ListPrice.pgh_event_model.objects.filter(product=product)  # type: ignore[attr-defined]
    assert list(kept.order_by("pgh_id").values_list("pgh_label", "price")) == [("insert", 100_000), ("update", 90_000), ("delete", 90_000)]


@pytest.mark.parametrize("statement", ["UPDATE catalog_productevent SET name_vi = 'x'", "DELETE FROM catalog_productevent"])
def test_history_cannot_be_changed(statement: str) -> None:
    builders.product("A", builders.producer("P"))
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_page_names_its_user_and_no_address(people: People, tmp_path: Path) -> None:
    client = client_of(people, Role.AGRICULTURE)
    file = registry_files.write(tmp_path / "a.xlsx", [registry_files.GOOD])
    with file.open("rb") as opened:
        answer = client.post(reverse("registry"), {"file": opened})
    client.post(answer["Location"] + "confirm/")
    product = Product.objects.get(code=registry_files.GOOD["code"])
    (event,) = product.events.all()  # type: ignore[attr-defined]
    assert event.pgh_context == {"user": people[Role.AGRICULTURE].pk}
    assert product.published_at is not None


def test_a_page_tells_extensions_and_doubles(people: People) -> None:
    producer = Producer.objects.get()
    product, kept = builders.product("A", producer, stars=4, public=False), builders.product("B", producer)
    rating = product.ratings.get()
    StarExtension.objects.create(rating=rating, decision=rating.decision, before=date(2026, 1, 1), until=date(2026, 7, 1))
    Product.objects.filter(pk=product.pk).update(merged_into=kept)
    told = {str(entry.what): {one.key: one.after for one in entry.differences} for entry in reversed(history(product))}
    assert told["Gia hạn sao"] == {"decision": "01/QĐ-UBND", "until": date(2026, 7, 1)}
    assert told["Sản phẩm"] == {"merged_into": str(kept)}
