"""Platforms and shops: their figures, whose they are, filters, files, picture, and the lines behind each."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import User
from catalog.models import Platform
from orders.models import Shop
from tests import builders
from tests.builders import CA_MAU, at
from tests.dashboards.market import DAYS, Market, browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db
ADDRESS = "/en/platforms/"


@pytest.fixture
def market(market: Market) -> Market:
    """The market, whose shop H is on Shopee; GL2's stall sold C in April, and sells nothing in May."""
    Shop.objects.filter(code="H").update(platform=Platform.SHOPEE)
    stall = builders.shop("Z", market.gl2, sells=[market.c])
    Shop.objects.filter(code="Z").update(platform=Platform.ZALO)
    order(stall, "april", at("2025-04-30 10:00"), Line(market.c, 1, 70_000))
    fold()
    return market


def rows(user: User, **query: str) -> dict[str, tuple[int, int, int, int, int]]:
    """Orders, placed, net, returned and net before, by name, in the order of the page."""
    found = context_of(user, ADDRESS, **(DAYS | query))["rows"]
    return {
        row.name: (row.now.orders.placed, row.now.value.placed, row.now.value.net, row.now.value.returned, row.before.value.net)
        for row, *_ in found
    }


def test_platforms_and_their_shops(market: Market) -> None:
    official = builders.official()
    assert list(rows(official).items()) == [
        ("TikTok Shop", (7, 1_150_000, 950_000, 100_000, 0)),
        ("Shopee", (1, 100_000, 100_000, 0, 0)),
        ("Zalo", (0, 0, 0, 0, 70_000)),
    ]
    assert list(rows(official, rows="shop", sort="name")) == ["Cửa hàng H", "Cửa hàng S", "Cửa hàng Z"]
    assert list(rows(official, rows="shop", platform="shopee")) == ["Cửa hàng H"]
    assert list(rows(official, rows="shop", q="gl2")) == ["Cửa hàng Z"]
    assert list(rows(official, sort="-shops", q="shopee")) == ["Shopee"]
    answer = context_of(official, ADDRESS, **DAYS)["answer"].rows
    assert (answer.total.orders.placed, answer.total.value.net, answer.total_before.value.net) == (8, 1_050_000, 70_000)


def test_each_sees_what_is_sold_of_its_own(market: Market) -> None:
    assert rows(builders.official(province=CA_MAU), rows="shop") == {"Cửa hàng CMS": (1, 500_000, 500_000, 0, 0)}
    assert rows(builders.administrator(), province=CA_MAU, rows="shop") == {"Cửa hàng CMS": (1, 500_000, 500_000, 0, 0)}
    # The partner's shop sells for GL2, too; only GL2's own part of it is shown.
    assert rows(builders.member(market.gl2), rows="shop") == {
        "Cửa hàng S": (2, 280_000, 180_000, 100_000, 0),
        "Cửa hàng Z": (0, 0, 0, 0, 70_000),
    }
    assert rows(builders.official(commune=builders.commune(nth=1)), rows="shop") == rows(builders.member(market.gl2), rows="shop")
    assert rows(builders.member(market.gl1, market.gl2))["TikTok Shop"] == (7, 1_120_000, 920_000, 100_000, 0)
    assert browser_of(builders.user()).get(ADDRESS).status_code == 403
    assert browser_of(builders.official()).get(ADDRESS, {"province": CA_MAU}).status_code == 403


@pytest.mark.usefixtures("market")
def test_every_figure_opens_the_lines_it_consists_of() -> None:
    client = browser_of(builders.official())
    for query in (DAYS, DAYS | {"rows": "shop"}, DAYS | {"by": "days"}):
        context = client.get(ADDRESS, query).context
        assert [row.name for row, *_ in context["rows"]]
        for row, lines, shops in context["rows"]:
            totals = client.get(lines).context["page"].totals
            assert (totals.value, totals.units, totals.orders) == (row.now.value, row.now.units, row.now.orders), lines
            if shops:
                below = client.get(shops).context
                assert sum(found.now.value.placed for found, *_ in below["rows"]) == row.now.value.placed
                assert (below["period"], len(below["rows"])) == (context["period"], row.shops)
    assert client.get("/en/order-lines/", {"platform": "nowhere"}).context["form"].errors


