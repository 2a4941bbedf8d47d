"""What the page tells the browser to keep of a file, and that a file is the same whether it came whole or without other columns."""

from __future__ import annotations

import csv
import hashlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orders.intake.kept_columns import kept_columns
from orders.intake.models import IntakeRun
from orders.intake.reading.tiktok import HEADERS, TIKTOK
from orders.models import Shop
from tests import builders
from tests.orders import order_files
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db


def test_each_shop_has_the_layouts_of_its_files_and_none_of_a_buyers_columns() -> None:
    maker = builders.producer("HTX-1")
    tiktok, stall, silent = builders.shop("TT-1", maker), builders.stall("ZL-1", maker), builders.stall("ZL-2", maker)
    mapping = builders.mapping(stall)
    told = kept_columns(Shop.objects.all())
    assert told["shops"] == {str(tiktok.pk): ["tiktok"], str(stall.pk): [f"mapping-{mapping.pk}"]}
    assert str(silent.pk) not in told["shops"]
    kept = told["layouts"]["tiktok"]["kept"]
    assert kept == [column.header for column in TIKTOK.columns]
    assert not {"Recipient", "Phone #", "Detail Address", "Buyer Username", "Buyer Message", "Tracking ID"} & set(kept)
    assert set(told["layouts"]["tiktok"]["needed"]) < set(kept)


@pytest.mark.parametrize("whole_first", [True, False])
def test_a_file_is_the_same_whole_or_without_other_columns(tmp_path: Path, whole_first: bool) -> None:
    maker = builders.producer("HTX-1")
    shop = builders.shop("TT-1", maker)
    client = client_of(People.of(maker), Role.COOPERATIVE)
    rows = [order_files.row()]
    whole = order_files.write_csv(tmp_path / "don.csv", rows).read_bytes()
    kept = [header for header in HEADERS if header in {column.header for column in TIKTOK.columns}]
    text = StringIO()
    csv.writer(text).writerows([kept, [order_files.DESCRIPTIONS[header] for header in kept], [rows[0][header] for header in kept]])
    sent = [(whole, ""), (text.getvalue().encode(), hashlib.sha256(whole).hexdigest())]
    names = ["don-2026-11-02-10_00.csv", "don.csv"]
    for name, (content, original) in zip(names, sent if whole_first else sent[::-1], strict=True):
        post = {"shop": shop.pk, "file": SimpleUploadedFile(name, content), "original_sha256": original}
        assert client.post("/intake/new/", post).status_code == 302
    first, second = IntakeRun.objects.order_by("pk")
    assert (first.rows, second.rows, first.rejected, second.rejected) == (1, 1, 0, 0)
    assert first.exported_at == second.exported_at == builders.at("2026-11-02 10:00")


def test_what_is_no_fingerprint_is_no_label() -> None:
    maker = builders.producer("HTX-1")
    shop = builders.shop("TT-1", maker)
    client = client_of(People.of(maker), Role.COOPERATIVE)
    text = StringIO()
    csv.writer(text).writerows([HEADERS, [order_files.row()[header] for header in HEADERS]])
    file = SimpleUploadedFile("don.csv", text.getvalue().encode())
    assert client.post("/intake/new/", {"shop": shop.pk, "file": file, "original_sha256": "Nguyễn Văn A"}).status_code == 302
    assert IntakeRun.objects.get().original_sha256 == ""
