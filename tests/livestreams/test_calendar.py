"""The calendar: whose it is, its days and filters, what clashes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from livestreams.models import Host, Session
from livestreams.sessions.clashes import clashes_among, clashes_of
from tests import builders
from tests.builders import at
from tests.dashboards.market import browser_of

pytestmark = pytest.mark.django_db


def shown(client: Client, address: str = "/calendar/", **query: str) -> list[tuple[str, str]]:
    """Day and name of every entry, in the order of the page; in a list its first day."""
    context = client.get(address, query).context
    days = [(day.day.isoformat(), entry["entry"].row.code) for day, entries in context["days"] for entry in entries]
    return days + [(entry["entry"].first.isoformat(), entry["entry"].row.code) for entry in context["listed"]]


@pytest.fixture
def trade() -> Client:
    return browser_of(builders.official())


def test_month_week_and_list(trade: Client) -> None:
    builders.session("L1", at("2026-03-10 23:30"), minutes=60, aired=False)
    builders.session("L2", at("2026-03-10 20:00"), minutes=240, aired=False)
    builders.fair("HC", date(2026, 2, 28), date(2026, 3, 2))
    builders.course("TH", date(2026, 3, 31))
    # A month's weeks reach beyond it; what ends at midnight is not of the next day.
    assert shown(trade, view="month", day="2026-03-15") == [
        ("2026-02-28", "HC"),
        ("2026-03-01", "HC"),
        ("2026-03-02", "HC"),
        ("2026-03-10", "L2"),
        ("2026-03-10", "L1"),
        ("2026-03-11", "L1"),
        ("2026-03-31", "TH"),
    ]
    assert shown(trade, view="week", day="2026-03-12") == [("2026-03-10", "L2"), ("2026-03-10", "L1"), ("2026-03-11", "L1")]
    assert shown(trade, view="list", day="2026-03-11") == [("2026-03-10", "L1"), ("2026-03-31", "TH")]


@pytest.mark.parametrize("query", [{"day": "hôm qua"}, {"day": "9999-12-31"}, {"day": "\x00"}, {"view": "decade"}, {"day": "2100-12-31"}])
def test_an_address_that_means_nothing_shows_a_calendar(trade: Client, query: dict[str, str]) -> None:
    assert trade.get("/calendar/", query).status_code == 200


@pytest.mark.parametrize("query", [{"kind": "party"}, {"programme": "KHONG-CO"}, {"host": "\x00"}, {"commune": "99999"}])
def test_a_filter_that_names_nothing_is_told(trade: Client, query: dict[str, str]) -> None:
    assert list(trade.get("/calendar/", query).context["form"].errors) == list(query)


def test_filters(trade: Client) -> None:
    programme, host = builders.programme("CT1"), builders.host("H1")
    maker = builders.producer("SX1")
    builders.session("L1", at("2026-03-10 20:00"), products=[builders.product("A", maker)], hosted_by=host, of=programme)
    builders.session("L2", at("2026-03-11 20:00"))
    builders.fair("HC", date(2026, 3, 12), programme=programme)
    builders.course("TH", date(2026, 3, 13), commune=builders.commune())
    day = {"day": "2026-03-01"}

    def codes(**query: str) -> list[str]:
        return [code for _day, code in shown(trade, **day, **query)]

    assert codes() == ["L1", "L2", "HC", "TH"]
    assert codes(programme="CT1") == ["L1", "HC"]
    assert codes(host="H1") == ["L1"]
    assert codes(commune=builders.commune().pk) == ["L1", "TH"]
    assert codes(kind="course") == ["TH"]
    assert codes(kind="course", host="H1") == []
    chips = trade.get("/en/calendar/", {**day, "kind": "session", "host": "H1"}).context["chips"]
    assert chips == [("Kind: Livestream", "?day=2026-03-01&host=H1"), ("Host: KOL H1", "?day=2026-03-01&kind=session")]


def test_each_reader_has_an_own_calendar() -> None:
    own, other, foreign = (
        builders.producer("SX1"),
        builders.producer("SX2", nth_commune=1),
        builders.producer("SX3", province=builders.CA_MAU),
    )
    for number, maker in enumerate((own, other, foreign), start=1):
        where = maker.seats.get().commune
        products = [builders.product(f"SP{number}", maker)]
        builders.session(f"L{number}", at("2026-03-10 20:00"), products=products, province=where.province_id)
        builders.fair(f"HC{number}", date(2026, 3, 11), province=where.province_id).producers.set([maker])
        builders.course(f"TH{number}", date(2026, 3, 12), province=where.province_id, commune=where)
    refused = builders.session("L4", at("2026-03-10 20:00"), products=[own.products.get()], aired=False)
    refused.slots.update(answer="declined", declined_reason="Hết hàng")
    seen: dict[str, Any] = {
        "member": builders.member(own),
        "commune": builders.official(commune=own.seats.get().commune),
        "trade": builders.official(),
        "elsewhere": builders.official(builders.TRADE, builders.CA_MAU),
    }
    found = {who: sorted({code for _day, code in shown(browser_of(user), day="2026-03-01")}) for who, user in seen.items()}
    assert found == {
        "member": ["HC1", "L1", "TH1"],
        "commune": ["HC1", "HC2", "L1", "TH1", "TH2"],
        "trade": ["HC1", "HC2", "L1", "L2", "L4", "TH1", "TH2"],
        "elsewhere": ["HC3", "L3", "TH3"],
    }


TIMES = [
    # other begins, minutes, cancelled; clashes with 20:00–21:00
    ("2026-03-10 20:30", 60, False, True),
    ("2026-03-10 19:00", 180, False, True),
    ("2026-03-10 20:15", 10, False, True),
    ("2026-03-10 21:00", 60, False, False),
    ("2026-03-10 19:00", 60, False, False),
    ("2026-03-11 20:30", 60, False, False),
    ("2026-03-10 20:30", 60, True, False),
]


@pytest.mark.parametrize(("start", "minutes", "cancelled", "clashes"), TIMES)
@pytest.mark.parametrize("shared", ["host", "guest", "product"])
def test_clashes(shared: str, start: str, minutes: int, cancelled: bool, clashes: bool) -> None:
    host = builders.host("H1")
    product = builders.product("A", builders.producer("SX1"))
    leader = builders.guest("LD", "Phó Giám đốc Sở")
    ours, other = (
        builders.session(
            code,
            at(begins),
            minutes=length,
            aired=False,
            products=[product] if shared == "product" else [],
            hosted_by=host if shared == "host" else None,
        )
        for code, begins, length in (("L1", "2026-03-10 20:00", 60), ("L2", start, minutes))
    )
    if shared == "guest":
        ours.guests.add(leader)
        other.guests.add(leader)
    if cancelled:
        Session.objects.filter(pk=other.pk).update(cancelled_at=at("2026-03-01 08:00"), cancelled_reason="x")
    found = clashes_of(Session.objects.select_related("host").get(pk=ours.pk))
    assert [(clash.kind.value, clash.other.code) for clash in found] == ([(shared, "L2")] if clashes else [])


def test_clashes_are_told_to_whoever_plans_and_cost_three_queries_for_any_number(trade: Client) -> None:
    host: Host = builders.host("H1")
    for number in range(1, 4):
        builders.session(f"L{number}", at(f"2026-03-10 20:{number}0"), hosted_by=host, aired=False)
    context = trade.get("/en/calendar/", {"day": "2026-03-10", "view": "list"}).context
    told = {entry["entry"].row.code: (entry["address"], entry["clashes"]) for entry in context["listed"]}
    words = [f"At the same time as “Session L{number}”: KOL H1." for number in (2, 3)]
    assert told["L1"] == ("/en/plans/L1/", words)
    # A month has no room for sentences.
    month = trade.get("/en/calendar/", {"day": "2026-03-10"}).content.decode()
    assert ("clashes with 2" in month, "At the same time" in month) == (True, False)
    sessions = list(Session.objects.select_related("host"))
    for few in (sessions[:2], sessions):
        with CaptureQueriesContext(connection) as captured:
            clashes_among(few)
        assert len(captured) == 3
    reader = browser_of(builders.official(builders.AGRICULTURE))
    listed = reader.get("/en/calendar/", {"day": "2026-03-10", "view": "list"}).context["listed"]
    assert next((entry["address"], list(entry["clashes"])) for entry in listed) == ("/en/sessions/L1/", [])


def test_what_two_livestreams_share_is_one_sentence(trade: Client) -> None:
    maker, host = builders.producer("SX1"), builders.host("H1")
    products = [builders.product(code, maker) for code in ("A", "B", "C", "D")]
    for code in ("L1", "L2"):
        builders.session(code, at("2026-03-10 20:00"), hosted_by=host, products=products, aired=False)
    listed = trade.get("/en/calendar/", {"day": "2026-03-10", "view": "list"}).context["listed"]
    names = ", ".join(["KOL H1", *(str(product) for product in products[:2])])
    assert listed[0]["clashes"] == [f"At the same time as “Session L2”: {names} and 2 more."]


def test_three_entries_cost_what_one_costs(trade: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert trade.get("/calendar/", {"day": "2026-03-01"}).status_code == 200
        return len(captured)

    programme = builders.programme("CT1")
    counts = []
    for number in range(1, 4):
        builders.session(f"L{number}", at(f"2026-03-1{number} 20:00"), hosted_by=builders.host(f"H{number}"), of=programme)
        builders.fair(f"HC{number}", date(2026, 3, 12), programme=programme)
        builders.course(f"TH{number}", date(2026, 3, 13), programme=programme)
        counts.append(queries())
    assert counts[0] == counts[2]
