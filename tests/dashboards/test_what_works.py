"""What works: the board over livestreams and stars made by hand."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from accounts.models import User
from catalog.models import Product
from dashboards.boards.audience import Audience
from dashboards.boards.territory import Territory
from dashboards.periods import Period
from dashboards.readings import Reading
from dashboards.what_works.reckoning import Side
from dashboards.what_works.turns import turns_of
from dashboards.what_works.uplift import rises_of
from orders.models import Shop
from orders.shops.hands import hand_over
from tests import builders
from tests.builders import CA_MAU, GIA_LAI, at
from tests.dashboards.market import browser_of, context_of, queries_of
from tests.order_builders import Line, fold, order, run

pytestmark = pytest.mark.django_db
SPRING = {"from": "2025-03-01", "to": "2025-06-30"}
PERIOD = Period(date(2025, 3, 1), date(2025, 6, 30))
NOW = Reading(1, at("2025-12-01 08:00"))
GL = Audience(Territory(GIA_LAI))


@pytest.fixture
def official() -> User:
    return builders.official()


def air(live_value: int = 0) -> None:
    """Five livestreams of STRONG with a leader at 20:00 and five of WEAK at 10:00, two turns of five minutes each.

    STRONG's turns sell 80,000 to 120,000 (100,000 in the middle), WEAK's 40,000: 20,000 and 8,000 a minute.
    """
    makers = [builders.producer("GL1"), builders.producer("GL2")]
    food, rum = builders.product("A", makers[0]), builders.product("B", makers[1], set_code="2.01")
    shop = builders.shop("S", builders.partner("P"), sells=[food, rum])
    leader = builders.guest("L", "Phó giám đốc sở")
    hosts = {"STRONG": (builders.host("STRONG"), 20, 90_000), "WEAK": (builders.host("WEAK"), 10, 40_000)}
    for name, (host, hour, value) in hosts.items():
        for number in range(5):
            start = at(f"2025-05-{number + 1:02d} {hour}:00")
            session = builders.session(f"{name}-{number}", start, products=[food, rum], hosted_by=host, shops=[shop])
            each = 80_000 + 10_000 * number if name == "STRONG" else value
            if name == "STRONG":
                session.guests.add(leader)
            order(shop, f"{name}{number}a", start + timedelta(minutes=1), Line(food, 1, each))
            order(shop, f"{name}{number}b", start + timedelta(minutes=6), Line(rum, 2, each), Line(food, 1, 55_000))
    run(shop, at("2025-05-06 08:00"))
    fold()


def test_turns_by_host_and_group_length_hour_and_leader(official: User) -> None:
    air()
    context = context_of(official, "/en/what-works/", **SPRING)
    sections = {section.key: section for section, _chart in context["sections"]}
    assert (context["answer"].rows.turns, context["answer"].rows.sessions) == (20, 10)
    hour = {row.label: row for row in sections["hour"].rows}
    assert {label: (row.level, row.others) for label, row in hour.items()} == {
        "20:00–22:00": (Side(10, 5, 20_000.0), Side(10, 5, 8_000.0)),
        "before 11:00": (Side(10, 5, 8_000.0), Side(10, 5, 20_000.0)),
    }
    late = hour["20:00–22:00"]
    assert (late.effect.value, late.words) == (12_000, "goes with more")
    assert 8_000 <= late.effect.low < 12_000 < late.effect.high <= 16_000
    assert (hour["before 11:00"].effect.value, hour["before 11:00"].words) == (-12_000, "goes with less")
    assert [(row.label, row.effect) for row in sections["leader"].rows] == [("With a leader", late.effect)]
    # Five turns of each host with each group: too few to say anything of. All turns are equally long: nothing beside them.
    assert (sections["pair"].rows, sections["pair"].silence) == ((), "Nothing is said of 4 levels with too little.")
    assert (sections["length"].rows, sections["length"].silence) == ((), "Nothing is said of 1 level with too little.")
    assert sections["stars"].silence == "Too little to say anything: all rises, first star, more stars than before."


def test_what_was_skipped_not_known_or_made_elsewhere_is_left_out(official: User) -> None:
    air()
    elsewhere = builders.product("X", builders.producer("CM1", province=CA_MAU))
    host = builders.host("H")
    session = builders.session("MIXED", at("2025-05-20 20:00"), products=[elsewhere], hosted_by=host)
    builders.session("UNKNOWN", at("2025-05-21 20:00"), products=[builders.product("C", builders.producer("GL3"))], hosted_by=host)
    shop = builders.shop("X", builders.partner("PX"), sells=[elsewhere])
    shop.session_links.create(session=session)
    order(shop, "x", at("2025-05-20 20:01"), Line(elsewhere), exported_at=at("2025-05-20 21:31"))
    fold()
    answer = context_of(official, "/en/what-works/", **SPRING)["answer"]
    assert (answer.rows.turns, answer.rows.sessions) == (20, 10)
    other = context_of(builders.official(province=CA_MAU), "/en/what-works/", **SPRING)["answer"]
    assert (other.rows.turns, other.rows.sessions) == (1, 1)


def test_a_turn_is_worth_what_was_ordered_in_it_and_told_of_by_all_shops() -> None:
    maker = builders.producer("GL1")
    early, late = builders.product("A", maker), builders.product("B", maker)
    shops = [builders.shop(name, builders.partner(f"P{name}"), sells=[early, late]) for name in "ST"]
    start = at("2025-05-01 20:00")
    session = builders.session("LIVE", start, products=[early, late], shops=shops)
    again = session.slots.get(product=early)
    again.again_at = [start + timedelta(minutes=20), start + timedelta(minutes=22)]
    again.save()
    # In its times on air 0-5, 20-22 and 22-27, to the second; then outside of them, which the figures credit to the same slots.
    ordered = [(0, early, 1), (4.99, early, 10), (21, early, 100), (26.99, early, 1_000), (5, early, 7), (27, early, 7), (85, early, 7)]
    ordered += [(4.99, late, 7), (5, late, 20), (10, late, 7), (60, late, 7)]
    for number, (minute, product, value) in enumerate(ordered):
        order(shops[0], f"S{number}", start + timedelta(minutes=minute), Line(product, 1, 1_000 * value))
    run(shops[0], at("2025-05-02 08:00"))
    late_file = run(shops[1], at("2025-05-01 21:30"))
    fold()
    assert turns_of(GL, PERIOD, NOW) == []  # the file of T was exported before the minutes of grace were over
    late_file.exported_at += timedelta(seconds=1)
    late_file.save()
    turns = turns_of(GL, PERIOD, NOW)
    assert [(turn.start, turn.seconds, turn.net) for turn in turns] == [
        (start, 720, 1_111_000),
        (start + timedelta(minutes=5), 300, 20_000),
    ]


def test_turns_without_a_linked_shop_are_told_of_by_what_their_host_had_then() -> None:
    sold = builders.product("A", builders.producer("GL1"))
    first, second = builders.host("H8"), builders.host("H9")
    for host in (first, second):
        builders.session(f"OF-{host.code}", at("2025-05-01 20:00"), products=[sold], hosted_by=host)
    shop = builders.shop("SOLD", first, sells=[sold])
    run(shop, at("2025-05-02 08:00"))
    hand_over(shop=shop, since=date(2025, 5, 20), to=second, ground="Hợp đồng 12", by=builders.official())
    assert [turn.host and turn.host.code for turn in turns_of(GL, PERIOD, NOW)] == ["H8"]


def rise(last_file: str = "2025-06-26 00:00") -> tuple[Shop, Product, list[Product]]:
    """On 1 May 2025 two products of each of five producers get their first star, and sell 1,000 to 5,000 a week more than others.

    Beside them one product of each of five other producers, which sell 16,000 more in the eight weeks after than before. The shop,
    the first that rose, and those beside.
    """
    makers = [builders.producer(f"M{number}") for number in range(1, 6)]
    risen = [(number, builders.product(f"R{number}{letter}", maker)) for number, maker in enumerate(makers, start=1) for letter in "ab"]
    controls = [builders.producer(f"BESIDE{number}") for number in range(5)]
    beside = [builders.product(f"C{number}", control) for number, control in enumerate(controls)]
    lapsed, of_others = builders.product("LAPSED", controls[0]), builders.product("HERB", controls[0], set_code="3.01")
    builders.rate(lapsed, 3, since=date(2022, 5, 1), until=date(2025, 5, 20), number="22")
    for _number, product in risen:
        builders.rate(product, 3, since=date(2025, 5, 1), number="25")
    shop = builders.shop("S", builders.partner("P"), sells=[*(product for _number, product in risen), *beside, lapsed, of_others])
    order(shop, "first", at("2025-03-01 09:00"), Line(beside[0], 1, 1_000_000))
    quiet = [Line(product, 1, 50_000) for product in beside]
    order(shop, "before", at("2025-03-06 00:00"), *(Line(product, 1, 100_000) for _number, product in risen), *quiet)
    order(shop, "other", at("2025-05-01 09:00"), Line(of_others, 1, 1_000))
    louder = [Line(product, 1, 66_000) for product in beside]
    # One whose star ended in these weeks and one of another group stand beside nobody.
    noise = [Line(lapsed, 1, 9_000_000), Line(of_others, 1, 9_000_000)]
    more = [Line(product, 1, 116_000 + 8_000 * number) for number, product in risen]
    order(shop, "after", at("2025-06-24 23:59"), *more, *louder, *noise)
    run(shop, at(last_file))
    fold()
    return shop, risen[0][1], beside


def effects_of(audience: Audience = GL, period: Period = PERIOD) -> list[float]:
    rises, beside = rises_of(audience, period, NOW)
    return [change.value - sum(map(sum, beside[change.cell].values())) / len(beside[change.cell]) for _rise, change in rises]


def test_a_star_beside_products_without_a_change(official: User) -> None:
    rise()
    assert effects_of() == [1000.0 * number for number in (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)]
    section = context_of(official, "/en/what-works/", **SPRING)["sections"][0][0]
    assert [(row.label, row.level, row.effect.value, row.words) for row in section.rows] == [
        ("All rises", Side(10, 5, 3000.0), 3000, "goes with more"),
        ("First star", Side(10, 5, 3000.0), 3000, "goes with more"),
    ]
    assert 1000 <= section.rows[0].effect.low < 3000 < section.rows[0].effect.high <= 5000
    assert section.silence == "Too little to say anything: more stars than before."


def test_stars_of_another_time_or_place_or_with_two_changes_are_left_out() -> None:
    rise()
    assert effects_of(period=Period(date(2025, 5, 2), date(2025, 6, 30))) == []
    assert effects_of(Audience(Territory(CA_MAU))) == []
    twice = builders.product("R0", builders.producer("TWICE"))
    builders.rate(twice, 3, since=date(2025, 5, 1), number="25")
    builders.rate(twice, 4, since=date(2025, 6, 1), number="26")
    assert len(effects_of()) == 10


def test_weeks_of_which_a_shop_does_not_tell_are_not_0() -> None:
    shop, first, beside = rise(last_file="2025-06-25 23:59")
    assert effects_of() == []  # the day of 25 June may still have orders
    run(shop, at("2025-06-26 00:00"))
    assert len(effects_of()) == 10
    # A second shop sells the first that rose from 1 April on, and two that stand beside: of March it does not tell.
    second = builders.shop("T", builders.partner("PT"), sells=[first, *beside[:2]])
    order(second, "t", at("2025-04-01 09:00"), Line(first, 1, 800_000))
    run(second, at("2025-07-01 09:00"))
    fold()
    assert effects_of() == [1000.0 * number for number in (1, 2, 2, 3, 3, 4, 4, 5, 5)]
    # Where fewer than five producers are known beside, nothing is said.
    order(second, "u", at("2025-06-01 09:00"), Line(beside[0], 1, 800_000))
    fold()
    assert effects_of() == []


def test_xlsx_and_charts_say_the_same_as_the_page(official: User) -> None:
    air()
    browser = browser_of(official)
    page = browser.get("/en/what-works/", SPRING)
    rows = [row for section, _chart in page.context["sections"] for row in section.rows]
    assert len(rows) == 3
    book = load_workbook(io.BytesIO(browser.get(page.context["xlsx"]).content))
    told = [tuple(row) for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert [(row[1], row[3], row[4], row[6], row[9], row[10], row[11], row[12]) for row in told] == [
        (row.label, row.level.count, row.level.together, row.level.rate, row.effect.value, row.effect.low, row.effect.high, row.words)
        for row in rows
    ]
    text = page.content.decode()
    assert "An association, not a cause" in text
    for section, chart in page.context["sections"]:
        assert (chart.replace("&", "&amp;") in text) is bool(section.rows)
    assert browser.get("/en/what-works/weather.svg").status_code == 404


def test_as_many_queries_for_ten_livestreams_as_for_one(official: User) -> None:
    air()
    one = queries_of(official, "/en/what-works/", {"from": "2025-05-01", "to": "2025-05-01"})
    assert len(one) == len(queries_of(official, "/en/what-works/", SPRING))


def test_days_that_make_no_period_are_told(official: User) -> None:
    assert context_of(official, "/en/what-works/", **{"from": "2025-06-02", "to": "2025-06-01"})["form"].errors
    page = context_of(official, "/en/what-works/")
    assert (page["period"].length, page["answer"].rows.turns) == (365, 0)
