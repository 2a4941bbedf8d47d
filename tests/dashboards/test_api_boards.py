"""Boards and reports as JSON: what their files hold, for those who may open their pages."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from rest_framework.authtoken.models import Token

from accounts.models import User
from dashboards.models import PeriodKind
from dashboards.tabled import TABLED, view_of
from tests import builders, report_builders
from tests.builders import CA_MAU, GIA_LAI
from tests.dashboards.market import DAYS, browser_of, make_market

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def get(user: User, address: str, **query: str) -> Any:
    token, _made = Token.objects.get_or_create(user=user)
    return Client().get(f"{API}{address}", query, headers={"Authorization": f"Token {token.key}"})


@pytest.mark.parametrize("page", sorted(TABLED))
def test_a_board_has_the_access_and_the_cells_of_its_file(page: str) -> None:
    make_market()
    board = TABLED[page]
    assert view_of(board.file).access.permission == board.permission
    official = builders.official()
    days = DAYS if "from" in (board.filters or {}) or board.period else {}
    found = get(official, f"boards/{page.replace('_', '-')}/", **days).json()
    with translation.override("vi"):
        file = browser_of(official).get(reverse(board.file), {**days, "reading": found["reading"]["token"]})
    assert file["X-Reading"] == found["reading"]["token"]
    heads, *rows = openpyxl.load_workbook(BytesIO(file.content)).worksheets[0].iter_rows(values_only=True)
    keys = [column["key"] for column in found["columns"]]
    assert [column["label"] for column in found["columns"]] == list(heads)
    assert len(set(keys)) == len(keys)
    assert found["count"] == len(found["rows"]) == len(rows)
    for told, row in zip(found["rows"], rows, strict=True):
        for column, cell in zip(found["columns"], row, strict=True):
            value = told[column["key"]]
            if column["kind"] in {"day", "moment"} and cell is not None:
                assert value.startswith(cell.date().isoformat())
            else:
                assert (value or None if isinstance(value, str) else value) == (cell or None if isinstance(cell, str) else cell), column
    assert found["territory"] == {"province": GIA_LAI, "commune": None}


def test_keys_are_names_that_programs_may_rest_on() -> None:
    """They follow from English headings: whoever words one anew breaks programs, and finds it here."""
    make_market()
    columns = get(builders.official(), "boards/product-list/", **DAYS).json()["columns"]
    assert [column["key"] for column in columns][:5] == ["code", "product", "producer", "commune", "group"]
    sold = ["orders", "units", "placed_value_vnd", "cancelled_vnd", "returned_vnd", "net_value_vnd", "revenue_vnd", "weight_kg"]
    assert [column["key"] for column in columns][11:19] == sold
    assert {column["key"]: column["kind"] for column in columns}["weight_kg"] == "kilograms"


def test_filters_order_pages_and_language() -> None:
    make_market()
    official = builders.official()
    whole = get(official, "boards/product-list/", sort="-placed", **DAYS).json()
    assert [row["code"] for row in whole["rows"]] == ["A", "C", "B"]
    assert whole["period"] == {"first": "2025-05-01", "last": "2025-05-31"}
    some = get(official, "boards/product-list/", sort="-placed", limit="1", offset="1", reading=whole["reading"]["token"], **DAYS).json()
    assert (some["count"], some["rows"]) == (3, whole["rows"][1:2])
    assert [row["code"] for row in get(official, "boards/product-list/", star="4", **DAYS).json()["rows"]] == ["A"]
    assert get(official, "boards/product-list/", sort="-placed", compare="before", **DAYS).json()["rows"] == whole["rows"]
    english = get(official, "boards/product-list/", language="en", **DAYS).json()
    assert (english["columns"][1]["label"], english["rows"][0]["product"]) == ("Product", "Product A")
    assert english["columns"][1]["key"] == whole["columns"][1]["key"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"star": "9"}, "star"),
        ({"from": "2025-13-01"}, "from"),
        ({"q": "a\0"}, "q"),
        ({"limit": "0"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"compare": "x"}, "compare"),
        ({"offset": "x"}, "offset"),
        ({"language": "fr"}, "language"),
    ],
)
def test_what_is_wrong_is_named(query: dict[str, str], field: str) -> None:
    answer = get(builders.official(), "boards/product-list/", **query)
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_a_member_gets_its_own_and_no_official_another_province() -> None:
    market = make_market()
    member = builders.member(market.gl2)
    own = get(member, "boards/product-list/", **DAYS).json()
    assert ([row["code"] for row in own["rows"]], own["territory"]) == (["C"], None)
    assert get(member, "boards/producer-list/").status_code == 403
    assert get(builders.official(), "boards/product-list/", province=CA_MAU).status_code == 403
    assert get(builders.administrator(), "boards/product-list/", province="00").status_code == 404


def test_a_reading_that_is_gone_is_said_to_be_replaced() -> None:
    make_market()
    official = builders.official()
    first = get(official, "boards/product-list/", **DAYS).json()["reading"]
    assert get(official, "boards/product-list/", reading=first["token"], **DAYS).json()["reading"] == first
    gone = get(official, "boards/product-list/", reading="1-1", **DAYS).json()["reading"]
    assert (gone["replaced"], gone["token"]) == (True, first["token"])


def test_reports_are_those_that_their_reader_may_see() -> None:
    make_market()
    official = builders.official()
    report = report_builders.prepared(official, PeriodKind.YEAR, 2025)
    report_builders.prepared(builders.official(province=CA_MAU), PeriodKind.YEAR, 2025)
    found = get(official, "reports/").json()["reports"]
    assert [(one["id"], one["kind"], one["state"], one["digest"]) for one in found] == [(report.pk, "year", "prepared", report.digest)]
    english = get(official, f"reports/{report.pk}/", language="en").json()["document"]
    assert english["sections"][0]["title"] == "I. Overall figures"
    elsewhere = builders.official(province=CA_MAU)
    assert get(elsewhere, f"reports/{report.pk}/").status_code == 404
    assert get(builders.official(commune=builders.commune()), "reports/").status_code == 403


def test_the_report_of_a_livestream_has_the_cells_of_its_page() -> None:
    make_market()
    official = builders.official()
    found = get(official, "sessions/L1/report/").json()
    page = browser_of(official).get("/sessions/L1/report/", {"reading": found["reading"]["token"]})
    document = page.context["document"]
    assert found["title"] == document.title
    blocks = [block for section in found["sections"] for block in section["blocks"] if block["block"] == "table"]
    tables = [block for section in document.sections for block in section.blocks if block.block == "table"]
    texts = [cell["text"] for block in blocks for row in block["rows"] for cell in row]
    shown = [cell.text for table in tables for row in table.rows for cell in row]
    assert texts == shown != []
    assert get(official, "sessions/NONE/report/").status_code == 404
