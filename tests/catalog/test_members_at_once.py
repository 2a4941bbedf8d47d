"""Many hands at once: an invitation opens once, a message leaves once, a code is tried five times and no more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from accounts.messages import send
from accounts.messages.services import send_message
from accounts.models import FaceToFaceReset, Message, User
from accounts.resets.services import WrongCodeError, make_reset, redeem_reset
from catalog.members.errors import GoneError
from catalog.members.invitations import accept_as_new
from catalog.models import Invitation, ProducerMember
from tests import builders, sms

HANDS = 6
Result = TypeVar("Result")


def at_once(act: Callable[[int], Result]) -> list[Result]:
    """What each of HANDS threads got from `act`, all begun at the same moment."""
    start = Barrier(HANDS)

    def run(number: int) -> Result:
        start.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(run, range(HANDS)))


@pytest.mark.usefixtures("fresh_db")
def test_what_is_meant_once_happens_once() -> None:
    producer, official = builders.producer("HTX-1"), builders.official()
    builders.invitation(producer, official, token=builders.INVITATION)

    def accept(number: int) -> str:
        try:
            return str(accept_as_new(token=builders.INVITATION, full_name=f"Người {number}", password="một mật khẩu mới").pk)
        except GoneError as error:
            return error.why

    answers = at_once(accept)
    member = ProducerMember.objects.get()
    assert sorted(answers) == sorted([str(member.user_id), *["used"] * (HANDS - 1)])
    assert (Invitation.objects.get().accepted_by, User.objects.count()) == (member.user, 2)

    told = at_once(lambda number: len(send(member.user, subject="Sao", body="", kind="k", dedupe="star:1:90")))
    assert sorted(told) == [0] * (HANDS - 1) + [1]
    message = Message.objects.get(user=member.user)
    sms.outbox.clear()
    assert sorted(at_once(lambda number: send_message(message_id=message.pk))) == [False] * (HANDS - 1) + [True]
    assert len(sms.outbox) == 1

    make_reset(user=member.user, by=official)

    def guess(number: int) -> bool:
        try:
            redeem_reset(contact=member.user.phone or "", code="22222222", password="mật khẩu của kẻ gian")
        except WrongCodeError:
            return False
        return True

    assert not any(at_once(guess))
    assert FaceToFaceReset.objects.get().attempts == 5
