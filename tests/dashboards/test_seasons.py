"""Seasons: Tết weeks aligned by the lunar date, what is known of them and what is not, harvests, and the same in files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.models import User
from catalog.models import OcopGroup, Product
from dashboards.boards.covered import Covered, covered_by
from dashboards.boards.measures import Filters
from dashboards.charts import rendering
from dashboards.seasons.board import Known, SeasonBoard, season_board
from dashboards.seasons.weeks import AFTER, BEFORE, OFFSETS, WEEKS, seasons_within, span_of
from livestreams.calendar.holidays import holidays_between, tet_of
from livestreams.models import Need
from tests import builders
from tests.builders import CA_MAU, GIA_LAI, at
from tests.dashboards.market import browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order

YEARS = st.integers(1990, 2099)
# From tables of the lunar calendar: in January and in February, after leap days and not.
TETS = {2017: "2017-01-28", 2020: "2020-01-25", 2023: "2023-01-22", 2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17",
        2027: "2027-02-06", 2028: "2028-01-26"}  # fmt: skip


@settings(deadline=None)
@given(year=YEARS)
def test_every_day_of_a_season_is_in_one_week_as_far_from_tet_as_in_any_other_year(year: int) -> None:
    tet = tet_of(year)
    assert date(year, 1, 20) < tet < date(year, 2, 21)
    days: list[date] = []
    for week in WEEKS:
        first, last = week.days(tet)
        assert (last - first).days + 1 == week.length
        assert ((first - tet).days, (last - tet).days) == (week.first, week.last)
        # The first day of Tết begins a week, and a week is seven days but where the season ends.
        assert week.first % 7 == 0 or week.first == -BEFORE
        assert week.length == 7 or week in {WEEKS[0], WEEKS[-1]}
        days += [first + timedelta(days=place) for place in range(week.length)]
    assert days == [tet + timedelta(days=offset) for offset in OFFSETS]
    assert (days[0], days[-1]) == span_of(year)
    assert len(days) == BEFORE + 1 + AFTER


@given(year=st.integers(1995, 2090), begin=st.integers(-400, 400), length=st.integers(0, 900))
def test_seasons_are_those_that_the_days_touch(year: int, begin: int, length: int) -> None:
    first = date(year, 1, 1) + timedelta(days=begin)
    last = first + timedelta(days=length)
    touched = [one for one in range(year + 5, year - 4, -1) if any(first <= day <= last for day in span_of(one)) or (
        span_of(one)[0] <= first and last <= span_of(one)[1])]  # fmt: skip
    assert list(seasons_within(first, last)) == touched


def test_tet_by_the_tables() -> None:
    assert {year: tet_of(year).isoformat() for year in TETS} == TETS
    assert [(week.number, week.first, week.last) for week in (WEEKS[0], WEEKS[9], WEEKS[-1])] == [(-9, -60, -57), (0, 0, 6), (2, 14, 15)]


def test_holidays_are_the_days_themselves() -> None:
    """Neither eves nor days off given for them; National Day is the 2nd, whatever is free beside it."""
    assert [day.isoformat() for day in holidays_between(date(2025, 1, 1), date(2025, 12, 31))] == [
        *("2025-01-01", "2025-01-29", "2025-04-07", "2025-04-30", "2025-05-01", "2025-09-02"),
    ]
    assert holidays_between(date(2025, 1, 2), date(2025, 1, 28)) == {}


SOLD = {
    # offset from Tết: VND
    2025: {-10: 100_000, 0: 50_000},
    2026: {-60: 70_000, -10: 300_000, -9: 20_000, 15: 40_000},
}


@pytest.fixture
def official() -> User:
    """GL1's shop sells coffee in the seasons of 2025 and 2026; the first order is ten days before Tết of 2025."""
    maker = builders.producer("GL1")
    coffee = builders.product("A", maker)
    shop = builders.shop("S", maker, sells=[coffee])
    for year, sold in SOLD.items():
        for offset, value in sold.items():
            day = tet_of(year) + timedelta(days=offset)
            order(shop, f"{year}{offset}", at(f"{day} 09:00"), Line(coffee, 1, value), exported_at=at("2026-04-01 08:00"))
    # Between the seasons it is never quiet for long.
    for number, day in enumerate(("2025-04-15", "2025-07-01", "2025-09-15", "2025-12-01")):
        order(shop, f"between {number}", at(f"{day} 09:00"), Line(coffee), exported_at=at("2026-04-01 08:00"))
    fold()
    return builders.official()


