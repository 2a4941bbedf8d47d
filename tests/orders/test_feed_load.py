"""Feeds under load: the same call fifty times at once, too many batches, bodies that are too large, a shop that is busy, no Valkey."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.http import HttpResponse

from orders import tasks
from orders.feeds import limits, receiving
from orders.feeds.keys import make_key
from orders.feeds.models import IdempotentCall, ShopKey
from orders.intake.merge import SHOP_LOCK
from orders.models import IntakeRun, LedgerEntry, Mark, Order, Shop
from tests import builders
from tests.orders.feed_calls import as_bytes, batch, line, order, send
from traceability import valkey

TOGETHER = 50


@pytest.fixture
def shop(fresh_db: str) -> Shop:
    """A host's shop, in a database of the test's own."""
    return builders.shop("GIAN-1", builders.host("SAMMY"))


@pytest.fixture
def key(shop: Shop) -> str:
    """Its key."""
    return make_key(shop=shop, kind=ShopKey.Kind.API, by=builders.official())[1]


def at_once(calls: list[Callable[[], HttpResponse]], *, threads: int) -> list[HttpResponse]:
    """The answers to the calls, made from so many threads, each with a connection of its own, that begin together."""
    gate = Barrier(threads)

    def call(made: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            return made()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads, initializer=lambda: (gate.wait(), None)[1]) as pool:
        return list(pool.map(call, calls))


def test_fifty_equal_calls_at_once_have_one_effect_and_one_answer(key: str) -> None:
    body = batch(*[order(f"A{number}", line(units=2)) for number in range(20)])
    answers = at_once([lambda: send(key, body, "the-same")] * TOGETHER, threads=TOGETHER)
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert len(answers) == TOGETHER
    assert (IntakeRun.objects.count(), Order.objects.count(), LedgerEntry.objects.count()) == (1, 20, 20)
    assert send(key, body, "the-same").content == answers[0].content


def test_same_name_with_another_body_is_refused_and_changes_nothing(key: str) -> None:
    send(key, batch(), "name")
    # White space makes another body too: what is compared are bytes.
    for body in (batch(order("A2")), as_bytes(batch()) + b" ", b"{"):
        assert send(key, body, "name").status_code == 409
    assert list(Order.objects.values_list("number", flat=True)) == ["576461414838990001"]


@pytest.mark.parametrize("name", ["", " ", "a b", "x" * 101, "tên"])
def test_call_needs_a_name(key: str, name: str) -> None:
    answer = send(key, batch(), name.encode().decode("latin-1"))
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]
    assert not Order.objects.exists()


def test_name_of_a_refused_batch_is_free(key: str) -> None:
    assert send(key, batch(order("A1", line(units=0))), "name").status_code == 400
    assert send(key, batch(order("A1")), "name").status_code == 201


def test_name_is_the_shops_own(shop: Shop, key: str) -> None:
    other = builders.shop("GIAN-2", builders.host("KHAC"))
    other_key = make_key(shop=other, kind=ShopKey.Kind.API, by=builders.official())[1]
    assert send(key, batch(), "name").status_code == send(other_key, batch(), "name").status_code == 201
    assert Order.objects.count() == 2


def test_too_many_batches_are_slowed_and_what_was_accepted_is_there(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BATCHES", 20)
    monkeypatch.setattr(limits, "WINDOW", 3600)  # all of the test is in one window, but at the full hour
    sent = [f"A{number}" for number in range(60)]
    answers = at_once([lambda number=number: send(key, batch(order(number)), number) for number in sent], threads=6)  # type: ignore[misc]
    told = Counter(answer.status_code for answer in answers)
    assert told.keys() == {201, 429}
    assert told[201] >= 20
    assert all(1 <= int(answer["Retry-After"]) <= 3600 for answer in answers if answer.status_code == 429)
    accepted = {number for number, answer in zip(sent, answers, strict=True) if answer.status_code == 201}
    assert set(Order.objects.values_list("number", flat=True)) == accepted
    # Whoever was sent away comes again under the same name.
    monkeypatch.setattr(limits, "BATCHES", 1000)
    assert all(send(key, batch(order(number)), number).status_code == 201 for number in sent)
    assert Order.objects.count() == len(sent)
    assert IntakeRun.objects.count() == len(sent)


def test_without_valkey_batches_come_in(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey._Rest, "until", float("inf"))
    monkeypatch.setattr(limits, "BATCHES", 0)
    assert send(key, batch()).status_code == 201


def test_busy_shop_is_told_to_wait_and_nothing_is_done(shop: Shop, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "PATIENCE", 0.2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SHOP_LOCK, shop.pk])
        (answer,) = at_once([lambda: send(key, batch(), "name")], threads=1)
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SHOP_LOCK, shop.pk])
    assert (answer.status_code, answer["Retry-After"]) == (429, "2")
    assert not IdempotentCall.objects.exists()
    assert send(key, batch(), "name").status_code == 201


def test_batches_wake_one_fold_until_it_begins(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[Any] = []

    def wake(task: Any, *, after: int) -> None:
        assert 0 < after < tasks.FORGOTTEN_AFTER
        woken.append(task)

    monkeypatch.setattr(tasks, "wake", wake)
    tasks.fold_figures()
    for _ in range(3):
        assert send(key, batch()).status_code == 201
    assert woken == [tasks.fold_figures]
    tasks.fold_figures()
    assert not Mark.objects.exists()
    assert send(key, batch(order("A2", line(units=0)))).status_code == 400
    assert woken == [tasks.fold_figures]
    assert send(key, batch(order("A2"))).status_code == 201
    assert woken == [tasks.fold_figures] * 2


class Endless(io.RawIOBase):
    """A body of which is counted how much was read."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        """As much as is asked for."""
        assert size >= 0
        self.taken += size
        return b" " * size


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"CONTENT_LENGTH": str(50 << 20)}, 413),
        ({"CONTENT_LENGTH": str((5 << 20) + 1)}, 413),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ({"CONTENT_LENGTH": "9", "HTTP_CONTENT_ENCODING": "gzip"}, 415),
        ({"CONTENT_LENGTH": "9", "CONTENT_TYPE": "text/csv"}, 415),
        ({"CONTENT_LENGTH": "9", "HTTP_ACCEPT": "text/html"}, 406),
    ],
)
def test_body_is_refused_before_it_is_read(key: str, told: dict[str, str], status: int) -> None:
    body = Endless()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/orders",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.errors": io.StringIO(),
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {key}",
        "HTTP_IDEMPOTENCY_KEY": "name",
        **told,
    }
    answered: list[str] = []
    get_wsgi_application()(environ, lambda line, _headers, _error=None: answered.append(line))  # type: ignore[arg-type,misc]
    assert (int(answered[0].split()[0]), body.taken) == (status, 0)
