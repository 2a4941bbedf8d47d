"""One livestream: facts, sales on air and after beside those before, the run-of-show whose rows add up, claims, and who sees what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from dashboards.boards.session_page import SessionPage
from livestreams.models import Claim, GuestTitle, Organisation, Session, Slot
from orders.models import AttributionRule, IntakeRun
from tests import builders
from tests.builders import at
from tests.dashboards.market import Market, browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


def opened(user: User, code: str = "L1", **query: str) -> Any:
    return context_of(user, f"/en/sessions/{code}/", **query)


def test_on_air(market: Market) -> None:
    context = opened(builders.official())
    live = context["total"]
    assert (live.orders.placed, live.orders.net, live.orders.delivered, live.orders.open) == (3, 1, 0, 1)
    assert (live.value.placed, live.value.cancelled, live.value.returned, live.value.net, live.value.delivered) == (
        480_000,
        100_000,
        100_000,
        280_000,
        0,
    )
    assert (live.units.placed, live.grams.placed) == (6, 2_500)
    assert "not name the livestream" in context["basis_text"]
    assert context["coverage"].facts[:2] == (
        "2 of 2 shops complete to 20/05/2025",
        "newest order file exported 28/05/2025\N{NO-BREAK SPACE}08:00",
    )
    order(market.shop, "named", at("2025-05-20 20:40"), Line(market.a, 1, 120_000), session=market.session)
    fold()
    forget_readings()
    assert opened(builders.official())["basis_text"].startswith("20% of the value is reported")


@pytest.mark.usefixtures("market")
def test_after_is_cumulative_and_beside_what_was_before() -> None:
    rows = [row for row, *_ in opened(builders.official())["after"]]
    assert [(row.part, row.length) for row in rows] == [
        ("after_24h", timedelta(hours=24)),
        ("within_7d", timedelta(days=7)),
        ("after", timedelta(days=30)),
    ]
    assert [(row.measures.orders.placed, row.measures.value.placed, row.measures.value.delivered) for row in rows] == [
        (1, 300_000, 300_000),
        (3, 500_000, 300_000),
        (3, 500_000, 300_000),
    ]
    # The one placed exactly 24 hours before the start is within; B and X were not shown, so they are not compared.
    assert [(row.before.orders, row.before.placed, row.before.net, row.before.delivered) for row in rows] == [
        (1, 90_000, 90_000, 0),
        (2, 270_000, 270_000, 0),
        (2, 270_000, 270_000, 0),
    ]
    # The files are of 28 May, 08:00.
    assert [row.complete for row in rows] == [True, True, False]


@pytest.mark.usefixtures("market")
def test_windows_are_those_of_the_rule_in_force() -> None:
    AttributionRule.objects.create(version=2, since=date(2025, 5, 1), after_hours=48)
    fold()
    row = opened(builders.official())["after"][0][0]
    assert (row.length, row.until, row.before.placed) == (timedelta(hours=48), at("2025-05-22 21:00"), 90_000)
    assert row.measures.value.placed == 400_000


def told(context: Any) -> list[tuple[Any, ...]]:
    """Position, product, orders, units, placed and net of each row of the run-of-show."""
    return [
        (
            row.position,
            row.product.code if row.product else None,
            sold.orders.placed if sold.orders else None,
            sold.units.placed,
            sold.value.placed,
            sold.value.net,
        )
        for row, sold, _ in context["rows"]
    ]


@pytest.mark.usefixtures("market")
def test_the_rows_of_the_run_of_show_add_up_to_the_total() -> None:
    official = builders.official()
    live = opened(official)
    assert told(live) == [
        (1, "A", 2, 2, 200_000, 200_000),
        (2, "C", 1, 1, 100_000, 0),
        (3, "A", None, 1, 100_000, 0),
        (None, "B", 1, 1, 50_000, 50_000),
        (None, None, 1, 1, 30_000, 30_000),
    ]
    assert told(opened(official, part="within_7d")) == [
        (1, "A", 3, 0, 0, 0),
        (2, "C", 0, 0, 0, 0),
        (3, "A", None, 5, 500_000, 500_000),
    ]
    for part in ("live", "after_24h", "within_7d", "after", "nonsense"):
        context = opened(official, part=part)
        rows = [sold for _row, sold, _ in context["rows"]]
        for state in ("placed", "cancelled", "returned", "net", "delivered"):
            for amount in ("value", "units", "grams"):
                whole = getattr(getattr(context["total"], amount), state)
                assert sum(getattr(getattr(sold, amount), state) for sold in rows) == whole, (part, state, amount)


@pytest.mark.usefixtures("market")
def test_every_figure_opens_the_lines_it_consists_of() -> None:
    client = browser_of(builders.official())
    for part in ("live", "after_24h", "within_7d", "after"):
        context = client.get("/en/sessions/L1/", {"part": part}).context
        for _row, sold, address in context["rows"]:
            assert client.get(address).context["page"].totals.value == sold.value, address
        assert client.get(context["links"]["part"]).context["page"].totals == context["total"]
        for row, _words, address in context["after"]:
            assert client.get(address).context["page"].totals == row.measures


def test_a_slot_taken_away_is_beside_the_run_of_show_until_the_next_fold(market: Market) -> None:
    Slot.objects.filter(pk=market.slots[1].pk).delete()
    context = opened(builders.official())
    assert (None, "C", 1, 1, 100_000, 0) in told(context)
    assert sum(sold.value.placed for _row, sold, _ in context["rows"]) == 480_000


def test_each_reads_its_own_lines_alone(market: Market) -> None:
    member = opened(builders.member(market.gl2))
    assert (member["total"].orders.placed, member["total"].value.placed) == (1, 100_000)
    assert [(row.mine, sold.value.placed) for row, sold, _ in member["rows"]] == [(False, 0), (True, 100_000), (False, 0)]
    assert [row.before.placed for row, *_ in member["after"]] == [0, 180_000, 180_000]
    commune = opened(builders.official(commune=builders.commune(nth=1)))
    assert (commune["total"].orders.placed, commune["total"].value.placed) == (1, 100_000)
    assert opened(builders.administrator())["total"].value.placed == 480_000
    for user in (builders.official(province=builders.CA_MAU), builders.member(market.cm1)):
        assert browser_of(user).get("/sessions/L1/").status_code == 404
        assert browser_of(user).get("/sessions/L1/chart.svg").status_code == 404
    assert browser_of(builders.official()).get("/sessions/NO/").status_code == 404
    assert browser_of(builders.administrator()).get("/sessions/NO/").status_code == 404


def test_where_no_file_has_come_it_says_so(market: Market) -> None:
    builders.session("NEW", at("2025-05-30 20:00"), products=[market.a], shops=[market.shop])
    builders.session("BARE", at("2025-05-30 20:00"), products=[market.a])
    client = browser_of(builders.official())
    page = client.get("/en/sessions/NEW/")
    shown = page.content.decode()
    assert "sent no order file that tells of it" in shown
    assert page.context["live_shown"] == {}
    # Neither on air nor after it nor, as no file reaches to its start, before it.
    assert "0 ₫" not in shown.split('id="show"')[0].replace("\N{NO-BREAK SPACE}", " ")
    assert "No shop is linked to this livestream" in client.get("/en/sessions/BARE/").content.decode()
    IntakeRun.objects.filter(shop=market.shop).update(exported_at=at("2025-05-31 00:00"))
    forget_readings()
    assert client.get("/en/sessions/NEW/").context["live_shown"]["orders"] == "0"


def test_facts_with_the_titles_of_that_day(market: Market) -> None:
    programme = builders.programme("CT1")
    programme.partners.add(Organisation.objects.create(code="SCT", kind="department", name_vi="Sở Công Thương"))
    former = builders.guest("G1", "Phó Giám đốc", since=date(2020, 1, 1), until=date(2025, 5, 20))
    GuestTitle.objects.create(guest=former, title_vi="Nguyên Phó Giám đốc", since=date(2025, 5, 21))
    market.session.guests.add(former, builders.guest("G2", "Chủ tịch", since=date(2025, 6, 1)))
    Session.objects.filter(pk=market.session.pk).update(
        programme=programme, is_demo=True, territory_note_vi="Gia Lai trước hợp nhất", territory_note_en="Gia Lai before the merger"
    )
    page: SessionPage = opened(builders.official())["session"]
    assert [(guest.name, str(guest.title) if guest.title else None) for guest in page.guests] == [
        ("Khách G1", "Phó Giám đốc"),
        ("Khách G2", None),
    ]
    assert [partner.vi for partner in page.partners] == ["Sở Công Thương"]
    shown = browser_of(builders.official()).get("/en/sessions/L1/").content.decode()
    assert "Gia Lai before the merger" in shown
    assert "Demonstration data" in shown
    assert "@H1" in shown


def test_claims_beside_the_ledger(market: Market) -> None:
    builders.claim(Claim.Metric.ORDERS, 3, about=market.session)
    builders.claim(Claim.Metric.PLACED, 600_000, about=market.session, qualifier="about")
    builders.claim(Claim.Metric.VIEWS, 29_000, about=market.session, unit="lượt")
    claims = {claim.row.metric: (claim.value, claim.row.state.value) for claim in opened(builders.official())["claims"]}
    assert claims["orders"] == ("3 orders", "matches")
    assert claims["placed"][1] == "differs"
    assert claims["views"] == ("29,000 times", "unverified")
    # Beside anybody else's share of the lines a claim about all of them says nothing.
    assert opened(builders.member(market.gl1))["claims"] == []
    assert opened(builders.official(commune=builders.commune(nth=1)))["claims"] == []


def test_the_chart_is_of_the_page(market: Market) -> None:
    client = browser_of(builders.official())
    address = client.get("/en/sessions/L1/").context["chart"]
    chart = client.get(address)
    assert chart["Content-Type"] == "image/svg+xml"
    assert b"Product A" in chart.content
    assert client.get(f"{address}&size=enormous").status_code == 404
    order(market.shop, "late", at("2025-05-20 20:20"), Line(market.a, 1, 70_000))
    fold()
    assert client.get(address).status_code == 200
    forget_readings()
    # A picture of another reading beside the page's figures would be wrong.
    assert client.get(address).status_code == 410


def test_the_same_queries_at_one_and_three_slots(market: Market) -> None:
    for code, products in (("ONE", [market.a]), ("THREE", [market.a, market.b, market.c])):
        builders.session(code, at("2025-04-01 20:00"), products=products, shops=[market.shop])
    official = builders.official()
    assert len(queries_of(official, "/sessions/ONE/")) == len(queries_of(official, "/sessions/THREE/"))


def test_on_air_now(market: Market) -> None:
    builders.session("NOW", timezone.now() - timedelta(minutes=10), products=[market.a], shops=[market.shop])
    assert opened(builders.official(), "NOW")["state"] == "live"


@pytest.mark.usefixtures("market")
def test_a_commune_sees_the_session_it_leads_whoever_made_what_it_shows() -> None:
    here, there = builders.commune(nth=3), builders.commune(nth=4)
    builders.session("OWN", at("2025-06-01 20:00"), commune=here)
    for led, status in ((here, 200), (there, 404)):
        client = browser_of(builders.official(commune=led))
        found = [client.get(f"/sessions/OWN/{page}").status_code for page in ("", "report/", "report.xlsx")]
        assert found == [status] * 3
