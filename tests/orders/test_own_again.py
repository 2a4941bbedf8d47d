"""The same file twice, a file that tells nothing new, and nobody's shop to take a file in for."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orders import tasks
from orders.intake import runs
from orders.intake.again import changed_since
from orders.intake.models import IntakeRun
from orders.shops.models import Shop
from tests import builders
from tests.orders.own_files import content, line
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db
CONFIRM = "/confirm/"


@pytest.fixture
def shop() -> Shop:
    made = builders.stall("ZL-1", builders.producer("HTX-1"))
    builders.mapping(made)
    return made


@pytest.fixture
def people(shop: Shop) -> People:
    assert shop.producer
    return People.of(shop.producer)


@pytest.fixture
def client(people: People) -> Client:
    return client_of(people, Role.COOPERATIVE)


def compared(client: Client, shop: Shop, *rows: list[Any]) -> IntakeRun:
    file = SimpleUploadedFile("so.csv", content(rows))
    client.post("/intake/new/", {"shop": shop.pk, "file": file})
    run = IntakeRun.objects.latest("pk")
    tasks.check_run(run.pk)
    return run


def taken_in(client: Client, run: IntakeRun) -> IntakeRun:
    client.post(f"/intake/{run.pk}/confirm/")
    tasks.merge_run(run.pk)
    run.refresh_from_db()
    assert run.state == "merged"
    return run


def page(client: Client, run: IntakeRun) -> str:
    return " ".join(client.get(f"/en/intake/{run.pk}/").content.decode().split())


def test_the_same_file_again_is_said_and_not_offered(shop: Shop, client: Client, people: People) -> None:
    rows = [line(), line("A-02")]
    first = taken_in(client, compared(client, shop, *rows))
    again = compared(client, shop, *rows)
    shown = page(client, again)
    assert "Nothing in this file is new" in shown
    assert f"by {people[Role.COOPERATIVE]}." in shown
    assert f'<a href="/en/intake/{first.pk}/">Open what came of it</a>' in shown
    assert (CONFIRM in shown, "/cancel/" in shown) == (False, True)
    # Another file of the same lines may be taken in: it tells that they are still so.
    other = compared(client, shop, *reversed(rows))
    shown = page(client, other)
    assert "All its lines are known just as they stand here." in shown
    assert ("Take it in all the same" in shown, "Confirm: take in" in shown, "This very file" in shown) == (True, False, False)


def test_the_same_file_that_changes_something_may_be_confirmed(shop: Shop, client: Client) -> None:
    """It was taken in, and its words for states are explained otherwise now."""
    taken_in(client, compared(client, shop, line()))
    shop.column_mappings.update(statuses={"đã giao": 4})
    again = compared(client, shop, line())
    shown = page(client, again)
    assert (again.changes_nothing, "This very file was taken in before" in shown, "Confirm: take in 1 row" in shown) == (False, True, True)


def test_a_new_file_is_no_other_and_an_undone_one_counts_no_more(shop: Shop, client: Client) -> None:
    first = compared(client, shop, line())
    assert "This very file" not in page(client, first)
    taken_in(client, first)
    first.state, first.undo_asked_at, first.undo_reason = "undone", first.merged_at, "nhầm"
    first.save()
    assert "This very file" not in page(client, compared(client, shop, line()))


def stranger(kind: str) -> Client:
    client = Client()
    other = builders.producer("HTX-9")
    user = {"member": lambda: builders.member(other), "trade": lambda: builders.official(builders.TRADE, builders.GIA_LAI)}[kind]()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(
    ("kind", "words"), [("member", "Ask the department of industry and trade to set up the shop"), ("trade", "Set up the shop first")]
)
def test_who_has_no_shop_is_told_whom_to_ask(kind: str, words: str) -> None:
    shown = stranger(kind).get("/en/intake/new/").content.decode()
    assert (words in shown, 'type="file"' in shown) == (True, False)


def test_a_commune_without_a_shop_is_told_too(people: People, shop: Shop) -> None:
    client = client_of(people, Role.COMMUNE)
    assert 'type="file"' in client.get("/en/intake/new/").content.decode()
    Shop.objects.update(producer=builders.producer("HTX-8", province=builders.CA_MAU), province=builders.CA_MAU)
    shown = client.get("/en/intake/new/").content.decode()
    assert ("No shop whose files you can take in yet" in shown, 'type="file"' in shown) == (True, False)


def test_who_has_a_platforms_shop_alone_is_told_that_an_own_file_needs_another(shop: Shop, client: Client) -> None:
    ask = "ask the department of industry and trade to set up a shop for Zalo, phone or a booth."
    assert ask not in client.get("/en/intake/new/").content.decode()
    Shop.objects.update(platform="tiktok")
    assert ask in client.get("/en/intake/new/").content.decode()
    refused = client.post("/en/intake/new/", {"shop": shop.pk, "file": SimpleUploadedFile("so.csv", content([line()]))})
    assert refused.status_code == 422
    assert refused.context["form"].errors["file"][-1].endswith(ask)


def test_a_file_that_waited_while_orders_changed_says_so(shop: Shop, client: Client) -> None:
    """Uploaded twice, the first taken in: the second would promise a new order, or, the first undone, nothing."""
    first, second = compared(client, shop, line()), compared(client, shop, line())
    assert (changed_since(second), "have changed since" in page(client, second)) == (None, False)
    taken_in(client, first)
    shown = page(client, second)
    assert changed_since(second) == first.merged_at
    assert ("orders have changed since this file was uploaded" in shown, "This very file was taken in at" in shown) == (True, True)
    assert ("Something has changed since" in shown, "Confirm: take in 1 row" in shown) == (False, True)
    third = compared(client, shop, line())
    third.refresh_from_db()
    assert (third.changes_nothing, changed_since(third), CONFIRM in page(client, third)) == (True, None, False)
    runs.ask_undo(run_id=first.pk, by=None, reason="nhầm")
    tasks.undo_run(first.pk)
    first.refresh_from_db()
    shown = page(client, third)
    assert changed_since(third) == first.undone_at
    assert ("Nothing in this file is new" in shown, "Confirm: take in 1 row" in shown) == (False, True)
    taken = taken_in(client, third)
    assert (taken.orders_new, taken.lines_new, taken.unchanged) == (1, 1, 0)