def board_of(today: date, **more: Any) -> SeasonBoard:
    where = Filters(province=GIA_LAI, **more)
    return season_board(where, covered_by(where), today)


@pytest.mark.usefixtures("official")
@pytest.mark.django_db
def test_the_same_week_from_tet_stands_beside_the_other_year_s() -> None:
    newest, before = board_of(date(2026, 11, 28)).seasons
    assert (newest.year, before.year, len(newest.shops), len(before.shops)) == (2026, 2025, 1, 1)
    found = {week.number: (newest.week(week), before.week(week)) for week in WEEKS}
    # −10 lies in week −2 of both years: the 7th of February and the 19th of January.
    assert [(span.first.isoformat(), span.sold.value.net) for span in found[-2]] == [("2026-02-03", 320_000), ("2025-01-15", 100_000)]
    assert found[0][1].sold.value.net == 50_000
    assert (found[-9][0].sold.value.net, found[2][0].sold.value.net) == (70_000, 40_000)
    # Absent is not 0: before the first order nothing is known, after it nothing sold is 0.
    assert (found[-9][1].known, found[-9][1].state) == (0, Known.BEFORE)
    assert (found[-2][1].known, found[-2][1].state) == (3, Known.BEFORE)
    assert (found[1][1].known, found[1][1].sold.value.net) == (7, 0)
    assert found[1][1].is_whole
    # Compared are the days that are known in both: from −10 on.
    now, then = newest.compared(before, OFFSETS) or (None, None)
    assert now is not None
    assert then is not None
    assert (now.value.net, then.value.net) == (360_000, 150_000)


@pytest.mark.usefixtures("official")
@pytest.mark.django_db
def test_a_running_season_is_compared_to_date() -> None:
    """On the tenth day before Tết of 2026: what follows has not come, and is compared with nothing."""
    newest, before = board_of(date(2026, 2, 7)).seasons
    week = next(week for week in WEEKS if week.number == -1)
    assert (newest.week(week).state, newest.week(week).known) == (Known.TO_COME, 0)
    now, then = newest.compared(before, OFFSETS) or (None, None)
    assert now is not None
    assert then is not None
    assert (now.value.net, then.value.net) == (300_000, 100_000)
    assert [season.year for season in board_of(date(2025, 12, 18)).seasons] == [2025]
    assert [season.year for season in board_of(date(2025, 12, 19)).seasons] == [2026, 2025]


@given(first=st.integers(0, 100), length=st.integers(0, 100), more=st.integers(0, 200), day=st.integers(-10, 400))
def test_a_day_is_told_of_by_a_shop_or_lies_before_after_or_between_their_files(first: int, length: int, more: int, day: int) -> None:
    start = date(2025, 1, 1)
    begin = start + timedelta(days=first)
    end = begin + timedelta(days=length)
    late = end + timedelta(days=more + 1)
    covered = Covered(((1, begin, end), (2, late, late)))
    asked = start + timedelta(days=day)
    told = begin <= asked <= end or asked == late
    assert covered.knows(asked) is told
    assert covered.begins_after(asked) is (asked < begin)
    assert covered.ends_before(asked) is (asked > late)
    assert covered.shops(asked, asked) == ({1} if asked < late and told else {2} if told else set())


@pytest.mark.django_db
def test_a_season_of_other_shops_than_the_one_before_says_so(official: User) -> None:
    """NEW sells from December 2025 on: of Tết 2025 one shop tells, of Tết 2026 two."""
    client, words = browser_of(official), "not the same shops"
    assert words not in client.get("/en/seasons/").content.decode()
    new = builders.shop("NEW", builders.partner("P"), sells=[Product.objects.get(code="A")])
    order(new, "1", at("2025-12-30 09:00"), Line(Product.objects.get(code="A")), exported_at=at("2026-04-01 08:00"))
    fold()
    forget_readings()
    assert client.get("/en/seasons/").content.decode().count(words) == 1


