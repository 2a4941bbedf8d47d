"""The verbs of a reset face to face. Whom an official may do it for is asked before (`catalog.members`, administrators)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.messages import send
from accounts.models import User
from accounts.models.resets import FaceToFaceReset

GOOD_FOR = timedelta(minutes=30)
# No 0 O 1 I L: the code is read aloud and copied from paper. 8 of 31 characters, 5 attempts, 30 minutes.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8


class PhoneTakenError(Exception):
    """Another account has that phone number."""


class ResetRefusedError(Exception):
    """Nobody resets his own password this way."""


class WrongCodeError(Exception):
    """No open reset of that person has that code: mistyped, used, too old, or tried too often."""


@dataclass(frozen=True)
class MadeReset:
    """A reset and its code, which is nowhere else."""

    reset: FaceToFaceReset
    code: str


@transaction.atomic
def make_reset(*, user: User, by: User, new_phone: str = "") -> MadeReset:
    """A code for `user`, good for 30 minutes; earlier ones end. `new_phone` (E.164) replaces the lost one when the code is used.

    The user is told by the old way, so that a theft does not pass unseen. Raises ResetRefusedError, PhoneTakenError.
    """
    if user == by:
        raise ResetRefusedError
    if new_phone and User.objects.filter(phone=new_phone).exclude(pk=user.pk).exists():
        raise PhoneTakenError
    now = timezone.now()
    FaceToFaceReset.objects.open(now).filter(user=user).update(expires_at=now)
    code = "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))
    reset = FaceToFaceReset.objects.create(
        user=user, made_by=by, code_hash=make_password(code), new_phone=new_phone, expires_at=now + GOOD_FOR
    )
    send(
        user,
        subject=_("Your password is being chosen anew"),
        body=_("An official gave out a code for a new password of your account, face to face. Was it not you? Tell the commune at once."),
        kind="reset_made",
    )
    return MadeReset(reset, code)


def redeem_reset(*, contact: str, code: str, password: str) -> User:
    """Give the user known by `contact` (the old number, the new one, or the e-mail) the password, and the new number.

    Every sign-in of the account ends with its password. Raises WrongCodeError, PhoneTakenError; a wrong code is counted.
    """
    typed = code.replace("-", "").replace(" ", "").upper()
    with transaction.atomic():
        mine = Q(user__email=contact) | Q(user__phone=contact) | Q(new_phone=contact)
        reset = FaceToFaceReset.objects.open(timezone.now()).filter(mine).select_for_update(of=("self",)).first()
        right = reset is not None and check_password(typed, reset.code_hash)
        if reset is None:
            make_password(typed)  # a stranger waits as long as somebody with a code
        elif not right:
            reset.attempts += 1
            reset.save(update_fields=["attempts"])
        else:
            return _redeemed(reset, password)
    raise WrongCodeError


def _redeemed(reset: FaceToFaceReset, password: str) -> User:
    user = User.objects.select_for_update().get(pk=reset.user_id)
    user.set_password(password)
    user.phone = reset.new_phone or user.phone
    try:
        with transaction.atomic():
            user.save(update_fields=["password", "phone"])
    except IntegrityError as error:
        raise PhoneTakenError from error
    reset.used_at = timezone.now()
    reset.save(update_fields=["used_at"])
    send(user, subject=_("Your password was changed"), body=_("With a code that an official gave you face to face."), kind="reset_used")
    return user
