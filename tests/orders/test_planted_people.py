"""A thousand buyers with names, telephone numbers and addresses go in with order files: afterwards none of them is found anywhere.

Searched are every table of the database, every key of Valkey, what was logged, temporary folders, media, and what pages and files tell of
the run. A source of orders that comes later is one more function in SOURCES.
"""

from __future__ import annotations

import base64
import logging
import re
import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from ocop_portal.celery import app as portal
from orders import tasks
from orders.feeds.keys import make_key
from orders.feeds.models import ShopKey
from orders.intake.models import IntakeRun, RejectedRow, StagedRow
from orders.intake.reading import shopee, tiktok
from orders.models import Shop
from tests import builders
from tests.orders import feed_calls, order_files, own_files
from tests.orders.test_reading_shopee import GOOD as SHOPEE_GOOD
from tests.roles import People, Role, client_of

PEOPLE = 1_000
OF_A_RUN = ("intake_run", "intake_rejected_csv", "intake_rejected_xlsx")
# Parts of every planted name, address and note, which stand nowhere else; numbers are told by their digits.
NAME, PLAIN_NAME, STREET, NOTE = "Ngoạnkim", "Ngoankim", "Khôngcóthật", "Nhắnriêng"
# In a message of Celery's: what its task was given, and the names of task, message and sender.
BODY = re.compile(rb'"body": "([A-Za-z0-9+/=]+)"')
RANDOM_NAME = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NUMBER = re.compile(rb"(?<!\d)(?:0|\+?84|\(\+84\))?[ .]?987(?:[ .]?\d){6}(?!\d)")


def name(n: int) -> str:
    return f"Đặng Thị {NAME} {n}"


def phone(n: int) -> str:
    return (f"0987{n:06d}", f"(+84)987{n:06d}", f"0987 {n // 1000:03d} {n % 1000:03d}")[n % 3]


def street(n: int) -> str:
    return f"Số {n} đường {STREET}, thôn 3"


