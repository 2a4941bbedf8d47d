"""The verdict: each one, which of two is said, and that the page says it, in few bytes."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Product
from tests import builders, trace_builders
from traceability.codes.paths import code_path, lot_path
from traceability.models import Lot, LotInput, UnitCode
from traceability.page.verdict import RecallTold, Verdict, judge
from traceability.resolver import guessing
from traceability.resolver.lookup import Found

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
RECALL = RecallTold("Có sạn trong gói", "Mang trả nơi mua", date(2026, 11, 20))


@pytest.fixture
def code() -> UnitCode:
    """The code of a good unit."""
    product = builders.product("P", builders.producer("X", name="HTX Cà phê"), name="Cà phê bột", stars=4)
    Product.objects.filter(pk=product.pk).update(gtin=trace_builders.gtin())
    (made,) = trace_builders.codes(trace_builders.lot(Product.objects.get(pk=product.pk), "RANG-1", place="Xưởng rang"))
    return made


@pytest.fixture
def circumstances() -> Iterator[ExitStack]:
    """What is true besides the rows, for as long as the test lasts."""
    with ExitStack() as stack:
        yield stack


HOLD = {
    Verdict.RECALLED: lambda code, stack: stack.enter_context(patch("traceability.page.verdict.recall_of", lambda lot, number: RECALL)),
    Verdict.VOID: lambda code, stack: setattr(code, "voided_at", timezone.now()),
    Verdict.PAST_ITS_DATE: lambda code, stack: setattr(code.lot, "best_before", TODAY - timedelta(days=1)),
    Verdict.SCANNED_TOO_OFTEN: lambda code, stack: setattr(code, "is_scanned_too_often", True),
}


def found(code: UnitCode) -> Found:
    return Found(code.lot.product, code.lot, code, code_path(code), names_lot=True)


def test_a_good_code_is_valid(code: UnitCode) -> None:
    assert judge(found(code), TODAY) == (Verdict.VALID, None)
    assert judge(None, TODAY) == (Verdict.UNKNOWN, None)


@pytest.mark.parametrize("worse", HOLD)
@pytest.mark.parametrize("better", HOLD)
def test_of_two_the_worse_is_said(code: UnitCode, circumstances: ExitStack, worse: Verdict, better: Verdict) -> None:
    for verdict in (worse, better):
        HOLD[verdict](code, circumstances)
    assert judge(found(code), TODAY)[0] == min(worse, better)


def test_a_code_on_many_packs_gets_no_verdict_unless_it_is_a_bad_one(code: UnitCode, circumstances: ExitStack) -> None:
    lot = code.lot
    of_lot, of_product = Found(lot.product, lot, None, ""), Found(lot.product, None, None, "")
    assert judge(of_lot, TODAY)[0] == judge(of_product, TODAY)[0] == Verdict.INFORMATION
    HOLD[Verdict.SCANNED_TOO_OFTEN](code, circumstances)
    assert judge(of_lot, TODAY)[0] == Verdict.INFORMATION
    HOLD[Verdict.PAST_ITS_DATE](code, circumstances)
    assert judge(of_lot, TODAY)[0] == Verdict.PAST_ITS_DATE
    HOLD[Verdict.RECALLED](code, circumstances)
    assert judge(of_lot, TODAY)[0] == Verdict.RECALLED


def shown(path: str, language: str = "vi") -> str:
    return Client().get(path, headers={"Accept-Language": language}).content.decode()


def test_page_says_the_verdict_and_the_legal_minimum(code: UnitCode) -> None:
    page = shown(code_path(code))
    assert "Mã hợp lệ, do HTX Cà phê cấp" in page
    for told in ("Cà phê bột", "HTX Cà phê", "RANG-1", code.serial, "01/11/2026", "01/01/2100", "Xưởng rang", "Tỉnh Gia Lai", "01/QĐ-UBND"):
        assert told in page, told
    assert "Valid code, issued by HTX Cà phê" in shown(code_path(code), "en")
    # Nothing but the verdict of a valid unit is green.
    assert "verdict valid" not in shown(lot_path(code.lot))


def test_page_says_past_its_date_from_the_day_after(code: UnitCode) -> None:
    today = timezone.localdate()
    Lot.objects.update(made_on=today - timedelta(days=9), best_before=today)
    assert "verdict valid" in shown(code_path(code))
    Lot.objects.update(best_before=today - timedelta(days=1))
    for path in (code_path(code), lot_path(code.lot)):
        page = shown(path)
        assert "verdict past_its_date" in page
        assert "verdict valid" not in page


def test_page_says_void(code: UnitCode) -> None:
    UnitCode.objects.update(voided_at=timezone.now())
    assert "verdict void" in shown(code_path(code))


def test_an_expired_star_is_told_as_expired(code: UnitCode) -> None:
    code.lot.product.ratings.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert "stars lapsed" in shown(code_path(code))


@pytest.mark.parametrize(
    ("typed", "status"), [("rang-1", 302), (" RANG-1 ", 302), ("RANG-2", 200), ("<script>", 200), ("\x00", 200), ("x" * 500, 200)]
)
def test_lot_typed_by_hand(code: UnitCode, typed: str, status: int) -> None:
    answer = Client().get(f"/trace/01/{code_path(code).split('/')[2]}", {"lot": typed})
    assert answer.status_code == status
    if status == 302:
        assert answer["Location"] == f"/trace{lot_path(code.lot)}"
    else:
        assert "<script>" not in answer.content.decode()


def test_first_response_is_small_and_quick_to_make(code: UnitCode) -> None:
    for number in range(20):
        LotInput.objects.create(lot=code.lot, words=f"Nguyên liệu {number}")
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(code_path(code))
    assert len(gzip.compress(answer.content, 6)) <= 14 * 1024
    assert answer.content.index(b"verdict valid") < 3000
    # One of them only tells a new connection of the statement that finds a pack.
    assert len(queries) <= 16
    assert not answer.cookies
    # Sheets, icons, the photo, the script and its worker: with the page itself no more than ten requests.
    assert answer.content.count(b'rel="stylesheet"') + 6 <= 10
    # One small script, for which nothing waits; with its worker it makes ten.
    assert re.findall(rb"<script[^>]*>", answer.content) == re.findall(rb"<script src=[^>]* defer>", answer.content)
    assert answer.content.count(b"<script") == 1
    assert answer["Cache-Control"] == "no-store"


def test_number_of_inputs_does_not_change_the_number_of_statements(code: UnitCode) -> None:
    counts = []
    for number in (1, 3):
        for source in range(number):
            source_lot = trace_builders.lot(code.lot.product, f"S{number}-{source}")
            LotInput.objects.create(lot=code.lot, source=source_lot, quantity=1)
        Lot.objects.all().mark_changed()
        with CaptureQueriesContext(connection) as queries:
            Client().get(code_path(code))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_whoever_guesses_codes_has_to_wait(code: UnitCode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "ALLOWED", 5)
    guesser, other = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="203.0.113.8")
    statuses = [guesser.get(f"/t/000000000000{number}").status_code for number in range(8)]
    assert statuses == [404] * 6 + [429] * 2
    refused = guesser.get(code_path(code))
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert guesser.get(f"/trace{code_path(code)}").status_code == 429
    assert other.get(code_path(code)).status_code == 200


def test_a_page_is_kept_and_its_next_pack_is_another(code: UnitCode) -> None:
    """The second pack of a lot costs one statement, and has its own serial and verdict."""
    second, void = trace_builders.codes(code.lot, 2)
    UnitCode.objects.filter(pk=void.pk).update(voided_at=timezone.now())
    path = code_path(second)
    assert code.serial in shown(code_path(code))
    with CaptureQueriesContext(connection) as queries:
        page = shown(path)
    assert len(queries) == 1
    assert second.serial in page
    assert path in page
    assert code.serial not in page
    assert not re.search("[\ue000-\uf8ff]", page)
    assert "verdict void" in shown(code_path(void))
    # What is recorded stands there at once.
    trace_builders.step(code.lot, note="Vừa ghi xong")
    assert "Vừa ghi xong" in shown(code_path(second))


def test_what_is_told_of_a_recall_is_never_an_old_page(code: UnitCode, circumstances: ExitStack) -> None:
    assert "verdict valid" in shown(code_path(code))
    HOLD[Verdict.RECALLED](code, circumstances)
    page = shown(code_path(code))
    assert "verdict recalled" in page
    assert RECALL.reason in page
    assert RECALL.instructions in page
    assert "20/11/2026" in page
