"""The list of livestreams: whose, with which sales, found, sorted and exported."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import User
from livestreams.models import Session
from orders.models import IntakeRun
from orders.shops.hands import hand_over
from tests import builders
from tests.builders import at
from tests.dashboards.market import DAYS, Market, browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


def codes(user: User, **query: str) -> list[str]:
    return [row.session.code for row, *_ in context_of(user, "/en/sessions/", **query)["rows"]]


def sold(user: User, **query: str) -> dict[str, tuple[int, int, int, int]]:
    """Orders, placed and net on air, and placed in the 30 days after, by session."""
    rows = context_of(user, "/en/sessions/", **query)["rows"]
    return {
        row.session.code: (row.live.orders.placed, row.live.value.placed, row.live.value.net, row.after.value.placed) for row, *_ in rows
    }


def test_each_reads_the_sales_of_its_own_lines(market: Market) -> None:
    assert sold(builders.official()) == {"L1": (3, 480_000, 280_000, 500_000)}
    assert sold(builders.administrator(), province="52") == {"L1": (3, 480_000, 280_000, 500_000)}
    assert sold(builders.official(commune=builders.commune(nth=1))) == {"L1": (1, 100_000, 0, 0)}
    assert sold(builders.member(market.gl1)) == {"L1": (2, 350_000, 250_000, 500_000)}
    assert sold(builders.member(market.gl2)) == {"L1": (1, 100_000, 0, 0)}
    assert sold(builders.member(market.gl1, market.gl2)) == {"L1": (3, 450_000, 250_000, 500_000)}
    assert sold(builders.official(province=builders.CA_MAU)) == {}
    assert sold(builders.member(market.cm1)) == {}
    assert browser_of(builders.user()).get("/sessions/").status_code == 403


def test_a_livestream_elsewhere_that_sold_what_is_made_here_is_there_too(market: Market) -> None:
    builders.session("L9", at("2025-04-01 20:00"), products=[market.x], province=builders.GIA_LAI)
    far = builders.session("F1", at("2025-04-02 20:00"), products=[market.a], shops=[market.shop], province="01")
    order(market.shop, "far", at("2025-04-02 20:10"), Line(market.a, 1, 60_000))
    fold()
    assert codes(builders.official()) == ["L1", "F1", "L9"]
    assert codes(builders.official(province=builders.CA_MAU)) == ["L9"]
    assert codes(builders.member(market.gl1)) == ["L1", "F1"]
    assert sold(builders.official(province="01")) == {"F1": (0, 0, 0, 0)}
    assert far.province_id == "01"


def test_what_has_not_come_is_not_zero(market: Market) -> None:
    builders.session("NEW", at("2025-05-30 20:00"), products=[market.a], shops=[market.shop])
    builders.session("COMING", timezone.now() + timedelta(days=2), products=[market.a], shops=[market.shop], aired=False)
    page = browser_of(builders.official()).get("/en/sessions/")
    known = {row.session.code: (row.known, state) for row, state, *_ in page.context["rows"]}
    # The newest file of the shop is of 28 May.
    assert known == {"L1": (True, "done"), "NEW": (False, "done"), "COMING": (False, "planned")}
    assert page.content.decode().count("No order file yet.") == 1
    assert page.content.decode().count("Not yet on air.") == 1
    IntakeRun.objects.update(exported_at=at("2025-05-31 00:00"))
    row = next(row for row, *_ in context_of(builders.administrator(), "/en/sessions/", province="52")["rows"] if row.session.code == "NEW")
    assert (row.known, row.live.value.placed) == (True, 0)


def test_a_livestream_is_known_by_the_shops_that_its_host_had_then(market: Market) -> None:
    """Two hosts on air on one evening, no shop linked: the shop that the first one sold on later tells of the first one's alone."""
    first, second = builders.host("H8"), builders.host("H9")
    for host in (first, second):
        builders.session(f"OF-{host.code}", at("2025-05-27 20:00"), products=[market.a], hosted_by=host)
    shop = builders.shop("SOLD", first, sells=[market.a])
    order(shop, "later", at("2025-05-27 23:00"), Line(market.b), exported_at=at("2025-05-29 08:00"))
    hand_over(shop=shop, since=date(2025, 6, 1), to=second, ground="Hợp đồng 12", by=builders.official())
    fold()
    rows = context_of(builders.official(), "/en/sessions/")["rows"]
    assert {row.session.code: row.has_file for row, *_ in rows} == {"L1": True, "OF-H8": True, "OF-H9": False}


