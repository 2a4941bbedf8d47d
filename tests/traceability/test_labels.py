"""Labels: what is printed can be read back, runs go on where they stopped, and nobody prints for somebody else."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import builders, databases, trace_builders
from tests.roles import People, Role, client_of
from traceability.codes.services import CodeCountError, LotClosedError, void_codes
from traceability.labels import services
from traceability.labels.content import labels_of
from traceability.labels.models import LabelFile, LabelRun
from traceability.labels.sheets import LEAST_MODULE, QUIET, SHEETS, TooSmallError
from traceability.labels.symbols import symbol_of
from traceability.models import Lot, UnitCode

DPI = 300


@pytest.fixture
def lot(db: None) -> Lot:
    """A lot of 1,000 packs of a four-star product."""
    product = builders.product("SP1", builders.producer("HTX-1", name="HTX Nông nghiệp Ia Boòng"), name="Cà phê rang xay", stars=4)
    return trace_builders.lot(product, "L2026-11", quantity=1000, made_on=date(2026, 11, 1), best_before=date(2027, 11, 1))


def codes_on(pdf: bytes) -> list[str]:
    """Every code that a reader finds on the rendered pages."""
    found: list[str] = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    return found


def text_on(pdf: bytes) -> str:
    """The text of the first page."""
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range())


def printed(run: LabelRun) -> bytes:
    """The run's one file, drawn."""
    assert services.draw_run(run_id=run.pk)
    return bytes(run.files.get().content)


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_label_of_every_sheet_is_read_back_from_the_print(lot: Lot, sheet: str) -> None:
    run = services.label_units(lot=lot, count=26, form="pdf", sheet=sheet, by=None)
    pdf = printed(run)
    serials = lot.codes.order_by("number").values_list("serial", flat=True)
    assert sorted(codes_on(pdf)) == sorted(f"{settings.PORTAL_ADDRESS}/t/{serial}" for serial in serials)
    assert len(pypdfium2.PdfDocument(pdf)) == -(-26 // SHEETS[sheet].per_page)


def test_words_on_the_label(lot: Lot) -> None:
    run = services.label_units(lot=lot, count=1, form="pdf", sheet="a4-12", by=None)
    words = text_on(printed(run))
    serial = UnitCode.objects.get().serial
    for wanted in ("Cà phê rang xay", "Lô L2026-11", "Ngày sản xuất 01/11/2026", "Hạn dùng 01/11/2027", "HTX Nông nghiệp Ia Boòng"):
        assert wanted in words
    assert f"{serial[:4]}-{serial[4:8]}-{serial[8:12]}-{serial[12:]}" in words


def test_star_mark_only_while_the_star_is_valid(lot: Lot) -> None:
    """Stars are drawn, not written: the file with them has more to draw."""
    with_star = printed(services.label_lot(lot=lot, copies=1, form="pdf", sheet="a4-12", by=None))
    lot.product.ratings.update(valid_until=timezone.localdate() - timedelta(days=1))
    without = printed(services.label_lot(lot=lot, copies=1, form="pdf", sheet="a4-12", by=None))
    assert dark_share(with_star) > dark_share(without)
    assert codes_on(with_star) == codes_on(without)


def dark_share(pdf: bytes) -> int:
    """Dark pixels of the first page."""
    return int(pypdfium2.PdfDocument(pdf)[0].render(scale=2, grayscale=True).to_pil().histogram()[0])


def test_modules_and_quiet_zones_keep_the_standard() -> None:
    own = symbol_of("https://portal.example.vn/t/0123456789ABC").modules
    linked = symbol_of("https://portal.example.vn/01/08938512345678/10/L2026-11-01/21/0123456789ABC").modules
    for sheet in SHEETS.values():
        for modules in (own, linked):
            module = sheet.module(modules)
            assert module >= LEAST_MODULE
            side = (modules + 2 * QUIET) * module
            assert side <= sheet.height + 1e-9
            assert side <= sheet.width
    with pytest.raises(TooSmallError):
        SHEETS["roll-35x22"].module(symbol_of("https://portal.example.vn/" + "x" * 120).modules)
    assert zxingcpp.create_barcode("https://portal.example.vn/t/0", zxingcpp.BarcodeFormat.QRCode, ec_level="M").ec_level == "M"


def test_one_code_in_many_copies(lot: Lot) -> None:
    of_lot = printed(services.label_lot(lot=lot, copies=24, form="pdf", sheet="a4-24", by=None))
    assert codes_on(of_lot) == [f"{settings.PORTAL_ADDRESS}/t/{lot.code}"] * 24
    of_product = printed(services.label_product(product=lot.product, copies=3, form="pdf", sheet="roll-50x30", by=None))
    assert set(codes_on(of_product)) == {f"{settings.PORTAL_ADDRESS}/t/{lot.product.short_code.code}"}
    assert "Lô" not in text_on(of_product)


def test_pictures_in_a_zip(lot: Lot) -> None:
    run = services.label_units(lot=lot, count=3, form="svg", sheet="", by=None)
    with zipfile.ZipFile(io.BytesIO(printed(run))) as archive:
        assert len(archive.namelist()) == 3
        for number, (name, code) in enumerate(zip(archive.namelist(), lot.codes.order_by("number"), strict=True), start=1):
            root = ElementTree.fromstring(archive.read(name))
            assert name.startswith(f"{number:06d}-{code.serial[:4]}")
            modules = symbol_of(f"{settings.PORTAL_ADDRESS}/t/{code.serial}").modules
            assert root.get("width") == f"{(modules + 2 * QUIET) * 0.5}mm"


def test_list_for_a_printing_house(lot: Lot, people: People) -> None:
    run = services.label_units(lot=lot, count=3, form="csv", sheet="", by=None)
    assert (run.state, run.drawn) == (LabelRun.State.DONE, 3)
    answer = client_of(people, Role.ADMINISTRATOR).get(reverse("label_codes", args=[run.pk]))
    rows = answer.getvalue().decode().removeprefix("\ufeff").splitlines()
    assert rows[0] == "number,address,serial,product,lot,made_on,best_before"
    assert len(rows) == 4
    serial = lot.codes.get(number=1).serial
    assert rows[1].startswith(f"1,{settings.PORTAL_ADDRESS}/t/{serial},{serial[:4]}-")
    assert rows[1].endswith("Cà phê rang xay,L2026-11,2026-11-01,2027-11-01")


def test_void_codes_are_not_printed_again(lot: Lot) -> None:
    run = services.label_units(lot=lot, count=5, form="pdf", sheet="a4-24", by=None)
    printed(run)
    void_codes(lot=lot, first=2, last=3)
    again = services.print_again(run=run, first=1, last=5, reason="kẹt giấy", by=None)
    left = lot.codes.filter(number__in=(1, 4, 5)).values_list("serial", flat=True)
    assert sorted(codes_on(printed(again))) == sorted(f"{settings.PORTAL_ADDRESS}/t/{serial}" for serial in left)
    assert (again.repeats, again.reason) == (run, "kẹt giấy")
    with pytest.raises(services.RunStateError):
        services.print_again(run=run, first=1, last=6, reason="x", by=None)


def test_a_run_goes_on_after_its_last_whole_file(lot: Lot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PER_FILE", 10)
    monkeypatch.setattr(services, "NOTED_EVERY", 5)
    run = services.label_units(lot=lot, count=25, form="pdf", sheet="a4-24", by=None)
    drawn: list[int] = []

    def dying(of: LabelRun, first: int, last: int) -> Any:
        for label in labels_of(of, first, last):
            if len(drawn) == 17:
                raise KeyboardInterrupt  # what a worker's end looks like from inside
            drawn.append(label.number)
            yield label

    with monkeypatch.context() as patch:
        patch.setattr(services, "labels_of", dying)
        with pytest.raises(KeyboardInterrupt):
            services.draw_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.files.count(), run.drawn) == (LabelRun.State.RUNNING, 1, 15)
    kept = run.files.get().made_at
    assert services.draw_run(run_id=run.pk)
    run.refresh_from_db()
    assert [(file.first, file.last) for file in run.files.all()] == [(1, 10), (11, 20), (21, 25)]
    assert run.files.first().made_at == kept
    assert (run.state, run.drawn) == (LabelRun.State.DONE, 25)
    assert len({code for file in run.files.all() for code in codes_on(bytes(file.content))}) == 25
    assert not services.draw_run(run_id=run.pk), "nothing is left to do"


def test_cancelled_while_it_is_drawn(lot: Lot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "NOTED_EVERY", 5)
    run = services.label_units(lot=lot, count=25, form="svg", sheet="", by=None)

    def interrupted(of: LabelRun, first: int, last: int) -> Any:
        for label in labels_of(of, first, last):
            if label.number == 12:
                services.cancel_run(run_id=of.pk)
            yield label

    monkeypatch.setattr(services, "labels_of", interrupted)
    assert not services.draw_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.files.count(), run.drawn) == (LabelRun.State.CANCELLED, 0, 10)
    with pytest.raises(services.RunStateError):
        services.cancel_run(run_id=services.label_lot(lot=lot, copies=1, form="csv", sheet="", by=None).pk)


