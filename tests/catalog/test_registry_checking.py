"""What rows do to the registry, and why rows are rejected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from django.utils import timezone, translation

from accounts.scopes import Scope
from catalog.models import ListPrice, OcopSet, Producer, ProducerSeat, Product, ProductFacts, RecognitionDecision, StarRating
from catalog.registry.outcomes import Outcome, counts
from catalog.registry.reading import RawRow
from catalog.registry.services import import_rows
from tests import builders
from tests.catalog.registry_files import FULL, GOOD, RATED

pytestmark = pytest.mark.django_db
GIA_LAI = Scope(province="52")
MODELS: tuple[type[models.Model], ...] = (
    Producer,
    ProducerSeat,
    Product,
    ProductFacts,
    ListPrice,
    RecognitionDecision,
    StarRating,
)


def take(*rows: Mapping[str, Any], scope: Scope = GIA_LAI, commit: bool = True) -> list[Outcome]:
    """Take in rows as they come from a file: days as ISO text, the first in row 2."""
    raws = [
        RawRow(number, {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items() if value is not None})
        for number, row in enumerate(rows, start=2)
    ]
    return import_rows(rows=raws, scope=scope, commit=commit)


def states(outcomes: list[Outcome]) -> list[str]:
    return [outcome.state.value for outcome in outcomes]


def reasons(outcomes: list[Outcome]) -> list[tuple[int, str, str]]:
    with translation.override("en"):
        return [(outcome.row, problem.column, problem.text) for outcome in outcomes for problem in outcome.problems]


def snapshot() -> list[list[dict[str, Any]]]:
    return [list(model._default_manager.order_by("pk").values()) for model in MODELS]


def test_a_full_row() -> None:
    assert states(take(FULL)) == ["created"]
    product = Product.objects.select_related("producer").get()
    producer = product.producer
    assert (product.code, product.name_vi, product.name_en, product.gtin, product.is_demo) == (
        "GL-001", "Cà phê bột Ia Boòng", "Ground coffee", "8934588012228", False,
    )  # fmt: skip
    assert (producer.code, producer.name, producer.name_en, producer.kind) == (
        "HTX-01", "HTX Cà phê Ia Boòng", "Ia Boong Coffee Cooperative", "cooperative",
    )  # fmt: skip
    assert (producer.representative, producer.tax_code, producer.address) == ("Nguyễn Văn A", "0123456789", "Làng Klăh")
    seat = producer.seats.get()
    assert (seat.commune_id, seat.since) == ("23911", date(2024, 3, 15))
    facts = product.facts.get()
    assert (facts.ocop_set, facts.unit, facts.net_weight_g, facts.since) == (
        OcopSet.objects.get(code="1.13"), "gói 500 g", 500, date(2024, 3, 15),
    )  # fmt: skip
    assert list(product.list_prices.values_list("price", "since")) == [(120000, date(2024, 3, 15))]
    rating = product.ratings.select_related("decision").get()
    assert (rating.stars, rating.points, rating.valid_from, rating.valid_until) == (
        3,
        Decimal("65.5"),
        date(2024, 3, 15),
        date(2027, 3, 15),
    )
    assert (rating.decision.number, rating.decision.decided_on, rating.decision.issuer, rating.decision.province_id) == (
        "3981/QĐ-UBND", date(2024, 3, 15), "UBND tỉnh Gia Lai", "52",
    )  # fmt: skip


def test_the_same_again_changes_nothing_also_on_later_days(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (FULL, {**GOOD, "code": "GL-002"}, {**RATED, "code": "GL-003", "facts_since": date(2024, 6, 1), "net_weight": 300.0})
    assert states(take(*rows)) == ["created"] * 3
    before = snapshot()
    assert states(take(*rows)) == ["unchanged"] * 3
    tomorrow = timezone.localdate() + timedelta(days=400)
    monkeypatch.setattr("catalog.registry.services.timezone.localdate", lambda: tomorrow)
    assert states(take(*rows)) == ["unchanged"] * 3
    assert snapshot() == before


def test_a_dry_run_writes_nothing() -> None:
    take(GOOD)
    before = snapshot()
    assert states(take({**FULL, "name_vi": "Tên mới"}, {**FULL, "code": "GL-002", "gtin": None}, commit=False)) == ["updated", "created"]
    assert snapshot() == before


def test_what_changes_is_named_and_an_empty_cell_keeps_what_was() -> None:
    take(FULL)
    (outcome,) = take({**RATED, "name_vi": "Cà phê rang xay", "points": "69,9", "representative": "Trần Thị B"})
    assert outcome.state == "updated"
    assert [(change.column, change.before, change.after) for change in outcome.changes] == [
        ("representative", "Nguyễn Văn A", "Trần Thị B"),
        ("name_vi", "Cà phê bột Ia Boòng", "Cà phê rang xay"),
        ("points", "65.5", "69.9"),
    ]
    product = Product.objects.get()
    assert (product.name_vi, product.name_en, product.gtin) == ("Cà phê rang xay", "Ground coffee", "8934588012228")
    assert (ProductFacts.objects.count(), ListPrice.objects.count(), ProducerSeat.objects.count()) == (1, 1, 1)


def test_a_changed_fact_of_a_known_decision_holds_from_today_and_an_explicit_day_wins() -> None:
    today = timezone.localdate()
    take(FULL)
    assert states(take({**FULL, "net_weight": "450 g", "list_price": 130000})) == ["updated"]
    assert list(ProductFacts.objects.order_by("since").values_list("since", "net_weight_g")) == [(date(2024, 3, 15), 500), (today, 450)]
    assert list(ListPrice.objects.order_by("since").values_list("since", "price")) == [(date(2024, 3, 15), 120000), (today, 130000)]
    explicit = {**FULL, "net_weight": "480 g", "list_price": 125000, "facts_since": date(2025, 1, 1)}
    assert states(take(explicit)) == ["updated"]
    assert states(take(explicit)) == ["unchanged"]
    assert list(ProductFacts.objects.order_by("since").values_list("since", "net_weight_g", "unit")) == [
        (date(2024, 3, 15), 500, "gói 500 g"),
        (date(2025, 1, 1), 480, "gói 500 g"),
        (today, 450, "gói 500 g"),
    ]
    assert states(take({**explicit, "net_weight": "490 g"})) == ["updated"]
    assert ProductFacts.objects.get(since=date(2025, 1, 1)).net_weight_g == 490


def test_a_history_of_two_decisions_in_one_file_in_any_order() -> None:
    old = {**RATED, "decision_number": "100/QĐ-UBND", "decided_on": date(2021, 1, 10), "net_weight": 400, "list_price": 90000}
    new = {**RATED, "stars": 4, "net_weight": 500, "list_price": 120000, "unit": "hộp"}
    for number, order in enumerate(([old, new], [new, old])):
        rows = [{**row, "code": f"GL-{number}"} for row in order]
        assert states(take(*rows)) == ["created", "created"]
        product = Product.objects.get(code=f"GL-{number}")
        assert list(product.facts.order_by("since").values_list("since", "net_weight_g", "unit")) == [
            (date(2021, 1, 10), 400, "gói 500 g"),
            (date(2024, 3, 15), 500, "hộp"),
        ]
        assert list(product.list_prices.order_by("since").values_list("price", flat=True)) == [90000, 120000]
        assert list(product.ratings.order_by("valid_from").values_list("stars", "valid_until")) == [
            (3, date(2024, 1, 10)),
            (4, date(2027, 3, 15)),
        ]
        assert states(take(*rows)) == ["unchanged", "unchanged"]
    assert RecognitionDecision.objects.count() == 2


def test_a_revocation() -> None:
    take(FULL)
    revoked = {**FULL, "revoked_on": date(2025, 1, 10), "revoked_ground": "Không đánh giá lại"}
    assert states(take(revoked)) == ["updated"]
    rating = StarRating.objects.get()
    assert (rating.revoked_on, rating.revoked_ground) == (date(2025, 1, 10), "Không đánh giá lại")
    assert not StarRating.objects.valid_on(date(2025, 1, 10)).exists()
    assert states(take(FULL)) == ["unchanged"]


def test_a_producer_that_moves() -> None:
    take(FULL)
    moved = {**FULL, "commune": "Phường Pleiku", "facts_since": date(2025, 7, 1)}
    assert states(take(moved)) == ["updated"]
    assert list(ProducerSeat.objects.order_by("since").values_list("commune_id", flat=True)) == ["23911", "23575"]


def test_codes_that_differ_by_case_are_one() -> None:
    take(FULL)
    assert states(take({**FULL, "code": "gl-001", "producer_code": "htx-01"})) == ["unchanged"]
    assert (Product.objects.get().code, Producer.objects.get().code) == ("GL-001", "HTX-01")


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"unit": None}, "unit", "The cell is empty, but needed."),
        ({"code": "Mã"}, "code", "A code has at most 40 letters without accents, digits, dots, dashes and underscores."),
        ({"ocop_set": "9.99"}, "ocop_set", "There is no product set “9.99”; see the template's sheet of sets."),
        ({"commune": "Xã Không Có"}, "commune", "There is no commune “Xã Không Có” there, neither today nor before July 2025."),
        ({"province": "Bangkok"}, "province", "There is no province “Bangkok”."),
        ({"commune": "32182"}, "commune", "Xã Quách Phẩm lies outside your province."),
        ({"commune": "Xã Quách Phẩm", "province": "Cà Mau"}, "commune", "Xã Quách Phẩm lies outside your province."),
        ({"stars": None}, "stars", "Stars, number and day of the decision belong together: one is missing."),
        ({"decision_number": None}, "decision_number", "Stars, number and day of the decision belong together: one is missing."),
        ({"decided_on": None}, "decided_on", "Stars, number and day of the decision belong together: one is missing."),
        ({"decided_on": date(2099, 1, 1)}, "decided_on", "The decision lies in the future."),
        ({"decided_on": "2024"}, "decided_on", "Write the day as dd/mm/yyyy."),
        ({"points": 70}, "points", "These points are 4 stars, not 3."),
        ({"points": 49.9}, "points", "With fewer than 50 points there is no certificate."),
        ({"valid_until": date(2024, 3, 14)}, "valid_until", "The rating ends before its decision."),
        ({"revoked_on": date(2024, 3, 14)}, "revoked_on", "The rating is revoked before its decision."),
        ({"revoked_ground": "x"}, "revoked_on", "A ground of revocation is given, but not the day."),
        ({"name_vi": "=1+1"}, "name_vi", "The cell begins with “=”: a formula was kept as text. Write the value itself."),
    ],
)
def test_a_row_that_is_wrong_by_itself(change: dict[str, Any], column: str, said: str) -> None:
    assert reasons(take({**FULL, **change})) == [(2, column, said)]
    assert not Product.objects.exists()
    assert not Producer.objects.exists()


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = reasons(take({**FULL, "code": "?", "gtin": "1", "list_price": "x", "unit": None}))
    assert [column for _, column, _ in found] == ["code", "list_price", "gtin", "unit"]


def test_points_without_stars() -> None:
    assert reasons(take({**GOOD, "points": 60})) == [(2, "points", "This belongs to stars, and the row has none.")]


def test_a_commune_that_was_split_names_its_successors() -> None:
    row = {**GOOD, "commune": "Phường Cống Vị", "district": "Quận Ba Đình", "province": "Hà Nội"}
    said = (
        "“Phường Cống Vị” can be several communes of today (00008 Phường Ngọc Hà, 00025 Phường Giảng Võ). Write the code of the right one."
    )
    assert reasons(take(row, scope=Scope())) == [(2, "commune", said)]
    assert reasons(take({**GOOD, "commune": "Phường 7", "province": "TP.HCM"}, scope=Scope()))[0][2].count(",") == 6
    assert states(take({**row, "commune": "00025", "district": None, "province": None}, scope=Scope())) == ["created"]


def test_old_names_and_set_names_are_understood() -> None:
    row = {**GOOD, "commune": "Phường Trần Phú", "district": "Thành phố Quy Nhơn", "province": "Bình Định", "ocop_set": "cà phê, cacao"}
    assert (
        states(take(row, {**row, "code": "GL-002", "ocop_set": "Coffee and cocoa"}, {**row, "code": "GL-3", "ocop_set": 1.1}))
        == ["created"] * 3
    )
    assert ProducerSeat.objects.get().commune_id == "21583"
    assert list(ProductFacts.objects.order_by("pk").values_list("ocop_set__code", flat=True)) == ["1.13", "1.13", "1.10"]


def test_good_rows_are_not_lost_for_a_bad_one() -> None:
    outcomes = take(FULL, {**FULL, "code": "GL-002"}, {**GOOD, "code": "GL-003"})
    assert counts(outcomes) == {"created": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    assert reasons(outcomes) == [(3, "gtin", "This GTIN is that of product GL-001.")]
    assert list(Product.objects.order_by("code").values_list("code", flat=True)) == ["GL-001", "GL-003"]


def test_rows_of_one_file_must_not_contradict_each_other() -> None:
    outcomes = take(
        FULL,
        FULL,
        {**FULL, "code": "GL-002", "gtin": None, "producer_name": "Tên khác"},
        {**FULL, "code": "GL-003", "gtin": None, "commune": "Phường Pleiku"},
        {**FULL, "decision_number": "1/QĐ-UBND", "decided_on": date(2021, 1, 1), "name_vi": "Tên khác"},
        {**FULL, "decision_number": "2/QĐ-UBND", "decided_on": date(2021, 1, 1), "facts_since": date(2024, 3, 15), "unit": "hộp"},
        {**FULL, "code": "GL-004", "gtin": None, "issuer": "Bộ"},
        {**FULL, "decided_on": date(2024, 4, 15)},
    )
    assert reasons(outcomes) == [
        (3, "code", "The product stands already in row 2, with the same decision."),
        (4, "producer_name", "Row 2 says “HTX Cà phê Ia Boòng” of the same producer."),
        (5, "commune", "Row 2 says “Xã Ia Boòng” of the same producer."),
        (6, "name_vi", "Row 2 says “Cà phê bột Ia Boòng” of the same product."),
        (7, "unit", "Row 2 says “gói 500 g” of the same product from the same day on."),
        (8, "issuer", "Row 2 says “UBND tỉnh Gia Lai” of the same decision."),
        (9, "decided_on", "The product has stars by the decision of this number of 15/03/2024."),
    ]


def test_a_gtin_of_another_product_is_refused_in_every_form() -> None:
    Product.objects.create(code="OLD", producer=builders.producer("P"), name_vi="x", gtin="08934588012228")
    assert reasons(take(FULL)) == [(2, "gtin", "This GTIN is that of product OLD.")]


def test_stars_corrected_without_their_points() -> None:
    take(FULL)
    said = "The registry holds 65.5 points by this decision, which are not 4 stars."
    assert reasons(take({**FULL, "points": None, "stars": 4})) == [(2, "stars", said)]
    assert states(take({**FULL, "points": 75, "stars": 4})) == ["updated"]


def test_nobody_reaches_into_another_province() -> None:
    there = builders.producer("CM-01", province="96")
    here = builders.producer("GL-01", province="52", nth_commune=2)
    builders.product("CM-P", there)
    builders.product("GL-P", here)
    before = snapshot()
    outside = "The producer sits outside your province; its own department keeps it."
    outcomes = take(
        {**GOOD, "producer_code": "CM-01"},
        {**GOOD, "code": "CM-P"},
        {**GOOD, "code": "CM-P", "producer_code": "CM-01", "commune": there.seats.get().commune_id},
    )
    assert reasons(outcomes) == [
        (2, "producer_code", outside),
        (3, "code", outside),
        (4, "commune", f"{there.seats.get().commune.name} lies outside your province."),
    ]
    assert snapshot() == before
    assert states(take({**GOOD, "code": "CM-P"}, scope=Scope())) == ["updated"]
    assert Product.objects.get(code="CM-P").producer.code == "HTX-01"


def test_the_same_queries_at_one_and_at_a_thousand_rows(django_assert_num_queries: Any) -> None:
    def rows(count: int, prefix: str) -> list[dict[str, Any]]:
        changes = {"gtin": None, "producer_code": f"{prefix}-P", "decision_number": f"{prefix}/QĐ-UBND"}
        return [{**FULL, **changes, "code": f"{prefix}-{number}"} for number in range(count)]

    with django_assert_num_queries(14) as one:
        take(*rows(1, "A"))
    with django_assert_num_queries(len(one)):
        assert states(take(*rows(1000, "B"))) == ["created"] * 1000
    with django_assert_num_queries(10):
        assert set(states(take(*rows(1000, "B"), commit=False))) == {"unchanged"}


def test_an_import_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    take(GOOD)
    before = snapshot()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(StarRating._default_manager, "bulk_create", fail)
    with pytest.raises(RuntimeError):
        take({**FULL, "name_vi": "Tên mới"}, {**FULL, "code": "GL-002", "gtin": None})
    assert snapshot() == before
