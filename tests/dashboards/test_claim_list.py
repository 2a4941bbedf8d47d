"""The register of claims: what is told, where it is from, how it stands beside the ledger, and that nothing is added up."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import User
from livestreams.models import Claim
from tests import builders
from tests.dashboards.market import Market, browser_of, context_of, forget_readings, make_market, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    found = make_market()
    builders.claim(Claim.Metric.ORDERS, 390, qualifier="more_than", about=found.session, scope_vi="Phiên L1", scope_en="Session L1")
    builders.claim(Claim.Metric.PLACED, 480_000, about=found.session, as_of=date(2025, 9, 30), source_url="https://bao.example/1")
    builders.claim(
        Claim.Metric.ORDERS,
        1_234,
        as_of=date(2025, 8, 1),
        scope_vi="Các phiên TikTok",
        period_from=date(2025, 1, 1),
        period_to=date(2025, 9, 30),
    )
    builders.claim(Claim.Metric.SALES, None, told_as="vài triệu đồng", as_of=date(2025, 7, 1))
    builders.claim(Claim.Metric.ORDERS, 5, province=builders.CA_MAU)
    return found


def told(user: User, **query: str) -> list[tuple[str, str, str]]:
    """Value, ledger and state in the order of the page."""
    return [(shown.value, shown.ledger, shown.row.state.value) for shown in context_of(user, "/en/claims/", **query)["claims"]]


@pytest.mark.usefixtures("market")
def test_each_claim_beside_the_ledger() -> None:
    official = builders.official()
    assert [tuple(part.replace("\N{NO-BREAK SPACE}", " ") for part in row) for row in told(official)] == [
        ("more than 390 đơn", "3", "differs"),
        ("480,000 ₫", "480,000 ₫", "matches"),
        ("1,234 đơn", "8", "other_scope"),
        ("vài triệu đồng", "", "unverified"),
    ]
    page = browser_of(official).get("/en/claims/").content.decode()
    assert 'href="https://bao.example/1" rel="noopener external"' in page
    assert "01/01–30/09/2025" in page
    assert "Tỉnh Gia Lai (cũ)" in page
    # Never summed: not with one another, not with the ledger.
    assert "<tfoot" not in page
    assert "1,624" not in page


@pytest.mark.usefixtures("market")
def test_it_says_how_complete_the_ledger_is() -> None:
    facts = context_of(builders.official(), "/en/claims/")["coverage"].facts
    assert facts[1] == "newest order file exported 28/05/2025\N{NO-BREAK SPACE}08:00"


@pytest.mark.usefixtures("market")
def test_the_ledger_s_figure_opens_its_lines() -> None:
    client = browser_of(builders.official())
    links = [shown.lines for shown in client.get("/claims/").context["claims"] if shown.lines]
    assert len(links) == 2
    for address in links:
        assert client.get(address).context["page"].totals.orders.placed == 3


@pytest.mark.usefixtures("market")
def test_found_and_sorted() -> None:
    official = builders.official()
    assert [value for value, *_ in told(official, metric="orders")] == ["more than 390 đơn", "1,234 đơn"]
    assert [state for *_, state in told(official, state="other_scope")] == ["other_scope"]
    assert [value for value, *_ in told(official, q="tiktok")] == ["1,234 đơn"]
    assert [value for value, *_ in told(official, q="session l1", metric="orders")] == ["more than 390 đơn"]
    values = [value for value, *_ in told(official, sort="-value")]
    assert (values[1], values[-1]) == ("1,234 đơn", "vài triệu đồng")
    assert told(official, sort="as_of")[0][0] == "vài triệu đồng"
    assert told(official, q="nothing like it") == []


def test_claims_are_for_officials_of_their_province(market: Market) -> None:
    assert [value for value, *_ in told(builders.official(province=builders.CA_MAU))] == ["5 đơn"]
    assert [value for value, *_ in told(builders.administrator(), province="96")] == ["5 đơn"]
    assert browser_of(builders.member(market.gl1)).get("/claims/").status_code == 403


def test_the_same_queries_at_one_and_three_claims(market: Market) -> None:
    official = builders.official()
    Claim.objects.all().delete()
    counts = []
    for value in (1, 2, 3):
        builders.claim(Claim.Metric.ORDERS, value, about=market.session)
        forget_readings()
        counts.append(len(queries_of(official, "/claims/")))
    assert counts[0] == counts[2]