def test_two_workers_do_not_draw_one_run(fresh_db: str) -> None:
    product = builders.product("SP1", builders.producer("HTX-1"))
    run = services.label_product(product=product, copies=3, form="svg", sheet="", by=None)
    other = databases.psycopg2.connect(fresh_db)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [services.DRAWING_LOCK, run.pk])
        assert not services.draw_run(run_id=run.pk)
    other.close()  # as if that worker had been killed: the server lets its lock go when it has noticed
    wait_until(lambda: drawing_locks() == 0)
    assert services.draw_run(run_id=run.pk)
    assert drawing_locks() == 0


def drawing_locks() -> int:
    """How many runs are being drawn in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())",
            [services.DRAWING_LOCK],
        )
        (found,) = cursor.fetchone()
    return int(found)


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Look again and again; fail where it does not become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_that_kills_its_workers_is_given_up(lot: Lot) -> None:
    run = services.label_units(lot=lot, count=1, form="pdf", sheet="a4-24", by=None)
    LabelRun.objects.filter(pk=run.pk).update(attempts=services.ATTEMPTS_AT_MOST)
    assert not services.draw_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == LabelRun.State.FAILED


def test_more_than_there_is(lot: Lot) -> None:
    with pytest.raises(CodeCountError):
        services.label_units(lot=lot, count=1001, form="pdf", sheet="a4-24", by=None)
    for copies in (0, 100_001):
        with pytest.raises(services.CopiesError):
            services.label_lot(lot=lot, copies=copies, form="pdf", sheet="a4-24", by=None)
    Lot.objects.filter(pk=lot.pk).update(state="closed", closed_at=timezone.now())
    with pytest.raises(LotClosedError):
        services.label_lot(lot=lot, copies=1, form="pdf", sheet="a4-24", by=None)
    assert LabelRun.objects.count() == UnitCode.objects.count() == 0


def test_old_files_go_and_the_run_stays(lot: Lot) -> None:
    run = services.label_lot(lot=lot, copies=1, form="svg", sheet="", by=None)
    printed(run)
    assert services.drop_old_files() == 0
    LabelRun.objects.update(finished_at=timezone.now() - services.KEPT_FOR - timedelta(hours=1))
    assert services.drop_old_files() == 1
    assert LabelRun.objects.count() == 1


def test_order_follow_and_fetch(people: People) -> None:
    lot = trace_builders.lot(builders.product("SP1", people[Role.COOPERATIVE].producers.get()), quantity=30)
    client = client_of(people, Role.COOPERATIVE)
    address = reverse("lot_labels", args=[lot.pk])
    assert "Mỗi gói một mã" in client.get(address).content.decode()
    for wrong, words in (
        ({"count": "31"}, "chỉ còn số gói cho 30 mã"),
        ({"count": "0"}, "số nguyên từ 1 đến 100.000"),
        ({"count": "100001"}, "số nguyên từ 1 đến 100.000"),
        ({"count": "x"}, "số nguyên từ 1 đến 100.000"),
        ({"sheet": "a3"}, "hợp lệ"),
        ({"subject": "product"}, "hợp lệ"),
    ):
        answer = client.post(address, {"subject": "unit", "count": "3", "form": "pdf", "sheet": "a4-24", **wrong})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert LabelRun.objects.count() == 0
    answer = client.post(address, {"subject": "unit", "count": "3", "form": "pdf", "sheet": "a4-24"})
    run = LabelRun.objects.get()
    assert answer["Location"] == reverse("label_run", args=[run.pk])
    assert "Đang tạo nhãn" in client.get(answer["Location"]).content.decode()
    assert client.get(reverse("label_progress", args=[run.pk])).status_code == 200
    services.draw_run(run_id=run.pk)
    assert client.get(reverse("label_progress", args=[run.pk]))["HX-Refresh"] == "true"
    file = client.get(reverse("label_file", args=[run.pk, 1]))
    assert (file["Content-Type"], len(codes_on(file.content))) == ("application/pdf", 3)
    assert client.post(reverse("label_cancel", args=[run.pk])).status_code == 302
    assert LabelRun.objects.get().state == LabelRun.State.DONE
    assert client.post(reverse("label_again", args=[run.pk]), {"first": "2", "last": "9", "reason": "hỏng"}).status_code == 422
    assert client.post(reverse("label_again", args=[run.pk]), {"first": "2", "last": "3", "reason": "hỏng"}).status_code == 302
    assert LabelRun.objects.filter(repeats=run, first=2, last=3).count() == 1
    assert client.post(reverse("label_void", args=[run.pk]), {"first": "3", "last": "3"}).status_code == 302
    assert lot.codes.filter(voided_at__isnull=False).values_list("number", flat=True).get() == 3


def test_another_producers_labels_do_not_exist(people: People) -> None:
    product = builders.product("SP2", builders.producer("HTX-2", nth_commune=1))
    run = services.label_product(product=product, copies=1, form="svg", sheet="", by=None)
    services.draw_run(run_id=run.pk)
    client = client_of(people, Role.COOPERATIVE)
    for name, args in (
        ("lot_labels", [trace_builders.lot(product).pk]),
        ("product_labels", [product.code]),
        ("label_run", [run.pk]),
        ("label_file", [run.pk, 1]),
        ("label_codes", [run.pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404
    for name in ("label_cancel", "label_again", "label_void"):
        assert client.post(reverse(name, args=[run.pk])).status_code == 404
    assert Client().get(reverse("label_file", args=[run.pk, 1])).status_code == 302
    assert LabelFile.objects.count() == 1
