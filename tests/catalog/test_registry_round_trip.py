"""The registry out as .xlsx, changed by a spreadsheet program (openpyxl), and in again: exactly what was changed, once."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.scopes import Scope
from catalog import gtin
from catalog.models import ListPrice, Product, StarRating
from catalog.registry.columns import BY_KEY, column_of
from catalog.registry.export import registry_rows
from catalog.registry.outcomes import Outcome, counts
from catalog.registry.reading import read_registry
from catalog.registry.services import import_rows
from catalog.registry.workbook import registry_workbook
from tests import builders
from tests.catalog.registry_files import FULL, GOOD, write
from tests.catalog.test_registry_pages import upload

GIA_LAI, CA_MAU = Scope(province="52"), Scope(province="96")


class Sheet:
    """A registry file open in a spreadsheet program."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.sheet = self.book.worksheets[0]
        self.columns = {column.key: cell.column for cell in self.sheet[1] if (column := column_of(cell.value))}
        self.rows = {self.sheet.cell(row, self.columns["code"]).value: row for row in range(3, self.sheet.max_row + 1)}

    def get(self, code: str, column: str) -> Any:
        return self.sheet.cell(self.rows[code], self.columns[column]).value

    def set(self, code: str, column: str, value: Any) -> None:
        self.sheet.cell(self.rows[code], self.columns[column]).value = value

    def save(self, path: Path) -> Path:
        self.book.save(path)
        return path


def load(path: Path, scope: Scope) -> list[Outcome]:
    return import_rows(rows=read_registry(path, path.name), scope=scope, commit=True)


def changed(outcomes: list[Outcome]) -> set[tuple[str, str]]:
    return {(outcome.code, change.column) for outcome in outcomes for change in outcome.changes}


def forty_changes(sheet: Sheet) -> dict[tuple[str, str], Any]:
    """Forty cells, and what each then holds: facts of products, of stars, and of producers with one product."""
    makers = [sheet.get(code, "producer_code") for code in sheet.rows]
    single = [code for code in sheet.rows if makers.count(sheet.get(code, "producer_code")) == 1]
    others = [code for code in sheet.rows if code not in single and sheet.get(code, "stars") == 3]
    wanted: dict[tuple[str, str], Any] = {}
    for number, column in enumerate(["representative", "address", "tax_code", "producer_name_en"]):
        value = ["Nguyễn Thị Đổi", "Ấp Mới, khóm 2", "0123456789", "New Name Cooperative"][number]
        wanted[single[number % len(single)], column] = value
    for number, code in enumerate(others[:34]):
        body = f"8934500{number:05d}"
        column, value = [
            ("name_vi", f"Tên mới {number}"),
            ("name_en", f"New name {number}"),
            ("unit", f"hộp {number + 1} gói"),
            ("net_weight", 1000 + number),
            ("list_price", 500_000 + number),
            ("gtin", f"{body}{gtin.check_digit(body)}"),
            ("points", 51.5 if sheet.get(code, "points") != 51.5 else 52.5),
            ("valid_until", datetime(2029, 1, 1) + timedelta(days=number)),
            ("ocop_set", "4.01"),
        ][number % 9]
        wanted[code, column] = value
    wanted[others[0], "list_price"] = 777_000
    wanted[others[0], "unit"] = "bao 25 kg"
    return wanted


@pytest.mark.usefixtures("demo_db")
def test_343_products_out_40_cells_changed_and_in_again(tmp_path: Path) -> None:
    today = timezone.localdate()
    before = {row["code"]: row for row in registry_rows(CA_MAU, today=today)}
    assert len(before) == 343
    sheet = Sheet(registry_workbook(list(before.values())))
    assert counts(load(sheet.save(tmp_path / "same.xlsx"), CA_MAU)) == {"created": 0, "updated": 0, "unchanged": 343, "rejected": 0}
    wanted = forty_changes(sheet)
    assert len(wanted) == 40
    for (code, column), value in wanted.items():
        sheet.set(code, column, value)
    path = sheet.save(tmp_path / "changed.xlsx")
    outcomes = load(path, CA_MAU)
    assert changed(outcomes) == set(wanted)
    touched = len({code for code, _column in wanted})
    assert counts(outcomes) == {"created": 0, "updated": touched, "unchanged": 343 - touched, "rejected": 0}
    after = {row["code"]: row for row in registry_rows(CA_MAU, today=today)}
    differing = {(code, column) for code, row in after.items() for column, value in row.items() if before[str(code)].get(column) != value}
    assert differing == set(wanted)
    assert counts(load(path, CA_MAU)) == {"created": 0, "updated": 0, "unchanged": 343, "rejected": 0}


@pytest.fixture
def product(db: None) -> Product:
    made = builders.product("GL-1", builders.producer("HTX-01", since=date(2024, 1, 1)), price=100_000)
    builders.rate(made, 3, since=date(2024, 3, 15), until=date(2027, 3, 15), points=62.5)
    ListPrice.objects.create(product=made, since=date(2025, 1, 1), price=120_000)
    return made


def test_a_price_changed_back_to_that_of_the_decision_is_a_change(product: Product, tmp_path: Path) -> None:
    """Without the export's day a row that fits what held when the star was decided has nothing new to say."""
    sheet = Sheet(registry_workbook(registry_rows(GIA_LAI, today=timezone.localdate())))
    assert sheet.get("GL-1", "list_price") == 120_000
    sheet.set("GL-1", "list_price", 100_000)
    assert changed(load(sheet.save(tmp_path / "a.xlsx"), GIA_LAI)) == {("GL-1", "list_price")}
    assert product.list_prices.get(since=timezone.localdate()).price == 100_000


