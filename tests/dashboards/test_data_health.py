"""The page of data health: what is amiss, for whom, and that each reader is led to a remedy that is open to him."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import User
from catalog.models import Paper
from livestreams.models import Claim
from tests import builders
from tests.dashboards.market import Market, browser_of, context_of, forget_readings, queries_of

pytestmark = pytest.mark.django_db
ADDRESS = "/en/data-health/"


@pytest.fixture
def market(market: Market) -> Market:
    builders.claim(Claim.Metric.ORDERS, 390, about=market.session)
    builders.claim(Claim.Metric.ORDERS, 3, about=market.session)
    builders.claim(Claim.Metric.ORDERS, 390, province=builders.CA_MAU)
    return market


def ills(user: User, **query: str) -> dict[str, list[Any]]:
    """The rows of each kind on the page."""
    forget_readings()
    return {ill.key: list(page) for ill, page, _all in context_of(user, ADDRESS, **query)["ills"]}


def names(user: User, **query: str) -> dict[str, list[str]]:
    return {key: [row.name for row in rows] for key, rows in ills(user, **query).items()}


def test_what_is_amiss_in_the_province_and_where_it_is_mended(market: Market) -> None:
    builders.session("L2", timezone.now() - timedelta(days=2), products=[market.a])
    builders.session("L3", timezone.now() + timedelta(days=2), products=[market.a], aired=False)
    builders.shop("NEU", market.gl1)
    Paper.objects.create(product=market.a, kind=Paper.Kind.TEST_RESULT, number="1", valid_until=date(2025, 6, 30))
    Paper.objects.create(product=market.b, kind=Paper.Kind.TEST_RESULT, number="2")
    Paper.objects.create(product=market.b, kind=Paper.Kind.HACCP, number="3", valid_until=date(2025, 6, 30))
    Paper.objects.create(product=market.c, kind=Paper.Kind.TEST_RESULT, number="4", valid_from=date(2125, 1, 1))
    found = ills(builders.official())
    assert {key: [row.name for row in rows] for key, rows in found.items()} == {
        "silent": ["Cửa hàng H", "Cửa hàng S", "Cửa hàng NEU"],
        "unmapped": ["Cửa hàng S"],
        "sessions": ["Session L2"],
        "papers": [str(market.a), str(market.c)],
        "claims": ["Orders: Session L1"],
    }
    (unmapped,) = found["unmapped"]
    assert unmapped.known.replace("\N{NO-BREAK SPACE}", " ") == "Order lines: 1; value placed: 30,000 ₫"
    assert [row.known for row in found["papers"]] == ["The last one ended on 30/06/2025", "No valid paper yet"]
    assert found["silent"][-1].known == "No file yet"
    assert found["silent"][0].known.startswith("Older than the 90-day limit; last file of 28/05/2025")
    assert found["claims"][0].known == "Reported: 390 orders; in the ledger: 3"
    ways = {row.mend for rows in found.values() for row in rows if row.mend}
    assert {"/en/shops/S/products/", "/en/sessions/L2/shops/"} < ways
    client = browser_of(builders.official())
    assert {way: client.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)


def test_another_office_is_told_the_same_and_mends_what_is_its_own(market: Market) -> None:
    found = ills(builders.official(builders.AGRICULTURE))
    assert [row.name for row in found["unmapped"]] == ["Cửa hàng S"]
    assert {row.mend for rows in found.values() for row in rows} == {""}


def test_where_there_is_no_shop_none_is_said_to_have_sent_its_file(market: Market) -> None:
    official = builders.official("commune", commune=builders.commune(nth=5))
    said = {ill.key: ill.well for ill, _page, _all in context_of(official, ADDRESS)["ills"]}
    assert said["silent"] == "There is no shop yet."


def test_of_another_province_nothing_is_told(market: Market) -> None:
    assert names(builders.official(province=builders.CA_MAU)) == {
        "silent": ["Cửa hàng CMS"],
        "unmapped": [],
        "sessions": [],
        "papers": [str(market.x)],
        "claims": [],
    }
    assert names(builders.administrator(), province=builders.CA_MAU)["papers"] == [str(market.x)]


def test_a_producer_sees_its_own_things(market: Market) -> None:
    builders.shop("NEU", market.gl1)
    member = builders.member(market.gl1)
    found = ills(member)
    assert {key: [row.name for row in rows] for key, rows in found.items()} == {
        "silent": ["Cửa hàng NEU"],
        "unmapped": [],
        "sessions": [],
        "papers": [str(market.a), str(market.b)],
    }
    ways = [row.mend for rows in found.values() for row in rows]
    client = browser_of(member)
    assert all(client.get(way).status_code == 200 for way in ways)
    assert "/en/my/listings/A/papers/" in ways


def test_the_first_rows_and_all_of_one_kind(market: Market) -> None:
    for number in range(11):
        builders.product(f"M{number:02}", market.gl1)
    official = builders.official()
    page = browser_of(official).get(ADDRESS).content.decode()
    assert "?show=papers" in page
    assert "?show=silent" not in page
    assert [len(ills(official)["papers"]), {key: len(rows) for key, rows in ills(official, show="papers").items()}] == [10, {"papers": 14}]
    assert len(ills(official, show="nothing like it")) == 5
    assert len(ills(official, show="\0")) == 5


def test_handicrafts_need_no_paper_and_no_double_is_told_of(market: Market) -> None:
    builders.product("TC", market.gl1, set_code="4.01")
    builders.product("ẨN", market.gl1, public=False)
    assert names(builders.member(market.gl1))["papers"] == [str(market.a), str(market.b)]


def test_queries_do_not_grow_with_rows(market: Market) -> None:
    official, member = builders.official(), builders.member(market.gl1)

    def add(number: int) -> None:
        builders.shop(f"N{number}", market.gl1)
        builders.product(f"N{number}", market.gl1)
        builders.session(f"N{number}", timezone.now() - timedelta(days=2), products=[market.a])
        builders.claim(Claim.Metric.ORDERS, 400 + number, about=market.session)

    add(1)
    one = [len(queries_of(user, ADDRESS)) for user in (official, member)]
    add(2)
    add(3)
    assert [len(queries_of(user, ADDRESS)) for user in (official, member)] == one


def test_files_have_every_row_of_what_is_asked_for(market: Market) -> None:
    client = browser_of(builders.official())
    context = client.get(ADDRESS).context
    book = openpyxl.load_workbook(BytesIO(client.get(context["export"]).content))
    heads, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert heads == ("Kind", "Of what", "Name", "Detail", "What is known", "Remedy")
    assert [row[:3] for row in rows] == [(ill.title, ill.of, row.name) for ill, _page, _all in context["ills"] for row in ill.rows]
    about = dict(book.worksheets[1].iter_rows(values_only=True))  # type: ignore[arg-type]
    counts = {"Silent shops": "2", "Shops with unmapped SKUs": "1", "Livestreams without figures": "0"}
    counts |= {"Products without a valid paper": "3", "Figures that differ from the ledger": "1"}
    assert {title: about[title] for title in counts} == counts
    one = client.get(f"{ADDRESS}?show=unmapped").context
    assert one["only"].key == "unmapped"
    csv = b"".join(client.get(one["export_csv"])).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in csv[1:]] == [
        'Shops with unmapped SKUs,Shop,Cửa hàng S,S,"Order lines: 1; value placed: 30,000 ₫",'
        "Say which product each SKU is; its past orders then enter every figure."
    ]
    for end in ("xlsx", "csv"):
        assert client.get(f"/en/data-health.{end}?show=everything").status_code == 400
    # The page shows all of it, as to a member who asks for claims.
    assert client.get(f"{ADDRESS}?show=everything").context["only"] is None
    member = browser_of(builders.member(market.gl1))
    assert [ill.key for ill, _page, _all in member.get(f"{ADDRESS}?show=claims").context["ills"]] == [
        *("silent", "unmapped", "sessions", "papers")
    ]
