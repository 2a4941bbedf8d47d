"""The register of claims: what is told, where it is from, how it stands beside the ledger, and that nothing is added up."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from itertools import combinations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from PIL import Image

from accounts.models import User
from livestreams.models import Claim
from tests import builders
from tests.builders import at
from tests.dashboards.market import Market, browser_of, context_of, forget_readings, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def market(market: Market) -> Market:
    builders.claim(Claim.Metric.ORDERS, 390, qualifier="more_than", about=market.session, scope_vi="Phiên L1", scope_en="Session L1")
    builders.claim(Claim.Metric.PLACED, 480_000, about=market.session, as_of=date(2025, 9, 30), source_url="https://bao.example/1")
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
    return market


def told(user: User, **query: str) -> list[tuple[str, str, str]]:
    """Value, ledger and state in the order of the page."""
    shown = [entry.shown for entry in context_of(user, "/en/claims/", **query)["entries"]]
    return [(one.value, one.ledger, one.row.state.value) for one in shown]


@pytest.mark.usefixtures("market")
def test_each_claim_beside_the_ledger() -> None:
    official = builders.official()
    assert [tuple(part.replace("\N{NO-BREAK SPACE}", " ") for part in row) for row in told(official)] == [
        ("more than 390 orders", "3", "differs"),
        ("480,000 ₫", "480,000 ₫", "matches"),
        ("1,234 orders", "8", "other_scope"),
        ("vài triệu đồng", "", "unverified"),
    ]
    page = browser_of(official).get("/en/claims/").content.decode()
    assert 'href="https://bao.example/1" rel="noopener external"' in page
    assert "01/01–30/09/2025" in page
    assert "Tỉnh Gia Lai (cũ)" in page


@pytest.mark.usefixtures("market")
def test_it_says_how_complete_the_ledger_is() -> None:
    facts = context_of(builders.official(), "/en/claims/")["coverage"].facts
    assert facts[1] == "newest order file exported 28/05/2025\N{NO-BREAK SPACE}08:00"


@pytest.mark.usefixtures("market")
def test_the_ledger_s_figure_opens_its_lines() -> None:
    client = browser_of(builders.official())
    links = [entry.shown.lines for entry in client.get("/claims/").context["entries"] if entry.shown.lines]
    assert len(links) == 2
    for address in links:
        assert client.get(address).context["page"].totals.orders.placed == 3


@pytest.mark.usefixtures("market")
def test_found_and_sorted() -> None:
    official = builders.official()
    assert [value for value, *_ in told(official, metric="orders")] == ["more than 390 orders", "1,234 orders"]
    assert [state for *_, state in told(official, state="other_scope")] == ["other_scope"]
    assert [value for value, *_ in told(official, q="tiktok")] == ["1,234 orders"]
    assert [value for value, *_ in told(official, q="session l1", metric="orders")] == ["more than 390 orders"]
    values = [value for value, *_ in told(official, sort="-value")]
    assert (values[1], values[-1]) == ("1,234 orders", "vài triệu đồng")
    assert told(official, sort="as_of")[0][0] == "vài triệu đồng"
    assert told(official, q="nothing like it") == []
    assert [value for value, *_ in told(official, about="province")] == ["1,234 orders", "vài triệu đồng"]
    assert [value for value, *_ in told(official, sort="ledger", metric="orders")] == ["more than 390 orders", "1,234 orders"]
    # Of 2025 all tell, by their own days, by those of what they are about, or by the day for which they hold; of 2024 none.
    assert len(told(official, year="2025")) == 4
    assert context_of(official, "/en/claims/", year="2024")["form"].errors


@pytest.mark.usefixtures("market")
def test_each_says_why_it_stands_as_it_does() -> None:
    official = builders.official()
    shown = [entry.shown for entry in context_of(official, "/en/claims/")["entries"]]
    assert [(one.difference.replace("\N{NO-BREAK SPACE}", " "), one.why) for one in shown] == [
        ("−387 (−99.2%)", "The ledger is not above it."),
        ("", "The ledger holds the same."),
        ("", "Its scope is told in words; the ledger's figure is of all sales of the province in these days."),
        ("", "Told too vaguely to hold a number."),
    ]
    builders.claim(Claim.Metric.VIEWS, 5, as_of=date(2025, 11, 1))
    builders.claim(Claim.Metric.ORDERS, 7, as_of=date(2025, 11, 2), about=builders.session("L2", at("2025-06-01 20:00")))
    forget_readings()
    newest = [entry.shown.why for entry in context_of(official, "/en/claims/")["entries"]][:2]
    assert newest == ["No order line of this scope has come into the ledger.", "The ledger does not count this figure."]


# No two of these, and no more of them, add up to one of the others.
TOLD = (10_007, 20_021, 40_063, 80_177)


def test_nothing_is_ever_added_up(market: Market) -> None:
    """S4 beside S8: claims of overlapping days and different scope. No sum of any of them stands on the page or in its files."""
    Claim.objects.all().delete()
    for value, days in zip(TOLD, (("05-01", "05-31"), ("01-01", "09-30"), ("05-20", "05-20"), ("03-01", "05-02")), strict=True):
        first, last = (date.fromisoformat(f"2025-{day}") for day in days)
        builders.claim(Claim.Metric.ORDERS, value, period_from=first, period_to=last, scope_vi=f"Phạm vi {value}")
    builders.claim(Claim.Metric.PLACED, 480_000, about=market.session)
    sums = {sum(some) for count in (2, 3, 4) for some in combinations((*TOLD, 3, 8), count) if sum(some) > TOLD[0]}
    client = browser_of(builders.official())
    answer = client.get("/en/claims/")
    assert [[entry.claim.row.value for entry in group] for group in answer.context["groups"]] == [[20_021, 80_177, 10_007, 40_063]]
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    written = {int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", re.sub(r"<[^>]+>", " ", main))}
    assert set(TOLD) <= written
    assert not sums & written
    assert "<tfoot" not in main
    book = load_workbook(io.BytesIO(client.get(answer.context["links"]["claim_list_xlsx"]).content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert set(TOLD) <= set(cells)
    assert not sums & set(cells)
    assert not [cell for cell in cells if isinstance(cell, str) and cell.startswith("=")]
    lines = b"".join(client.get(answer.context["links"]["claim_list_csv"])).decode("utf-8-sig")  # type: ignore[call-overload]
    fields = [field for line in csv.reader(lines.splitlines()) for field in line]
    assert {str(value) for value in TOLD} <= set(fields)
    assert not {str(value) for value in sums} & set(fields)
    assert len(list(csv.reader(lines.splitlines()))) == 1 + 5


def test_claims_of_days_apart_stand_in_no_group() -> None:
    for month in (1, 2):
        builders.claim(Claim.Metric.ORDERS, month, period_from=date(2025, month, 1), period_to=date(2025, month, 28))
    builders.claim(Claim.Metric.PLACED, 3, period_from=date(2025, 1, 1), period_to=date(2025, 3, 1))
    builders.claim(Claim.Metric.ORDERS, 4)
    assert context_of(builders.official(), "/en/claims/")["groups"] == []


def test_who_entered_it_and_its_paper(market: Market) -> None:
    official = builders.official()
    client = browser_of(official)
    sent = {
        "metric": "orders", "value": "12", "qualifier": "exact", "scope_vi": "Phiên", "territory_vi": "Gia Lai", "source_name": "Báo",
        "as_of": "2025-09-30",
    }  # fmt: skip
    bad = client.post("/en/claims/new/", {**sent, "document": SimpleUploadedFile("báo.pdf", b"no paper at all")})
    assert bad.status_code == 422
    assert list(bad.context["form"].errors) == ["document"]
    assert not Claim.objects.filter(value=12).exists()
    output = io.BytesIO()
    Image.new("RGB", (300, 400), (90, 60, 30)).save(output, "PNG")
    client.get("/en/claims/")
    assert client.post("/en/claims/new/", {**sent, "document": SimpleUploadedFile("báo.png", output.getvalue())}).status_code == 302
    # It is there at once, though the rows of a minute ago are still kept.
    entry = next(entry for entry in client.get("/en/claims/").context["entries"] if entry.claim.row.value == 12)
    assert (entry.claim.entered_by, entry.claim.paper) == (str(official), "báo.webp")
    address = f"/en/claims/{entry.claim.row.pk}/paper/"
    assert address in client.get("/en/claims/").content.decode()
    assert client.get(address)["Content-Type"] == "image/webp"
    assert browser_of(builders.official(province=builders.CA_MAU)).get(address).status_code == 404
    assert browser_of(builders.member(market.gl1)).get(address).status_code == 403
    # Changed without a file it keeps the one it has.
    assert client.post(f"/en/claims/{entry.claim.row.pk}/change/", {**sent, "value": "13"}).status_code == 302
    assert client.get(address).status_code == 200


def test_claims_are_for_officials_of_their_province(market: Market) -> None:
    assert [value for value, *_ in told(builders.official(province=builders.CA_MAU))] == ["5 orders"]
    assert [value for value, *_ in told(builders.administrator(), province="96")] == ["5 orders"]
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