def test_a_part_of_the_livestreams_is_no_sum_and_compared_with_nothing(market: Market) -> None:
    """Of April's two livestreams one has no file; then one of May's has none either."""
    unheard, other = builders.shop("Q", builders.partner("P9"), sells=[market.a]), builders.host("H9")
    builders.session("E1", at("2025-04-10 20:00"), products=[market.a], shops=[market.shop])
    builders.session("E2", at("2025-04-12 20:00"), products=[market.a], shops=[unheard], hosted_by=other)
    official = builders.official()

    def tiles() -> dict[str, tuple[str, int | None, int | None, str]]:
        forget_readings()
        found = context_of(official, "/en/sessions/", **DAYS)["tiles"]
        return {tile["key"]: (tile["value"].split("\N{NO-BREAK SPACE}")[0], tile["now"], tile["before"], tile["note"]) for tile in found}

    whole = tiles()
    assert (whole["held"], whole["net"]) == (("1", 1, 2, ""), ("280,000", 280_000, None, ""))
    builders.session("N2", at("2025-05-22 20:00"), products=[market.a], shops=[unheard], hosted_by=other)
    part = tiles()
    assert (part["held"], part["net"]) == (("2", 2, 2, ""), ("280,000", None, None, "of 1 of 2 livestreams"))


def test_found_and_sorted(market: Market) -> None:
    other = builders.host("H2", name="Đào Ánh")
    second = builders.session("L2", at("2025-05-27 20:00"), products=[market.c], shops=[market.shop], hosted_by=other)
    Session.objects.filter(pk=second.pk).update(platform="facebook")
    order(market.shop, "second", at("2025-05-27 20:10"), Line(market.c, 9, 900_000))
    fold()
    official = builders.official()
    assert codes(official) == ["L2", "L1"]
    assert codes(official, sort="start") == ["L1", "L2"]
    assert codes(official, sort="-placed") == ["L2", "L1"]
    assert codes(official, sort="-orders") == ["L1", "L2"]
    assert codes(official, sort="name") == ["L1", "L2"]
    assert codes(official, q="dao anh") == ["L2"]
    assert codes(official, q="phiên l1") == ["L1"]
    assert codes(official, host="H1") == ["L1"]
    assert codes(official, platform="facebook") == ["L2"]
    assert codes(official, state="planned") == []
    assert codes(official, **{"from": "2025-05-21"}) == ["L2"]
    assert codes(official, to="2025-05-20") == ["L1"]
    assert sold(official, to="2025-05-20") == {"L1": (3, 480_000, 280_000, 500_000)}
    total = context_of(official, "/en/sessions/")["total"]
    assert (total.orders.placed, total.value.placed) == (4, 1_380_000)
    assert context_of(official, "/en/sessions/", q="nothing like it")["page"].object_list == []


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("board", ["sessions", "programmes"])
@pytest.mark.parametrize("compare", ["", "last_year"])
def test_days_before_every_calendar_are_refused(board: str, compare: str) -> None:
    days = {"from": "0001-01-01", "to": "2025-05-31", "compare": compare}
    form = browser_of(builders.official()).get(f"/en/{board}/", days).context["form"]
    assert form.errors == {"from": ["There are no figures of days that early."]}


@pytest.mark.usefixtures("market")
def test_the_export_is_the_page() -> None:
    client = browser_of(builders.official())
    context = client.get("/en/sessions/").context
    sheet = CalamineWorkbook.from_filelike(BytesIO(client.get(context["export"]).content))
    (heads, row), about = sheet.get_sheet_by_index(0).to_python(), sheet.get_sheet_by_index(1).to_python()
    told: dict[str, Any] = dict(zip(heads, row, strict=True))
    assert (told["Code"], told["Orders on air"], told["Placed value (VND)"], told["Net value (VND)"]) == ("L1", 3, 480_000, 280_000)
    assert told["Placed in 30 days after (VND)"] == 500_000
    assert ["Reading", "1"] in about


def test_the_same_queries_at_one_and_three_rows(market: Market) -> None:
    official = builders.official()
    one = queries_of(official, "/sessions/")
    for number in (2, 3):
        host = builders.host(f"HH{number}")
        builders.session(f"L{number}", at(f"2025-05-2{number} 20:00"), products=[market.a], shops=[market.shop], hosted_by=host)
    fold()
    forget_readings()
    assert len(codes(official)) == 3
    assert len(queries_of(official, "/sessions/")) == len(one)
