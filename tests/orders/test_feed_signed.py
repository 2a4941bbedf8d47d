"""Signed messages: fresh, signed with a secret of that shop that is valid now, and each but once."""

from __future__ import annotations

import hashlib
import hmac
import time
from datetime import timedelta

import pytest

from orders.feeds.keys import make_key, replace_key, revoke_key
from orders.feeds.models import IdempotentCall, ShopKey
from orders.models import IntakeRun, Order, Shop
from tests import builders
from tests.orders.feed_calls import as_bytes, batch, faults, line, order, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """A host's shop."""
    return builders.shop("GIAN-1", builders.host("SAMMY"))


@pytest.fixture
def secret(shop: Shop) -> str:
    """Its signing secret."""
    return make_key(shop=shop, kind=ShopKey.Kind.SIGNING, by=builders.official())[1]


def test_signed_message_comes_in_once(shop: Shop, secret: str) -> None:
    now = int(time.time())
    answer = signed("GIAN-1", secret, batch(), at=now)
    assert answer.status_code == 201
    assert answer.json()["orders"] == [{"number": "576461414838990001", "result": "new"}]
    again = signed("GIAN-1", secret, batch(), at=now)
    assert (again.status_code, again.json()) == (409, {"detail": "Tin này đã được nhận từ trước."})
    # The same orders told anew are another message, and change nothing.
    later = signed("GIAN-1", secret, batch(), at=now - 1)
    assert later.json()["orders"] == [{"number": "576461414838990001", "result": "unchanged"}]
    assert (Order.objects.count(), IntakeRun.objects.count()) == (1, 2)


def test_message_that_was_refused_may_come_again(secret: str) -> None:
    now = int(time.time())
    wrong = batch(order("A1", line(units=0)))
    for _ in range(2):
        assert faults(signed("GIAN-1", secret, wrong, at=now)) == {"orders[0].lines[0].units": "zero_units"}
    assert not IdempotentCall.objects.exists()


@pytest.mark.parametrize("age", [-301, 301])
def test_message_of_another_time_is_refused(secret: str, age: int) -> None:
    assert signed("GIAN-1", secret, batch(), at=int(time.time()) - age).status_code == 401
    assert signed("GIAN-1", secret, batch(), at=int(time.time()) - age // 301 * 290).status_code == 201


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1e9", " 1", "1" * 13, "１７"])
def test_time_that_is_none(secret: str, timestamp: str) -> None:
    headers = {"Ocop-Timestamp": timestamp.encode().decode("latin-1")}
    assert signed("GIAN-1", secret, batch(), **headers).status_code == 401


def test_signature_of_another_body_time_shop_or_secret_is_refused(shop: Shop, secret: str) -> None:
    official = builders.official()
    other = builders.shop("GIAN-2", builders.host("KHAC"))
    theirs = make_key(shop=other, kind=ShopKey.Kind.SIGNING, by=official)[1]
    good = "v1=" + "0" * 64
    for code, used, headers in (
        ("GIAN-1", theirs, {}),
        ("GIAN-2", secret, {}),
        ("NOBODY", secret, {}),
        ("GIAN-1", "", {}),
        ("GIAN-1", secret, {"Ocop-Timestamp": str(int(time.time()) - 60)}),
        *(("GIAN-1", secret, {"Ocop-Signature": text}) for text in ("", good, "v1=", "v1", "v2=" + "0" * 64, ",,,,,,,,", "v1=\xe9")),
    ):
        answer = signed(code, used, batch(), **headers)
        assert answer.status_code == 401, (code, headers)
    # A key for the API signs nothing.
    assert signed("GIAN-1", make_key(shop=shop, kind=ShopKey.Kind.API, by=official)[1], batch()).status_code == 401
    assert not Order.objects.exists()


def test_two_secrets_are_valid_while_one_replaces_the_other(shop: Shop, secret: str) -> None:
    official = builders.official()
    old = shop.keys.get()
    new, new_secret = replace_key(shop=shop, pk=old.pk, grace=timedelta(days=1), by=official)
    for number, used in enumerate((secret, new_secret)):
        assert signed("GIAN-1", used, batch(order(f"A{number}"))).status_code == 201
    ShopKey.objects.filter(pk=old.pk).update(ends_at=old.created_at)
    assert signed("GIAN-1", secret, batch(order("B"))).status_code == 401
    revoke_key(shop=shop, pk=new.pk, by=official)
    assert signed("GIAN-1", new_secret, batch(order("B"))).status_code == 401


def test_sender_that_signs_with_both_secrets_is_heard(shop: Shop, secret: str) -> None:
    now = str(int(time.time()))
    made = hmac.new(secret.encode(), now.encode() + b"." + as_bytes(batch()), hashlib.sha256).hexdigest()
    headers = {"Ocop-Timestamp": now, "Ocop-Signature": f"v1={'1' * 64}, v1={made}"}
    assert signed("GIAN-1", "another", batch(), **headers).status_code == 201
