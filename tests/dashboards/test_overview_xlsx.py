"""The overview as a workbook: the rows of the page under its reading, numbers as numbers."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from dashboards import readings
from dashboards.filters.periods import PROBLEMS
from tests import builders
from tests.builders import CA_MAU, at
from tests.dashboards.trade import DAYS, Trade
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def official(trade: Trade) -> Client:
    client = Client()
    client.force_login(builders.official(province=CA_MAU), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def workbook(client: Client, language: str = "en", **query: str) -> tuple[dict[str, list[list[Any]]], Any]:
    with translation.override(language):
        response = client.get(reverse("overview_xlsx"), {**DAYS, **query})
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}, response


def line(sheet: list[list[Any]], words: str) -> list[Any]:
    return next(row for row in sheet if row[0] == words)


def test_the_first_sheet_names_the_reading_and_has_the_page_s_figures(official: Client) -> None:
    page = official.get(reverse("overview"), DAYS)
    reading = page.context["answer"].reading
    sheets, response = workbook(official, reading=reading.token)
    first = sheets["Overview"]
    assert response["X-Reading"] == reading.token
    assert first[0][0] == "Overview: Tỉnh Cà Mau"
    assert line(first, "Reading")[1] == "1"
    assert line(first, "Period")[1] == "01/11–21/11/2025"
    assert line(first, "Compared with")[1] == "01/10–21/10/2025"
    assert line(first, "Completeness")[1] == "0 of 3 shops complete to 21/11/2025"
    assert line(first, "Placed value")[1:3] == [735_000, 450_000]
    assert line(first, "Net value")[1:3] == [585_000, 400_000]
    assert line(first, "Revenue (delivered, less returns)")[1:3] == [405_000, 400_000]
    assert line(first, "Orders")[1:3] == [15, 2]
    assert line(first, "Weight placed (kg)")[1:3] == [4, 2.7]
    assert line(first, "Value")[1:6] == [735_000, 100_000, 50_000, 585_000, 405_000]


def test_each_table_has_its_sheet(official: Client) -> None:
    builders.claim("orders", 2, province=CA_MAU, about=make_session())
    sheets, _response = workbook(official)
    assert list(sheets) == [
        *("Overview", "By day", "Livestreams", "Hosts", "Products", "Producers", "Communes", "Groups and stars", "Claims"),
    ]
    assert line(sheets["By day"], date(2025, 11, 10))[1:] == [2, 350_000, 100_000, 0, 250_000, 200_000, 4, 1.7, 0]
    assert line(sheets["Livestreams"], "Session LIVE") == [
        *("Session LIVE", "LIVE", datetime(2025, 11, 10, 20, 0), "KOL KOL", 2, 350_000, 100_000, 0, 250_000, 200_000, 4, 1.7, 1, 150_000)
    ]
    assert line(sheets["Products"], "Product CRAB")[1:] == ["CRAB", 3, 400_000, 100_000, 0, 300_000, 200_000, 4, 2, 400_000]
    assert line(sheets["Products"], "All others")[2:] == ["", 3_000, 0, 0, 3_000, 3_000, 2, 0.2, ""]
    assert line(sheets["Products"], "Belongs to none")[2:4] == [1, 30_000]
    assert line(sheets["Groups and stars"], "All")[1:7] == [0, 1, 11, 12, 1, 0]
    claim = sheets["Claims"][1]
    assert (claim[0], claim[3], claim[5], claim[9]) == ("Session QUIET", 2, "Cannot be verified", date(2025, 10, 1))


def make_session() -> Any:
    return builders.session("QUIET", at("2025-11-18 20:00"), province=CA_MAU)


def test_a_workbook_keeps_the_page_s_reading_while_orders_come_in(official: Client, trade: Trade) -> None:
    token = official.get(reverse("overview"), DAYS).context["answer"].reading.token
    order(trade.mixed, "new", at("2025-11-12 09:00"), Line(trade.crab, 1, 15_000))
    fold()
    sheets, _response = workbook(official, reading=token)
    assert line(sheets["Overview"], "Placed value")[1] == 735_000
    readings.cache.clear()
    sheets, response = workbook(official, reading=token)
    assert line(sheets["Overview"], "Placed value")[1] == 750_000
    assert line(sheets["Overview"], "Note")[1] == "The reading asked for is no longer kept; this is a newer one."
    assert response["X-Reading"] != token


def test_text_that_looks_like_a_formula_stays_text(official: Client, trade: Trade) -> None:
    trade.crab.name_en = "=1+1"
    trade.crab.save()
    sheets, _response = workbook(official)
    assert line(sheets["Products"], "=1+1")[1] == "CRAB"


def test_what_is_not_known_is_an_empty_cell_and_both_languages_write_a_book(official: Client) -> None:
    sheets, _response = workbook(official, language="vi", **{"from": "2025-11-22", "to": "2025-11-30", "by": "days"})
    first = sheets["Tổng quan"]
    assert line(first, "Giá trị đặt hàng")[1] == ""
    assert len(next(iter(sheets.values()))) > 10


def test_days_that_make_no_period_are_refused(official: Client) -> None:
    refused = official.get(reverse("overview_xlsx"), {"from": "2025-11-21", "to": "2025-11-01"})
    assert (refused.status_code, refused.context["form"].errors["from"]) == (400, [PROBLEMS["reversed"]])
