"""Producers confirm on a phone: only their own slots, only what they were asked, once; and they are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Message, User
from livestreams.models import Session, Slot
from livestreams.sessions.confirmations import answer_slot, ask_producers
from livestreams.sessions.errors import NotAskedError
from livestreams.sessions.planning import cancel_session, move_session
from livestreams.sessions.run_of_show import change_slot
from tests import builders
from tests.livestreams.plans import START, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot() -> Slot:
    """A slot about which the producer was just asked."""
    session = planned(products=[builders.product("A", builders.producer("SX"))])
    ask_producers(session=session, by=builders.official())
    return session.slots.select_related("product__producer").get()


@pytest.fixture
def member(slot: Slot) -> User:
    return builders.member(slot.product.producer)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def answer(client: Client, slot: Slot, answer: str = "confirmed", **more: str) -> int:
    """What sending the form of the slot's page answers."""
    seen = re.search(r'name="asked_at" value="([^"]+)"', client.get("/en/my/slots/").content.decode())
    values = {"answer": answer, "asked_at": seen[1] if seen else "", **more}
    return client.post(f"/en/my/slots/{slot.pk}/answer/", values).status_code


def now(slot: Slot) -> tuple[str, str, int | None]:
    slot = Slot.objects.get(pk=slot.pk)
    return slot.answer, slot.declined_reason, slot.answered_by_id


def test_the_page_says_what_is_asked_and_one_tap_confirms(slot: Slot, member: User) -> None:
    client = browser(member)
    shown = client.get("/en/my/slots/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    for said in ("Product A", "10/03/2027 20:00", "90,000 ₫", "5 min"):
        assert said in shown
    assert answer(client, slot) == 302
    assert now(slot) == ("confirmed", "", member.pk)
    assert "Nothing waits for your answer" in client.get("/en/my/slots/").content.decode()


def test_declining_takes_a_reason(slot: Slot, member: User) -> None:
    client = browser(member)
    assert answer(client, slot, "declined", reason="  ") == 422
    assert answer(client, slot, "declined", reason="x" * 301) == 422
    assert now(slot) == ("asked", "", None)
    assert answer(client, slot, "declined", reason=" hết hàng\x00 ") == 302
    assert now(slot) == ("declined", "hết hàng", member.pk)


def test_anothers_slot_does_not_exist(slot: Slot) -> None:
    stranger = builders.member(builders.producer("SX2"))
    assert answer(browser(stranger), slot) == 404
    assert answer(browser(builders.official()), slot) == 403
    assert now(slot) == ("asked", "", None)
    assert "Product A" not in browser(stranger).get("/en/my/slots/").content.decode()


def test_an_answer_is_given_once(slot: Slot, member: User) -> None:
    client = browser(member)
    answer(client, slot)
    assert answer(client, slot, "declined", reason="đổi ý") == 302
    assert now(slot) == ("confirmed", "", member.pk)


@pytest.mark.parametrize("change", [{"actual_start": START}, {"cancelled_at": START}], ids=["begun", "cancelled"])
def test_nothing_is_answered_once_it_has_begun_or_was_cancelled(slot: Slot, member: User, change: dict[str, object]) -> None:
    Session.objects.update(**change)
    with pytest.raises(NotAskedError):
        answer_slot(slot=slot, by=member, confirmed=True)
    assert "Confirm" not in browser(member).get("/en/my/slots/").content.decode().split("</header>")[1]
    assert ask_producers(session=slot.session, by=member) == 0


@pytest.mark.parametrize("asked_at", ["", "yesterday", "2027-13-45T00:00", "9" * 50])
def test_an_answer_without_its_question_is_none(slot: Slot, member: User, asked_at: str) -> None:
    assert answer(browser(member), slot, asked_at=asked_at) == 302
    assert now(slot) == ("asked", "", None)


def other_price(slot: Slot, by: User) -> None:
    change_slot(slot=slot, by=by, offer_price=80_000)


def other_day(slot: Slot, by: User) -> None:
    moved = START + timedelta(days=1)
    move_session(session=slot.session, start=moved, end=moved + timedelta(hours=1), version=slot.session.plan_version, by=by)


@pytest.mark.parametrize("change", [other_price, other_day])
def test_who_saw_another_offer_is_told_to_look_again(slot: Slot, member: User, change: Callable[[Slot, User], None]) -> None:
    client = browser(member)
    seen = slot.asked_at
    assert seen is not None
    change(slot, builders.official())
    answered = client.post(f"/en/my/slots/{slot.pk}/answer/", {"answer": "confirmed", "asked_at": seen.isoformat()}, follow=True)
    assert "has changed since you opened this page" in answered.content.decode()
    assert now(slot) == ("asked", "", None)
    assert answer(client, slot) == 302
    assert now(slot)[0] == "confirmed"


@pytest.mark.parametrize("change", [other_price, other_day])
def test_a_confirmed_slot_with_another_offer_is_asked_again(slot: Slot, member: User, change: Callable[[Slot, User], None]) -> None:
    answer_slot(slot=slot, by=member, confirmed=True)
    change(slot, builders.official())
    assert now(slot) == ("asked", "", None)
    told = Message.objects.get(user=member)
    assert told.subject == "Đề nghị của một phiên livestream đã thay đổi: mời bạn trả lời lại"
    assert "/my/slots/" in told.body


def test_each_producer_is_told_once_of_all_its_slots(member: User, slot: Slot) -> None:
    other = builders.member(builders.producer("SX2"))
    products = [builders.product("B", slot.product.producer), builders.product("C", slot.product.producer)]
    products.append(builders.product("D", other.producers.get()))
    session = planned("P2", products=products)
    assert ask_producers(session=session, by=builders.official()) == 3
    told = {message.user_id: message.body for message in Message.objects.filter(kind="slot_asked")}
    assert sorted(told) == sorted([member.pk, other.pk])
    assert "Sản phẩm B, Sản phẩm C." in told[member.pk]
    assert "10/03/2027 20:00" in told[other.pk]
    cancel_session(session=session, reason="mưa bão", by=builders.official())
    assert Message.objects.filter(user=other, body__contains="mưa bão").count() == 1


def test_the_same_queries_at_one_and_three_slots(slot: Slot, member: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser(member).get("/my/slots/")
        return len(queries)

    before = cost()
    session = planned("P2", products=[builders.product("B", slot.product.producer), builders.product("C", slot.product.producer)])
    ask_producers(session=session, by=builders.official())
    assert cost() == before