def test_what_others_changed_since_the_export_stays(product: Product, tmp_path: Path) -> None:
    exported = timezone.localdate() - timedelta(days=3)
    sheet = Sheet(registry_workbook(registry_rows(GIA_LAI, today=exported)))
    ListPrice.objects.create(product=product, since=exported + timedelta(days=1), price=150_000)
    sheet.set("GL-1", "unit", "hộp")
    assert changed(load(sheet.save(tmp_path / "a.xlsx"), GIA_LAI)) == {("GL-1", "unit")}
    assert Product.objects.with_facts(timezone.localdate()).get().list_price == 150_000


def test_a_restricted_number_is_kept_but_not_taken_in(product: Product, tmp_path: Path) -> None:
    number = "2000000000008"
    Product.objects.filter(pk=product.pk).update(gtin=number)
    builders.product("GL-2", product.producer)
    sheet = Sheet(registry_workbook(registry_rows(GIA_LAI, today=timezone.localdate())))
    sheet.set("GL-2", "gtin", "2000000000015")
    outcomes = load(sheet.save(tmp_path / "a.xlsx"), GIA_LAI)
    assert [(outcome.code, outcome.state.value, len(outcome.problems)) for outcome in outcomes] == [
        ("GL-1", "unchanged", 0),
        ("GL-2", "rejected", 1),
    ]


def test_ended_and_foreign_stars_and_spaces_between_words(product: Product, tmp_path: Path) -> None:
    StarRating.objects.update(revoked_on=date(2026, 1, 5), revoked_ground="vi phạm")
    Product.objects.filter(pk=product.pk).update(name_vi="Cà  phê bột")
    elsewhere = builders.rate(product, 4, since=date(2023, 1, 1), number="9/QĐ")
    type(elsewhere.decision).objects.filter(pk=elsewhere.decision_id).update(province="96")
    (row,) = registry_rows(GIA_LAI, today=timezone.localdate())
    assert (row["stars"], row["decision_number"], row["revoked_on"]) == (3, "01/QĐ-UBND", date(2026, 1, 5))
    path = tmp_path / "a.xlsx"
    path.write_bytes(registry_workbook([row]))
    assert counts(load(path, GIA_LAI))["unchanged"] == 1


def test_doubles_are_neither_written_out_nor_taken_in(product: Product, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(registry_workbook(registry_rows(GIA_LAI, today=timezone.localdate())))
    kept = builders.product("GL-2", product.producer)
    Product.objects.filter(pk=product.pk).update(published_at=None, merged_into=kept)
    assert [row["code"] for row in registry_rows(GIA_LAI, today=timezone.localdate())] == ["GL-2"]
    (outcome,) = load(path, GIA_LAI)
    assert [problem.column for problem in outcome.problems] == ["code"]
    assert "GL-2" in outcome.problems[0].text


def test_the_export_takes_the_same_queries_at_one_and_three_rows(product: Product) -> None:
    seen = []
    for codes in ((), ("GL-2", "GL-3")):
        for code in codes:
            builders.rate(builders.product(code, product.producer, price=5), 3)
        with CaptureQueriesContext(connection) as queries:
            registry_rows(GIA_LAI, today=timezone.localdate())
        seen.append(len(queries))
    assert seen[0] == seen[1] <= 10


def test_rejected_rows_come_back_as_a_file_to_mend(client: Client, db: None, tmp_path: Path) -> None:
    keeper = builders.official(builders.AGRICULTURE)
    client.force_login(keeper, backend="allauth.account.auth_backends.AuthenticationBackend")
    rows = [
        GOOD,
        {**FULL, "code": "GL-002", "gtin": None, "list_price": "x", "decided_on": date(2024, 3, 15)},
        {**GOOD, "code": "GL-003", "unit": None},
    ]
    where = upload(client, write(tmp_path / "a.xlsx", rows)).headers["Location"]
    client.post(f"{where}confirm/")
    assert Product.objects.values_list("code", flat=True).get() == "GL-001"
    answer = client.get(f"{where}rejected.xlsx")
    assert answer["Content-Disposition"].startswith('attachment; filename="ocop-registry-rejected-')
    sheet = Sheet(answer.content)
    assert list(sheet.rows) == ["GL-002", "GL-003"]
    assert [sheet.sheet.cell(row, 1).value for row in (3, 4)] == [
        "List price (VND): Write the price in whole VND, like 120000 or 120.000.",
        "Unit: The cell is empty, but needed.",
    ]
    assert sheet.get("GL-002", "decided_on") == datetime(2024, 3, 15)
    sheet.set("GL-002", "list_price", 99_000)
    sheet.set("GL-003", "unit", "gói")
    content = sheet.save(tmp_path / "mended.xlsx").read_bytes()
    again = client.post("/en/registry/", {"file": SimpleUploadedFile("mended.xlsx", content)})
    client.post(f"{again.headers['Location']}confirm/")
    assert set(Product.objects.values_list("code", flat=True)) == {"GL-001", "GL-002", "GL-003"}


def test_every_column_goes_out(product: Product) -> None:
    (row,) = registry_rows(GIA_LAI, today=timezone.localdate())
    assert set(row) == set(BY_KEY) - {"district"}
