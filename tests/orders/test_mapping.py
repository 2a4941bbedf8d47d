"""A spreadsheet that is no platform's: guessed, asked, remembered, corrected; and nothing of a buyer shown or kept."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from orders import tasks
from orders.intake.mapping.words import names_a_buyer
from orders.intake.models import IntakeRun, RejectedRow, StagedRow
from orders.models import ColumnMapping, OrderLine
from orders.shops.models import Shop
from tests import builders
from tests.orders import own_files
from tests.orders.own_files import BUYER, HEADERS, content, line
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db

GUESSED = {
    "order_number": "Mã đơn",
    "placed_at": "Ngày đặt",
    "product_name": "Tên hàng",
    "units": "SL",
    "unit_price": "Đơn giá",
    "state": "Tình trạng",
}
ANSWERS = {f"column_{name}": header for name, header in GUESSED.items()} | {"date_order": "dmy", "money_unit": "1", "default_state": "3"}
ROWS = [line(), line("A-02", "14/6/2026 20:10", units=1, state="Chờ gửi")]
DATA = ("1", "5/6/2026", "Nguyễn Văn A", "0905000111", "x", "Mật ong", "2", "120000", "y")
CHO_GUI = "state_" + format(crc32("chờ gửi".encode()), "08x")


@pytest.fixture
def shop() -> Shop:
    """A producer's stall on Zalo."""
    return builders.stall("ZL-1", builders.producer("HTX-1"))


@pytest.fixture
def client(shop: Shop) -> Client:
    """Its member."""
    assert shop.producer
    return client_of(People.of(shop.producer), Role.COOPERATIVE)


def post(client: Client, shop: Shop, file: bytes, *, name: str = "so-ban-hang.csv", **answers: str) -> Any:
    """Answer the questions about a file."""
    data = {"file": SimpleUploadedFile(name, file), **answers}
    return client.post(f"/en/shops/{shop.code}/columns/", data)


def save(client: Client, shop: Shop, rows: list[list[Any]] = ROWS, **changes: str) -> Any:
    """Answer them as guessed, but for `changes`, and save."""
    return post(client, shop, content(rows), **{**ANSWERS, CHO_GUI: "0", **changes, "answered": "save"})


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_from_an_unknown_file_to_the_ledger(shop: Shop, client: Client) -> None:
    asked = client.post("/en/intake/new/", {"shop": shop.pk, "file": SimpleUploadedFile("so-ban-hang.csv", content(ROWS))})
    page = text(asked)
    assert asked.status_code == 200
    assert asked.context["form"].guess.columns == GUESSED
    assert asked.context["form"].guess.personal == ("Tên khách", "SĐT", "Địa chỉ")
    assert not any(value in page for value in BUYER)
    assert (IntakeRun.objects.count(), ColumnMapping.objects.count()) == (0, 0)
    # A word that nobody knows is asked; nothing is read before it is answered.
    assert asked.context["unguessed"]
    assert '<option value="SL" selected>' in page
    assert "There is a problem" not in page
    looked = post(client, shop, content(ROWS), **ANSWERS, **{CHO_GUI: "0"}, answered="look")
    assert [(row["order_number"], row["units"], row["gross"], str(row["state_words"])) for row in looked.context["preview"].rows] == [
        ("A-01", 2, 240_000, "Delivered"),
        ("A-02", 1, 120_000, "Placed"),
    ]
    assert (IntakeRun.objects.count(), ColumnMapping.objects.count()) == (0, 0)
    saved = save(client, shop)
    run = IntakeRun.objects.get()
    assert saved.headers["Location"] == f"/en/intake/{run.pk}/"
    mapping = ColumnMapping.objects.get()
    assert (mapping.columns, mapping.statuses, run.mapping) == (GUESSED, {"đã giao": 2, "chờ gửi": 0}, mapping)
    client.post(f"/intake/{run.pk}/confirm/")
    tasks.merge_run(run.pk)
    taken = OrderLine.objects.order_by("pk").values_list("order__number", "key", "units", "value", "state", "delivered_units")
    assert list(taken) == [("A-01", "mật ong", 2, 240_000, 2, 2), ("A-02", "mật ong", 1, 120_000, 0, 0)]
    assert OrderLine.objects.get(order__number="A-01").order.placed_at == builders.at("2026-06-05 09:05")
    kept = json.dumps(list(StagedRow.objects.values()), default=str) + json.dumps(list(ColumnMapping.objects.values()), default=str)
    assert not any(value in kept for value in BUYER)


