"""What the province told us, as its officials read it on the pages of the demonstration."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from orders.models import Order
from tests import builders
from tests.folded import unfolded

pytestmark = pytest.mark.usefixtures("demo")
NINE_MONTHS = "?from=2025-01-01&to=2025-09-30"


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", unfolded(html))).replace("\N{NO-BREAK SPACE}", " ")).strip()


def page(place: str, address: str) -> str:
    """The page's text, without markup, as the trade official of `place` reads it in English."""
    return text_of(html_of(place, address))


def html_of(place: str, address: str) -> str:
    client = Client()
    user = User.objects.get(email=f"congthuong.{place}@demo.ocop.example")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(f"/en{address}")
    assert response.status_code == 200
    return response.content.decode()


def row(html: str, table: str, words: str) -> str:
    """The text of the first row of the table with that id that has these words."""
    body = html[html.index(f'id="{table}"') :]
    rows = re.findall(r"<tr>.*?</tr>", body[: body.index("</table>")], re.S)
    return next(text for text in map(text_of, rows) if words in text)


def test_the_overview_counts_343_products() -> None:
    shown = page("camau", "/overview/")
    assert "OCOP products 343 5 stars: 2 · 4 stars: 75 · 3 stars: 266" in shown


def test_the_mega_lives_sold_what_was_told() -> None:
    html = html_of("gialai", "/sessions/?q=mega")
    assert "2 livestreams 12,700 1,800,000,000 ₫" in row(html, "sessions", "2 livestreams")


def test_sammys_page_has_16_slots_and_391_orders() -> None:
    html = html_of("gialai", "/sessions/GL-SAMMY-2025/")
    assert "Orders 391 " in text_of(html)
    show = html[html.index('id="slots"') :]
    slots = [text_of(found) for found in re.findall(r'<th scope="row" class="name">.*?</tr>', show[: show.index("</table>")], re.S)]
    assert [slot.split(". ", 1)[0] for slot in slots] == [str(number) for number in range(1, 17)]
    assert row(html, "slots", "Total").startswith("Total ")
    assert " 391 " in row(html, "slots", "Total")


def test_sammys_report_has_16_slots_in_at_most_80_minutes_and_391_orders() -> None:
    html = html_of("gialai", "/sessions/GL-SAMMY-2025/report/")
    slots = html[html.index('id="slots"') :]
    lines = [text_of(line) for line in re.findall(r"<tr>.*?</tr>", slots[: slots.index("</table>")], re.S)]
    assert [line.split(". ", 1)[0] for line in lines[1:17]] == [str(number) for number in range(1, 17)]
    planned, aired, units, orders = re.findall(r"[\d,]+", lines[17])[:4]
    assert lines[17].startswith("Total ")
    assert int(planned) <= 80
    assert int(aired) <= 80
    assert (orders, int(units) >= 391) == ("391", True)
    for told, state in (("more than 390", "Matches the ledger"), ("about 29,000", "Cannot be verified")):
        assert state in row(html, "claims-told", told)
    # What he was owed was not told to us, and is not made up.
    assert "No terms of this host held on that day" in text_of(html)
    assert "No LIVE analytics file of this livestream has come" in text_of(html)


def test_a_demo_hosts_report_has_conversion_and_commission() -> None:
    html = html_of("gialai", "/sessions/GL-D3/report/")
    reported = row(html, "conversion", "Orders the platform reported")
    ledger = row(html, "conversion", "Orders of the ledger, on air")
    assert reported.count("%") == ledger.count("%") == 2
    assert "Owed in all" in row(html, "owed", "Owed in all")


def test_each_claim_of_the_nine_months_keeps_its_scope() -> None:
    """Those of one programme are compared with its sessions alone, the others with nothing that covers less or more."""
    html = html_of("gialai", "/claims/")
    for told, scope, state in (
        ("12,700 orders", "Both mega live sessions of May 2025", "Matches the ledger"),
        ("1,800,000,000", "Both mega live sessions of May 2025", "Matches the ledger"),
        ("1,234 orders", "TikTok Shop livestreams, first nine months of 2025", "Other scope"),
        ("133,000,000", "TikTok Shop livestreams, first nine months of 2025", "Other scope"),
        ("35 enterprises", "OCOP booth at the conference of 29 August 2025", "Cannot be verified"),
        ("vài triệu đồng", "Fairs and exhibitions in and outside the province, first nine months of 2025", "Cannot be verified"),
    ):
        found = row(html, "claim-table", told)
        assert scope in found, told
        assert state in found, told


def test_the_nine_months_are_a_claim_of_other_scope_and_in_no_total() -> None:
    html = html_of("gialai", "/claims/")
    for told in ("1,234", "133,000,000 ₫"):
        assert "Other scope" in row(html, "claim-table", told)
    # In the same months the ledger has the mega lives, Sammy's session and the weeks around Tết.
    held = Order.objects.filter(
        shop__province="52", placed_at__range=(builders.at("2025-01-01 00:00"), builders.at("2025-10-01 00:00"))
    ).count()
    shown = page("gialai", f"/overview/{NINE_MONTHS}")
    assert f"Orders {held:,} " in shown
    assert f"{held + 1_234:,}" not in shown
