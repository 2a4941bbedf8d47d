"""Days in a shop's own spreadsheet: found by their heading, shown as days, without a time of day, mended and read again."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orders.intake.mapping.forms import MappingForm
from orders.intake.mapping.guessing import Guess, guess
from orders.intake.mapping.table import read_table
from orders.intake.models import IntakeRun, RejectedRow, StagedRow
from orders.intake.reading.values import written_moment
from orders.shops.models import Shop
from tests import builders
from tests.orders import own_files
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db

HEADERS = ("Số hóa đơn", "Ngày bán", "Mặt hàng", "SL", "Thành tiền")
FUTURE = date(2127, 11, 25)
DAY = 46346.0  # 20/11/2026 as a workbook counts it


@pytest.fixture
def shop() -> Shop:
    return builders.stall("ZL-1", builders.producer("HTX-1"))


@pytest.fixture
def client(shop: Shop) -> Client:
    assert shop.producer
    return client_of(People.of(shop.producer), Role.COOPERATIVE)


def rows(*days: Any) -> list[list[Any]]:
    return [[f"HD-{number}", day, "Cà phê bột", 2, 180_000] for number, day in enumerate(days, 1)]


def guessed(path: Path, *days: Any, heading: str = "Ngày bán") -> Guess:
    file = own_files.write_xlsx(path / "so.xlsx", rows(*days), headers=[heading if header == "Ngày bán" else header for header in HEADERS])
    return guess(read_table(file, file_name="so.xlsx", expected="Zalo"))


def post(client: Client, address: str, name: str, file: bytes, **answers: Any) -> Any:
    return client.post(address, {"file": SimpleUploadedFile(name, file), **answers})


@pytest.mark.parametrize(
    "heading",
    ["Ngày", "Ngày bán", "Ngày bán hàng", "Ngày đặt", "Ngày mua", "Ngày lập hóa đơn", "NGÀY THÁNG", "Thời gian", "Thời gian mua"],
)
def test_usual_headings_are_the_time_of_the_order(tmp_path: Path, heading: str) -> None:
    """Also where one day of three was mistyped into the future, or is none."""
    for last in (FUTURE, "hôm qua"):
        found = guessed(tmp_path, date(2026, 11, 20), date(2026, 11, 21), last, heading=heading)
        assert (found.columns["placed_at"], found.days_alone) == (heading, True)


@pytest.mark.parametrize(
    ("days", "alone"),
    [
        (["20/11/2026", "21-11-2026", "22.11.26"], True),
        (["20/11/2026", "21/11/2026 9h05"], False),
        (["20/11/2026 00:00:00", "21/11/2026"], False),
        ([date(2026, 11, 20), "21/11/2026"], True),
        ([datetime(2026, 11, 20, 9, 5), date(2026, 11, 21)], False),
    ],
)
def test_days_alone_is_told_by_the_values(tmp_path: Path, days: list[Any], alone: bool) -> None:
    assert guessed(tmp_path, *days).days_alone is alone


def test_days_of_a_workbook_are_shown_as_days(tmp_path: Path) -> None:
    path = own_files.write_xlsx(tmp_path / "so.xlsx", rows(date(2026, 11, 20), datetime(2026, 11, 21, 9, 5)), headers=HEADERS)
    form = MappingForm(read_table(path, file_name="so.xlsx", expected="Zalo"), bound=False)
    choices = [str(words) for _value, words in form.fields["column_placed_at"].choices]  # type: ignore[attr-defined]
    assert choices[1:] == ["Số hóa đơn – HD-1", "Ngày bán – 20/11/2026", "Mặt hàng – Cà phê bột", "SL – 2", "Thành tiền – 180000"]
    assert form.fields["column_placed_at"].help_text == "20/11/2026; 21/11/2026 09:05:00"


@pytest.mark.parametrize(
    ("cell", "more", "written"),
    [
        (DAY, {}, "20/11/2026"),
        (DAY, {"order": "mdy"}, "11/20/2026"),
        (DAY, {"order": "ymd"}, "2026-11-20"),
        (DAY, {"days_alone": False}, "20/11/2026 00:00:00"),
        (DAY + 0.5, {}, "20/11/2026 12:00:00"),
        (0.5, {}, None),
        (float("nan"), {}, None),
        (180_000.0, {}, None),
    ],
)
def test_a_number_is_written_as_the_day_it_stands_for(cell: float, more: dict[str, Any], written: str | None) -> None:
    assert written_moment(cell, first_day=date(1899, 12, 30), **more) == written


def test_a_day_in_the_future_is_said_as_a_day_mended_and_read(shop: Shop, client: Client, tmp_path: Path) -> None:
    path = own_files.write_xlsx(tmp_path / "so.xlsx", rows(date(2026, 6, 20), FUTURE), headers=HEADERS)
    asked = post(client, "/en/intake/new/", "so.xlsx", path.read_bytes(), shop=shop.pk)
    assert asked.context["form"]["days_alone"].value()
    answers = {name: value for name, value in asked.context["form"].data.items() if name.startswith("column_")}
    manner = {"date_order": "dmy", "days_alone": "on", "money_unit": "1", "default_state": "3", "answered": "save"}
    post(client, f"/en/shops/{shop.code}/columns/", "so.xlsx", path.read_bytes(), **answers, **manner)
    run, refused = IntakeRun.objects.get(), RejectedRow.objects.get()
    assert (refused.value, refused.code, refused.cells["placed_at"]) == ("25/11/2127", "date_range", "25/11/2127")
    lines = list(csv.reader(StringIO(client.get(f"/en/intake/{run.pk}/rejected.csv").content.decode("utf-8-sig"))))
    assert lines[1][1] == "25/11/2127"
    assert lines[1][-1] == "“25/11/2127” in “Ngày bán” lies in the future or before 2015. (3)"
    lines[1][1] = "25/6/2026"
    text = StringIO()
    csv.writer(text).writerows(lines)
    post(client, "/en/intake/new/", "mended.csv", text.getvalue().encode(), shop=shop.pk)
    mended = IntakeRun.objects.latest("pk")
    assert (mended.rows, mended.rejected) == (1, 0)
    assert StagedRow.objects.get(run=mended).placed_at == builders.at("2026-06-25 00:00")


def test_a_file_to_mend_keeps_the_time_where_days_alone_are_refused(shop: Shop, client: Client, tmp_path: Path) -> None:
    """A day without a time is refused with the name of the box to tick; the days of the file to mend are not."""
    columns = dict(zip(("order_number", "placed_at", "product_name", "units", "gross"), HEADERS, strict=True))
    mapping = builders.mapping(shop)
    mapping.columns, mapping.statuses = columns, {}
    mapping.save()
    file = own_files.write_xlsx(tmp_path / "so.xlsx", [*rows(FUTURE, "25/6/2026")], headers=HEADERS)
    post(client, "/en/intake/new/", "so.xlsx", file.read_bytes(), shop=shop.pk)
    first, second = RejectedRow.objects.order_by("row")
    assert (first.value, first.cells["placed_at"]) == ("25/11/2127", "25/11/2127 00:00:00")
    assert (second.code, second.message) == (
        "no_time",
        "“25/6/2026” in “Ngày bán” has no time of day. Where no day in the file has one, say so among the columns: "
        "tick “Days have no time of day” and upload the file again.",
    )
