"""Programmes and their targets: entered and changed by the trade department of the province, one target a figure."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from livestreams.models import Programme, Session, Target
from tests import builders
from tests.dashboards.market import browser_of

pytestmark = pytest.mark.django_db
GOOD = {
    "name_vi": "Kế hoạch 2026",
    "name_en": "Plan 2026",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "target_sessions": "12",
    "target_net": "250000000",
}


@pytest.fixture
def trade() -> Client:
    return browser_of(builders.official())


def errors_of(client: Client, address: str, data: dict[str, object]) -> list[str]:
    """The fields that an answer finds fault with."""
    response = client.post(address, data)
    assert response.status_code == 422
    return list(response.context["form"].errors)


def test_entered_with_partners_and_targets_then_changed(trade: Client) -> None:
    partner = builders.partner("P1")
    response = trade.post("/programmes/new/", {**GOOD, "partners": [partner.pk]})
    programme = Programme.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/programmes/{programme.code}/")
    assert (programme.code, programme.province_id, programme.name_en) == (f"CT-{programme.pk:04d}", "52", "Plan 2026")
    assert list(programme.partners.all()) == [partner]
    assert dict(programme.targets.values_list("metric", "value")) == {"sessions": 12, "net": 250_000_000}
    changed = {**GOOD, "target_sessions": "", "target_net": "300000000", "target_weight": "1000", "version": "0"}
    assert trade.post(f"/programmes/{programme.code}/change/", changed).status_code == 302
    assert dict(programme.targets.values_list("metric", "value")) == {"net": 300_000_000, "weight": 1000}
    assert not programme.partners.exists()
    assert trade.get(f"/en/programmes/{programme.code}/change/").context["form"]["target_weight"].value() == 1000


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"ends_on": "2025-12-31"}, ["ends_on"]),
        ({"starts_on": "1999-12-31"}, ["starts_on"]),
        ({"starts_on": "31/12"}, ["starts_on"]),
        ({"name_vi": ""}, ["name_vi"]),
        ({"name_vi": "a\x00b"}, ["name_vi"]),
        ({"name_vi": "x" * 201}, ["name_vi"]),
        ({"target_orders": "0"}, ["target_orders"]),
        ({"target_orders": "-3"}, ["target_orders"]),
        ({"target_orders": "1" * 17}, ["target_orders"]),
        ({"target_orders": "nhiều"}, ["target_orders"]),
        ({"partners": ["99999999"]}, ["partners"]),
    ],
)
def test_bad_input_names_its_field_and_writes_nothing(trade: Client, wrong: dict[str, object], fields: list[str]) -> None:
    assert errors_of(trade, "/programmes/new/", {**GOOD, **wrong}) == fields
    assert not Programme.objects.exists()


def test_nothing_sent_is_told_field_by_field(trade: Client) -> None:
    assert errors_of(trade, "/programmes/new/", {}) == ["name_vi", "starts_on", "ends_on"]


def test_an_administrator_says_of_which_province() -> None:
    client = browser_of(builders.administrator())
    assert errors_of(client, "/programmes/new/", GOOD) == ["province"]
    assert client.post("/programmes/new/", {**GOOD, "province": builders.CA_MAU}).status_code == 302
    assert Programme.objects.get().province_id == builders.CA_MAU


def test_an_official_s_province_is_no_question(trade: Client) -> None:
    trade.post("/programmes/new/", {**GOOD, "province": builders.CA_MAU})
    assert Programme.objects.get().province_id == builders.GIA_LAI


def test_the_list_can_be_had_as_xlsx_and_holds_the_own_province_alone(trade: Client) -> None:
    programme = builders.programme("CT1")
    builders.programme("CT9", province=builders.CA_MAU)
    programme.partners.add(builders.partner("P1"))
    Target.objects.create(programme=programme, metric="weight", value=1000)
    off = builders.session("L1", builders.at("2025-03-01 20:00"), of=programme, aired=False)
    builders.session("L2", builders.at("2025-03-02 20:00"), of=programme, aired=False)
    Session.objects.filter(pk=off.pk).update(cancelled_at=builders.at("2025-02-01 08:00"), cancelled_reason="Bão")
    cells = {}
    for name, reader in (("trade", trade), ("administrator", browser_of(builders.administrator()))):
        content = reader.get("/en/programmes.xlsx", {"province": builders.GIA_LAI}).content
        heads, *rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
        cells[name] = [dict(zip(heads, row, strict=True)) for row in rows]
    (own,) = cells["trade"]
    assert [own[head] for head in ("Code", "Partners", "Livestreams", "Events", "Target: Weight sold (kg)", "Target: Orders")] == [
        *("CT1", "Đối tác P1", 1, 0, 1000, "")
    ]  # fmt: skip
    assert cells["administrator"] == cells["trade"]
    board = browser_of(builders.administrator()).get("/en/programmes/", {"province": builders.CA_MAU})
    assert [row.name.code for row, *_ in board.context["rows"]] == ["CT9"]


def test_the_database_keeps_one_target_a_figure_and_days_in_order() -> None:
    programme = builders.programme("CT1")
    Target.objects.create(programme=programme, metric="orders", value=1)
    with pytest.raises(IntegrityError, match="target_once"), transaction.atomic():
        Target.objects.create(programme=programme, metric="orders", value=2)
    with pytest.raises(IntegrityError, match="programme_ends_after_it_starts"), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(ends_on="2024-12-31")


def test_another_province_s_programme_is_nobody_s_business(trade: Client) -> None:
    programme = builders.programme("CT9", province=builders.CA_MAU)
    builders.programme("CT1")
    assert trade.post(f"/programmes/{programme.code}/change/", GOOD).status_code == 404
    assert [row.name.code for row, *_ in trade.get("/programmes/").context["rows"]] == ["CT1"]
    programme.refresh_from_db()
    assert programme.name_vi == "Chương trình CT9"
