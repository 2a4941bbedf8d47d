"""What the database itself refuses in lots and their inputs, and whose lots one sees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests import builders, trace_builders
from tests.roles import People, Role
from traceability.models import ExtraLink, Lot, LotInput

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": Decimal(0)},
        {"quantity": Decimal(-1)},
        {"best_before": date(2026, 10, 31)},
        {"state": Lot.State.CLOSED},
        {"number": "l1"},
    ],
    ids=["nothing", "less than nothing", "bad before it was made", "closed at no time", "a number that differs by case alone"],
)
def test_lots_that_cannot_be(fields: dict[str, Any]) -> None:
    product = builders.product("P", builders.producer("X"))
    trace_builders.lot(product, "L1")
    with pytest.raises(IntegrityError), transaction.atomic():
        trace_builders.lot(product, **({"number": "L2"} | fields))
    trace_builders.lot(builders.product("P2", product.producer), "L1")


def test_inputs_that_cannot_be() -> None:
    product = builders.product("P", builders.producer("X"))
    lot, other = trace_builders.lot(product, "L1"), trace_builders.lot(product, "L2")
    LotInput.objects.create(lot=lot, source=other, quantity=Decimal(1))
    LotInput.objects.create(lot=lot, words="muối hạt")
    impossible: list[dict[str, Any]] = [
        {"source": other, "quantity": Decimal(1)},
        {"source": lot, "quantity": Decimal(1)},
        {"source": trace_builders.lot(product, "L3")},
        {"words": ""},
        {"words": "muối", "source": trace_builders.lot(product, "L4"), "quantity": Decimal(1)},
        {"words": "muối", "quantity": Decimal(0)},
    ]
    for fields in impossible:
        with pytest.raises(IntegrityError), transaction.atomic():
            LotInput.objects.create(lot=lot, **fields)
    assert other.used == Decimal(1)
    assert lot.used == Decimal(0)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.vn/", "data:text/html,x", "//example.vn"])
def test_links_that_lead_out_of_the_web(url: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ExtraLink.objects.create(product=builders.product("P", builders.producer("X")), link_type="recipeInfo", url=url, title="x")


def test_the_best_before_day_itself_is_good() -> None:
    lot = trace_builders.lot(builders.product("P", builders.producer("X")), best_before=date(2026, 11, 25))
    assert not lot.is_past_its_date(date(2026, 11, 25))
    assert lot.is_past_its_date(date(2026, 11, 26))
    lot.best_before = None
    assert not lot.is_past_its_date(date(2100, 1, 1))


def test_lots_are_seen_by_scope_and_written_by_their_keepers(people: People) -> None:
    own = trace_builders.lot(builders.product("P1", builders.Producer.objects.get()), "OWN")
    neighbour = trace_builders.lot(builders.product("P2", builders.producer("N", nth_commune=1)), "NEIGHBOUR")
    foreign = trace_builders.lot(builders.product("P3", builders.producer("F", province=builders.CA_MAU)), "FOREIGN")
    seen = {role: set(Lot.objects.visible_to(people[role])) for role in Role if role is not Role.NOBODY}
    assert seen == {
        Role.COOPERATIVE: {own},
        Role.COMMUNE: {own},
        Role.TRADE: {own, neighbour},
        Role.AGRICULTURE: {own, neighbour},
        Role.ADMINISTRATOR: {own, neighbour, foreign},
    }
    kept = {role: set(Lot.objects.kept_by(people[role])) for role in seen}
    assert kept == seen | {Role.TRADE: set(), Role.AGRICULTURE: set()}
