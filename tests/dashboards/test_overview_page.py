"""The overview as a page: what it says, where its figures lead, and whom it lets in."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from dashboards import readings
from dashboards.readings import Reading
from tests import builders
from tests.builders import CA_MAU, GIA_LAI, at, commune
from tests.dashboards.trade import DAYS, Trade
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def official(trade: Trade) -> Client:
    return signed_in(builders.official(province=CA_MAU))


def page(client: Client, name: str = "overview", *, status: int = 200, language: str = "en", **query: str) -> str:
    with translation.override(language):
        response = client.get(reverse(name), {**DAYS, **query})
    assert response.status_code == status
    return unescape(response.content.decode()) if status == 200 else ""


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace(NBSP, " ")).strip()


def tile(html: str, label: str) -> str:
    found = re.search(rf'<div class="figure[^"]*">\s*<div class="label">{label}.*?(?=<div class="figure|<div class="section)', html, re.S)
    assert found is not None, label
    return text_of(found[0])


def row(html: str, table: str, words: str) -> str:
    body = html[html.index(f'id="{table}"') :]
    found = re.search(rf"<tr>(?:(?!</tr>).)*?{re.escape(words)}.*?</tr>", body[: body.index("</table>")], re.S)
    assert found is not None, words
    return text_of(found[0])


def test_a_month_of_which_no_file_has_come_is_not_nought(official: Client) -> None:
    html = page(official, **{"from": "2025-11-01", "to": "2026-02-15", "by": "days"})
    assert row(html, "by-day", "01/2026") == "01/2026 no order file yet"
    assert row(html, "by-day", "11/2025").startswith("11/2025 ")
    assert "no order file yet" not in row(html, "by-day", "11/2025")


# Files tell of Cà Mau from 3 October on: of the 1st and 2nd of the days before nothing is known.
UNLIKE = "not comparable: not all days are known"


def test_figures_with_the_same_days_of_the_month_before(official: Client) -> None:
    html = page(official)
    assert "01/11–21/11/2025" in html
    assert "compared with 01/10–21/10/2025" in text_of(html)
    assert f"735,000 ₫ {UNLIKE} against 450,000 ₫" in tile(html, "Placed value")
    assert f"585,000 ₫ {UNLIKE} against 400,000 ₫" in tile(html, "Net value")
    assert f"405,000 ₫ {UNLIKE} against 400,000 ₫ 20% of orders not final" in tile(html, "Revenue")
    assert f"15 {UNLIKE} against 2 14 net, 12 delivered" in tile(html, "Orders")
    assert f"20 {UNLIKE} against 6 18 net, 15 delivered" in tile(html, "Units placed")
    assert f"4 kg {UNLIKE} against 2.7 kg 3.3 kg net, 2.6 kg delivered" in tile(html, "Weight placed")
    assert "20% 3 of 15 orders may still be cancelled" in tile(html, "Orders not final")


def test_products_with_a_star_in_force_today(official: Client) -> None:
    assert "12 5 stars: 0 · 4 stars: 1 · 3 stars: 11" in tile(page(official), "OCOP products")


def test_vietnamese_writes_numbers_its_own_way(official: Client) -> None:
    html = page(official, language="vi")
    assert "735.000 ₫ không so sánh được: chưa biết hết các ngày so với 450.000 ₫" in tile(html, "Giá trị đặt hàng")
    assert "Giá trị đơn sau hủy, hoàn" in html


def test_a_fall_to_nothing_and_no_earlier_figure(official: Client) -> None:
    quiet = page(official, **{"from": "2025-11-12", "to": "2025-11-13", "by": "days"})
    assert "0 ₫ −100% against 400,000 ₫" in tile(quiet, "Net value")
    assert "No order was placed in these days." in quiet
    first = page(official, compare="last_year")
    assert "585,000 ₫ no earlier figure" in tile(first, "Net value")
    assert "against" not in tile(first, "Net value")


def test_five_states_rankings_and_origins(official: Client) -> None:
    html = page(official)
    assert row(html, "states", "Value") == "Value 735,000 ₫ 100,000 ₫ 50,000 ₫ 585,000 ₫ 405,000 ₫"
    assert row(html, "states", "Orders") == "Orders 15 – – 14 12"
    assert row(html, "origins", "During a livestream") == "During a livestream 250,000 ₫ 42.7% 2"
    assert row(html, "origins", "Within 30 days after") == "Within 30 days after 150,000 ₫ 25.6% 1"
    assert row(html, "origins", "Everything else") == "Everything else 185,000 ₫ 31.6% 12"
    assert row(html, "products", "Product CRAB") == "Product CRAB 300,000 ₫ not comparable 3 3 1.5 200,000 ₫"
    assert row(html, "products", "2 others") == "2 others 3,000 ₫ no earlier figure – 2 0.2 3,000 ₫"
    assert "30,000 ₫" in row(html, "products", "No product")
    assert row(html, "sessions", "Session LIVE") == "Session LIVE 10/11/2025 20:00 · KOL KOL 250,000 ₫ 2 200,000 ₫ 1 150,000 ₫"
    assert row(html, "hosts", "KOL KOL") == "KOL KOL 1 livestream 250,000 ₫ 2 200,000 ₫ 1 150,000 ₫"
    assert row(html, "producers", "HTX CRABBERS") == "HTX CRABBERS 300,000 ₫ not comparable 3 3 1.5 200,000 ₫"
    assert "255,000 ₫" in row(html, "communes", commune(CA_MAU, 1).name)
    assert row(html, "registry", "All") == "All 0 1 11 12 1 0 585,000 ₫"
    assert "COFFEE" not in html


def test_by_day_as_a_table(official: Client) -> None:
    html = page(official)
    assert row(html, "by-day", "10/11/2025") == "10/11/2025 2 350,000 ₫ 250,000 ₫ 0 ₫ 200,000 ₫"
    assert row(html, "by-day", "21/11/2025") == "21/11/2025 no order file yet 0 ₫"  # of October's order on the 21st nothing was left
    assert row(html, "by-day", "12/11/2025") == "12/11/2025 0 0 ₫ 0 ₫ 0 ₫ 0 ₫"
    year = page(official, **{"from": "2025-01-01", "to": "2025-11-21", "by": "year"})
    assert row(year, "by-day", "10/2025") == "10/2025 3 1,449,000 ₫ 1,399,000 ₫ 400,000 ₫"


def test_freshness_and_completeness_are_said(official: Client) -> None:
    html = text_of(page(official))
    assert re.search(r"Figures of \d\d/\d\d/\d{4} \d\d:\d\d, reading 1 · 0 of 3 shops complete to 21/11/2025 · ", html)
    assert "newest order file exported 21/11/2025 06:00" in html
    assert "93.3% of orders from: File" in html
    assert "6.7% of orders from: Typed by hand" in html
    assert "0% of the orders of livestreams are reported by the platform" in html
    assert "3 shops have sent nothing for 14 days" in html


def test_every_figure_opens_to_lines_that_add_up_to_it(official: Client) -> None:
    html = page(official)
    links = re.findall(r'<a href="(/en/order-lines/\?[^"]+)">([^<]+)</a>', html)
    assert len(links) > 50
    checked = 0
    for address, written in dict(links).items():
        response = official.get(address)
        assert response.status_code == 200, address
        totals = response.context["answer"].rows.totals
        if written.endswith("₫") and "state=" not in address:
            checked += 1
            amount = int(re.sub(r"\D", "", written))
            assert amount in {totals.value.net, totals.value.placed, totals.value.delivered}, (address, written)
    assert checked > 20


def test_every_link_of_the_page_answers(official: Client) -> None:
    html = page(official)
    html = html[html.index('<div id="board">') :]
    addresses = set(re.findall(r'href="(/en/[^"#]*)"', html))
    assert {address: status for address in addresses if (status := official.get(address).status_code) not in {200, 302}} == {}


def test_a_new_fold_moves_the_page_and_the_reading_named_keeps_it(official: Client, trade: Trade) -> None:
    first = official.get(reverse("overview"), DAYS)
    reading: Reading = first.context["answer"].reading
    order(trade.mixed, "new", at("2025-11-12 09:00"), Line(trade.crab, 1, 15_000))
    fold()
    readings.cache.delete(readings.CURRENT)
    assert "750,000 ₫" in tile(page(official), "Placed value")
    same = official.get(reverse("overview"), {**DAYS, "reading": reading.token})
    assert same.context["answer"].reading == reading
    assert same.context["rows"].total.now.value.placed == 735_000
    gone = page(official, reading="77-1700000000000000")
    assert "750,000 ₫" in tile(gone, "Placed value")
    assert "The reading asked for is no longer kept; this is a newer one." in gone


def test_days_that_make_no_period_leave_the_last_30_and_say_why(official: Client) -> None:
    html = page(official, **{"from": "2025-11-21", "to": "2025-11-01"})
    assert "The last day is before the first one." in html
    assert '<a href="#id_from">' in html


def test_htmx_gets_the_board_alone(official: Client) -> None:
    response = official.get("/en/overview/", DAYS, headers={"HX-Request": "true"})
    assert response.content.decode().lstrip().startswith('<div id="board">')
    assert "HX-Request" in response["Vary"]
    restored = official.get("/en/overview/", DAYS, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert restored.content.decode().startswith("<!doctype html>")


def test_figures_stand_in_the_html_before_charts_and_tables(official: Client) -> None:
    html = page(official)
    assert html.index("735,000") < html.index("<picture>") < html.index('id="products"')


def test_the_claims_stand_beside_the_ledger_and_in_no_total(official: Client, trade: Trade) -> None:
    builders.claim("orders", 2, about=trade.live, province=CA_MAU)
    builders.claim(
        "placed", 133_000_000, province=CA_MAU, qualifier="more_than", scope_vi="Các phiên TikTok", period_from=at("2025-01-01").date(),
        period_to=at("2025-11-30").date(),
    )  # fmt: skip
    before, claims = (text_of(part) for part in page(official).split('id="claim-table"'))
    assert "Matches the ledger" in claims
    assert "Other scope" in claims
    assert "133,000,000 ₫" in claims
    assert "133,000,000" not in before


def test_a_province_without_a_file_shows_no_zero(trade: Trade) -> None:
    builders.producer("FAR", province="01")
    html = page(signed_in(builders.official(province="01")))
    assert "No order file yet" in html
    assert "–" in tile(html, "Net value")
    assert "0 ₫" not in text_of(html)
    assert 'id="states"' not in html


def test_days_that_no_file_reaches_show_no_zero_and_lead_to_the_latest(official: Client) -> None:
    html = page(official, **{"from": "2025-11-22", "to": "2025-11-30", "by": "days"})
    assert "No order file reaches into these days yet" in html
    assert "0 ₫" not in text_of(html)
    assert "Show the month of the latest orders, 20/11/2025" in html
    latest = re.search(r'class="button" href="(/en/overview/\?[^"]+)"', html)
    assert latest is not None
    assert "735,000 ₫" in tile(official.get(latest[1]).content.decode(), "Placed value")


def test_an_empty_portal_says_what_to_do() -> None:
    html = page(signed_in(builders.administrator()))
    assert "No data yet" in html


def test_an_official_has_one_province_and_an_administrator_chooses(trade: Trade) -> None:
    official = signed_in(builders.official(province=CA_MAU))
    page(official, status=403, province=GIA_LAI)
    page(official, province=CA_MAU)
    administrator = signed_in(builders.administrator())
    assert "70,000 ₫" in tile(page(administrator), "Placed value")  # the first with data: Gia Lai (52) before Cà Mau (96)
    html = page(administrator, province=CA_MAU)
    assert "735,000 ₫" in tile(html, "Placed value")
    assert f"province={CA_MAU}" in html
    page(administrator, status=404, province="00")


def test_a_commune_official_sees_its_commune_alone(trade: Trade) -> None:
    html = page(signed_in(builders.official(commune=commune(CA_MAU, 1))))
    assert "305,000 ₫" in tile(html, "Placed value")
    assert "CRAB" not in html
    assert 'id="claim-table"' not in html
    assert row(html, "registry", "All") == "All 0 0 11 11 1 0 255,000 ₫"


@pytest.mark.parametrize(("name", "args"), [("overview", []), ("overview_xlsx", []), ("chart", ["daily_net"])])
def test_members_and_strangers_are_not_let_in(trade: Trade, name: str, args: list[str]) -> None:
    address = reverse(name, args=args)
    assert Client().get(address).status_code == 302
    assert signed_in(builders.member(trade.crabbers)).get(address).status_code == 403


def test_sign_in_leads_to_what_one_may_see(trade: Trade) -> None:
    people = {
        "overview": [builders.official(province=CA_MAU), builders.official(commune=commune(CA_MAU)), builders.administrator()],
        "my_sales": [builders.member(trade.crabbers)],
        "home": [builders.user()],
    }
    for name, users in people.items():
        for user in users:
            assert signed_in(user).get(reverse("start"))["Location"] == reverse(name)


def test_the_charts_are_of_the_page_s_rows(official: Client, trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, Any]] = []
    monkeypatch.setattr("dashboards.charts.render", lambda name, rows, **_more: drawn.append((name, rows)) or "<svg/>")
    html = page(official)
    address = re.search(r'src="(/en/charts/daily_net\.svg[^"]+)"', html)
    assert address is not None
    order(trade.mixed, "new", at("2025-11-12 09:00"), Line(trade.crab, 1, 15_000))
    fold()
    response = official.get(address[1])
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/svg+xml", "private, max-age=86400")
    name, rows = drawn[0]
    assert (name, len(rows), rows[9], rows[11]) == (
        "daily_net",
        21,
        {"day": "2025-11-10", "net": 250_000, "before": 0, "holiday": ""},
        {"day": "2025-11-12", "net": 0, "before": 0, "holiday": ""},
    )
    # Its reading gone and the figures moved: no picture rather than a wrong one.
    readings.cache.clear()
    assert official.get(address[1]).status_code == 410
    assert official.get(re.sub(r"daily_net", "pie", address[1])).status_code == 404


def test_stars_by_group_is_drawn_for_real(official: Client) -> None:
    response = official.get(reverse("chart", args=["stars_by_group"]), DAYS)
    assert response.status_code == 200
    assert response.content.startswith(b"<svg")


def test_the_page_takes_few_queries_and_none_for_its_rows_again(official: Client) -> None:
    page(official)
    with CaptureQueriesContext(connection) as again:
        page(official)
    assert not [query["sql"] for query in again if "orders_figure" in query["sql"] or "orders_orderfigure" in query["sql"]]
    assert len(again) <= 12
