"""Needs: asked in two taps, accepted into a session, answered, refused, taken back, and followed to their end."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message, User
from catalog.models import Producer, Product
from livestreams.models import Need, Session, Slot
from livestreams.needs import services as verbs
from livestreams.needs.seasons import next_tet, window_of
from livestreams.tasks import settle_needs
from tests import builders
from tests.builders import need as asked
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def product(people: People) -> Product:
    """A product of the member's producer."""
    return builders.product("CF", Producer.objects.get(), name="Cà phê bột", stars=4)


@pytest.fixture
def member(people: People) -> Client:
    return client_of(people, Role.COOPERATIVE)


@pytest.fixture
def official(people: People) -> Client:
    return client_of(people, Role.TRADE)


@pytest.fixture
def trader(people: People) -> User:
    return people[Role.TRADE]


def coming(code: str = "L", **fields: Any) -> Session:
    return builders.session(code, timezone.now() + timedelta(days=3), aired=False, **fields)


def errors(answer: HttpResponse) -> list[str]:
    """Which fields the summary of errors names, by id."""
    assert answer.status_code == 422
    summary = re.search(r'<div class="error-summary".*?</div>', answer.content.decode(), re.S)
    assert summary is not None
    return re.findall(r'href="#([\w-]+)"', summary[0])


def test_two_taps(member: Client, product: Product) -> None:
    first = member.get(reverse("my_needs")).content.decode()
    address = re.search(r'href="([^"]*\?product=CF)"', first)
    assert address is not None
    # The second screen is sent as it comes: what the form holds already is enough.
    page = member.get(address[1]).content.decode()
    sent = dict(re.findall(r'<input type="radio" name="(\w+)" value="(\w+)"[^>]*checked', page))
    chosen = re.search(r'<option value="(\d+)" selected', page)
    assert chosen is not None
    answer = member.post(address[1], sent | {"product": chosen[1]})
    need = Need.objects.get()
    assert answer["Location"] == reverse("need_detail", args=[need.pk])
    assert (need.product, need.producer, need.wish, need.season, need.state) == (product, product.producer, "kol", "harvest", "open")
    assert (need.window_from, need.window_to, need.quantity) == (TODAY, TODAY + timedelta(days=60), None)
    assert need.asked_by is not None
    assert need.asked_by.memberships.get().producer == product.producer


def wish(about: Product | None, **fields: Any) -> dict[str, Any]:
    """What the browser sends."""
    return {"product": about.pk if about else "", "wish": "kol", "season": "harvest", **fields}


