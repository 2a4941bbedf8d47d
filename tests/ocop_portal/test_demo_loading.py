"""Loading the demonstration: again without a difference, broken off, without reference data; and what its parts are made by."""

from __future__ import annotations

import random
from datetime import date

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction
from django.db.models import Count, Max, Sum

from accounts.models import User
from catalog.criteria import last_valid_day
from catalog.models import Invitation, ListingRevision, Producer, Product, StarApplication, StarRating
from dashboards.models import PeriodReport, ReportStep
from livestreams.models import Claim, Session
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.live_orders import bring_to_value
from ocop_portal.demo.load import is_empty, was_interrupted
from ocop_portal.demo.sales import Fate, Item, Line, Order
from ocop_portal.demo.stars import Recognition
from orders.models import Figure, IntakeRun, LedgerEntry, OrderFigure, Snapshot, TypedOrder
from tests import builders
from traceability.models import ScanCount

GIA_LAI, CA_MAU = "52", "96"


# Loading


def fingerprint() -> dict[str, object]:
    """What two loads of one day have in common."""
    ledger = LedgerEntry.objects.aggregate(n=Count("pk"), units=Sum("units"), amount=Sum("amount"))
    figures = Figure.objects.values_list("province", "bucket").annotate(Sum("placed_value"), Sum("delivered_value"), Sum("placed_grams"))
    return {
        "ledger": ledger,
        "figures": sorted(figures),
        "orders": sorted(OrderFigure.objects.values_list("grain", "province").annotate(Sum("orders"), Sum("net_orders"))),
        "stars": sorted(StarRating.objects.values_list("product__code", "stars", "points", "valid_from", "valid_until")),
        "products": sorted(Product.objects.values_list("code", "name_vi", "producer__name", "gtin")),
        "sessions": sorted(Session.objects.values_list("code", "planned_start")),
        "claims": Claim.objects.count(),
        "scans": sorted(ScanCount.objects.values_list("product__code", "day").annotate(Sum("scans"), Sum("visits"))),
        "users": sorted(User.objects.values_list("email", flat=True)),
    }


@pytest.mark.slow
@pytest.mark.usefixtures("demo_db")
def test_loaded_again_it_is_the_same(settings: object) -> None:
    before = fingerprint()
    ids = (User.objects.aggregate(Max("pk")), Product.objects.aggregate(Max("pk")), Snapshot.objects.aggregate(Max("number")))
    call_command("load_demo", if_empty=True)
    assert ids == (User.objects.aggregate(Max("pk")), Product.objects.aggregate(Max("pk")), Snapshot.objects.aggregate(Max("number")))
    assert fingerprint() == before
    with pytest.raises(CommandError, match="--if-empty"):
        call_command("load_demo")

    builders.product("EXTRA", builders.producer("EXTRA-P"))
    builders.user("somebody@example.vn")
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--yes-destroy"):
        call_command("load_demo", reset=True)
    assert Product.objects.filter(code="EXTRA").exists()
    settings.PRODUCTION = False
    call_command("load_demo", reset=True, verbosity=0)
    assert fingerprint() == before

    # The ledger's guards stand again.
    with pytest.raises(InternalError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE orders_ledgerentry CASCADE")
    with pytest.raises(InternalError, match="delete"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_ledgerentry")


@pytest.mark.usefixtures("demo_db")
def test_a_load_that_was_broken_off_is_noticed() -> None:
    assert (is_empty(), was_interrupted()) == (False, False)
    # What people did stays with them: it goes first, or is nobody's.
    for model in (IntakeRun, TypedOrder):
        model.objects.update(by=None)
    with pgtrigger.ignore("dashboards.ReportStep:append_only", "dashboards.PeriodReport:signed_is_frozen"):
        for model in (ReportStep, PeriodReport, Invitation, StarApplication, ListingRevision, User):
            model.objects.all().delete()
    assert (is_empty(), was_interrupted()) == (False, True)


def test_without_reference_data_it_says_what_to_do(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_ocopset")
    with pytest.raises(CommandError, match="load_reference"):
        call_command("load_demo")


# Its parts


def made_orders(prices: list[int]) -> list[Order]:
    """Orders of one piece each, at these prices."""
    return [
        Order(
            str(price), builders.at("2025-05-10 20:00"), [Line(Item(Product(code=str(price)), str(price), price * 2, price))], ("", ""), ""
        )
        for price in prices
    ]


def test_orders_are_brought_to_an_exact_value() -> None:
    orders = made_orders([45_000, 89_000, 120_000] * 40)
    bring_to_value(orders, 15_000_000, random.Random(1))
    assert sum(order.value for order in orders) == 15_000_000
    assert all(line.value == line.gross - line.seller_discount and line.value > 0 for order in orders for line in order.lines)
    with pytest.raises(ValueError, match="too much already"):
        bring_to_value(orders, 14_999_000, random.Random(1))


def test_an_order_tells_more_the_later_it_is_seen() -> None:
    from ocop_portal.demo.order_file import rows_of

    (order,) = made_orders([45_000])
    order.fate, order.returned, order.lines[0].units = Fate.RETURNED, 1, 2
    moments = (order.placed_at, order.shipped_at, order.delivered_at, order.completed_at)
    seen = [next(iter(rows_of(order, moment)))["Order Status"] for moment in moments]
    assert seen == ["Chờ giao hàng", "Đã vận chuyển", "Đã giao", "Hoàn thành"]
    (row,) = rows_of(order, order.returned_at)
    assert (row["Sku Quantity of return"], row["Cancelation/Return Type"], row["Order Refund Amount"]) == (1, "Return/Refund", 45_000)
    order.fate = Fate.CANCELLED
    (row,) = rows_of(order, order.cancelled_at)
    assert (row["Order Status"], row["Cancelation/Return Type"], row["Order Refund Amount"]) == ("Đã hủy", "Cancel", 90_000)


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2028, 2, 29), date(2027, 1, 31), date(2027, 8, 31), date(2031, 3, 1)])
def test_stars_hold_on_whatever_day_they_are_loaded(today: date) -> None:
    recognition = Recognition(Clock(today), CA_MAU, "T", lambda *_: "UBND tỉnh", random.Random(1))
    product = Product(code="P", producer=Producer(code="P"))
    for term in (24, 55, 84, 130, 172, 1010):
        rating = recognition.rate(product, 3, term)
        assert rating.valid_from <= today
        assert 0 <= term - (rating.valid_until - today).days <= 3
        assert rating.valid_until == last_valid_day(rating.valid_from)