@pytest.mark.django_db
def test_where_no_shop_s_files_tell_of_it_nothing_is_known() -> None:
    """OLD was quiet from May 2025 to September 2026, NEW began then: of the Tết between them there is no season of noughts."""
    maker = builders.producer("GL1")
    coffee = builders.product("A", maker)
    old, new = (builders.shop(code, maker, sells=[coffee]) for code in ("OLD", "NEW"))
    for shop, number, day in (*((old, "1", "2025-02-05"), (old, "2", "2025-05-06"), (old, "3", "2026-09-01"), (new, "4", "2026-09-03")),):
        order(shop, number, at(f"{day} 09:00"), Line(coffee), exported_at=at("2026-11-01 08:00"))
    fold()
    assert covered_by(Filters(province=GIA_LAI)).stretches == (
        # Ninety days between two orders are one stretch still.
        (old.pk, date(2025, 2, 5), date(2025, 5, 6)),
        (old.pk, date(2026, 9, 1), date(2026, 10, 31)),
        (new.pk, date(2026, 9, 3), date(2026, 10, 31)),
    )
    (season,) = board_of(date(2026, 11, 28)).seasons
    assert (season.year, season.shops) == (2025, {old.pk})
    page = browser_of(builders.official(province=CA_MAU)).get("/en/seasons/").content.decode()
    assert "No Tết weeks with figures yet" in page
    assert "0\N{NO-BREAK SPACE}₫" not in page


@pytest.mark.django_db
def test_between_two_stretches_is_a_gap() -> None:
    where = Filters(province=GIA_LAI)
    covered = Covered(((1, date(2025, 2, 5), date(2026, 1, 10)), (1, date(2026, 2, 20), date(2026, 3, 1))))
    (newest, before) = season_board(where, covered, date(2026, 11, 28)).seasons
    assert [newest.known.count(state) for state in Known] == [33, 0, 40, 3, 0]
    assert [before.known.count(state) for state in Known] == [9, 67, 0, 0, 0]


@pytest.mark.django_db
def test_the_page_says_what_is_not_known_and_opens_the_lines(official: User) -> None:
    client = browser_of(official)
    context = client.get("/en/seasons/").context
    weeks = {row.words: row for row in context["weeks"]}
    (cell, _season), (earlier, _before) = weeks["Week 2 before Tết"].paired
    assert (cell.net, cell.note, earlier.net, earlier.note) == (320_000, "", 100_000, "3 of 7 days; before the first order file")
    assert weeks["Week 2 before Tết"].change == "+220%"
    assert [(cell.net, cell.note) for cell, _season in weeks["Week 9 before Tết"].paired] == [
        (70_000, ""), (None, "before the first order file"),
    ]  # fmt: skip
    assert weeks["Week 9 before Tết"].change == "–"
    assert weeks["Week 1 after Tết"].change == "–"
    assert context["whole"].change == "+140%"
    assert client.get(cell.lines).context["page"].totals.value.net == 320_000
    assert client.get(context["days"][50][3]).context["page"].totals.value.net == 300_000
    assert context["days"][50][1:3] == (300_000, 100_000)
    html = client.get("/en/seasons/", {"year": "2025"}).content.decode()
    assert '29/01/2025 <small class="muted">Tết</small>' in html
    assert "Change to 2025" in html


@pytest.mark.django_db
def test_the_figures_at_the_head_are_compared_on_the_days_known_in_both_years(official: User) -> None:
    """Of 430,000 in 2026 the first 70,000 fall on days of which no file of the year before tells."""
    context = context_of(official, "/en/seasons/")
    net, weight, orders = context["tiles"]
    assert (net.value, net.now, net.before) == ("430,000\xa0₫", 360_000, 150_000)
    assert net.before_text == "against Tết 2025: 150,000\xa0₫, on the days known in both"
    assert (weight.value, weight.now, weight.before) == ("2\xa0kg", 1_500, 1_000)
    assert (orders.value, orders.now, orders.before) == ("4", 3, 2)
    assert browser_of(official).get(net.href).context["page"].totals.value.net == 430_000
    assert context["busiest"] == ("Week 2 before Tết", "320,000\xa0₫")
    # Nothing is known before 2025, and of a group nothing was sold.
    first = context_of(official, "/en/seasons/", year="2025")["tiles"][0]
    assert (first.value, first.before, first.before_text) == ("150,000\xa0₫", 0, "")
    other = OcopGroup.objects.exclude(sets__code="1.01").order_by("code")[0]
    empty = context_of(official, "/en/seasons/", group=other.code)
    assert (empty["tiles"][0].value, empty["tiles"][0].href, empty["busiest"]) == ("0\xa0₫", "", None)


