"""Suggestions: exact points for each answer, their sum, and what is read for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from livestreams.models import Guest, Host, Need, Session
from livestreams.needs.offers import Suggested, suggestions_for
from livestreams.needs.stock import in_unit, on_hand
from livestreams.needs.suggesting import Offer, Wanted, reasons_for
from tests import builders, trace_builders
from tests.builders import need as need_for

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
WANTED = Wanted(wish="kol", first=FIRST, last=LAST, group="1", commune="23911", quantity=Decimal(100), on_hand=Decimal(100))
SESSION = Offer(day=FIRST, groups=frozenset({"1", "2"}), rate=30, best=30, minutes_left=5, star=4)
HOST = replace(SESSION, day=None, minutes_left=0, sessions_left=3)


@pytest.mark.parametrize(
    ("wanted", "offer", "points"),
    [
        # window, group, past sales, room, star, stock
        ({}, SESSION, [30, 20, 20, 10, 10, 10]),
        ({}, HOST, [20, 20, 20, 10, 10, 10]),
        ({}, replace(SESSION, day=LAST), [30, 20, 20, 10, 10, 10]),
        ({}, replace(SESSION, day=LAST + timedelta(days=1)), [0, 20, 20, 10, 10, 10]),
        ({}, replace(SESSION, day=FIRST - timedelta(days=1)), [0, 20, 20, 10, 10, 10]),
        ({}, replace(SESSION, groups=frozenset({"3"})), [30, 0, 20, 10, 10, 10]),
        ({}, replace(SESSION, groups=frozenset()), [30, 5, 20, 10, 10, 10]),
        ({"group": ""}, SESSION, [30, 5, 20, 10, 10, 10]),
        ({}, replace(SESSION, groups=None, rate=None), [30, 5, 0, 10, 10, 10]),
        ({}, replace(SESSION, groups=None, commune="23911", rate=None), [30, 20, 0, 10, 10, 10]),
        ({}, replace(SESSION, groups=None, commune="23575", rate=None), [30, 5, 0, 10, 10, 10]),
        ({"commune": ""}, replace(SESSION, groups=None, rate=None), [30, 5, 0, 10, 10, 10]),
        ({}, replace(SESSION, rate=15), [30, 20, 10, 10, 10, 10]),
        ({}, replace(SESSION, rate=1, best=40), [30, 20, 0, 10, 10, 10]),
        ({}, replace(SESSION, rate=0, best=0), [30, 20, 0, 10, 10, 10]),
        ({}, replace(SESSION, rate=None), [30, 20, 0, 10, 10, 10]),
        ({}, replace(SESSION, minutes_left=4), [30, 20, 20, 0, 10, 10]),
        ({}, replace(SESSION, minutes_left=-10), [30, 20, 20, 0, 10, 10]),
        ({}, replace(HOST, sessions_left=None), [20, 20, 20, 5, 10, 10]),
        ({}, replace(SESSION, star=None), [30, 20, 20, 10, 0, 10]),
        ({"on_hand": Decimal(99)}, SESSION, [30, 20, 20, 10, 10, 5]),
        ({"on_hand": None}, SESSION, [30, 20, 20, 10, 10, 0]),
        ({"quantity": None}, SESSION, [30, 20, 20, 10, 10, 10]),
        ({"quantity": None, "on_hand": None}, SESSION, [30, 20, 20, 10, 10, 0]),
        ({"wish": "leader"}, SESSION, [30, 20, 20, 10, 10, 10, 0]),
        ({"wish": "leader"}, replace(SESSION, has_leader=True), [30, 20, 20, 10, 10, 10, 10]),
    ],
)
def test_points(wanted: dict[str, Any], offer: Offer, points: list[int]) -> None:
    reasons = reasons_for(replace(WANTED, **wanted), offer)
    assert [reason.points for reason in reasons] == points
    assert all(reason.words for reason in reasons)


@pytest.mark.parametrize(
    ("quantity", "kind", "unit", "grams", "told"),
    [
        (10, "H87", "pack", None, 10),
        (10, "H87", "kg", 500, 5),
        (10, "H87", "kg", None, None),
        (10, "KGM", "kg", None, 10),
        (10, "KGM", "tonne", None, Decimal("0.01")),
        (10, "KGM", "pack", 500, 20),
        (10, "KGM", "pack", None, None),
        (10, "LTR", "kg", 500, None),
    ],
)
def test_units(quantity: int, kind: str, unit: str, grams: int | None, told: Any) -> None:
    assert in_unit(Decimal(quantity), kind, unit, grams) == told


@pytest.mark.django_db
def test_what_open_lots_hold() -> None:
    product = builders.product("P", builders.producer("X"), grams=500)
    assert on_hand(product.pk, "pack", 500, FIRST) is None
    trace_builders.lot(product, "A", quantity=Decimal(30))
    trace_builders.lot(product, "B", quantity=Decimal(20), best_before=FIRST)
    trace_builders.lot(product, "C", quantity=Decimal(1000), best_before=FIRST - timedelta(days=1))
    closed = trace_builders.lot(product, "D", quantity=Decimal(1000))
    type(closed).objects.filter(pk=closed.pk).update(state="closed", closed_at=timezone.now())
    trace_builders.lot(builders.product("Q", product.producer), "A", quantity=Decimal(7))
    assert on_hand(product.pk, "pack", 500, FIRST) == 50
    assert on_hand(product.pk, "kg", 500, FIRST) == 25


def coming(code: str, days: int, **fields: Any) -> Session:
    """A session `days` from now."""
    return builders.session(code, timezone.now() + timedelta(days=days), aired=False, **fields)


def suggested(need: Need, user: Any, **results: float) -> Suggested:
    hosts = {Host.objects.get(code=code).pk: rate for code, rate in results.items()}
    return suggestions_for(need, user=user, results=hosts, now=timezone.now())


@pytest.mark.django_db
def test_sessions_and_hosts_are_ranked_by_the_sum_of_their_reasons() -> None:
    product = builders.product("P", builders.producer("X"), stars=4)
    need, official = need_for(product), builders.official()
    a, b, c = (builders.host(code, province="52") for code in "ABC")
    builders.host("Z", province="96")
    a.groups.add(product.facts.get().ocop_set.group)
    Host.objects.filter(pk=c.pk).update(sessions_a_month=0)
    coming("L1", 5, hosted_by=b)
    coming("L2", 6, hosted_by=a)
    coming("L3", 50, hosted_by=a)  # after the window
    coming("L4", 7, hosted_by=a, province="96")
    coming("L5", 8, hosted_by=a, products=[product])  # shows it already
    Session.objects.filter(pk=coming("L6", 9, hosted_by=a).pk).update(cancelled_at=timezone.now())
    found = suggested(need, official, A=20, B=40)
    # 30 window, 20 or 5 group, 10 or 20 past sales, 10 room, 10 star, 0 stock
    assert [(one.session.code, one.total) for one in found.sessions if one.session] == [("L2", 80), ("L1", 75)]
    # 20 window, then the same with 5 for room; C takes on none, Z is another province's.
    assert [(one.host.code, one.total) for one in found.hosts if one.host] == [("A", 65), ("B", 60)]
    assert found.leaders == ()


@pytest.mark.django_db
def test_a_leader_wish_names_leaders_of_the_commune_first_and_no_host() -> None:
    maker = builders.producer("X")
    seat = maker.seats.get().commune
    need = need_for(builders.product("P", maker), wish="leader")
    builders.host("A", province="52")
    builders.guest("TINH", "Phó Giám đốc Sở", province="52")
    builders.guest("XA", "Chủ tịch xã", province="52", of=seat)
    builders.guest("XA-KHAC", "Chủ tịch xã khác", province="52", of=builders.commune(nth=1))
    builders.guest("CU", "Nguyên Chủ tịch", province="52", of=seat, until=timezone.localdate() - timedelta(days=1))
    builders.guest("CA-MAU", "Phó Giám đốc Sở", province="96")
    Guest.objects.filter(pk=builders.guest("CEO", "Giám đốc", province="52").pk).update(kind=Guest.Kind.EXECUTIVE)
    session = coming("L", 3)
    session.guests.add(Guest.objects.get(code="XA"))
    Session.objects.filter(pk=session.pk).update(commune=seat)
    found = suggested(need, builders.official(commune=seat))
    assert [(leader.guest.code, leader.own) for leader in found.leaders] == [("XA", True), ("TINH", False)]
    assert (found.hosts, [one.total for one in found.sessions]) == ((), [70])


@pytest.mark.django_db
def test_nothing_is_suggested_where_no_slot_answers_or_the_window_is_over() -> None:
    product = builders.product("P", builders.producer("X"))
    coming("L", 3)
    official = builders.official()
    assert suggested(need_for(product, wish="training"), official) == Suggested()
    past = need_for(product)
    past.window_from = past.window_to = timezone.localdate() - timedelta(days=1)
    assert suggested(past, official) == Suggested()


@pytest.mark.django_db
def test_as_many_queries_for_one_as_for_three(django_assert_max_num_queries: Any) -> None:
    product = builders.product("P", builders.producer("X"), stars=3)
    need, official = need_for(product), builders.official()
    lengths = []
    for code in "AB":
        host = builders.host(code, province="52")
        host.groups.add(product.facts.get().ocop_set.group)
        for nth in range(1 if code == "A" else 2):
            session = coming(f"L{code}{nth}", 3, hosted_by=host, products=[builders.product(f"P{code}{nth}", product.producer)])
            session.guests.add(builders.guest(f"G{code}{nth}", "Chủ tịch"))
        with django_assert_max_num_queries(30) as queries:
            suggested(need, official, A=1)
        lengths.append(len(queries))
    assert lengths[0] == lengths[1]
