"""Text messages leave through an adapter that `SMS_ADAPTER` names; `SMS_URL` in the environment chooses between ours.

An adapter is a class without arguments whose `send(phone, text)` returns when the gateway has taken the message and raises
SmsError when it has not. Another gateway needs a class of its own and nothing else.
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

from django.conf import settings
from django.utils.module_loading import import_string

PATIENCE = 10  # seconds for a gateway to answer


class SmsError(Exception):
    """The text message did not leave; the text says why and holds nothing of the message."""


class Sms(Protocol):
    """Sends text messages."""

    def send(self, phone: str, text: str) -> None:
        """Hand `text` for `phone` (E.164) to the gateway. Raises SmsError."""


class ConsoleSms:
    """Prints text messages: for development, where no gateway is."""

    def send(self, phone: str, text: str) -> None:
        """Print it."""
        print(f"SMS to {phone}\n{text}\n", file=sys.stderr, flush=True)


class NoSms:
    """Production without a gateway: every text message fails and says so on the pages."""

    def send(self, phone: str, text: str) -> None:
        """Raise SmsError."""
        raise SmsError("no SMS gateway: SMS_URL is not set")


class GatewaySms:
    """Posts `{"to": "+84…", "text": "…"}` as JSON to `SMS_URL`; the part before @ in the address is sent as a bearer token."""

    def send(self, phone: str, text: str) -> None:
        """Post it; any answer of 2xx means that the gateway has taken it."""
        parts = urlsplit(settings.SMS_URL)
        address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        headers = {"Content-Type": "application/json"}
        if parts.username:
            headers["Authorization"] = f"Bearer {unquote(parts.username)}"
        request = urllib.request.Request(address, json.dumps({"to": phone, "text": text}).encode(), headers)  # noqa: S310 - checked by settings
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310
                pass
        except urllib.error.HTTPError as error:
            raise SmsError(f"the SMS gateway answered {error.code}") from error
        except (OSError, HTTPException) as error:
            raise SmsError(f"the SMS gateway cannot be reached: {error}") from error


def adapter() -> Sms:
    """The adapter that the settings name."""
    made: Sms = import_string(settings.SMS_ADAPTER)()
    return made
