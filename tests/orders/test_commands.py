"""`intake_orders` as the README tells it: counts, JSON on the last line, nothing changed without --commit."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from orders.intake.models import IntakeRun, StagedRow
from orders.marks.models import Mark
from orders.models import LedgerEntry, Order
from orders.sampling import write_sample
from orders.shops.models import Shop
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """A shop by code."""
    return builders.shop("TT-1", builders.producer("HTX-1"))


def intake(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, float]:
    """The JSON on the last line of stdout."""
    call_command("intake_orders", *arguments, "--json")
    return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))


def test_counts_then_commits_then_finds_nothing_new(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sample.xlsx"
    write_sample(path, 120, 3)
    counted = intake(capsys, str(path), "--shop", "TT-1")
    assert (IntakeRun.objects.count(), StagedRow.objects.count(), Order.objects.count(), Mark.objects.count()) == (0, 0, 0, 0)
    assert list(counted) == ["rows", "orders_new", "orders_changed", "lines_new", "lines_changed", "unchanged", "rejected", "seconds"]
    taken = intake(capsys, str(path), "--shop", "TT-1", "--commit")
    for result in (counted, taken):
        assert (result["rows"], result["lines_new"], result["unchanged"], result["rejected"]) == (120, 120, 0, 0)
    assert (Order.objects.count(), LedgerEntry.objects.filter(kind=1).count()) == (taken["orders_new"], 120)
    again = intake(capsys, str(path), "--shop", "TT-1", "--commit")
    assert {name: again[name] for name in ("orders_new", "orders_changed", "lines_new", "lines_changed", "unchanged")} == {
        "orders_new": 0,
        "orders_changed": 0,
        "lines_new": 0,
        "lines_changed": 0,
        "unchanged": 120,
    }


def test_time_of_export_name_first_then_asked(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named, plain = tmp_path / "All order-2026-11-05-09_31.csv", tmp_path / "orders.csv"
    write_sample(named, 10, 1)
    write_sample(plain, 10, 2)
    asked = "2026-11-06T10:00:00+07:00"
    for path in (named, plain):
        intake(capsys, str(path), "--shop", "TT-1", "--exported-at", asked, "--commit")
    found = dict(IntakeRun.objects.values_list("file_name", "exported_at"))
    assert found == {
        named.name: datetime(2026, 11, 5, 2, 31, tzinfo=UTC),
        plain.name: datetime(2026, 11, 6, 3, 0, tzinfo=UTC),
    }


def test_a_dry_run_names_file_row_and_column_of_what_is_rejected(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sample.csv"
    write_sample(path, 5, 1, language="en")
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    for status in ("To ship", "Shipped", "Delivered", "Completed", "Canceled"):
        lines[3] = lines[3].replace(f",{status},", ",Failed delivery,", 1)
    path.write_text("".join(lines), encoding="utf-8")
    for commit in ([], ["--commit"]):
        call_command("intake_orders", str(path), "--shop", "TT-1", *commit)
        assert "sample.csv, row 4, Order Status: “Failed delivery”" in capsys.readouterr().err
    assert LedgerEntry.objects.filter(kind=1).count() == 4


def test_what_is_wrong_is_said_in_one_sentence(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    for arguments, words in (
        ((str(path), "--shop", "NONE"), "no shop has the code 'NONE'"),
        ((str(tmp_path / "gone.csv"), "--shop", "TT-1"), "no such file"),
        ((str(path), "--shop", "TT-1", "--exported-at", "yesterday"), "not an ISO time"),
        ((str(path), "--shop", "TT-1"), "x.csv"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("intake_orders", *arguments)
