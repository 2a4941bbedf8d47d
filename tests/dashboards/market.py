"""A small market with every case of attribution, in round figures: what the tests of lists, lines and the session page read.

Gia Lai: GL1 makes A (4 stars) and B, GL2 makes C (3 stars, in another commune). Cà Mau: CM1 makes X. The partner's shop S sells A, B
and C and is linked to session L1 (20/05/2025 20:00–21:00, slots A, C, A); H is the shop of its host; CMS is CM1's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.models import Producer, Product
from livestreams.models import Session, Slot
from orders.models import Order, Shop
from tests import builders
from tests.builders import CA_MAU, at
from tests.order_builders import Line, fold, order

DAYS = {"from": "2025-05-01", "to": "2025-05-31"}


@dataclass(frozen=True)
class Market:
    """What there is."""

    gl1: Producer
    gl2: Producer
    cm1: Producer
    a: Product
    b: Product
    c: Product
    x: Product
    shop: Shop
    session: Session
    slots: list[Slot]
    orders: dict[str, Order]


def make_market() -> Market:
    """The market with its orders folded. On air in Gia Lai: 3 orders, 5 lines, 480,000 placed, 280,000 net, nothing delivered."""
    gl1, gl2 = builders.producer("GL1"), builders.producer("GL2", nth_commune=1)
    cm1 = builders.producer("CM1", province=CA_MAU)
    a, b = builders.product("A", gl1, stars=4, price=100_000), builders.product("B", gl1)
    c, x = builders.product("C", gl2, stars=3), builders.product("X", cm1, stars=5)
    host = builders.host("H1")
    shop = builders.shop("S", builders.partner("P1"), sells=[a, b, c])
    hosts_shop, cm_shop = builders.shop("H", host, sells=[a]), builders.shop("CMS", cm1, province=CA_MAU, sells=[x])
    session = builders.session("L1", at("2025-05-20 20:00"), products=[a, c, a], hosted_by=host, shops=[shop])
    told = {
        # on air: A in its first slot, B outside the run-of-show, and a SKU that nobody has mapped
        "on-air": (shop, "2025-05-20 20:02", [Line(a, 2, 200_000), Line(b, 1, 50_000), Line(None, 1, 30_000)]),
        "sent-back": (shop, "2025-05-20 20:07", [Line(c, 1, 100_000, delivered=1, returned=1)]),
        # in the 30 minutes after the end; A's last slot
        "grace": (shop, "2025-05-20 21:10", [Line(a, 1, 100_000, cancelled=1)]),
        "next-day": (shop, "2025-05-21 10:00", [Line(a, 3, 300_000, delivered=3)]),
        "week": (shop, "2025-05-25 10:00", [Line(a, 1, 100_000)]),
        "hosts": (hosts_shop, "2025-05-22 10:00", [Line(a, 1, 100_000)]),
        # exactly 24 hours before the start
        "day-before": (shop, "2025-05-19 20:00", [Line(a, 1, 90_000)]),
        "week-before": (shop, "2025-05-15 12:00", [Line(c, 2, 180_000)]),
        "elsewhere": (cm_shop, "2025-05-20 20:30", [Line(x, 5, 500_000, delivered=5)]),
    }
    exported = at("2025-05-28 08:00")
    orders = {name: order(where, name, at(when), *lines, exported_at=exported) for name, (where, when, lines) in told.items()}
    fold()
    return Market(gl1, gl2, cm1, a, b, c, x, shop, session, list(session.slots.order_by("position")), orders)


def browser_of(user: User) -> Client:
    """A client in which `user` is signed in."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def queries_of(user: User, address: str, query: dict[str, str] | None = None) -> list[str]:
    """The statements of one request that finds no kept rows, after another one has warmed up what is kept per process."""
    client = browser_of(user)
    client.get(address, query)
    forget_readings()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, query).status_code == 200
    return [found["sql"] for found in captured.captured_queries]


def forget_readings() -> None:
    """The next page computes its rows anew."""
    cache.clear()


def context_of(user: User, address: str, **query: Any) -> Any:
    """The context of a page that answers."""
    answer = browser_of(user).get(address, query)
    assert answer.status_code == 200, answer.content
    return answer.context
