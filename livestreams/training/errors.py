"""What can stand against a course or its attendance."""

from __future__ import annotations

from livestreams.needs.models import Need


class NotHeldError(Exception):
    """The course has not begun yet, or was called off: nobody can have come."""


class NeedTakenError(Exception):
    """`need` was answered otherwise meanwhile, or taken back."""

    def __init__(self, need: Need) -> None:
        super().__init__(f"{need} is {need.state}")
        self.need = need