@pytest.mark.usefixtures("market")
def test_files_and_picture_are_the_page() -> None:
    client = browser_of(builders.official())
    context = client.get(ADDRESS, DAYS | {"rows": "shop", "platform": "tiktok"}).context
    sheet: list[list[Any]] = (
        CalamineWorkbook.from_filelike(BytesIO(client.get(context["export"]).content)).get_sheet_by_index(0).to_python()
    )
    heads = [sheet[0].index(head) for head in ("Code", "Platform", "Orders", "Returned (VND)", "Net value (VND)", "Net before (VND)")]
    assert [[row[place] for place in heads] for row in sheet[1:]] == [["S", "TikTok Shop", 7, 100_000, 950_000, ""]]
    written = b"".join(client.get(context["export_csv"])).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert written[0].split(",") == sheet[0]
    assert [line.split(",")[0] for line in written[1:]] == ["S"]
    chart = client.get(ADDRESS, DAYS).context["chart"]
    assert (chart["rows"], chart["alt"]) == (2, "The greatest of 2 is TikTok Shop with 950,000\N{NO-BREAK SPACE}₫.")
    drawn = client.get(chart["url"])
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml")
    assert "TikTok Shop" in drawn.content.decode()


@pytest.mark.usefixtures("market")
def test_the_page_says_what_can_be_asked_and_its_days_for_ever() -> None:
    client = browser_of(builders.official())
    context = client.get(ADDRESS, {"period": "month", "compare": "last_year"}).context
    offers = dict(context["offers"])
    assert offers["Show"] == "Platforms, Shops"
    assert "Came back" in offers["Sorted by"]
    assert offers["From"] == "a day"
    fixed = client.get(f"{ADDRESS}{context['fixed']}").context
    assert (fixed["period"], fixed["before"]) == (context["period"], context["before"])
    assert "period=" not in context["fixed"]
    assert sorted(row.name for row, *_ in fixed["rows"]) == ["Shopee", "TikTok Shop", "Zalo"]
    # Each view leads to the others with the same days.
    assert [(words, shown) for _url, words, shown in context["tabs"]] == [
        ("Platforms", True),
        ("Shops", False),
        ("Shipping partners", False),
    ]
    for url, words, _shown in context["tabs"]:
        page = client.get(url).context
        assert (page["period"], dict(page["form"].errors)) == (context["period"], {})
        assert len(page["rows"]) == {"Platforms": 3, "Shops": 3, "Shipping partners": 0}[words]
        assert [found for _url, found, shown in page["tabs"] if shown] == [words]


@pytest.mark.usefixtures("market")
def test_where_no_file_reaches_it_is_not_zero() -> None:
    page = browser_of(builders.official()).get(ADDRESS, {"from": "2025-06-01", "to": "2025-06-30"}).content.decode()
    assert "No order file reaches into these days yet" in page
    assert "not known yet" in page
    assert "0 ₫" not in page.replace("\N{NO-BREAK SPACE}", " ")


def test_a_shop_of_which_no_file_reaches_into_the_days_is_not_zero(market: Market) -> None:
    """N never sent a file; the only one of Z is of April; what S and H sent at the end of May begins in May."""
    builders.shop("N", market.gl2, sells=[market.c])
    client = browser_of(builders.official())
    page = client.get(ADDRESS, DAYS | {"rows": "shop", "sort": "-placed"})
    assert [(row.shop.code, row.known, row.known_before) for row, *_ in page.context["rows"]] == [
        ("S", True, False),
        ("H", True, False),
        ("Z", False, True),
        ("N", False, False),
    ]
    assert page.content.decode().count("not known yet") == 2
    assert page.context["chart"]["rows"] == 2
    written = b"".join(client.get(page.context["export_csv"])).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert [line.split(",")[4:] for line in written[3:]] == [[*[""] * 8, "1", "70000"], [""] * 10]


@pytest.mark.usefixtures("market")
def test_the_file_has_no_zeros_where_the_page_knows_nothing() -> None:
    client = browser_of(builders.official())
    june, july = ({"from": f"2025-0{month}-01", "to": f"2025-0{month}-30"} for month in (6, 7))
    found = []
    for days in (june, july):
        written = b"".join(client.get("/en/products.csv", days)).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
        found.append({line.split(",")[0]: line.split(",")[-10:] for line in written[1:]})
    nothing = [""] * 8
    assert found[0] == {"A": [*nothing, "6", "790000"], "B": [*nothing, "1", "50000"], "C": [*nothing, "2", "180000"]}
    assert found[1] == {code: [""] * 10 for code in "ABC"}


def test_as_many_queries_for_three_platforms_as_for_one(market: Market) -> None:
    official = builders.official()
    three = [len(queries_of(official, ADDRESS, DAYS | more)) for more in ({}, {"rows": "shop"})]
    Shop.objects.update(platform=Platform.TIKTOK)
    forget_readings()
    assert list(rows(official)) == ["TikTok Shop"]
    assert [len(queries_of(official, ADDRESS, DAYS | more)) for more in ({}, {"rows": "shop"})] == three
