"""How people come to a producer and go: invited, accepted once, leading, leaving; and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency, FaceToFaceReset, Message, Post, User
from catalog.members.errors import AlreadyThereError, ContactTakenError, GoneError, LastLeaderError
from catalog.members.invitations import Invited, accept, accept_as_new, invite, read, withdraw
from catalog.members.services import remove_member, set_lead
from catalog.models import Invitation, Producer, ProducerMember
from places.models import Province
from tests import builders, sms

pytestmark = pytest.mark.django_db
PHONE, NEW = "+84912345678", "một mật khẩu mới"


@pytest.fixture
def producer() -> Producer:
    return builders.producer("HTX-1", name="HTX Ba khía")


@pytest.fixture
def official(producer: Producer) -> User:
    return builders.official(commune=producer.seats.get().commune)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask_in(producer: Producer, by: User, **more: Any) -> Invited:
    return invite(**{"by": by, "to": producer, "contact": PHONE, "address_of": lambda token: f"https://x/{token}/"} | more)


def test_an_official_invites_a_phone_and_its_bearer_joins_with_a_password(producer: Producer, official: User) -> None:
    page = signed_in(official).post(f"/producers/{producer.code}/members/invite/", {"contact": "0912 345 678", "leads": "on"})
    assert page.headers["Location"] == f"/producers/{producer.code}/members/"
    ((phone, text),) = sms.outbox
    link = text.split()[-1]
    assert (phone, link.startswith("http://testserver/invitations/")) == (PHONE, True)
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in str(Invitation.objects.values_list()[0]) + str(Message.objects.values_list())

    stranger = Client()
    assert "0912 345 678" in stranger.get(link).content.decode()
    assert stranger.post(link, {"full_name": "Trần Thị Xa", "password": NEW}).headers["Location"] == "/start/"
    member = producer.memberships.get()
    assert (member.leads, member.user.phone, member.user.full_name, member.user.email) == (True, PHONE, "Trần Thị Xa", None)
    assert stranger.session["_auth_user_id"] == str(member.user.pk)
    assert Client().post("/account/login/", {"login": "0912345678", "password": NEW}).status_code == 302
    again = Client().post(link, {"full_name": "Kẻ khác", "password": NEW})
    assert (again.status_code, User.objects.count()) == (410, 2)
    assert list(Message.objects.filter(user=official).values_list("kind", flat=True)) == ["invitation_accepted"]


def test_a_member_who_leads_invites_and_one_who_does_not_cannot(producer: Producer) -> None:
    leader, other = builders.member(producer), builders.member(producer)
    ProducerMember.objects.filter(user=other).update(leads=False)
    address = f"/producers/{producer.code}/members/invite/"
    assert signed_in(other).get(address).status_code == 404
    assert signed_in(other).post(address, {"contact": "an@example.vn"}).status_code == 404
    assert signed_in(leader).post(address, {"contact": "An@Example.vn"}).status_code == 302
    assert mail.outbox[0].to == ["an@example.vn"]
    assert not Invitation.objects.get().leads


def test_somebody_with_an_account_joins_with_it_and_belongs_to_several(producer: Producer, official: User) -> None:
    second = builders.producer("HTX-2")
    user = builders.user(phone=PHONE)
    for place in (producer, second):
        token = ask_in(place, official).token
        page = Client().get(f"/en/invitations/{token}/").content.decode()
        assert "There is an account for" in page
        assert Client().post(f"/invitations/{token}/", {"full_name": "x", "password": NEW}).status_code == 200
        assert signed_in(user).post(f"/invitations/{token}/").headers["Location"] == "/start/"
    assert set(user.producers.values_list("code", flat=True)) == {"HTX-1", "HTX-2"}
    assert User.objects.filter(phone=PHONE).count() == 1
    chosen = signed_in(user).get("/my/members/")
    assert (chosen.status_code, b"HTX-2" in chosen.content) == (200, True)
    assert signed_in(user).get("/my/members/?producer=HTX-2").headers["Location"] == "/producers/HTX-2/members/"
    with pytest.raises(AlreadyThereError):
        ask_in(producer, official)


def test_invitations_that_open_nothing(producer: Producer, official: User) -> None:
    user = builders.user()
    first = ask_in(producer, official)
    second = ask_in(producer, official)  # the link is sent again: the first one ends
    with pytest.raises(GoneError) as error:
        read(first.token)
    assert error.value.why == GoneError.Why.WITHDRAWN
    assert read(second.token) == second.invitation
    Invitation.objects.filter(pk=second.invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(GoneError) as error:
        accept(token=second.token, user=user)
    assert error.value.why == GoneError.Why.EXPIRED
    third = ask_in(producer, official)
    accept(token=third.token, user=user)
    withdraw(invitation=third.invitation)  # too late: it stays accepted
    for _ in range(2):
        with pytest.raises(GoneError) as error:
            accept_as_new(token=third.token, full_name="x", password=NEW)
        assert error.value.why == GoneError.Why.USED
    for token in ("", "x" * 3000, "\x00"):
        with pytest.raises(GoneError):
            read(token)
    page = Client().get("/en/invitations/unknown/")
    assert (page.status_code, "none of ours" in page.content.decode()) == (410, True)
    assert producer.memberships.get().user == user


def test_a_number_that_got_an_account_meanwhile_makes_no_second_one(producer: Producer, official: User) -> None:
    token = ask_in(producer, official).token
    builders.user(phone=PHONE)
    with pytest.raises(ContactTakenError):
        accept_as_new(token=token, full_name="x", password=NEW)
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"contact": ""}, "This field is required."),
        ({"contact": "12345"}, "This is no phone number"),
        ({"contact": "an@"}, "Enter a valid email address."),
        ({"contact": "0912345678", "full_name": "x" * 151}, "at most 150 characters"),
    ],
)
def test_what_cannot_be_invited(producer: Producer, official: User, data: dict[str, str], said: str) -> None:
    page = signed_in(official).post(f"/en/producers/{producer.code}/members/invite/", data)
    assert (page.status_code, said in page.content.decode()) == (422, True)
    assert not Invitation.objects.exists()


def test_sixty_invitations_an_hour_are_enough_for_anybody(producer: Producer) -> None:
    client = signed_in(builders.member(producer))
    address = f"/en/producers/{producer.code}/members/invite/"
    statuses = [client.post(address, {"contact": f"0912 345 {number:03d}"}).status_code for number in range(61)]
    assert (statuses.count(302), statuses[-1], len(sms.outbox)) == (60, 429, 60)
    assert signed_in(builders.member(producer)).post(address, {"contact": "0912 345 999"}).status_code == 302


def test_a_weak_password_and_an_undelivered_invitation_are_told(producer: Producer, official: User) -> None:
    sms.broken.add(PHONE)
    page = signed_in(official).post(f"/en/producers/{producer.code}/members/invite/", {"contact": PHONE}, follow=True)
    assert "could not be sent to 0912 345 678" in page.content.decode()
    token = ask_in(producer, official).token
    for password in ("ngắn", "0912345678", "password123"):
        page = Client().post(f"/en/invitations/{token}/", {"full_name": "Xa", "password": password})
        assert (page.status_code, producer.memberships.count()) == (422, 0)


def test_leaving_and_letting_go(producer: Producer, official: User) -> None:
    leader, other = builders.member(producer), builders.member(producer)
    ProducerMember.objects.filter(user=other).update(leads=False)
    with pytest.raises(LastLeaderError):
        remove_member(producer=producer, user=leader, by=leader)
    with pytest.raises(LastLeaderError):
        set_lead(membership=leader.memberships.get(), leads=False)
    client = signed_in(leader)
    mine, theirs = leader.memberships.get().pk, other.memberships.get().pk
    assert client.post(f"/producers/{producer.code}/members/{theirs}/lead/", {"leads": "1"}).status_code == 302
    assert client.post(f"/producers/{producer.code}/members/{mine}/remove/").headers["Location"] == "/start/"
    assert client.get(f"/producers/{producer.code}/members/").status_code == 403  # a member of nothing now
    assert list(producer.memberships.values_list("user", "leads")) == [(other.pk, True)]
    remove_member(producer=producer, user=other, by=official)
    remove_member(producer=producer, user=other, by=official)  # twice
    assert list(Message.objects.order_by("pk").values_list("user", "kind")) == [(other.pk, "member_left"), (other.pk, "member_removed")]


def test_who_is_let_go_comes_back_by_no_invitation_of_his_own(producer: Producer, official: User) -> None:
    leader, other = builders.member(producer), builders.member(producer)
    own, others = ask_in(producer, leader), ask_in(producer, other, contact="b@example.vn")
    remove_member(producer=producer, user=leader, by=official)
    with pytest.raises(GoneError) as withdrawn:
        accept(token=own.token, user=leader)
    assert withdrawn.value.why == GoneError.Why.WITHDRAWN
    assert read(others.token) == others.invitation


def test_a_member_who_does_not_lead_lets_nobody_go(producer: Producer) -> None:
    leader, other = builders.member(producer), builders.member(producer)
    ProducerMember.objects.filter(user=other).update(leads=False)
    address = f"/producers/{producer.code}/members/{leader.memberships.get().pk}/remove/"
    assert [signed_in(other).get(address).status_code, signed_in(other).post(address).status_code] == [404, 404]
    assert producer.memberships.count() == 2


def test_a_commune_official_resets_its_own_members_face_to_face_and_nobody_else(producer: Producer, official: User) -> None:
    member = builders.member(producer)
    far = builders.member(builders.producer("XA", nth_commune=5))
    with_post = builders.member(producer)
    Post.objects.create(user=with_post, agency=builders.agency(), since=builders.LONG_AGO)
    client = signed_in(official)
    for other in (far, with_post, official, builders.administrator()):
        assert client.get(f"/people/{other.pk}/reset/").status_code == 404
        assert client.post(f"/people/{other.pk}/reset/", {"seen": "on"}).status_code == 404
    assert client.post(f"/people/{member.pk}/reset/", {}).status_code == 422  # without looking at the card there is no code
    page = client.post(f"/people/{member.pk}/reset/", {"seen": "on"})
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    code = page.content.decode().partition("<output>")[2].partition("</output>")[0]
    assert len(code) == 9
    assert code not in client.get(f"/people/{member.pk}/reset/").content.decode()
    used = Client().post("/account/face-to-face/", {"login": member.email or "", "code": code, "password": NEW})
    assert used.status_code == 302
    assert User.objects.get(pk=member.pk).check_password(NEW)
    assert FaceToFaceReset.objects.get().made_by == official
    assert signed_in(builders.official()).get(f"/people/{member.pk}/reset/").status_code == 403


def test_a_department_invites_officials_of_its_communes_and_no_others() -> None:
    department = builders.official()
    commune = builders.commune()
    client = signed_in(department)
    form = client.get("/officials/invite/").content.decode()
    assert f'value="commune:{commune.pk}"' in form
    assert 'value="industry_trade"' in form
    assert 'value="agriculture_environment"' not in form
    foreign = builders.commune(builders.CA_MAU)
    for place in (f"commune:{foreign.pk}", "agriculture_environment", "x"):
        assert client.post("/officials/invite/", {"place": place, "contact": PHONE}).status_code == 422
    assert client.post("/officials/invite/", {"place": f"commune:{commune.pk}", "contact": PHONE, "title": "Cán bộ"}).status_code == 302
    token = sms.outbox[0][1].split()[-1].rstrip("/").rpartition("/")[2]
    user = accept_as_new(token=token, full_name="Lê Văn A", password=NEW)
    post = user.current_posts().get()
    assert (post.agency.commune, post.title, post.agency.kind) == (commune, "Cán bộ", Agency.Kind.COMMUNE)
    assert post.agency.name_vi == f"UBND {commune.name[0].lower()}{commune.name[1:]}"
    assert "Lê Văn A" in client.get("/officials/").content.decode()
    assert "Lê Văn A" not in signed_in(builders.official(province=builders.CA_MAU)).get("/officials/").content.decode()
    assert signed_in(user).get("/officials/").status_code == 403


def test_an_administrator_makes_the_first_official_of_a_province() -> None:
    client = signed_in(builders.administrator())
    province = Province.objects.get(pk="01")
    address = "/officials/invite/?province=01"
    assert client.post(address, {"place": "agriculture_environment", "contact": "so@example.vn"}).status_code == 302
    agency = Agency.objects.get()
    assert (agency.province, agency.name_vi) == (province, "Sở Nông nghiệp và Môi trường thành phố Hà Nội")
    assert client.get("/officials/invite/?province=%00").status_code == 200


def test_the_pages_ask_the_same_of_the_database_for_one_and_for_three(producer: Producer, official: User) -> None:
    client, department = signed_in(official), signed_in(builders.official())
    asked = []
    for more in (1, 2):
        for number in range(more):
            builders.member(producer)
            builders.invitation(producer, official, contact=f"+8491234567{more}{number}"[:12])
            builders.invitation(builders.agency(), official, contact=f"+8491234567{more}{number}"[:12])
        counts = []
        for visitor, name, code in ((client, "member_list", [producer.code]), (department, "official_list", [])):
            with CaptureQueriesContext(connection) as queries:
                assert visitor.get(reverse(name, args=code)).status_code == 200
            counts.append(len(queries))
        asked.append(counts)
    assert asked[0] == asked[1]