@pytest.mark.django_db
def test_filters_in_the_address(official: User) -> None:
    group = OcopGroup.objects.get(sets__code="1.01")
    other = OcopGroup.objects.exclude(pk=group.pk).order_by("code")[0]
    commune = builders.commune(GIA_LAI)

    def whole(**query: str) -> Any:
        return context_of(official, "/en/seasons/", **query)["whole"].paired[0][0]

    assert whole(group=group.code, commune=commune.code).net == 430_000
    assert f"group={group.code}" in whole(group=group.code).lines
    assert whole(group=other.code).net == 0
    assert whole(group=other.code).lines == ""
    assert context_of(official, "/en/seasons/", commune=builders.commune(GIA_LAI, 1).code)["form"].errors
    assert context_of(official, "/en/seasons/", year="1999")["form"].errors
    assert context_of(official, "/en/seasons/", group="\0")["form"].errors
    assert context_of(builders.official(province=CA_MAU), "/en/seasons/")["chosen"] is None
    assert browser_of(official).get("/en/seasons/", {"province": CA_MAU}).status_code == 403
    elsewhere = builders.official(commune=builders.commune(GIA_LAI, 1))
    assert context_of(elsewhere, "/en/seasons/")["chosen"] is None


@pytest.fixture
def _stop_renderers() -> Iterator[None]:
    yield
    rendering.stop()