def test_the_next_file_with_the_same_columns_is_read_at_once_and_old_runs_keep_their_mapping(shop: Shop, client: Client) -> None:
    save(client, shop)
    first = IntakeRun.objects.get()
    more = [line("A-03"), line("A-04", state="Bị trả")]
    response = client.post("/intake/new/", {"shop": shop.pk, "file": SimpleUploadedFile("thang-7.csv", content(more))})
    second = IntakeRun.objects.latest("pk")
    assert response.headers["Location"] == f"/intake/{second.pk}/"
    assert (second.mapping, second.rows, second.rejected) == (first.mapping, 2, 1)
    assert RejectedRow.objects.get().code == "unknown_status"
    # Corrected: the word has a meaning now.
    tra = "state_" + format(crc32("bị trả".encode()), "08x")
    asked = post(client, shop, content(more))
    assert asked.context["form"].initial["column_units"] == "SL"
    post(client, shop, content(more), **ANSWERS, **{tra: "4"}, answered="save")
    third = IntakeRun.objects.latest("pk")
    assert (third.rejected, third.mapping == first.mapping) == (0, False)
    first.refresh_from_db()
    assert first.mapping
    assert (first.mapping.is_in_force, third.mapping and third.mapping.is_in_force) == (False, True)
    page = text(client.get(f"/en/shops/{shop.code}/columns/"))
    assert page.count("Replaced") == 1
    # The same again is no other mapping.
    post(client, shop, content(more), **ANSWERS, **{tra: "4"}, answered="save")
    assert ColumnMapping.objects.count() == 2


def test_a_file_that_is_refused_far_below_teaches_nothing(shop: Shop, client: Client) -> None:
    rows = [[*line(f"A-{number:04d}"), "Gian A" if number < 1_099 else "Gian B"] for number in range(1_100)]
    file = content(rows, headers=[*HEADERS, "Gian hàng"])
    refused = post(client, shop, file, **ANSWERS, column_shop_name="Gian hàng", answered="save")
    assert refused.status_code == 422
    assert "Gian B" in text(refused)
    assert (IntakeRun.objects.count(), StagedRow.objects.count(), ColumnMapping.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"column_variation": "Tên hàng"}, "column_variation", "already chosen for “Product”"),
        ({"column_units": "SĐT"}, "column_units", "Select a valid choice"),
        ({"column_unit_price": ""}, "column_unit_price", "Choose the price of one piece"),
        ({"column_gross": "Đơn giá", "column_unit_price": "SL"}, "column_unit_price", "already chosen"),
        ({"column_order_number": ""}, "column_order_number", "required"),
        ({CHO_GUI: ""}, CHO_GUI, "required"),
        ({CHO_GUI: "9"}, CHO_GUI, "Select a valid choice"),
        ({"date_order": "\0"}, "date_order", "Select a valid choice"),
    ],
)
def test_wrong_answers_are_told_at_the_field(shop: Shop, client: Client, changes: dict[str, str], field: str, words: str) -> None:
    response = save(client, shop, **changes)
    assert response.status_code == 422
    assert any(words in str(error) for error in response.context["form"].errors[field])
    assert (IntakeRun.objects.count(), ColumnMapping.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "empty"),
        (content([]), "no orders below"),
        (
            content([line()], headers=("1", "5/6/2026", "Nguyễn Văn A", "0905000111", "x", "Mật ong", "2", "120000", "y")),
            "no row of column names",
        ),
        (b"Order ID,SKU ID,SKU Subtotal Before Discount,Cancelation/Return Type\n1,2,3,4\n", "TikTok Shop"),
        (b"one column\nalone\n", "not a spreadsheet"),
        (b"PK\x03\x04 broken", "damaged"),
    ],
)
def test_a_wrong_file_is_told(shop: Shop, client: Client, file: bytes, words: str) -> None:
    response = post(client, shop, file)
    assert (response.status_code, IntakeRun.objects.count()) == (422, 0)
    assert words in text(response)


def test_columns_of_one_name_cannot_be_chosen_and_case_tells_columns_apart(shop: Shop, client: Client) -> None:
    doubled = content([[*line(), 9]], headers=[*HEADERS, "SL"])
    response = post(client, shop, doubled, **ANSWERS, answered="save")
    assert "more than once" in str(response.context["form"].errors["column_units"])
    # Names written in pieces (NFD), and two that differ by case alone.
    apart = [unicodedata.normalize("NFD", header) for header in HEADERS]
    response = post(client, shop, content([[*line(), 9]], headers=[*apart, "sl"]), **ANSWERS, answered="save")
    assert response.status_code == 302
    assert StagedRow.objects.get().units == 2


