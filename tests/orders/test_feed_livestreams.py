"""Batches over the API: the livestreams and hosts that the platform names for orders."""

from __future__ import annotations

from datetime import date

import pytest

from orders.intake import runs
from orders.models import Basis, Mark, Order, Shop, SkuMapping
from tests import builders, order_builders
from tests.builders import at
from tests.orders.feed_calls import batch, faults, line, order, send

pytestmark = pytest.mark.django_db


def test_livestream_that_the_platform_names_is_kept_and_orders_are_marked(shop: Shop, key: str) -> None:
    session = builders.session("LIVE-1", at("2026-06-01 19:00"), hosted_by=shop.host, shops=[shop])
    send(key, batch(order("A1"), order("A2")))
    Mark.objects.all().delete()
    answer = send(key, batch(order("A1", reported_session="LIVE-1"), order("A2"))).json()
    assert [one["result"] for one in answer["orders"]] == ["changed", "unchanged"]
    assert answer["orders_changed"] == 1
    assert list(Order.objects.order_by("number").values_list("reported_session__code", flat=True)) == ["LIVE-1", None]
    assert list(Mark.objects.values_list("order__number", "reason")) == [("A1", Mark.Reason.SESSION)]
    order_builders.fold()
    assert Order.objects.get(number="A1").attribution.session == session


@pytest.mark.parametrize("newest_first", [False, True])
def test_newest_word_about_the_livestream_counts_and_its_undo_brings_back_the_other(shop: Shop, key: str, newest_first: bool) -> None:
    for code in ("LIVE-1", "LIVE-2"):
        builders.session(code, at("2026-06-01 19:00"), hosted_by=shop.host, shops=[shop])
    bodies = [
        batch(order("A1", reported_session="LIVE-1")),
        batch(order("A1", reported_session="LIVE-2"), exported_at="2026-06-03T08:00:00+07:00"),
        batch(order("A1"), exported_at="2026-06-04T08:00:00+07:00"),  # says nothing about it
    ]
    sent = [send(key, body).json()["run"] for body in (reversed(bodies) if newest_first else bodies)]
    kept = Order.objects.values_list("reported_session__code", flat=True)
    assert kept.get() == "LIVE-2"
    _undo(sent[1])
    assert kept.get() == "LIVE-1"
    _undo(sent[2] if newest_first else sent[0])
    assert kept.get() is None


def test_named_host_chooses_among_that_hosts_livestreams_until_it_is_undone(shop: Shop, key: str) -> None:
    one, two = builders.host("KOL-1"), builders.host("KOL-2")
    product = builders.product("CF", builders.producer("HTX-9"))
    SkuMapping.objects.create(shop=shop, line_key=line()["sku_id"], product=product, since=date(2026, 1, 1))
    for host, begun in ((one, "19:00"), (two, "19:30")):
        builders.session(f"L-{host.code}", at(f"2026-06-01 {begun}"), minutes=90, hosted_by=host, products=[product], shops=[shop])

    def credited() -> tuple[str, int]:
        order_builders.fold()
        attribution = Order.objects.get().attribution
        return str(attribution.session and attribution.session.code), attribution.basis

    send(key, batch())
    assert credited() == ("L-KOL-2", Basis.ESTIMATED)  # both are on air, this one began last
    Mark.objects.all().delete()
    run = send(key, batch(order(reported_host="KOL-1"), exported_at="2026-06-03T08:00:00+07:00")).json()["run"]
    assert list(Mark.objects.values_list("reason", flat=True)) == [Mark.Reason.SESSION]
    assert credited() == ("L-KOL-1", Basis.REPORTED)
    # A later word about the livestream decides, whoever was named before; one that names nothing takes nothing back.
    later = send(key, batch(order(reported_session="L-KOL-2"), exported_at="2026-06-04T08:00:00+07:00")).json()["run"]
    send(key, batch(exported_at="2026-06-05T08:00:00+07:00"))
    assert Order.objects.values_list("reported_session__code", "reported_host__code").get() == ("L-KOL-2", "KOL-1")
    assert credited() == ("L-KOL-2", Basis.REPORTED)
    for undone, left in ((later, ("L-KOL-1", Basis.REPORTED)), (run, ("L-KOL-2", Basis.ESTIMATED))):
        _undo(undone)
        assert credited() == left


def test_host_who_leads_nothing_here_is_not_known(shop: Shop, key: str) -> None:
    assert shop.host is not None
    assert send(key, batch(order(reported_host=shop.host.code))).status_code == 201
    builders.host("KHAC")
    for code in ("KHAC", "NONE", "a\0b"):
        assert faults(send(key, batch(order(reported_host=code)))) == {"orders[0].reported_host": "unknown_host"}


def _undo(run: int) -> None:
    Mark.objects.all().delete()
    runs.ask_undo(run_id=run, by=builders.administrator(), reason="Nhầm")
    assert runs.undo_run(run_id=run)
    assert Mark.Reason.SESSION in Mark.objects.values_list("reason", flat=True)


def test_livestream_of_another_shop_is_not_known(shop: Shop, key: str) -> None:
    other = builders.shop("GIAN-2", builders.host("KHAC"))
    builders.session("LIVE-2", at("2026-06-01 19:00"), hosted_by=other.host, shops=[other])
    for code in ("LIVE-2", "NONE", "a\0b"):
        assert faults(send(key, batch(order(reported_session=code)))) == {"orders[0].reported_session": "unknown_session"}
