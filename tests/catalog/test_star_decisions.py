"""Decisions: many products at once, all problems before anything is written, and the star of a day that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from catalog.criteria import last_valid_day
from catalog.models import Product, RecognitionDecision, StarExtension, StarRating
from catalog.spreadsheets import UnreadableFileError
from catalog.stars.decisions import DecisionRefusedError, record_decision
from catalog.stars.lines import lines_from_spreadsheet, read_lines
from catalog.stars.planning import Head
from catalog.stars.territory import NotTheirsError
from tests import builders
from tests.catalog.registry_files import write

pytestmark = pytest.mark.django_db
DECIDED = date(2026, 3, 15)
HEAD = Head("recognition", "3981/QĐ-UBND", DECIDED, "UBND tỉnh Gia Lai", "province", "52")


@pytest.fixture
def keeper() -> User:
    return builders.official(builders.AGRICULTURE)


@pytest.fixture
def products() -> list[Product]:
    maker = builders.producer("HTX-01")
    return [builders.product(f"GL-{number}", maker) for number in (1, 2, 3)]


def star_on(product: Product, day: date) -> int | None:
    return Product.objects.with_star(day).get(pk=product.pk).star  # type: ignore[no-any-return]


def problems(head: Head, text: str, by: User) -> tuple[str, list[tuple[int, str]]]:
    """What the decision is refused for; nothing may have been written."""
    with pytest.raises(DecisionRefusedError) as refused:
        record_decision(head=head, text=text, by=by)
    return refused.value.head, [(problem.number, problem.text) for problem in refused.value.problems]


def test_one_decision_gives_many_products_their_stars_for_36_months(keeper: User, products: list[Product]) -> None:
    decision = record_decision(head=HEAD, text="GL-1; 3; 62,5\n\ngl-2\t4\nGL-3 3 50", by=keeper)
    assert [(rating.product.code, rating.stars, rating.points) for rating in decision.ratings.order_by("product__code")] == [
        ("GL-1", 3, Decimal("62.5")),
        ("GL-2", 4, None),
        ("GL-3", 3, Decimal(50)),
    ]
    assert (decision.recorded_by, decision.kind, decision.authority) == (keeper, "recognition", "province")
    last = last_valid_day(DECIDED)
    days = (DECIDED - timedelta(days=1), DECIDED, last, last + timedelta(days=1))
    assert [star_on(products[0], day) for day in days] == [None, 3, 3, None]


def test_all_problems_are_said_before_anything_is_written(keeper: User, products: list[Product]) -> None:
    foreign = builders.product("CM-1", builders.producer("HTX-CM", province=builders.CA_MAU))
    text = f"GL-1; 4; 62\nGL-9; 3\nGL-2; 7\n{foreign.code}; 3\nGL-2; 5; 93\nGL-2; 3\nGL-3\nGL-3; 3; 51; x\n; 3\nGL-3; 2; 40\nGL-1 =1+1"
    assert problems(HEAD, text, keeper) == (
        "",
        [
            (1, "62 điểm ứng với 3 sao, không phải 4."),
            (2, "Không có sản phẩm mang mã này trong địa bàn."),
            (3, "Hạng sao là 3, 4 hoặc 5; dưới ba sao không cấp giấy chứng nhận."),
            (4, "Không có sản phẩm mang mã này trong địa bàn."),
            (5, "Năm sao do Trung ương công nhận."),
            (6, "Sản phẩm đã có ở dòng 5."),
            (7, "Thiếu số sao."),
            (8, "Dòng có nhiều nội dung hơn mức cho phép."),
            (9, "Dòng không có mã sản phẩm."),
            (10, "Hạng sao là 3, 4 hoặc 5; dưới ba sao không cấp giấy chứng nhận."),
            (11, "Ô bắt đầu bằng “=”: công thức bị lưu thành văn bản. Hãy ghi giá trị."),
        ],
    )
    assert not StarRating.objects.exists()
    assert not RecognitionDecision.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"decided_on": date(2999, 1, 1)}, "Ngày quyết định ở tương lai."),
        ({"province": "96"}, "Tỉnh này không thuộc phạm vi của bạn."),
        ({"decided_on": date(2026, 4, 1)}, "Đã có quyết định mang số này ngày 15/03/2026: một trong hai ngày bị ghi nhầm."),
        ({"kind": "revocation", "ground": "x"}, "Quyết định mang số và ngày này thuộc loại khác: Công nhận."),
    ],
)
def test_a_decision_that_cannot_be(keeper: User, products: list[Product], change: dict[str, object], said: str) -> None:
    record_decision(head=HEAD, text="GL-1; 3", by=keeper)
    text = "GL-1" if "kind" in change else "GL-2; 3"
    assert problems(replace(HEAD, **change), text, keeper) == (said, [])  # type: ignore[arg-type]


def test_the_same_decision_again_adds_products_and_doubles_none(keeper: User, products: list[Product]) -> None:
    first = record_decision(head=HEAD, text="GL-1; 3", by=keeper)
    assert problems(HEAD, "GL-1; 3\nGL-2; 3", keeper)[1] == [(1, "Sản phẩm đã có sao theo quyết định này.")]
    assert record_decision(head=HEAD, text="GL-2; 4", by=keeper) == first
    assert first.ratings.count() == 2
    assert problems(HEAD, " \n", keeper) == ("Quyết định chưa nêu sản phẩm nào.", [])


def test_five_stars_are_the_centres(keeper: User, products: list[Product]) -> None:
    centre = replace(HEAD, authority="centre", issuer="Bộ Nông nghiệp và Môi trường")
    assert problems(centre, "GL-1; 4", keeper)[1] == [(1, "Trung ương công nhận hạng 5 sao; hạng 3 và 4 sao do tỉnh công nhận.")]
    record_decision(head=centre, text="GL-1; 5; 91", by=keeper)
    assert star_on(products[0], DECIDED) == 5


def test_an_extension_moves_the_last_day_and_keeps_the_old_one(keeper: User, products: list[Product]) -> None:
    record_decision(head=HEAD, text="GL-1; 3", by=keeper)
    last, later = last_valid_day(DECIDED), date(2029, 9, 30)
    head = replace(HEAD, kind="extension", number="12/QĐ-UBND", decided_on=date(2026, 10, 1), valid_until=later)
    assert problems(head, f"GL-2\nGL-1; {last:%d/%m/%Y}\nGL-3; 31/02/2029", keeper)[1] == [
        (1, "Ngày 01/10/2026 sản phẩm không có sao."),
        (2, "Sao đã có giá trị đến 15/03/2029."),
        (3, "Không có ngày này trong lịch."),
    ]
    assert problems(head, "GL-1; 01/06/2032", keeper)[1] == [(1, "Gia hạn quá 36 tháng là công nhận mới.")]
    assert problems(replace(head, valid_until=None), "GL-1", keeper)[1] == [(1, "Gia hạn phải có ngày hết hạn mới.")]
    record_decision(head=head, text="GL-1", by=keeper)
    assert StarExtension.objects.values_list("before", "until").get() == (last, later)
    assert [star_on(products[0], day) for day in (later, later + timedelta(days=1))] == [3, None]


def test_a_revocation_ends_every_rating_in_force_and_says_why(keeper: User, products: list[Product]) -> None:
    record_decision(head=replace(HEAD, number="1/QĐ", decided_on=date(2025, 1, 10)), text="GL-1; 3\nGL-2; 3", by=keeper)
    record_decision(head=HEAD, text="GL-1; 4", by=keeper)
    head = replace(HEAD, kind="revocation", number="99/QĐ-UBND", decided_on=date(2026, 10, 1), effective_on=date(2026, 10, 15))
    assert problems(head, "GL-1\nGL-3; hết sản xuất", keeper)[1] == [
        (1, "Thu hồi phải nêu căn cứ."),
        (2, "Ngày 15/10/2026 sản phẩm không có sao."),
    ]
    early = replace(head, effective_on=date(2026, 9, 1), ground="x")
    assert problems(early, "GL-1", keeper)[0] == "Quyết định không có hiệu lực trước ngày ban hành."
    decision = record_decision(head=replace(head, ground="không đề nghị đánh giá lại"), text="GL-1; vi phạm chất lượng\nGL-2", by=keeper)
    assert [star_on(products[0], day) for day in (date(2026, 10, 14), date(2026, 10, 15))] == [4, None]
    assert sorted(decision.revoked.values_list("product__code", "revoked_ground")) == [
        ("GL-1", "vi phạm chất lượng"),
        ("GL-1", "vi phạm chất lượng"),
        ("GL-2", "không đề nghị đánh giá lại"),
    ]


def test_trade_and_communes_decide_no_star(products: list[Product]) -> None:
    for user in (builders.official(builders.TRADE), builders.official(commune=builders.commune()), builders.member(products[0].producer)):
        with pytest.raises(NotTheirsError):
            record_decision(head=HEAD, text="GL-1; 3", by=user)
    record_decision(head=HEAD, text="GL-1; 3", by=builders.administrator())
    assert star_on(products[0], DECIDED) == 3


def test_what_would_be_lost_by_a_day(products: list[Product]) -> None:
    today = timezone.localdate()
    soon, later = today + timedelta(days=20), today + timedelta(days=400)
    ending, renewed, revoked = products
    builders.rate(ending, 3, until=soon)
    builders.rate(renewed, 3, until=soon)
    builders.rate(renewed, 4, since=today - timedelta(days=1), until=later, number="2")
    StarRating.objects.filter(pk=builders.rate(revoked, 3, until=later, number="3").pk).update(revoked_on=today + timedelta(days=5))

    def lost(day: date) -> list[tuple[str, date]]:
        found = StarRating.objects.lost_by(day, today=today).order_by("product__code")
        return list(found.values_list("product__code", "last_day"))

    cut_short = ("GL-3", today + timedelta(days=4))
    assert lost(today + timedelta(days=4)) == []
    assert lost(today + timedelta(days=5)) == [cut_short]
    assert lost(soon) == [cut_short]
    assert lost(soon + timedelta(days=1)) == [("GL-1", soon), cut_short]
    assert lost(later + timedelta(days=1)) == [("GL-1", soon), ("GL-2", later), cut_short]


def test_a_spreadsheet_becomes_lines_that_can_be_mended(tmp_path: Path) -> None:
    rows = [{"code": "GL-1", "name_vi": "Cà phê", "stars": 3, "points": 62.5}, {"code": "GL-2", "stars": "bốn; hay", "points": None}]
    path = write(tmp_path / "qd.xlsx", rows, above=2)
    text = lines_from_spreadsheet(path, "qd.xlsx", "recognition")
    assert text == "GL-1; 3; 62.5\nGL-2; bốn, hay"
    lines, wrong = read_lines(text, "recognition")
    assert [(line.code, line.stars, line.points) for line in lines] == [("GL-1", 3, Decimal("62.5"))]
    assert [problem.number for problem in wrong] == [2]
    path = write(tmp_path / "qd2.xlsx", [{"code": "GL-1", "valid_until": date(2029, 9, 30)}])
    assert lines_from_spreadsheet(path, "qd2.xlsx", "extension") == "GL-1; 30/09/2029"
    with pytest.raises(UnreadableFileError, match=r"none\.xlsx"):
        lines_from_spreadsheet(write(tmp_path / "none.xlsx", [{"product": "GL-1"}]), "none.xlsx", "recognition")