@pytest.mark.usefixtures("_stop_renderers")
@pytest.mark.django_db
def test_files_and_charts_say_the_same(official: User) -> None:
    client = browser_of(official)
    links = client.get("/en/seasons/").context["links"]
    rows = list(load_workbook(io.BytesIO(client.get(links["seasons_xlsx"]).content)).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 1 + 2 * len(WEEKS)
    table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    told = {(row["Year of Tết"], row["Week"]): (row["Days known"], row["Orders"], row["Net value"]) for row in table}
    assert told["2026", "Week 2 before Tết"] == (7, 2, 320_000)
    assert told["2025", "Week 2 before Tết"] == (3, 1, 100_000)
    assert told["2025", "Week 9 before Tết"] == (0, None, None)
    assert told["2025", "Week 1 after Tết"] == (7, 0, 0)
    svg = client.get(links["season_weeks_chart"], {"size": "narrow"}).content.decode()
    assert ">2026<" in svg
    assert ">−9<" in svg
    days = client.get(links["season_days_chart"]).content.decode()
    assert all(f">{words}<" in days for words in ("Tết", "Tết 2026", "Tết 2025"))


@pytest.mark.django_db
def test_a_harvest_beside_the_sales_of_its_group() -> None:
    maker = builders.producer("GL1")
    coffee, tea = builders.product("A", maker, grams=500), builders.product("B", maker)
    basket = builders.product("C", maker, set_code="5.01")
    shop = builders.shop("S", maker, sells=[coffee, tea, basket])
    for number, (when, sold, value) in enumerate([
        ("2025-05-01", coffee, 100_000), ("2025-05-10", tea, 60_000), ("2025-05-31", coffee, 30_000), ("2025-06-01", coffee, 1_000),
        ("2024-05-10", coffee, 80_000), ("2025-05-10", basket, 7_000), ("2024-04-01", basket, 5_000),
        # Between the years it is never quiet for long.
        *((day, coffee, 1) for day in ("2024-08-01", "2024-10-25", "2025-01-20", "2025-04-01")),
    ]):  # fmt: skip
        order(shop, str(number), at(f"{when} 09:00"), Line(sold, 1, value), exported_at=at("2025-07-01 08:00"))
    fold()
    days = {"window_from": date(2025, 5, 1), "window_to": date(2025, 5, 31), "season": Need.Season.HARVEST}
    builders.need(coffee, quantity="1.5", unit=Need.Unit.TONNE, **days)
    builders.need(tea, wish="leader", state="refused", closed_at=at("2025-06-01 08:00"), **days)
    builders.need(tea, season=Need.Season.TET)
    builders.need(basket, window_from=date(2025, 12, 1), window_to=date(2026, 1, 15), season=Need.Season.HARVEST)
    official = builders.official()
    context = context_of(official, "/en/seasons/", year="2025")
    (row, told), (late, _told) = context["harvests"]
    assert (told["quantity"], row.now.value.net, row.now.grams.net, row.before.value.net) == ("1.5 tonnes", 190_000, 1_500, 80_000)
    assert browser_of(official).get(told["now"]).context["page"].totals.value.net == 190_000
    assert browser_of(official).get(told["before"]).context["page"].totals.value.net == 80_000
    # Of December nothing had come by July: not known, while of the year before it is known that nothing was sold.
    assert (str(late.product), late.now, late.before and late.before.value.net) == ("Product C", None, 0)
    assert [str(row.product) for row, _told in context_of(official, "/en/seasons/", year="2025", sort="-product")["harvests"]] == [
        "Product C", "Product A",
    ]  # fmt: skip
    assert [str(row.product) for row, _told in context_of(official, "/en/seasons/", year="2026")["harvests"]] == ["Product C"]
    assert list(context_of(builders.official(province=CA_MAU), "/en/seasons/", year="2025")["harvests"]) == []
    file = browser_of(official).get("/en/seasons/harvests.xlsx", {"year": "2025"}).content
    rows = list(load_workbook(io.BytesIO(file)).worksheets[0].iter_rows(values_only=True))
    assert [(row[0], row[5], *row[9:14]) for row in rows[1:]] == [
        ("Product A", 1.5, 190_000, 31, 1.5, 80_000, 31),
        ("Product C", None, None, 0, None, 0, 46),
    ]


@pytest.mark.django_db
def test_a_harvest_is_compared_on_the_days_that_are_known_in_both_years() -> None:
    """Files begin on 15 May 2024 and end with 25 May 2025: of May 17 days are known, then 25, and eleven of both."""
    maker = builders.producer("GL1")
    coffee = builders.product("A", maker)
    shop = builders.shop("S", maker, sells=[coffee])
    for when, value in [
        ("2024-05-15", 80_000), ("2025-05-10", 60_000), ("2025-05-20", 90_000),
        # Between the years it is never quiet for long.
        *((day, 1) for day in ("2024-08-01", "2024-10-25", "2025-01-20", "2025-04-15")),
    ]:  # fmt: skip
        order(shop, when, at(f"{when} 09:00"), Line(coffee, 1, value), exported_at=at("2025-05-26 08:00"))
    fold()
    builders.need(coffee, window_from=date(2025, 5, 1), window_to=date(2025, 5, 31), season=Need.Season.HARVEST)
    answer = browser_of(builders.official()).get("/en/seasons/", {"year": "2025"})
    ((row, _told),) = answer.context["harvests"]
    assert (row.now.value.net, row.known, row.before.value.net, row.known_before) == (150_000, 25, 80_000, 17)
    assert [sold.value.net for sold in row.compared] == [90_000, 80_000]
    text = answer.content.decode()
    assert (text.count("25 of 31 days"), text.count("17 of 31 days")) == (1, 1)


@pytest.mark.django_db
def test_as_many_queries_for_three_harvests_as_for_one(official: User) -> None:
    product = Product.objects.get(code="A")
    counts = []
    for month in (1, 2, 3):
        days = {"window_from": date(2026, month, 1), "window_to": date(2026, month, 20)}
        builders.need(product, season=Need.Season.HARVEST, **days)
        counts.append(len(queries_of(official, "/en/seasons/", {"year": "2026"})))
    assert counts[0] == counts[2]
