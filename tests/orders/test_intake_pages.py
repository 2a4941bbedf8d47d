"""The intake by page: upload, dry run, confirm, result; by each role, with wrong files, twice."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from orders import tasks
from orders.figures.verify import verify_figures
from orders.intake.models import IntakeRun, RejectedRow, StagedRow
from orders.intake.staging import stage_file
from orders.models import LedgerEntry, Order
from orders.sampling import write_sample
from orders.shops.models import Shop
from tests import builders
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """A producer's TikTok shop in Gia Lai."""
    return builders.shop("TT-1", builders.producer("HTX-1"))


@pytest.fixture
def people(shop: Shop) -> People:
    """The people around its producer."""
    assert shop.producer
    return People.of(shop.producer)


@pytest.fixture
def sample(tmp_path: Path) -> bytes:
    """A csv file of 200 rows."""
    path = tmp_path / "sample.csv"
    write_sample(path, 200, 7, "csv")
    return path.read_bytes()


def upload(client: Client, shop: Shop, content: bytes, name: str = "orders-2026-11-02.csv", **fields: str) -> tuple[int, str]:
    """Post the file; status and where it leads (or the page)."""
    response = client.post("/intake/new/", {"shop": shop.pk, "file": SimpleUploadedFile(name, content), **fields})
    return response.status_code, response.headers.get("Location") or response.content.decode()


def test_upload_has_no_name_that_could_stay_behind(
    shop: Shop, people: People, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is killed while it reads leaves nothing of the buyers' data: no folder lists the file, even while it is read."""
    write_sample(tmp_path / "sample.csv", 200, 7, "csv")
    sample = (tmp_path / "sample.csv").read_bytes()
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads")
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir()
    seen: list[tuple[list[Path], bytes]] = []

    def looked_at(*, path: Path, **more: Any) -> IntakeRun:
        seen.append((list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()), path.read_bytes()))
        return stage_file(path=path, **more)

    monkeypatch.setattr("orders.intake.views.stage_file", looked_at)
    assert upload(client_of(people, Role.TRADE), shop, sample)[0] == 302
    assert seen == [([], sample)]
    assert IntakeRun.objects.get().rows == 200


def test_from_upload_to_ledger(shop: Shop, people: People, sample: bytes) -> None:
    client = client_of(people, Role.TRADE)
    status, address = upload(client, shop, sample)
    assert status == 302
    run = IntakeRun.objects.get()
    assert address == f"/intake/{run.pk}/"
    assert (run.state, run.rows, run.rejected, run.by) == ("staged", 200, 0, people[Role.TRADE])
    assert LedgerEntry.objects.count() == 0
    assert "progress" in client.get(address).content.decode()
    assert client.get(f"{address}progress/").status_code == 200

    tasks.check_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.lines_new, run.unchanged) == ("checked", 200, 0)
    assert Order.objects.count() == 0, "a dry run changes nothing"
    assert client.get(f"{address}progress/").headers["HX-Refresh"] == "true"
    page = client.get(address)
    first = StagedRow.objects.order_by("row").first()
    assert first is not None
    assert (len(page.context["sample"]), page.context["sample"][0][0].number) == (5, first.number)
    assert f">{first.number}</th>" in page.content.decode()

    assert client.post(f"{address}confirm/").status_code == 302
    assert client.post(f"{address}confirm/").status_code == 302
    tasks.merge_run(run.pk)
    tasks.merge_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.orders_new, Order.objects.count()) == ("merged", run.orders_new, run.orders_new)
    tasks.fold_figures()
    assert verify_figures().differences == []
    page = client.get(address).content.decode()
    assert "Taken in" in client.get(f"/en{address}").content.decode()
    assert run.file_sha256 in page


def test_the_same_file_again_keeps_its_time_and_changes_nothing(shop: Shop, people: People, sample: bytes) -> None:
    client = client_of(people, Role.COOPERATIVE)
    for name in ("orders-2026-11-02-10_00.csv", "copy.csv"):
        upload(client, shop, sample, name=name)
    first, second = IntakeRun.objects.order_by("pk")
    assert first.exported_at == second.exported_at
    for run in (first, second):
        client.post(f"/intake/{run.pk}/confirm/")
        tasks.merge_run(run.pk)
    second.refresh_from_db()
    assert (second.orders_new, second.lines_new, second.lines_changed, second.unchanged) == (0, 0, 0, 200)


