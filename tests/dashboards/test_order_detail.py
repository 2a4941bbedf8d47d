"""One order: its lines, the ledger, why it is attributed as it is, and who sees how much of it."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from dashboards.boards.order import OrderPage
from orders.models import Order
from tests import builders
from tests.builders import at
from tests.dashboards.market import Market, browser_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


def opened(user: User, found: Order) -> OrderPage:
    answer = browser_of(user).get(f"/en/orders/{found.pk}/")
    assert answer.status_code == 200
    return answer.context["order"]


def test_lines_and_ledger(market: Market) -> None:
    page = opened(builders.official(), market.orders["sent-back"])
    (line,) = page.lines
    assert (line.pieces, line.value.placed, line.value.returned, line.value.net, line.value.delivered) == (1, 100_000, 100_000, 0, 0)
    assert [(entry.kind_name, entry.pieces, entry.amount) for entry in line.entries] == [
        ("Placed", 1, 100_000),
        ("Returned", 1, 100_000),
        ("Delivered", 1, 100_000),
    ]
    # No date of its own: the earliest export that shows it.
    assert [entry.happened_at for entry in line.entries] == [at("2025-05-20 20:07"), at("2025-05-28 08:00"), at("2025-05-28 08:00")]
    assert {entry.exported_at for entry in line.entries} == {at("2025-05-28 08:00")}
    assert not page.waiting


def test_a_correction_is_a_new_entry_and_waits_to_be_counted(market: Market) -> None:
    again = order(market.shop, "week", at("2025-05-25 10:00"), Line(market.a, 1, 80_000), exported_at=at("2025-05-29 08:00"))
    page = opened(builders.official(), again)
    assert page.waiting
    assert [entry.amount for entry in page.lines[0].entries] == [100_000, -20_000]
    assert page.lines[0].value.placed == 100_000
    fold()
    forget_readings()
    page = opened(builders.official(), again)
    assert not page.waiting
    assert page.lines[0].value.placed == 80_000


def test_a_member_sees_its_own_lines_of_a_shared_order(market: Market) -> None:
    Order.objects.filter(pk=market.orders["on-air"].pk).update(amount=290_000)
    shared = order(market.shop, "shared", at("2025-05-20 20:30"), Line(market.a, 1, 10_000), Line(market.c, 1, 20_000))
    Order.objects.filter(pk=shared.pk).update(amount=31_000, refund=1_000)
    fold()
    page = opened(builders.member(market.gl2), shared)
    assert [line.product.code for line in page.lines if line.product] == ["C"]
    assert (page.hidden_lines, page.amount, page.refund) == (True, None, None)
    page = opened(builders.official(), shared)
    assert [line.product.code for line in page.lines if line.product] == ["A", "C"]
    assert (page.hidden_lines, page.amount, page.refund) == (False, 31_000, 1_000)


def test_nobody_opens_an_order_without_a_line_of_his(market: Market) -> None:
    on_air, elsewhere = market.orders["on-air"], market.orders["elsewhere"]
    statuses = {
        name: [browser_of(user).get(f"/orders/{found.pk}/").status_code for found in (on_air, elsewhere)]
        for name, user in (
            ("official", builders.official()),
            ("other province", builders.official(province=builders.CA_MAU)),
            ("other commune", builders.official(commune=builders.commune(nth=1))),
            ("maker", builders.member(market.gl1)),
            ("other maker", builders.member(market.gl2)),
            ("administrator", builders.administrator()),
            ("nobody's", builders.user()),
        )
    }
    assert statuses == {
        "official": [200, 404],
        "other province": [404, 200],
        "other commune": [404, 404],
        "maker": [200, 404],
        "other maker": [404, 404],
        "administrator": [200, 200],
        "nobody's": [403, 403],
    }
    assert browser_of(builders.administrator()).get("/orders/999999999/").status_code == 404


def said(user: User, found: Order) -> str:
    forget_readings()
    return " ".join(opened(user, found).explanation.sentences)


def test_attribution_is_explained(market: Market) -> None:
    official = builders.official()
    live = opened(official, market.orders["grace"]).explanation
    assert (live.bucket_name, str(live.session.vi if live.session else ""), live.rule) == ("During the session", "Phiên L1", 1)
    assert "30 minutes after its end" in said(official, market.orders["grace"])
    assert "in a shop linked to it or to its host" in said(official, market.orders["hosts"])
    assert "No livestream that sells through this shop" in said(official, market.orders["day-before"])
    assert [candidate.linked for candidate in opened(official, market.orders["hosts"]).explanation.candidates] == [False]


def test_livestreams_considered_and_why_not_chosen(market: Market) -> None:
    other = builders.host("H2")
    times: dict[str, Any] = {"shops": [market.shop], "hosted_by": other}
    builders.session("L0", at("2025-05-20 19:30"), products=[market.a], **times)
    builders.session("L2", at("2025-05-20 20:01"), products=[market.c], **times)
    builders.session("L3", at("2025-05-20 20:04"), products=[market.a], **times)
    builders.session("L9", at("2025-03-01 20:00"), products=[market.a], **times)
    fold()
    # L3 had not begun. The reader sold nothing in L2 but a line of C, or it would be left out.
    candidates = opened(builders.administrator(), market.orders["on-air"]).explanation.candidates
    assert [(c.session.code, c.chosen, c.why, c.bucket) for c in candidates] == [
        ("L1", True, "", 2),
        ("L3", False, "before", None),
        ("L2", False, "product", None),
        ("L0", False, "later", 2),
    ]
    assert [c.reason for c in candidates[1:]] == [
        "had not begun when the order was placed",
        "shows no product of the order",
        "fits, but another started later",
    ]


def test_ties_links_and_what_is_on_air_are_told_and_others_business_is_counted(market: Market) -> None:
    same: dict[str, Any] = {"products": [market.a], "hosted_by": builders.host("H2")}
    builders.session("TWIN", at("2025-05-20 20:00"), shops=[market.shop], **same)
    builders.session("APART", at("2025-05-20 19:50"), **same)
    builders.session("EARLIER", at("2025-05-20 17:00"), shops=[market.shop], **same)
    fold()
    explanation = opened(builders.administrator(), market.orders["on-air"]).explanation
    assert [(c.session.code, c.why) for c in explanation.candidates] == [
        ("TWIN", ""),
        ("L1", "same_start"),
        ("APART", "not_linked"),
        ("EARLIER", "on_air"),
    ]
    assert explanation.hidden == 0
    assert [c.sells for c in explanation.candidates] == [True, True, False, True]
    # The producer of A sold nothing in APART and EARLIER; after L1 its host sold some of A.
    theirs = opened(builders.member(market.gl1), market.orders["on-air"]).explanation
    assert ([c.session.code for c in theirs.candidates], theirs.hidden) == (["TWIN", "L1"], 2)


def test_reported_by_the_platform(market: Market) -> None:
    other = builders.host("H2")
    session = builders.session("L0", at("2025-05-20 19:30"), products=[market.a], shops=[market.shop], hosted_by=other)
    named = order(market.shop, "named", at("2025-05-20 20:05"), Line(market.b), session=session)
    creator = order(market.shop, "creator", at("2025-05-20 20:06"), Line(market.a), host=other)
    fold()
    official = builders.official()
    page = opened(official, named).explanation
    assert (page.session.code if page.session else "", page.bucket, page.basis) == ("L0", 2, 1)
    assert "The platform named the livestream, and that decides." in said(official, named)
    page = opened(official, creator).explanation
    assert (page.session.code if page.session else "", page.basis) == ("L0", 1)
    assert "The platform named the host KOL H2" in said(official, creator)
    assert [(c.session.code, c.why) for c in page.candidates] == [("L0", ""), ("L1", "host")]


def test_the_same_queries_at_one_and_three_lines(market: Market) -> None:
    official = builders.official()
    one, three = (queries_of(official, f"/orders/{market.orders[name].pk}/") for name in ("sent-back", "on-air"))
    assert len(one) == len(three)


def test_nothing_of_the_buyer_but_the_place_of_delivery(market: Market) -> None:
    place = builders.commune("01", 3)
    Order.objects.filter(pk=market.orders["on-air"].pk).update(delivery_province="01", delivery_commune=place)
    answer = browser_of(builders.official()).get(f"/en/orders/{market.orders['on-air'].pk}/")
    assert answer.context["order"].delivered_to == f"{place}, {place.province}"
