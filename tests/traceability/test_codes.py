"""Codes: their alphabet, how many bits, how they are issued and voided, and the paths they stand in."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests import builders, trace_builders
from traceability.codes import services
from traceability.codes.alphabet import ALPHABET, UNIT_LENGTH, is_code, new_code, normalise
from traceability.codes.paths import code_path, gtin14, lot_path, product_path
from traceability.codes.services import CodeCountError, LotClosedError, issue_codes, void_codes
from traceability.models import Lot, UnitCode

CODES = st.text(ALPHABET, min_size=1, max_size=20)


@given(CODES)
def test_a_code_reads_the_same_however_it_is_written(code: str) -> None:
    spaced = "-".join(code.lower().replace("0", "o").replace("1", "l"))
    assert normalise(spaced) == normalise(code) == code
    assert normalise(code.replace("1", "I").replace("0", "O")) == code


def test_a_serial_has_65_bits() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)
    assert UNIT_LENGTH * 5 >= 60
    drawn = [new_code(UNIT_LENGTH) for _ in range(400)]
    assert len(set(drawn)) == 400
    # Every letter in every place: no bit is lost in the writing. One is missing once in 10^4 runs of this test.
    assert all(len({code[place] for code in drawn}) >= 31 for place in range(UNIT_LENGTH))
    assert all(is_code(code) for code in drawn)


@pytest.mark.parametrize("text", ["", "ABC", "ABCDEFGHJKMNU", "A" * 14, "ABCDEFGH JKMN", "Đ" * 8])
def test_what_is_no_code(text: str) -> None:
    assert not is_code(text)


@pytest.mark.django_db
def test_codes_are_numbered_on_and_unique(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_BATCH", 7)
    lot = trace_builders.lot(builders.product("P", builders.producer("X")))
    first, second = issue_codes(lot=lot, count=20), issue_codes(lot=lot, count=3)
    assert ((first.first, first.last), (second.first, second.last)) == ((1, 20), (21, 23))
    assert [code.number for code in UnitCode.objects.in_range(lot, 1, 23)] == list(range(1, 24))
    assert UnitCode.objects.values("serial").distinct().count() == 23


@pytest.mark.django_db
def test_a_serial_drawn_twice_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    lot = trace_builders.lot(builders.product("P", builders.producer("X")))
    drawn = iter(["A" * 13, "A" * 13, "B" * 13, "C" * 13])
    monkeypatch.setattr(services, "new_code", lambda length: next(drawn))
    issue_codes(lot=lot, count=3)
    assert sorted(UnitCode.objects.values_list("serial", flat=True)) == ["A" * 13, "B" * 13, "C" * 13]


@pytest.mark.django_db
def test_many_codes_take_few_statements_and_little_memory() -> None:
    lot = trace_builders.lot(builders.product("P", builders.producer("X")), quantity=Decimal(100_000))
    tracemalloc.start()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        issue_codes(lot=lot, count=20_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(queries) <= 10
    assert peak < 16_000_000
    assert UnitCode.objects.filter(lot=lot).count() == 20_000


@pytest.mark.django_db
@pytest.mark.parametrize(("quantity", "unit", "count"), [(5, "H87", 6), (5, "H87", 0), (5, "KGM", 100_001), (5, "H87", -1)])
def test_more_codes_than_packs_are_refused(quantity: int, unit: str, count: int) -> None:
    lot = trace_builders.lot(builders.product("P", builders.producer("X")), quantity=Decimal(quantity), unit=unit)
    with pytest.raises(CodeCountError):
        issue_codes(lot=lot, count=count)
    assert not UnitCode.objects.exists()


@pytest.mark.django_db
def test_a_void_code_gives_its_pack_back() -> None:
    lot = trace_builders.lot(builders.product("P", builders.producer("X")), quantity=Decimal(5))
    issue_codes(lot=lot, count=5)
    assert void_codes(lot=lot, first=2, last=3) == 2
    assert void_codes(lot=lot, first=1, last=3) == 1
    assert issue_codes(lot=lot, count=3).first == 6
    with pytest.raises(CodeCountError) as caught:
        issue_codes(lot=lot, count=1)
    assert caught.value.most == 0


@pytest.mark.django_db
def test_a_closed_lot_gets_no_codes() -> None:
    lot = trace_builders.lot(builders.product("P", builders.producer("X")))
    Lot.objects.update(state=Lot.State.CLOSED, closed_at=timezone.now() - timedelta(days=1))
    with pytest.raises(LotClosedError):
        issue_codes(lot=lot, count=1)


@pytest.mark.django_db
def test_paths_with_a_gtin() -> None:
    product = builders.product("P", builders.producer("X"))
    product.gtin = trace_builders.gtin(7)
    product.save()
    lot = trace_builders.lot(product, "ME-7")
    (code,) = trace_builders.codes(lot)
    assert product_path(product) == f"/01/0{product.gtin}"
    assert lot_path(lot) == f"/01/0{product.gtin}/10/ME-7"
    assert code_path(code) == f"/01/0{product.gtin}/10/ME-7/21/{code.serial}"


@pytest.mark.django_db
@pytest.mark.parametrize("gtin", [None, "", "2000000000008", "0212345678909", "0412345678903"])
def test_paths_without_a_gtin_that_a_product_in_trade_may_have(gtin: str | None) -> None:
    product = builders.product("P", builders.producer("X"))
    product.gtin = gtin
    product.save()
    lot = trace_builders.lot(product)
    (code,) = trace_builders.codes(lot)
    assert gtin14(product) is None
    assert product_path(product) == product_path(product) == f"/t/{product.short_code.code}"
    assert lot_path(lot) == f"/t/{lot.code}"
    assert code_path(code) == f"/t/{code.serial}"
