"""Claims beside the ledger: matches, differs, of other scope, cannot be verified."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.boards.audience import Audience
from dashboards.boards.beyond_air import event_rows
from dashboards.boards.territory import Territory
from dashboards.claims import ClaimRow, State, claim_rows
from livestreams.models import Claim, OfflineEvent
from orders.models import Shop
from tests import builders
from tests.builders import CA_MAU, GIA_LAI, at
from tests.dashboards.trade import Trade
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


def beside(claim: Claim, **more: Any) -> ClaimRow:
    (row,) = claim_rows([claim], **{"province": claim.province_id, **more})
    return row


def of_session(trade: Trade, metric: str, value: int | None, **fields: Any) -> ClaimRow:
    return beside(builders.claim(metric, value, about=trade.live, province=CA_MAU, **fields))


@pytest.mark.parametrize(
    ("claim", "ledger", "state"),
    [
        # Live in the session: 2 orders, 350,000 placed. Within 1 % of what was claimed is the same.
        (("orders", 2, "exact"), 2, State.MATCHES),
        (("orders", 3, "exact"), 2, State.DIFFERS),
        (("placed", 350_000, "exact"), 350_000, State.MATCHES),
        (("placed", 353_535, "about"), 350_000, State.MATCHES),
        (("placed", 353_536, "about"), 350_000, State.DIFFERS),
        (("placed", 346_535, "exact"), 350_000, State.MATCHES),
        (("placed", 346_534, "exact"), 350_000, State.DIFFERS),
        (("sales", 350_000, "about"), 350_000, State.MATCHES),
        # More than: the ledger is above it, by however much.
        (("placed", 349_999, "more_than"), 350_000, State.MATCHES),
        (("placed", 1, "more_than"), 350_000, State.MATCHES),
        (("placed", 350_000, "more_than"), 350_000, State.DIFFERS),
        # What the ledger does not know, and what was told without a number.
        (("views", 29_000, "about"), None, State.UNVERIFIED),
        (("interactions", 1_400_000, "exact"), None, State.UNVERIFIED),
        (("enterprises", 35, "more_than"), None, State.UNVERIFIED),
        (("orders", None, "about"), None, State.UNVERIFIED),
    ],
)
def test_a_claim_about_a_session(trade: Trade, claim: tuple[str, int | None, str], ledger: int | None, state: State) -> None:
    metric, value, qualifier = claim
    row = of_session(trade, metric, value, qualifier=qualifier)
    assert (row.ledger, row.state) == (ledger, state)
    assert (row.about_kind, row.about and row.about.code) == ("session", "LIVE")


def test_what_followed_the_session_is_not_what_was_sold_in_it(trade: Trade) -> None:
    order(trade.mixed, "tail", at("2025-11-12 10:00"), Line(trade.crab, 1, 5_000_000))
    fold()
    assert of_session(trade, "placed", 350_000).state is State.MATCHES


def test_a_session_without_an_order_cannot_verify_anything(trade: Trade) -> None:
    quiet = builders.session("QUIET", at("2025-11-18 20:00"), province=CA_MAU)
    row = beside(builders.claim("orders", 500, about=quiet, province=CA_MAU))
    assert (row.ledger, row.state) == (None, State.UNVERIFIED)


def test_a_claim_about_a_programme_is_beside_its_sessions_together(trade: Trade) -> None:
    programme = builders.programme("MEGA", province=CA_MAU)
    second = builders.session("SECOND", at("2025-11-18 20:00"), products=[trade.crab], shops=[trade.mixed], province=CA_MAU, of=programme)
    trade.live.programme = programme
    trade.live.save()
    order(trade.mixed, "m", at("2025-11-18 20:30"), Line(trade.crab, 1, 650_000))
    fold()
    row = beside(builders.claim("placed", 1_000_000, province=CA_MAU, programme=programme))
    assert (row.ledger, row.state, row.about_kind) == (1_000_000, State.MATCHES, "programme")
    assert second.programme == programme


def test_a_claim_about_a_fair_is_beside_what_its_booth_sold_while_it_lasted(trade: Trade) -> None:
    fair = OfflineEvent.objects.create(
        code="FAIR", kind="fair", name_vi="Hội chợ", province_id=CA_MAU, starts_on=date(2025, 11, 2), ends_on=date(2025, 11, 4)
    )
    booth = builders.shop("BOOTH", builders.partner("FAIRS"), province=CA_MAU, sells=[trade.crab])
    Shop.objects.filter(pk=booth.pk).update(event=fair)
    order(booth, "in", at("2025-11-04 23:59"), Line(trade.crab, 1, 90_000))
    order(booth, "later", at("2025-11-05 00:00"), Line(trade.crab, 1, 10_000))
    fold()
    row = beside(builders.claim("sales", 90_000, province=CA_MAU, event=fair))
    assert (row.ledger, row.state, row.about_kind) == (90_000, State.MATCHES, "event")
    # The fair's own page says the same of it.
    (shown,) = event_rows(Audience(territory=Territory(CA_MAU)), OfflineEvent.objects.filter(pk=fair.pk))
    assert (shown.sold.value.placed, shown.sold.orders and shown.sold.orders.placed, shown.told[0].ledger) == (90_000, 1, 90_000)


def test_a_claim_about_the_province_is_of_other_scope_with_the_province_s_figure_beside_it(trade: Trade) -> None:
    days = {"period_from": date(2025, 11, 1), "period_to": date(2025, 11, 21)}
    for value, qualifier in ((735_000, "exact"), (1, "more_than"), (133_000_000, "more_than")):
        row = beside(builders.claim("placed", value, province=CA_MAU, qualifier=qualifier, **days))
        assert (row.ledger, row.state, row.about_kind) == (735_000, State.OTHER_SCOPE, "province")
    orders = beside(builders.claim("orders", 1_234, province=CA_MAU, **days))
    assert (orders.ledger, orders.state) == (15, State.OTHER_SCOPE)
    vague = beside(builders.claim("sales", None, province=CA_MAU, told_as="vài triệu đồng", **days))
    assert (vague.ledger, vague.state) == (None, State.UNVERIFIED)
    undated = beside(builders.claim("placed", 5, province=CA_MAU))
    assert (undated.ledger, undated.state) == (None, State.OTHER_SCOPE)


def test_the_ledger_s_figure_is_the_reader_s_territory_s(trade: Trade) -> None:
    claim = builders.claim("orders", 2, about=trade.live, province=CA_MAU)
    commune = beside(claim, commune=builders.commune(CA_MAU, 1).pk)
    assert (commune.ledger, commune.state) == (1, State.OTHER_SCOPE), "the claim speaks of all communes"
    assert beside(claim, province=GIA_LAI).ledger is None


def test_queries_do_not_grow_with_claims(trade: Trade) -> None:
    def asked() -> list[Claim]:
        return list(Claim.objects.select_related("session", "programme", "event"))

    of_session(trade, "orders", 2)
    with CaptureQueriesContext(connection) as one:
        claim_rows(asked(), province=CA_MAU)
    for value in range(5):
        of_session(trade, "placed", value)
    with CaptureQueriesContext(connection) as many:
        assert len(claim_rows(asked(), province=CA_MAU)) == 6
    assert len(many) == len(one)