def test_all_that_can_be_said(member: Client, product: Product) -> None:
    sent = wish(product, wish="leader", season="other", window_from="2099-01-01", window_to="2099-02-01", quantity="1,5", unit="tonne")
    member.post(reverse("need_new"), sent | {"note": "Giao <b>sớm</b>"})
    need = Need.objects.get()
    assert (need.quantity, need.unit, need.window_from, need.window_to) == (Decimal("1.5"), "tonne", date(2099, 1, 1), date(2099, 2, 1))
    page = member.get(reverse("need_detail", args=[need.pk])).content.decode()
    assert "1,5 tấn" in page
    assert "Giao &lt;b&gt;sớm&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"product": ""}, "id_product"),
        ({"product": "0"}, "id_product"),
        ({"product": "a\0"}, "id_product"),
        ({"wish": "money"}, "id_wish"),
        ({"wish": ""}, "id_wish"),
        ({"season": "winter"}, "id_season"),
        ({"window_from": "2099-02-01", "window_to": "2099-01-01"}, "id_window_to"),
        ({"window_from": "2020-01-01", "window_to": "2020-02-01"}, "id_window_to"),
        ({"window_from": "2099-01-01", "window_to": "2199-01-01"}, "id_window_to"),
        ({"window_from": "hôm nay"}, "id_window_from"),
        ({"quantity": "-1"}, "id_quantity"),
        ({"quantity": "0"}, "id_quantity"),
        ({"quantity": "1e99"}, "id_quantity"),
        ({"quantity": "9999999999999"}, "id_quantity"),
        ({"quantity": "NaN"}, "id_quantity"),
        ({"quantity": "1,5"}, "id_quantity"),  # packs
        ({"quantity": "1", "unit": "ton"}, "id_unit"),
        ({"note": "x" * 501}, "id_note"),
        ({"note": "a\0b"}, "id_note"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(member: Client, product: Product, sent: dict[str, Any], field: str) -> None:
    assert [one.removesuffix("_0") for one in errors(member.post(reverse("need_new"), wish(product, **sent)))] == [field]
    assert not Need.objects.exists()


def test_another_time_needs_its_days(member: Client, product: Product) -> None:
    assert errors(member.post(reverse("need_new"), wish(product, season="other"))) == ["id_window_from", "id_window_to"]


def test_another_producers_product_is_refused(member: Client, product: Product) -> None:
    other = builders.product("O", builders.producer("X"))
    assert errors(member.post(reverse("need_new"), wish(other))) == ["id_product"]
    with pytest.raises(verbs.OtherProducerError):
        verbs.ask_need(need=Need(producer=product.producer, product=other), by=builders.user())
    assert not Need.objects.exists()


def test_training_needs_no_product_but_a_producer(people: People, member: Client, product: Product) -> None:
    member.post(reverse("need_new"), wish(None, wish="training"))
    assert (Need.objects.get().product, Need.objects.get().producer) == (None, product.producer)
    both = Client()
    user = builders.member(product.producer, builders.producer("X"))
    both.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert errors(both.post(reverse("need_new"), wish(None, wish="training"))) == ["id_product"]
    both.post(reverse("need_new"), wish(None, wish="capital", producer=Producer.objects.get(code="X").pk))
    assert Need.objects.get(wish="capital").producer.code == "X"
    # Nobody asks for a producer to which he does not belong.
    assert member.post(reverse("need_new"), wish(None, wish="capital", producer=Producer.objects.get(code="X").pk)).status_code == 422


def test_the_same_twice_is_one_need(member: Client, product: Product) -> None:
    first = member.post(reverse("need_new"), wish(product))
    again = member.post(reverse("need_new"), wish(product))
    assert again["Location"] == first["Location"]
    assert Need.objects.count() == 1
    # Taken back, it may be asked anew.
    member.post(first["Location"], {"act": "withdraw"})
    assert Need.objects.get().state == "withdrawn"
    member.post(reverse("need_new"), wish(product))
    assert [need.state for need in Need.objects.order_by("pk")] == ["withdrawn", "open"]


@pytest.mark.parametrize(
    ("today", "tet", "window"),
    [
        ("2026-01-01", "2026-02-17", ("2026-01-01", "2026-02-16")),
        ("2026-02-17", "2026-02-17", ("2026-12-08", "2027-02-05")),
        ("2026-11-28", "2027-02-06", ("2026-12-08", "2027-02-05")),
        ("2027-02-05", "2027-02-06", ("2027-02-05", "2027-02-05")),
    ],
)
def test_the_days_before_tet(today: str, tet: str, window: tuple[str, str]) -> None:
    day = date.fromisoformat(today)
    assert next_tet(day) == date.fromisoformat(tet)
    assert window_of("tet", day) == tuple(map(date.fromisoformat, window))


def test_accepted_a_need_has_a_slot_and_its_producer_is_asked(official: Client, product: Product) -> None:
    need, session = asked(product), coming(products=[builders.product("P2", builders.producer("X"))])
    page = official.get(reverse("need_detail", args=[need.pk])).content.decode()
    assert f'name="session" value="{session.code}"' in page
    official.post(reverse("need_detail", args=[need.pk]), {"act": "accept", "session": session.code})
    need.refresh_from_db()
    slot = need.slots.get()
    assert (need.state, need.closed_at) == ("planned", None)
    assert (slot.session, slot.product, slot.position, slot.minutes) == (session, product, 2, 5)
    # It alone is asked about: the other slot is still being planned.
    assert [one.answer for one in Slot.objects.order_by("position")] == ["", "asked"]
    assert [message.user.memberships.get().producer for message in Message.objects.all() if message.user] == [product.producer]
    # Another tab, or another official, comes too late.
    official.post(reverse("need_detail", args=[need.pk]), {"act": "accept", "session": session.code})
    with pytest.raises(verbs.NeedMovedOnError):
        verbs.accept_need(need_id=need.pk, session=session, by=builders.administrator())
    assert Slot.objects.count() == 2


def test_into_which_session_a_need_cannot_go(official: Client, trader: User, product: Product) -> None:
    need, page = asked(product), reverse("need_detail", args=[asked(product, wish="leader").pk])
    foreign = coming("F", province="96")
    for code in ("", "F", "NONE", "a\0b", "x" * 41):
        assert official.post(page, {"act": "accept", "session": code}).status_code == 422
    assert foreign.slots.count() == 0
    over = builders.session("OVER", timezone.now() - timedelta(days=2))
    with pytest.raises(verbs.SessionOverError):
        verbs.accept_need(need_id=need.pk, session=over, by=trader)
    cancelled = coming("C")
    Session.objects.filter(pk=cancelled.pk).update(cancelled_at=timezone.now())
    assert official.post(page, {"act": "accept", "session": "C"}).status_code == 422
    assert Slot.objects.filter(need__isnull=False).count() == 0
    assert {need.state for need in Need.objects.all()} == {"open"}


def test_refused_with_a_reason_and_told_once(official: Client, product: Product) -> None:
    need = asked(product)
    page = reverse("need_detail", args=[need.pk])
    assert errors(official.post(page, {"act": "refuse", "words": "  "})) == ["refuse_words"]
    official.post(page, {"act": "refuse", "words": "Kín lịch đến Tết"})
    need.refresh_from_db()
    assert (need.state, need.answer, need.closed_at is not None) == ("refused", "Kín lịch đến Tết", True)
    message = Message.objects.get()
    assert (message.kind, message.body, "Cà phê bột" in message.subject) == ("need_answered", "Kín lịch đến Tết", True)
    official.post(page, {"act": "refuse", "words": "khác"})
    need.refresh_from_db()
    assert (need.answer, Message.objects.count()) == ("Kín lịch đến Tết", 1)


def test_training_is_answered_in_words_and_nothing_else_is(official: Client, trader: User, product: Product) -> None:
    training, kol = asked(product, wish="training"), asked(product)
    page = reverse("need_detail", args=[training.pk])
    assert 'value="accept"' not in official.get(page).content.decode()
    with pytest.raises(verbs.NeedMovedOnError):
        verbs.accept_need(need_id=training.pk, session=coming(), by=trader)
    with pytest.raises(verbs.NeedMovedOnError):
        verbs.answer_need(need_id=kol.pk, by=trader, answer="x")
    official.post(page, {"act": "answer", "words": "Lớp ngày 12 tại xã"})
    training.refresh_from_db()
    assert (training.state, training.answer) == ("met", "Lớp ngày 12 tại xã")


def test_who_may_do_what(people: People, product: Product) -> None:
    need = asked(product)
    page = reverse("need_detail", args=[need.pk])
    acts = {
        role: sorted(re.findall(r'name="act" value="(\w+)"', client_of(people, role).get(page).content.decode()))
        for role in (Role.COOPERATIVE, Role.TRADE, Role.AGRICULTURE, Role.COMMUNE, Role.ADMINISTRATOR)
    }
    both = ["refuse"]
    assert acts == {
        Role.COOPERATIVE: ["withdraw"],
        Role.TRADE: both,
        Role.AGRICULTURE: [],
        Role.COMMUNE: both,
        Role.ADMINISTRATOR: both,
    }
    session = coming()
    for role, act in ((Role.COOPERATIVE, "accept"), (Role.COOPERATIVE, "refuse"), (Role.AGRICULTURE, "refuse"), (Role.TRADE, "withdraw")):
        client_of(people, role).post(page, {"act": act, "session": session.code, "words": "x"})
    need.refresh_from_db()
    assert (need.state, Slot.objects.count()) == ("open", 0)


def test_a_need_put_beside_a_slot_in_the_run_of_show_is_planned(product: Product) -> None:
    need = asked(product)
    coming(products=[product])
    Slot.objects.update(need=need)
    assert verbs.settle_needs() == 1
    need.refresh_from_db()
    assert (need.state, verbs.settle_needs()) == ("planned", 0)


def test_what_a_course_answers_does_not_wait_for_a_slot(product: Product) -> None:
    need = asked(product, wish="training", state="planned")
    assert verbs.settle_needs() == 0
    need.refresh_from_db()
    assert need.state == "planned"


@pytest.mark.parametrize(
    ("slot", "session", "state"),
    [
        ({}, {}, "planned"),
        ({"answer": "declined", "declined_reason": "x"}, {}, "open"),
        ({}, {"cancelled_at": timezone.now()}, "open"),
        ({"started_at": timezone.now()}, {"actual_start": timezone.now()}, "planned"),  # still on air
        ({"started_at": timezone.now()}, {"actual_start": timezone.now(), "actual_end": timezone.now() + timedelta(hours=1)}, "met"),
        ({"outcome": "skipped"}, {"actual_start": timezone.now(), "actual_end": timezone.now() + timedelta(hours=1)}, "open"),
        ({}, {"actual_start": timezone.now(), "actual_end": timezone.now() + timedelta(hours=1)}, "open"),
    ],
)
def test_a_planned_need_follows_its_slot(product: Product, slot: dict[str, Any], session: dict[str, Any], state: str) -> None:
    need = asked(product, state="planned")
    planned = coming(products=[product])
    Slot.objects.update(need=need, **slot)
    Session.objects.filter(pk=planned.pk).update(**session)
    settle_needs()
    settle_needs()
    need.refresh_from_db()
    assert (need.state, need.closed_at is not None) == (state, state == "met")
    assert Message.objects.count() == (1 if state == "met" and product.producer.members.exists() else 0)


def test_the_list_shows_what_waits_longest_first_and_narrows_by_the_address(official: Client, product: Product) -> None:
    for days, wished in ((3, "kol"), (40, "training"), (10, "kol")):
        fields = {"season": "tet"} if wished == "training" else {"window_to": TODAY + timedelta(days=days)}
        asked(product, wish=wished, asked_at=timezone.now() - timedelta(days=days), **fields)
    asked(product, state="met", closed_at=timezone.now(), asked_at=timezone.now() - timedelta(days=300))
    elsewhere = builders.product("N", builders.producer("X", nth_commune=1))
    asked(elsewhere, asked_at=timezone.now() - timedelta(days=20))

    def shown(query: str = "") -> list[int]:
        page = official.get(reverse("need_list") + query).content.decode()
        return [int(days) for days in re.findall(r'data-label="Đã chờ \(ngày\)">(\d+)<', page)]

    assert shown() == [40, 20, 10, 3]
    assert shown("?wish=kol") == [20, 10, 3]
    assert shown("?season=tet") == [40]
    assert shown(f"?commune={builders.commune(nth=1).code}") == [20]
    assert shown("?state=met") == [300]
    assert shown("?state=all") == [300, 40, 20, 10, 3]
    assert shown("?wish=none&state=%00&page=99&season=") == [40, 20, 10, 3]


def test_as_many_queries_for_one_need_as_for_three(
    official: Client, member: Client, product: Product, django_assert_max_num_queries: Any
) -> None:
    def queries() -> list[int]:
        counts = []
        for client, name in ((official, "need_list"), (member, "my_needs")):
            with django_assert_max_num_queries(40) as caught:
                assert client.get(reverse(name)).status_code == 200
            counts.append(len(caught))
        return counts

    asked(product)
    one = queries()
    for number in range(2):
        asked(builders.product(f"P{number}", product.producer, stars=3))
    assert queries() == one
