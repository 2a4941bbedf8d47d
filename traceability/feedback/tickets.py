"""Tickets and form tokens: what stands in for an account, a session and a cookie, none of which a writer of feedback has.

A form carries a signed random number with the time of its making. It takes the place of Django's CSRF cookie: a form that acts for
nobody gives another site nothing to abuse, and the signature shows that a page of ours was opened. The ticket code is made from the
same number, so that a form that is sent twice leads to one ticket.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

from traceability.codes.alphabet import ALPHABET, normalise

TICKET_LENGTH = 16  # characters of 5 bits: 80 bits
GOOD_FOR = timedelta(hours=12)
_SIGNER = TimestampSigner(salt="traceability.feedback")


class NoTokenError(Exception):
    """The form was not made by a page of ours."""


class OldTokenError(Exception):
    """The page was open for longer than twelve hours."""


def new_token() -> str:
    """A token for a form that is shown now."""
    return _SIGNER.sign(secrets.token_hex(16))


def number_in(token: str) -> str:
    """The random number in a token. Raises NoTokenError, OldTokenError."""
    try:
        number: str = _SIGNER.unsign(token, max_age=GOOD_FOR)
    except SignatureExpired as error:
        raise OldTokenError from error
    except BadSignature as error:
        raise NoTokenError from error
    return number


def ticket_of(number: str) -> str:
    """The ticket code of the feedback that is sent with a form: nobody can reckon it from the form."""
    bits = int.from_bytes(hmac.digest(settings.SECRET_KEY.encode(), f"feedback ticket {number}".encode(), "sha256"))
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(TICKET_LENGTH))


def hashed(secret: str) -> str:
    """What is kept of a ticket code, however it was typed, or of a token's number. Both are random and long: no slow hash is needed."""
    return hashlib.sha256(normalise(secret).encode()).hexdigest()


def spoken(ticket: str) -> str:
    """A ticket code as people read it out: groups of four."""
    return "-".join(ticket[at : at + 4] for at in range(0, len(ticket), 4))
