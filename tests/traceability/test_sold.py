"""Lots sold in livestreams: told by a floor above, shown behind the code, taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from tests import builders, trace_builders
from tests.trace_builders import MADE
from traceability.codes.paths import code_path, lot_path, product_path
from traceability.models import LotSale, UnitCode
from traceability.services import SoldBeforeMadeError, record_lot_sale, withdraw_lot_sale

pytestmark = pytest.mark.django_db
SOLD = MADE + timedelta(days=4)


@pytest.fixture
def code() -> UnitCode:
    product = builders.product("S", builders.producer("P"))
    return trace_builders.codes(trace_builders.lot(product))[0]


def tell(code: UnitCode, **more: object) -> LotSale:
    told = {"session_code": "GL-01", "name_vi": "Phiên nông sản", "name_en": "Farm session", "sold_on": SOLD}
    return record_lot_sale(lot=code.lot, **(told | more))  # type: ignore[arg-type]


def shown(path: str, language: str = "vi") -> str:
    return Client().get(path, headers={"Accept-Language": language}).content.decode()


def test_page_says_in_which_livestream_the_lot_was_sold(code: UnitCode) -> None:
    assert "Phiên nông sản" not in shown(code_path(code))
    tell(code)
    # At once, although the page before is kept for a while.
    for path in (code_path(code), lot_path(code.lot)):
        assert "Phiên nông sản" in shown(path)
        assert "05/11/2026" in shown(path)
        assert "Farm session" in shown(path, "en")
    assert "Phiên nông sản" not in shown(product_path(code.lot.product))
    assert withdraw_lot_sale(lot=code.lot, session_code="GL-01")
    assert "Phiên nông sản" not in shown(code_path(code))
    assert not withdraw_lot_sale(lot=code.lot, session_code="GL-01")


def test_told_again_it_is_one_sale_with_the_newer_words(code: UnitCode) -> None:
    first = tell(code, units=3)
    code.lot.refresh_from_db()
    changed = code.lot.changed_at
    assert tell(code, units=3).pk == first.pk
    code.lot.refresh_from_db()
    assert code.lot.changed_at == changed
    assert tell(code, name_vi="Tên mới", units=None).pk == first.pk
    assert list(LotSale.objects.values_list("name_vi", "units")) == [("Tên mới", None)]
    code.lot.refresh_from_db()
    assert code.lot.changed_at > changed


@pytest.mark.parametrize(("sold_on", "kept"), [(MADE, True), (MADE - timedelta(days=1), False), (date(2000, 1, 1), False)])
def test_nothing_is_sold_before_it_is_made(code: UnitCode, sold_on: date, kept: bool) -> None:
    if kept:
        tell(code, sold_on=sold_on)
    else:
        with pytest.raises(SoldBeforeMadeError):
            tell(code, sold_on=sold_on)
    assert LotSale.objects.exists() is kept
