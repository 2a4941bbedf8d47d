"""What a file of rows says of itself: headings that can be told apart, and which rows it holds."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from accounts.models import User
from dashboards.exports.tables import XlsxResponse
from dashboards.tabled import TABLED, ask
from tests import builders
from tests.dashboards.market import DAYS, browser_of, make_market

pytestmark = pytest.mark.django_db


@pytest.fixture
def official() -> User:
    make_market()
    return builders.official()


def sheets(user: User, address: str, **query: str) -> dict[str, list[list[object]]]:
    answer = browser_of(user).get(address, query)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def about(user: User, address: str, **query: str) -> dict[object, object]:
    """The second sheet: what the rows of the first are."""
    return {row[0]: row[1] for row in list(sheets(user, address, **query).values())[1]}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_columns_of_a_file_have_one_heading(official: User, language: str) -> None:
    """In Vietnamese “Producer” and “Producers” are one word: a count says that it is one."""
    with override(language):
        for name, board in TABLED.items():
            answer = ask(board.file, official, {})
            assert isinstance(answer, XlsxResponse)
            headings = [str(column.label) for column in answer.listed.columns]
            assert sorted(set(headings)) == sorted(headings), name
    overview = sheets(official, "/overview.xlsx" if language == "vi" else "/en/overview.xlsx", **DAYS)
    for name, rows in list(overview.items())[1:]:
        assert len(set(rows[0])) == len(rows[0]), name


def test_orders_of_the_earlier_period_are_not_called_orders_before_a_livestream(official: User) -> None:
    with override("vi"):
        for board in ("producer_list", "commune_list", "platform_list", "delivery_list"):
            answer = ask(TABLED[board].file, official, {})
            assert isinstance(answer, XlsxResponse)
            assert "Số đơn kỳ trước" in [column.label for column in answer.listed.columns], board


def test_a_file_says_whose_rows_it_has_which_and_how_complete(official: User) -> None:
    whole = about(official, "/en/products.xlsx", **DAYS)
    assert whole["Territory"] == "Tỉnh Gia Lai"
    assert "shops" in str(whole["Completeness"])
    assert "Filters" not in whole
    some = about(official, "/en/products.xlsx", star="4", q="a", **DAYS)
    assert some["Filters"] == "Product, producer or code: a; Stars: 4 stars"
    assert some["Days"] == whole["Days"]
    assert about(official, "/en/claims.xlsx", year="", metric="orders")["Filters"] == "Figure: Orders"
    assert about(official, "/en/sessions.xlsx", **{"from": "2025-05-01"})["Filters"] == "From: 01/05/2025"


def test_order_lines_say_which_they_are(official: User) -> None:
    assert "Filters" not in about(official, "/en/order-lines.xlsx")
    found = about(official, "/en/order-lines.xlsx", product="A", **{"from": "2025-05-01"})
    assert found["Filters"] == "From: 01/05/2025; Product: Product A"