def test_cancel_drops_what_was_staged(shop: Shop, people: People, sample: bytes) -> None:
    client = client_of(people, Role.TRADE)
    upload(client, shop, sample.replace(b"Completed", b"Nonsense"))
    run = IntakeRun.objects.get()
    assert 0 < run.rejected_rows.count() == run.rejected < 200
    client.post(f"/intake/{run.pk}/cancel/")
    run.refresh_from_db()
    assert (run.state, StagedRow.objects.count(), run.rejected_rows.count()) == ("cancelled", 0, 0)
    assert "rejected.xlsx" not in client.get(f"/intake/{run.pk}/").content.decode()
    assert client.post(f"/intake/{run.pk}/confirm/").status_code == 302
    run.refresh_from_db()
    assert run.state == "cancelled"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02 not a table", "not a spreadsheet"),
        (b"PK\x03\x04 broken", "damaged"),
        ("Mã đơn hàng,Ngày đặt hàng,Trạng Thái Đơn Hàng,Tên sản phẩm\n1,2,3,4\n".encode(), "Shopee"),
        (b"Order ID,Order Status\n1,Completed\n", "has no column"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence_and_nothing_stays(shop: Shop, people: People, content: bytes, words: str) -> None:
    client = client_of(people, Role.TRADE)
    name = "orders.xlsx" if content.startswith(b"PK") else "orders.csv"
    response = client.post("/en/intake/new/", {"shop": shop.pk, "file": SimpleUploadedFile(name, content)})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert (IntakeRun.objects.count(), StagedRow.objects.count()) == (0, 0)


def test_bad_rows_are_named_and_good_rows_come_in(shop: Shop, people: People, sample: bytes) -> None:
    lines = sample.decode("utf-8-sig").splitlines(keepends=True)
    header = lines[0].strip().split(",")
    cells = lines[2].split(",")
    cells[header.index("Order Status")] = "Đang trả lại"
    content = ("".join(lines[:2]) + ",".join(cells) + "".join(lines[3:])).encode()
    client = client_of(people, Role.TRADE)
    upload(client, shop, content)
    run = IntakeRun.objects.get()
    assert (run.rows, run.rejected, StagedRow.objects.filter(run=run).count()) == (200, 1, 199)
    refused = RejectedRow.objects.get()
    assert (refused.row, refused.column, refused.value) == (3, "Order Status", "Đang trả lại")
    tasks.check_run(run.pk)
    page = client.get(f"/en/intake/{run.pk}/").content.decode()
    assert "Đang trả lại” is not a status we know" in page
    assert "Đang trả lại" in client.get(f"/en/intake/{run.pk}/rejected.csv").content.decode()


def test_another_shop_another_province_and_strangers(shop: Shop, people: People, sample: bytes) -> None:
    upload(client_of(people, Role.TRADE), shop, sample)
    run = IntakeRun.objects.get()
    other = builders.producer("HTX-2", province=builders.CA_MAU)
    strangers: list[User] = [builders.official(builders.TRADE, builders.CA_MAU), builders.member(other)]
    for stranger in strangers:
        client = Client()
        client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(f"/intake/{run.pk}/").status_code == 404
        assert client.post(f"/intake/{run.pk}/confirm/").status_code == 404
        status, page = upload(client, shop, sample)
        assert status == 422, page
        assert run.file_name not in client.get("/intake/").content.decode()
    assert client_of(people, Role.AGRICULTURE).get("/intake/new/").status_code == 403
    for role in (Role.COOPERATIVE, Role.COMMUNE, Role.ADMINISTRATOR):
        assert client_of(people, role).get(f"/intake/{run.pk}/").status_code == 200


def test_unmapped_skus_enter_the_figures_once_explained(shop: Shop, people: People, sample: bytes) -> None:
    from orders.figures.models import Figure

    client = client_of(people, Role.TRADE)
    upload(client, shop, sample)
    run = IntakeRun.objects.get()
    client.post(f"/intake/{run.pk}/confirm/")
    tasks.merge_run(run.pk)
    tasks.fold_figures()
    assert set(Figure.objects.values_list("product", flat=True)) == {None}
    page = client.get(f"/shops/{shop.code}/products/").content.decode()
    key = Order.objects.first().lines.first().key  # type: ignore[union-attr]
    assert key in page
    product = builders.product("SP-1", shop.producer)
    barcode = client.post(f"/shops/{shop.code}/products/map/?sku={key}", {"product": product.pk, "units": 893500000, "since": "2026-01-01"})
    assert (barcode.status_code, shop.sku_mappings.count()) == (422, 0)
    response = client.post(f"/shops/{shop.code}/products/map/?sku={key}", {"product": product.pk, "units": 2, "since": "2026-01-01"})
    assert response.status_code == 302
    tasks.fold_figures()
    assert product.pk in set(Figure.objects.values_list("product", flat=True))
    assert verify_figures().differences == []


def test_lists_cost_the_same_with_one_and_three_rows(shop: Shop, people: People, django_assert_num_queries: object) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(people, Role.TRADE)

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def more() -> None:
        number = IntakeRun.objects.count()
        another = builders.shop(f"TT-X{number}", builders.producer(f"HTX-X{number}"))
        for owner in (shop, another):
            IntakeRun.objects.create(
                shop=owner, platform="tiktok", file_name=f"{number}.csv", exported_at=builders.at("2026-11-01 10:00"), by=people[Role.TRADE]
            )

    more()
    addresses = ("/intake/", "/shops/")
    before = [cost(address) for address in addresses]
    more()
    more()
    assert [cost(address) for address in addresses] == before


def test_an_upload_leaves_no_file_behind(shop: Shop, people: People, sample: bytes, tmp_path: Path, settings: object) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "up")  # type: ignore[attr-defined]
    (tmp_path / "up").mkdir()
    upload(client_of(people, Role.TRADE), shop, sample)
    upload(client_of(people, Role.TRADE), shop, BytesIO(b"nonsense").getvalue())
    assert list((tmp_path / "up").iterdir()) == []
