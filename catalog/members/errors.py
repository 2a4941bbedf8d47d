"""What can stand in the way of an invitation or of a membership."""

from __future__ import annotations

from enum import StrEnum


class InvitationError(Exception):
    """An invitation that cannot be made or accepted."""


class AlreadyThereError(InvitationError):
    """Who is invited belongs there already."""


class ContactTakenError(InvitationError):
    """Somebody has an account with that phone number or address: he signs in and accepts, and gets no second account."""


class GoneError(InvitationError):
    """The invitation cannot be accepted any more, or never could; `why` says which."""

    class Why(StrEnum):
        UNKNOWN = "unknown"
        USED = "used"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class LastLeaderError(Exception):
    """The only one who leads a producer goes while others stay: nobody could invite or let go any more."""
