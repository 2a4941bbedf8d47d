"""How an agreement ends when somebody else than the owner ends it: with the shop's change of hands, or by an office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from orders.agreements import services
from orders.agreements.services import Terms
from orders.models import SharingAgreement, Shop
from orders.shops.hands import hand_over
from tests import builders
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def shop(people: People) -> Shop:
    """The shop of the cooperative of `people`, without any agreement."""
    producer = people[Role.COOPERATIVE].memberships.get().producer
    return builders.shop("CH-1", producer, shares=False)


def told(people: People, role: Role) -> list[str]:
    return list(Message.objects.filter(user=people[role], kind="sharing").order_by("pk").values_list("subject", flat=True))


def handed(people: People, shop: Shop) -> None:
    hand_over(shop=shop, since=TODAY(), to=builders.producer("HTX-2"), ground="Hợp đồng", by=people[Role.TRADE])


def test_a_proposal_to_one_owner_is_not_the_next_ones_to_sign(people: People, shop: Shop) -> None:
    terms = Terms("Báo cáo", ["commune"], TODAY(), TODAY() + timedelta(days=100))
    asked = services.propose(shop=shop, terms=terms, by=people[Role.TRADE])
    handed(people, shop)
    assert not SharingAgreement.objects.filter(pk=asked.pk).exists()
    assert told(people, Role.TRADE) == []  # nothing held that would have ended


def test_the_former_owner_hears_that_its_agreement_ended(people: People, shop: Shop) -> None:
    held = builders.agreement(shop)
    handed(people, shop)
    held.refresh_from_db()
    assert (held.state, held.ending) == ("ended", "new_owner")
    words = f"{shop} thôi chia sẻ dòng đơn hàng từ ngày {TODAY():%d/%m/%Y}"
    assert (told(people, Role.COOPERATIVE), told(people, Role.TRADE)) == ([words], [words])


@pytest.mark.parametrize(("by", "heard"), [(Role.TRADE, 1), (Role.COOPERATIVE, 0)])
def test_a_withdrawal_that_an_office_enters_is_told_to_the_owner(people: People, shop: Shop, by: Role, heard: int) -> None:
    builders.agreement(shop)
    sent = {"act": "withdraw", "since": TODAY(), "reason": "Thư của chủ gian hàng"}
    assert client_of(people, by).post(reverse("sharing", args=[shop.code]), sent).status_code == 302
    assert (len(told(people, Role.COOPERATIVE)), len(told(people, Role.TRADE))) == (heard, 1)