def test_other_currencies_and_other_shops_are_refused(shop: Shop, client: Client) -> None:
    headers = [*HEADERS, "Loại tiền", "Gian hàng"]
    rows = [[*line(), "VND", "Bếp Núi"], [*line("A-02"), "USD", "Bếp Núi"], [*line("A-03", price="$12"), "", "Bếp Núi"]]
    more = {"column_currency": "Loại tiền", "column_shop_name": "Gian hàng", "answered": "save"}
    assert post(client, shop, content(rows, headers=headers), **ANSWERS, **more).status_code == 302
    assert [(refused.row, refused.column, refused.code) for refused in RejectedRow.objects.all()] == [
        (3, "Loại tiền", "other_currency"),
        (4, "Đơn giá", "other_currency"),
    ]
    two = post(client, shop, content([*rows, [*line("A-04"), "VND", "Bếp Biển"]], headers=headers), **ANSWERS, **more)
    assert "“Bếp Biển”, “Bếp Núi”" in text(two)
    assert IntakeRun.objects.count() == 1


def test_days_money_and_pieces_as_people_write_them(shop: Shop, client: Client, tmp_path: Path) -> None:
    path = own_files.write_xlsx(
        tmp_path / "so.xlsx",
        [["H1", "6/25/2026", "Mắm", 85.5, "Xong"], ["H2", "6/7/2026", "Mắm", 120, "Xong"]],
        headers=["Số đơn", "Ngày", "Mặt hàng", "Giá", "Trạng thái"],
    )
    asked = post(client, shop, path.read_bytes(), name="so.xlsx")
    found = asked.context["form"].guess
    assert (found.date_order, found.days_alone, found.money_unit) == ("mdy", True, 1000)
    assert not asked.context["unguessed"]
    answers = {f"column_{name}": header for name, header in found.columns.items()}
    more = {"date_order": "mdy", "days_alone": "on", "money_unit": "1000", "default_state": "3", "answered": "save"}
    assert post(client, shop, path.read_bytes(), name="so.xlsx", **answers, **more).status_code == 302
    seen = StagedRow.objects.order_by("row").values_list("number", "placed_at", "units", "gross", "state")
    assert list(seen) == [
        ("H1", builders.at("2026-06-25 00:00"), 1, 85_500, 3),
        ("H2", builders.at("2026-06-07 00:00"), 1, 120_000, 3),
    ]


def test_nobody_else_maps_a_shops_columns(shop: Shop) -> None:
    other = builders.producer("HTX-2", province=builders.CA_MAU)
    for stranger in (builders.member(other), builders.official(builders.TRADE, builders.CA_MAU)):
        client = Client()
        client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(f"/shops/{shop.code}/columns/").status_code == 404
        assert save(client, shop).status_code == 404
    assert ColumnMapping.objects.count() == 0


def test_a_notebook_of_few_columns_is_asked_of_few(shop: Shop, client: Client) -> None:
    """What few files tell is folded away, and stays there when it is posted empty; what is wrong or said already is not."""
    notebook = "Ngày,Số hóa đơn,Mặt hàng,SL,Thành tiền,Khách\n27/11/2026 09:00,HD-001,Cà phê bột 500g,2,180000,Chị Lan\n".encode()
    asked = client.post("/en/intake/new/", {"shop": shop.pk, "file": SimpleUploadedFile("so.csv", notebook)})
    form, page = asked.context["form"], text(asked)
    first = [field.name.removeprefix("column_") for field in form.columns()]
    assert first == ["order_number", "placed_at", "product_name", "units", "unit_price", "gross", "state"]
    assert len(form.other_columns()) + len(first) == len([name for name in form.fields if name.startswith("column_")])
    inside = page.partition('<details class="fold">')[2].partition("</details>")[0]
    assert "16 more things that a file may tell" in inside
    assert 'name="column_delivery_province"' in inside
    assert 'name="column_gross"' not in inside
    # The buyer's column of one word is a buyer's too.
    assert form.guess.personal == ("Khách",)
    assert "Chị Lan" not in page
    said = {f"column_{name}": header for name, header in form.guess.columns.items()}
    posted = post(
        client, shop, notebook, **said, column_seller_sku="SL", date_order="dmy", money_unit="1", default_state="3", answered="save"
    )
    assert posted.status_code == 422
    assert "seller_sku" in [field.name.removeprefix("column_") for field in posted.context["form"].columns()]


@pytest.mark.parametrize(
    ("header", "personal"), [("khach", True), ("kh", True), ("khach phai tra", False), ("ma kh", False), ("ten hang", False)]
)
def test_one_word_for_the_buyer(header: str, personal: bool) -> None:
    assert names_a_buyer(header) is personal