def planted(n: int, row: dict[str, Any], private: tuple[str, ...], misplaced: tuple[str, ...]) -> dict[str, Any]:
    """The n-th buyer's row: the person in each column that is not kept, and in every tenth row in one that is, where it does not belong."""
    told = [name(n), phone(n), street(n), f"{NOTE} {name(n)} {phone(n)}"]
    row = row | {column: told[place % 4] for place, column in enumerate(private)}
    if n % 10 == 0:
        row[misplaced[(n // 10) % len(misplaced)]] = told[(n // 10) % 4]
    return row


TIKTOK_PRIVATE = ("Recipient", "Phone #", "Detail Address", "Buyer Message", "Buyer Username", "Zipcode", "Seller Note")
TIKTOK_MISPLACED = ("Quantity", "Created Time", "Order ID", "Order Status", "SKU Subtotal Before Discount", "Sku Quantity of return")
SHOPEE_PRIVATE = ("Tên Người nhận", "Số điện thoại", "Địa chỉ nhận hàng", "Nhận xét từ Người mua", "Người Mua", "Ghi chú")
SHOPEE_MISPLACED = ("Số lượng", "Ngày đặt hàng", "Mã đơn hàng", "Trạng Thái Đơn Hàng", "Giá gốc")


def tiktok_rows() -> list[dict[str, Any]]:
    rows = [order_files.row(Order_ID=f"5764614148389{n:05d}") for n in range(PEOPLE)]
    return [planted(n, row, TIKTOK_PRIVATE, TIKTOK_MISPLACED) for n, row in enumerate(rows)]


def of_tiktok_csv(path: Path) -> None:
    """With a nameless column of names, a header that holds one, and rows in which a separator is out of place."""
    headers = [*tiktok.HEADERS, "", f"Khách {name(0)}"]
    rows = [row | {"": name(n), f"Khách {name(0)}": phone(n)} for n, row in enumerate(tiktok_rows())]
    order_files.write_csv(path, rows, headers=headers)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"57646141483899{n:04d},{name(n)},{phone(n)},{street(n)}\n" for n in range(20))
        file.write(f'576461414838999999,"{name(1)} {phone(1)}\n')


def of_tiktok_xlsx(path: Path) -> None:
    """With a sheet that bears a name, and shared strings."""
    strings: list[str] = []
    table = order_files.table(tiktok_rows(), strings=strings)
    order_files.write_xlsx(path, table, strings=strings, sheets=(f"{NAME} {phone(0)}", "OrderSKUList"))


def of_shopee_csv(path: Path) -> None:
    """With the columns of an edition that has more of the buyer."""
    headers = [*dict.fromkeys([*shopee.HEADERS, *SHOPEE_PRIVATE])]
    rows = [SHOPEE_GOOD | {"Mã đơn hàng": f"260401{n:08d}"} for n in range(PEOPLE)]
    rows = [planted(n, row, SHOPEE_PRIVATE, SHOPEE_MISPLACED) for n, row in enumerate(rows)]
    order_files.write_csv(path, rows, headers=headers, described=False)


OWN_PRIVATE = ("Tên khách", "SĐT", "Địa chỉ", "Ghi chú")
OWN_MISPLACED = ("SL", "Ngày đặt", "Mã đơn", "Tình trạng", "Đơn giá")


def own_rows() -> tuple[list[str], list[list[Any]]]:
    """Headers and rows of a cooperative's own spreadsheet."""
    headers = [*own_files.HEADERS, "Ghi chú"]
    rows = [dict(zip(headers, [*own_files.line(f"A-{n:04d}"), ""], strict=True)) for n in range(PEOPLE)]
    return headers, [list(planted(n, row, OWN_PRIVATE, OWN_MISPLACED).values()) for n, row in enumerate(rows)]


def of_own_csv(path: Path) -> None:
    headers, rows = own_rows()
    path.write_bytes(own_files.content(rows, headers=headers))


def of_own_xlsx(path: Path) -> None:
    headers, rows = own_rows()
    own_files.write_xlsx(path, rows, headers=headers)


SOURCES: dict[str, tuple[str, str, Callable[[Path], None]]] = {
    "TikTok csv": ("tiktok", "csv", of_tiktok_csv),
    "TikTok xlsx": ("tiktok", "xlsx", of_tiktok_xlsx),
    "Shopee csv": ("shopee", "csv", of_shopee_csv),
    "own csv": ("zalo", "csv", of_own_csv),
    "own xlsx": ("zalo", "xlsx", of_own_xlsx),
}


@pytest.mark.parametrize("source", SOURCES)
def test_no_buyer_is_found_anywhere_afterwards(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, source: str
) -> None:
    platform, kind, write = SOURCES[source]
    write(tmp_path / "made")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(temporary))
    caplog.set_level(logging.DEBUG)
    shop = builders.shop("CH-1", people[Role.COOPERATIVE].memberships.get().producer)
    Shop.objects.filter(pk=shop.pk).update(platform=platform)
    client = client_of(people, Role.TRADE)

    def upload() -> Any:
        file = SimpleUploadedFile(f"don hang {name(1)} {phone(1)} {street(1)}.{kind}", (tmp_path / "made").read_bytes())
        return client.post(reverse("intake_new"), {"shop": shop.pk, "file": file})

    if platform == "zalo":
        # Nobody has explained the columns yet: they are asked, and nothing is kept of the file between question and answer.
        assert upload().status_code == 200
        builders.mapping(shop)
    assert upload().status_code == 302
    run = IntakeRun.objects.get()
    tasks.check_run(run.pk)
    checked = client.get(reverse("intake_run", args=[run.pk])).content
    client.post(reverse("intake_confirm", args=[run.pk]))
    tasks.merge_run(run.pk)
    tasks.fold_figures()

    # It did go in: nine of ten rows, and the others are told.
    assert StagedRow.objects.filter(run=run).count() >= PEOPLE * 0.9
    assert RejectedRow.objects.filter(run=run).count() >= PEOPLE * 0.05
    assert platform == "zalo" or StagedRow.objects.filter(run=run, delivery_province="96").exists()
    told = {
        **dict(tables()),
        **dict(keys()),
        "log": caplog.text.encode(),
        "checked": checked,
        **{name: page(client, name, run) for name in (*OF_A_RUN, "line_list_csv", "intake_list")},
        **{str(file): file.read_bytes() for file in [*files(temporary), *files(Path(settings.MEDIA_ROOT))]},
    }
    assert {where: found for where, text in told.items() if (found := people_in(text))} == {}


def test_no_buyer_of_a_batch_by_the_api_is_found(people: People, caplog: pytest.LogCaptureFixture) -> None:
    """In fields that there are not, in those that there are, in the names of batches."""
    caplog.set_level(logging.DEBUG)
    shop = builders.shop("CH-1", people[Role.COOPERATIVE].memberships.get().producer)
    _made, key = make_key(shop=shop, kind=ShopKey.Kind.API, by=people[Role.TRADE])
    call, place = feed_calls.order, {"delivery_commune": street(2)}
    refused = [
        feed_calls.batch(*[call(f"A{n}", buyer=name(n), phone=phone(n), address=street(n)) for n in range(PEOPLE)]),
        feed_calls.batch(*[call(phone(3 * n)) for n in range(10)]),
        feed_calls.batch(call("A1", feed_calls.line(state=name(1), units=phone(1)), **place), exported_at=f"{NOTE} {name(1)}"),
    ]
    answers = [feed_calls.send(key, body, f"{PLAIN_NAME}-{phone(3 * n)}") for n, body in enumerate(refused)]
    taken = feed_calls.send(key, feed_calls.batch(), f"don-hang-{PLAIN_NAME}-{phone(30)}")
    assert ([answer.status_code for answer in answers], taken.status_code) == ([400, 400, 400], 201)
    tasks.fold_figures()
    told = {**dict(tables()), **dict(keys()), "log": caplog.text.encode()}
    told |= {str(n): answer.content for n, answer in enumerate([*answers, taken])}
    assert {where: found for where, text in told.items() if (found := people_in(text))} == {}
    assert IntakeRun.objects.get().file_name == "API don-hang-…"


def test_a_file_that_is_refused_as_a_whole_leaves_nobody_behind(people: People, caplog: pytest.LogCaptureFixture) -> None:
    """Its first row is a buyer, so that what the portal looks for in headers is a person."""
    caplog.set_level(logging.DEBUG)
    shop = builders.shop("CH-1", people[Role.COOPERATIVE].memberships.get().producer)
    content = "\n".join(f"{name(n)},{phone(n)},{street(n)}" for n in range(20)).encode()
    upload = SimpleUploadedFile(f"{name(1)}.csv", content)
    answer = client_of(people, Role.TRADE).post(reverse("intake_new"), {"shop": shop.pk, "file": upload})
    assert answer.status_code == 422
    told = {**dict(tables()), **dict(keys()), "log": caplog.text.encode()}
    assert {where: found for where, text in told.items() if (found := people_in(text))} == {}


def test_the_search_finds_whom_it_looks_for(people: People) -> None:
    """Else its finding nobody would mean nothing."""
    shop = builders.shop("CH-1", people[Role.COOPERATIVE].memberships.get().producer)
    Shop.objects.filter(pk=shop.pk).update(name=f"{name(7)} {phone(8)}")
    (found,) = [people_in(text) for where, text in tables() if where == "orders_shop"]
    assert found == {NAME, "0987 000 008"}
    for n in range(3):
        assert people_in(phone(n).encode()) == {phone(n)}


def test_the_search_reads_what_tasks_were_given_and_not_their_random_names() -> None:
    portal.send_task("orders.tasks.check_run", args=[phone(8)], task_id="00000000-0000-4000-8000-a0987000009b", queue="planted")
    (key,) = [value for where, value in keys() if where == repr(b"planted")]
    redis.Redis.from_url(settings.REDIS_URL).delete("planted")
    assert b"orders.tasks.check_run" in key
    assert people_in(key) == {phone(8)}


def people_in(text: bytes) -> set[str]:
    """What is found of the planted people."""
    words = {word for word in (NAME, PLAIN_NAME, STREET, NOTE) if word.encode() in text or word.lower().encode() in text}
    return words | {match.decode() for match in NUMBER.findall(text)}


def tables() -> Iterator[tuple[str, bytes]]:
    """Every table but those of places, as COPY writes it."""
    for table in connection.introspection.table_names():
        if table.startswith("places_"):
            continue
        text = BytesIO()
        with connection.cursor() as cursor:
            cursor.copy_expert(f'COPY (SELECT * FROM "{table}") TO STDOUT', text)
        yield table, text.getvalue()


def keys() -> Iterator[tuple[str, bytes]]:
    """Every key of Valkey with its value: cached rows, results of tasks, what waits."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    read = {
        b"string": server.get,
        b"list": lambda key: server.lrange(key, 0, -1),
        b"hash": server.hgetall,
        b"set": server.smembers,
        b"zset": lambda key: server.zrange(key, 0, -1),
        b"stream": server.xrange,
    }
    for key in server.scan_iter():
        yield repr(key), key + _told(_bytes(read[server.type(key)](key)))


def _told(value: bytes) -> bytes:
    """The value with what tasks were given in plain words, and without their random names: one of many thousands looks like a number."""
    bodies = [base64.b64decode(body) for body in BODY.findall(value)]
    return RANDOM_NAME.sub(b"-", b" ".join([value, *bodies]))


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict):
        return _bytes([*value, *value.values()])
    return b" ".join(map(_bytes, value)) if value else b""


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def page(client: Client, address: str, run: IntakeRun) -> bytes:
    """What the page or file says."""
    answer = client.get(reverse(address, args=[run.pk] if address in OF_A_RUN else []))
    assert answer.status_code == 200
    content: bytes = answer.getvalue() if answer.streaming else answer.content
    if not address.endswith("_xlsx"):
        return content
    with ZipFile(BytesIO(content)) as book:  # packed, nobody would be found
        return b"".join(book.read(part) for part in book.namelist())
