"""A producer that the registry does not hold: entered by whoever answers for its place, so that its first member can come in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalog.members.making import SameProducerError, make_producer
from catalog.models import Producer, ProducerSeat
from tests import builders

pytestmark = pytest.mark.django_db
PATH = "/en/producers/new/"
SAID = {"name": "  HTX   Cà phê Ia Boòng ", "kind": "cooperative", "representative": "Siu H'Bia"}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_entered_by_the_department_then_its_leader_is_invited() -> None:
    client, commune = client_of(builders.official(builders.AGRICULTURE)), builders.commune()
    answer = client.post(PATH, {**SAID, "commune": commune.pk})
    made = Producer.objects.get()
    assert (made.code, made.name, made.representative) == (f"CT-{commune.pk}-01", "HTX Cà phê Ia Boòng", "Siu H'Bia")
    assert list(ProducerSeat.objects.values_list("commune", "since")) == [(commune.pk, timezone.localdate())]
    assert answer["Location"] == f"/en/producers/{made.code}/members/invite/"
    assert client.get(answer["Location"]).status_code == 200
    twice = client.post(PATH, {**SAID, "name": "htx cà phê ia boòng", "commune": commune.pk})
    assert (twice.status_code, Producer.objects.count()) == (422, 1)
    assert f"sits in the commune already: CT-{commune.pk}-01" in twice.content.decode()


def test_codes_that_are_taken_are_passed_over() -> None:
    commune = builders.commune()
    Producer.objects.create(code=f"ct-{commune.pk}-01", name="Another")
    assert make_producer(name="New", kind="household", commune=commune).code == f"CT-{commune.pk}-02"
    with pytest.raises(SameProducerError):
        make_producer(name="NEW", kind="company", commune=commune)


def test_a_commune_enters_its_own_alone_and_a_department_none_elsewhere() -> None:
    own, other, elsewhere = builders.commune(), builders.commune(nth=1), builders.commune(builders.CA_MAU)
    official = client_of(builders.official(commune=own))
    assert official.post(PATH, {**SAID, "commune": other.pk}).status_code == 422
    department = client_of(builders.official(builders.AGRICULTURE))
    assert department.post(PATH, {**SAID, "commune": elsewhere.pk}).status_code == 422
    assert not Producer.objects.exists()
    assert official.post(PATH, {**SAID, "commune": own.pk}).status_code == 302
