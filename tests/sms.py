"""The text messages that tests send, in the place of a gateway; `tests/accounts/test_messages.py` speaks with a real one."""

from __future__ import annotations

from accounts.messages.sms import SmsError

# (phone, text) of what was sent; `tests/conftest.py` empties it before each test.
outbox: list[tuple[str, str]] = []
# Numbers whose messages fail.
broken: set[str] = set()


class KeptSms:
    """Keeps text messages in `outbox`."""

    def send(self, phone: str, text: str) -> None:
        """Keep it, or fail for a number of `broken`."""
        if phone in broken:
            raise SmsError("the gateway is away")
        outbox.append((phone, text))
