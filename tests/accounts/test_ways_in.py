"""Every way in: phone or e-mail, password or code, and a new password face to face; and who stays out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import FaceToFaceReset, Message, User
from accounts.resets.services import PhoneTakenError, ResetRefusedError, WrongCodeError, make_reset, redeem_reset
from tests import builders, sms

pytestmark = pytest.mark.django_db
LOGIN, CODE, CONFIRM = "/en/account/login/", "/en/account/login/code/", "/en/account/login/code/confirm/"
FACE = "/en/account/face-to-face/"
PHONE, TYPED, NEW_PHONE = "+84912345678", "0912 345 678", "+84387654321"
NEW_PASSWORD = "một mật khẩu khác"


@pytest.fixture
def member() -> User:
    return builders.user(phone=PHONE, name="Trần Thị Xa")


def is_in(client: Client, user: User) -> bool:
    return client.session.get("_auth_user_id") == str(user.pk)


@pytest.mark.parametrize("typed", ["0912345678", "0912 345 678", "+84 912 345 678"])
def test_a_phone_number_and_a_password_open_a_session(client: Client, member: User, typed: str) -> None:
    assert client.post(LOGIN, {"login": typed, "password": builders.PASSWORD}).status_code == 302
    assert is_in(client, member)


@pytest.mark.parametrize(
    ("login", "password", "said"),
    [
        (TYPED, "falsch", "The phone number and/or password you specified are not correct."),
        ("0387 654 321", builders.PASSWORD, "The phone number and/or password you specified are not correct."),
        ("091234", builders.PASSWORD, "write its ten digits"),
        ("an@", builders.PASSWORD, "Enter a valid email address."),
        ("", builders.PASSWORD, "This field is required."),
        ("9" * 300, builders.PASSWORD, "at most 254 characters"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(client: Client, member: User, login: str, password: str, said: str) -> None:
    assert said in client.post(LOGIN, {"login": login, "password": password}).content.decode()
    assert not is_in(client, member)


@pytest.mark.slow
@pytest.mark.no_cover
def test_a_thousand_sign_ins_open_nothing(client: Client, member: User) -> None:
    """From one address and from many: after the first few not even the right password is looked at."""
    statuses = [client.post(LOGIN, {"login": TYPED, "password": f"guess {n}"}).status_code for n in range(950)]
    assert (statuses.count(200), statuses.count(429)) == (30, 920)
    for number in range(50):
        response = client.post(LOGIN, {"login": TYPED, "password": builders.PASSWORD}, REMOTE_ADDR=f"10.0.0.{number + 1}")
        assert response.status_code == 200
    assert "Too many failed login attempts. Try again later." in response.content.decode()
    assert not is_in(client, member)


def test_a_code_by_text_message_opens_a_session_once(client: Client, member: User) -> None:
    assert client.post(CODE, {"login": TYPED}).headers["Location"] == CONFIRM
    ((phone, text),) = sms.outbox
    code = re.search(r"[A-Z0-9-]{6,}", text.splitlines()[1])
    assert (phone, bool(code)) == (PHONE, True)
    assert code is not None
    assert code[0] not in Message.objects.get().body
    assert "Incorrect code." in client.post(CONFIRM, {"code": "AAAA-AAAA"}).content.decode()
    assert client.post(CONFIRM, {"code": code[0].lower()}).status_code == 302
    assert is_in(client, member)
    other = Client()
    assert other.post(CONFIRM, {"code": code[0]}).status_code == 302
    assert not is_in(other, member)


def test_who_came_by_a_code_chooses_a_password_without_the_old_one(client: Client, member: User) -> None:
    client.post(CODE, {"login": TYPED})
    code = re.search(r"[A-Z0-9-]{6,}", sms.outbox[0][1].splitlines()[1])
    assert code is not None
    client.post(CONFIRM, {"code": code[0]})
    assert "oldpassword" not in client.get("/account/password/change/").content.decode()
    client.post("/account/password/change/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    member.refresh_from_db()
    assert member.check_password(NEW_PASSWORD)
    other = Client()
    other.post(LOGIN, {"login": TYPED, "password": NEW_PASSWORD})
    assert "oldpassword" in other.get("/account/password/change/").content.decode()


def test_a_code_by_mail(client: Client) -> None:
    official = builders.user("an@example.vn")
    client.post(CODE, {"login": "An@example.VN"})
    assert mail.outbox[0].to == ["an@example.vn"]
    code = re.search(r"^[A-Z0-9-]{6,}$", mail.outbox[0].body, re.MULTILINE)
    assert code is not None
    client.post(CONFIRM, {"code": code[0]})
    assert is_in(client, official)
    assert list(Message.objects.values_list("kind", "user", "body")) == [("login_code", official.pk, "")]


def test_three_wrong_codes_end_the_try_and_three_requests_the_sending(client: Client, member: User) -> None:
    client.post(CODE, {"login": TYPED})
    for _ in range(3):
        response = client.post(CONFIRM, {"code": "AAAA-AAAA"})
    assert response.headers["Location"] == CODE
    for _ in range(3):
        response = Client().post(CODE, {"login": TYPED})
    assert "Too many failed login attempts" in response.content.decode()
    assert len(sms.outbox) == 3


def test_a_stranger_and_a_closed_account_get_the_same_answer_and_no_code(client: Client, member: User) -> None:
    User.objects.filter(pk=member.pk).update(is_active=False)
    answers = [Client().post(CODE, {"login": login}) for login in (TYPED, "0387 654 321")]
    assert [answer.headers["Location"] for answer in answers] == [CONFIRM, CONFIRM]
    assert sms.outbox == []


def test_a_lost_phone_is_replaced_face_to_face(client: Client, member: User) -> None:
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    official = builders.official(commune=builders.commune())
    made = make_reset(user=member, by=official, new_phone=NEW_PHONE)
    assert made.code not in made.reset.code_hash
    page = Client().post(FACE, {"login": "0387 654 321", "code": f" {made.code[:4].lower()}-{made.code[4:]}", "password": NEW_PASSWORD})
    assert page.headers["Location"] == "/en/account/login/"
    member.refresh_from_db()
    assert (member.phone, member.check_password(NEW_PASSWORD)) == (NEW_PHONE, True)
    assert client.get("/messages/").status_code == 302  # whoever held the lost phone is out
    assert list(Message.objects.values_list("kind", "address")) == [("reset_used", NEW_PHONE), ("reset_made", PHONE)]
    with pytest.raises(WrongCodeError):
        redeem_reset(contact=NEW_PHONE, code=made.code, password=NEW_PASSWORD)


def test_a_code_ends_after_five_wrong_ones_after_its_time_and_with_the_next(client: Client, member: User) -> None:
    official = builders.official()
    first = make_reset(user=member, by=official)
    second = make_reset(user=member, by=official)
    tried = {"login": TYPED, "password": NEW_PASSWORD}
    assert "not right, or no longer good" in client.post(FACE, tried | {"code": first.code}).content.decode()
    for _ in range(4):
        assert client.post(FACE, tried | {"code": "AAAAAAAA"}).status_code == 422
    assert client.post(FACE, tried | {"code": second.code}).status_code == 422
    third = make_reset(user=member, by=official)
    FaceToFaceReset.objects.filter(pk=third.reset.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(FACE, tried | {"code": third.code}).status_code == 422
    member.refresh_from_db()
    assert member.check_password(builders.PASSWORD)


def test_resets_that_are_refused(client: Client, member: User) -> None:
    official, other = builders.official(), builders.user(phone=NEW_PHONE)
    with pytest.raises(ResetRefusedError):
        make_reset(user=official, by=official)
    with pytest.raises(PhoneTakenError):
        make_reset(user=member, by=official, new_phone=NEW_PHONE)
    User.objects.filter(pk=other.pk).update(phone="+84387654322")
    made = make_reset(user=member, by=official, new_phone=NEW_PHONE)
    User.objects.filter(pk=other.pk).update(phone=NEW_PHONE)
    page = client.post(FACE, {"login": TYPED, "code": made.code, "password": NEW_PASSWORD})
    assert "Another account has the new phone number." in page.content.decode()
    weak = client.post(FACE, {"login": TYPED, "code": made.code, "password": "0912345678"})
    assert weak.status_code == 422
    member.refresh_from_db()
    assert (member.phone, member.check_password(builders.PASSWORD)) == (PHONE, True)
