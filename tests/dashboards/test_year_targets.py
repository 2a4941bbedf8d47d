"""Targets of the year: how a plan stands on a day, the page that keeps them, and where they are shown."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboards.models import YearTarget
from dashboards.targets.pace import WEEK, Pace, Standing
from livestreams.models import Programme, Session, Target
from tests import builders
from tests.builders import CA_MAU, GIA_LAI
from tests.dashboards.market import browser_of, context_of, forget_readings, make_market, queries_of

PAGE, NEW = "/en/targets/", "/en/targets/new/"
DAY = timedelta(days=1)
days = st.dates(min_value=date(2010, 1, 1), max_value=date(2040, 12, 31))


@given(days, st.integers(0, 1200), st.integers(-400, 1600))
def test_every_day_of_a_plan_has_passed_or_is_left(first: date, length: int, offset: int) -> None:
    pace = Pace(first, first + DAY * length, first + DAY * offset)
    assert pace.passed == len([n for n in range(length + 1) if first + DAY * n <= pace.day])
    assert (pace.passed + pace.left, pace.days) == (length + 1, length + 1)
    assert (pace.counted_to < pace.first) == (not pace.passed)
    assert pace.counted_to <= pace.last


@given(st.integers(2000, 2100))
def test_a_year_has_its_leap_day(year: int) -> None:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    assert Pace.of_year(year, date(year, 2, 28) + DAY).passed == 60
    assert Pace.of_year(year, date(year, 3, 1)).passed == (61 if leap else 60)
    assert (Pace.of_year(year, date(year, 12, 31)).left, Pace.of_year(year, date(year, 1, 1)).left) == (0, 365 if leap else 364)


@given(st.integers(1, 10**15), st.integers(0, 10**15), st.integers(0, 364))
@example(10, 9, 364)
def test_what_each_week_left_brings_is_enough_and_no_more(target: int, reached: int, passed: int) -> None:
    pace = Pace(date(2025, 1, 1), date(2025, 12, 31), date(2024, 12, 31) + DAY * passed)
    needed = pace.needed_per_week(target, reached)
    if reached >= target:
        assert needed is None
        return
    assert needed is not None
    assert 0 < needed <= target - reached
    if pace.left >= WEEK:
        assert (needed - 1) * pace.left < (target - reached) * WEEK <= needed * pace.left
    else:
        assert needed == target - reached


@pytest.mark.parametrize(
    ("day", "reached", "standing", "needed"),
    [
        ("2024-12-31", None, Standing.COMING, None),
        ("2025-01-01", None, Standing.UNKNOWN, None),
        # 0 is a figure; 364 days are 52 weeks.
        ("2025-01-01", 0, Standing.BEHIND, 20),
        ("2025-01-01", 3, Standing.ON_SCHEDULE, 20),
        ("2025-12-30", 1039, Standing.ON_SCHEDULE, 1),
        ("2025-12-30", 900, Standing.BEHIND, 140),
        ("2025-12-31", 1039, Standing.MISSED, None),
        ("2026-11-28", None, Standing.UNKNOWN, None),
        ("2025-01-01", 1040, Standing.REACHED, None),
        ("2026-11-28", 1041, Standing.REACHED, None),
    ],
)
def test_how_a_figure_stands(day: str, reached: int | None, standing: Standing, needed: int | None) -> None:
    pace = Pace.of_year(2025, date.fromisoformat(day))
    assert (pace.standing(1040, reached), pace.needed_per_week(1040, reached)) == (standing, needed)


@pytest.mark.parametrize(
    ("day", "reached", "standing"),
    [
        ("2025-12-31", 1039, Standing.UNTOLD),
        ("2025-12-31", 1040, Standing.REACHED),
        ("2025-12-30", 900, Standing.UNTOLD),
        ("2025-12-30", 1039, Standing.ON_SCHEDULE),
        ("2025-12-30", None, Standing.UNKNOWN),
    ],
)
def test_nothing_is_missed_or_behind_while_days_are_not_known(day: str, reached: int | None, standing: Standing) -> None:
    assert Pace.of_year(2025, date.fromisoformat(day)).standing(1040, reached, complete=False) == standing


def target(metric: str, value: int, *, year: int = 2025, since: date | None = None, province: str = GIA_LAI) -> YearTarget:
    return YearTarget.objects.create(
        province_id=province, year=year, metric=metric, value=value, since=since or date(year, 1, 15), source=f"KH {value}"
    )


def shown(context: Any) -> dict[str, tuple[str, str, str, str, str]]:
    return {
        row.label: (row.target.replace("\xa0", " "), row.reached.replace("\xa0", " "), row.share, row.progress.needed, row.progress.words)
        for row in context["goals"]
    }


@pytest.mark.django_db
def test_the_plan_beside_what_was_sold_in_the_whole_year() -> None:
    make_market()
    target("net", 2_000_000, since=date(2025, 3, 1))
    target("net", 1_000_000)
    target("orders", 4)
    target("weight", 3)
    target("net", 9, province=CA_MAU)
    target("net", 7, year=2024)
    official = builders.official()
    # All orders of Gia Lai of 2025: 8 of them, 1,250,000 placed, less 100,000 cancelled and 100,000 sent back.
    expected = {
        "Net value": ("2,000,000 ₫", "1,050,000 ₫", "52.5%", "–", "Not enough data"),
        "Orders": ("4", "8", "200%", "–", "Target reached"),
    }
    context = context_of(official, PAGE, year=2025)
    found = shown(context)
    assert {label: found[label] for label in expected} == expected
    assert [row.value for row in context["history"]] == [2_000_000, 1_000_000, 4, 3]
    years = [(words, current) for words, _href, current in context["years"]]
    assert years[-2:] == [("2025", True), ("2024", False)]
    said = "No order file tells of 01/01–14/05/2025, 28/05–31/12/2025. What was sold on these days is not known, which is not 0."
    assert said in browser_of(official).get(PAGE, {"year": 2025}).content.decode()
    # The overview of days of that year says the same.
    forget_readings()
    assert shown(context_of(official, "/en/overview/", **{"from": "2025-05-01", "to": "2025-05-31"})) == found


@pytest.mark.django_db
def test_without_a_file_it_is_not_known_and_not_0() -> None:
    target("orders", 4)
    official = builders.official()
    assert shown(context_of(official, PAGE, year=2025)) == {"Orders": ("4", "–", "", "–", "Not known yet")}
    assert "is not known, and is not 0" in browser_of(official).get(PAGE, {"year": 2025}).content.decode()


@pytest.mark.django_db
def test_setting_and_changing_a_target() -> None:
    official = builders.official()
    browser = browser_of(official)
    proposed = browser.get(NEW, {"year": "2025"}).context["form"].initial
    assert (proposed["year"], proposed["since"]) == (2025, date(2025, 1, 1))
    told = {"year": "2025", "metric": "net", "value": "3000000000", "source": "KH 12/KH-UBND", "since": "2025-01-15"}
    answer = browser.post(NEW, told)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?year=2025")
    row = YearTarget.objects.get()
    assert (row.province_id, row.value, row.since, row.set_by, row.is_demo) == (GIA_LAI, 3_000_000_000, date(2025, 1, 15), official, False)
    # The same again, and another number for the same day: nothing is overwritten.
    for value in ("3000000000", "1"):
        again = browser.post(NEW, {**told, "value": value})
        assert (again.status_code, list(again.context["form"].errors)) == (422, ["since"])
    assert browser.post(NEW, {**told, "value": "5", "since": "2025-06-01"}).status_code == 302
    in_force = YearTarget.objects.in_force
    assert [in_force(GIA_LAI, 2025, day)["net"].value for day in (date(2025, 5, 31), date(2025, 6, 1))] == [3_000_000_000, 5]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("value", value) for value in ("", "0", "-1", "1.5", "x", "10000000000000001", "9" * 5000)],
        *[("year", value) for value in ("", "1999", "2101", "năm")],
        *[("source", value) for value in ("", "  ", "a\x00b", "x" * 301)],
        *[("since", value) for value in ("", "2024-12-31", "2026-01-01", "hôm nay")],
        ("metric", "people"),
    ],
)
def test_a_bad_answer_is_told_at_its_field(field: str, value: str) -> None:
    told = {"year": "2025", "metric": "net", "value": "3", "source": "KH", "since": "2025-01-15", field: value}
    answer = browser_of(builders.official()).post(NEW, told)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not YearTarget.objects.exists()


@pytest.mark.django_db
def test_a_province_is_set_by_its_own_department_of_trade() -> None:
    told = {"year": "2025", "metric": "net", "value": "3", "source": "KH", "since": "2025-01-15"}
    assert browser_of(builders.official()).post(f"{NEW}?province={CA_MAU}", told).status_code == 403
    assert browser_of(builders.official("agriculture")).post(NEW, told).status_code == 403
    assert not YearTarget.objects.exists()
    assert browser_of(builders.official()).get(PAGE, {"year": "x"}).status_code == 404


@pytest.mark.django_db
def test_three_targets_cost_what_one_costs() -> None:
    make_market()
    official = builders.official()
    target("net", 5)
    few = queries_of(official, PAGE, {"year": "2025"})
    target("orders", 5)
    target("weight", 5)
    assert len(queries_of(official, PAGE, {"year": "2025"})) == len(few)


@pytest.mark.django_db
def test_a_programme_says_how_it_stands_except_to_a_commune() -> None:
    market = make_market()
    programme = builders.programme("CT1")
    Session.objects.filter(pk=market.session.pk).update(programme=programme)
    Programme.objects.update(starts_on=date(2025, 5, 1), ends_on=date(2025, 5, 31))
    for metric, value in (("orders", 3), ("net", 1_000_000)):
        Target.objects.create(programme=programme, metric=metric, value=value)
    context = context_of(builders.official(), "/en/programmes/CT1/")
    stands = {row.row.metric: row.progress and (row.progress.needed, row.progress.words) for row in context["targets"]}
    assert (stands["orders"], stands["net"], stands["sessions"]) == (("–", "Target reached"), ("–", "Target not reached"), None)
    commune = builders.official(commune=market.gl2.seats.get().commune)
    assert {row.progress for row in context_of(commune, "/en/programmes/CT1/")["targets"]} == {None}


@pytest.mark.django_db
def test_a_target_is_taken_back_with_a_reason_and_stays_on_record() -> None:
    official = builders.official()
    client = browser_of(official)
    kept, wrong = target("orders", 100), target("orders", 9_999, since=date(2025, 3, 1))
    address = f"/en/targets/{wrong.pk}/take-back/"
    for reason in ("", "   ", "a" * 301, "a\0b"):
        assert client.post(address, {"reason": reason}).status_code == 302
        assert YearTarget.objects.in_force(GIA_LAI, 2025, date(2025, 4, 1))["orders"] == wrong
    assert client.post(address, {"reason": "Gõ nhầm"}).status_code == 302
    wrong.refresh_from_db()
    assert (wrong.taken_back_by, wrong.why_taken_back) == (official, "Gõ nhầm")
    # The one before it is in force again; taken back twice is taken back once, by the first.
    assert YearTarget.objects.in_force(GIA_LAI, 2025, date(2025, 4, 1)) == {"orders": kept}
    assert browser_of(builders.official()).post(address, {"reason": "Lần nữa"}).status_code == 302
    wrong.refresh_from_db()
    assert (wrong.taken_back_by, wrong.why_taken_back) == (official, "Gõ nhầm")
    page = client.get(PAGE, {"year": "2025"}).content.decode()
    assert "<del>9,999</del>" in page
    assert f"taken back by {official}" in page
    # Its day is free for the right one.
    assert client.post(NEW, {"year": "2025", "metric": "orders", "value": "999", "source": "KH", "since": "2025-03-01"}).status_code == 302
    assert YearTarget.objects.in_force(GIA_LAI, 2025, date(2025, 4, 1))["orders"].value == 999


@pytest.mark.django_db
def test_targets_of_others_are_not_taken_back() -> None:
    mine = target("orders", 100)
    address = f"/en/targets/{mine.pk}/take-back/"
    for user, status in (
        (builders.official(province=CA_MAU), 404),
        (builders.official(builders.AGRICULTURE), 403),
        (builders.official(commune=builders.commune()), 403),
    ):
        assert browser_of(user).post(address, {"reason": "x"}).status_code == status
    assert YearTarget.objects.get(taken_back_at=None) == mine
    assert browser_of(builders.administrator()).post(address, {"reason": "x"}).status_code == 302
    assert not YearTarget.objects.filter(taken_back_at=None).exists()


@pytest.mark.django_db
def test_files_have_the_plan_of_the_page_at_its_reading() -> None:
    make_market()
    target("net", 2_000_000)
    target("orders", 10)
    client = browser_of(builders.official())
    context = client.get(PAGE, {"year": "2025"}).context
    book = openpyxl.load_workbook(BytesIO(client.get(context["export"]).content))
    heads, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert heads == (
        *("Year", "Figure", "Unit", "Plan", "Reached", "Share reached (%)", "Days of the year passed (%)", "Needed per week", "State"),
        *("Days not known", "Paper that sets it"),
    )
    untold = "01/01–14/05/2025, 28/05–31/12/2025"
    assert rows == [
        ("2025", "Net value", "VND", 2_000_000, 1_050_000, 52.5, 100, None, "Not enough data", untold, "KH 2000000"),
        ("2025", "Orders", "orders", 10, 8, 80, 100, None, "Not enough data", untold, "KH 10"),
    ]
    about = dict(book.worksheets[1].iter_rows(values_only=True))  # type: ignore[arg-type]
    assert (about["Table"], about["Territory"], about["Days"]) == ("Targets of the year", "Tỉnh Gia Lai", "01/01–31/12/2025")
    assert about["Filters"] == "Year: 2025"
    csv = b"".join(client.get(context["export_csv"])).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert csv[1:] == [
        f'2025,Net value,VND,2000000,1050000,52.5,100.0,,Not enough data,"{untold}",KH 2000000',
        f'2025,Orders,orders,10,8,80.0,100.0,,Not enough data,"{untold}",KH 10',
    ]
    for end in ("xlsx", "csv"):
        assert client.get(f"/en/targets.{end}?year=x").status_code == 400


@pytest.mark.django_db
def test_files_leave_empty_what_no_file_tells_of() -> None:
    target("orders", 4)
    client = browser_of(builders.official())
    csv = b"".join(client.get("/en/targets.csv?year=2025")).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert csv[1:] == ["2025,Orders,orders,4,,,100.0,,Not known yet,01/01–31/12/2025,KH 4"]
