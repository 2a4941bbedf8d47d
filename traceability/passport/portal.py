"""The national traceability portal behind one adapter, which `NATIONAL_PORTAL_ADAPTER` names; `NATIONAL_PORTAL_URL` chooses between ours.

An adapter is a class without arguments whose `send(passport, key)` returns the portal's answer when it has taken the passport and
raises PortalError when it has not. What the portal wants to be sent otherwise needs a class of its own and nothing else.
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

from django.conf import settings
from django.utils.module_loading import import_string

PATIENCE = 10  # seconds for the portal to answer
MOST_KEPT = 2000  # bytes of an answer


class PortalError(Exception):
    """The passport was not taken; the text says why, with the portal's answer where it gave one."""


class Portal(Protocol):
    """Takes passports."""

    def send(self, passport: dict[str, Any], key: str) -> str:
        """Hand a passport over, with a key that is the same whenever the same is sent again; the answer. Raises PortalError."""


class ConsolePortal:
    """Prints passports: for development, where no national portal is."""

    def send(self, passport: dict[str, Any], key: str) -> str:
        """Print it."""
        print(f"Passport {key}\n{json.dumps(passport, ensure_ascii=False)}\n", file=sys.stderr, flush=True)
        return "printed"


class NoPortal:
    """Production without a national portal: nothing leaves, and the pages offer no sending."""

    def send(self, passport: dict[str, Any], key: str) -> str:
        """Raise PortalError."""
        raise PortalError("no national portal: NATIONAL_PORTAL_URL is not set")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would be followed as a GET and its page taken for the answer."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow none: it becomes an error with its status."""


class HttpPortal:
    """Posts the passport as JSON to `NATIONAL_PORTAL_URL`; the part before @ in the address is sent as a bearer token."""

    def send(self, passport: dict[str, Any], key: str) -> str:
        """Post it; any answer of 2xx means that the portal has taken it."""
        parts = urlsplit(settings.NATIONAL_PORTAL_URL)
        address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if parts.username:
            headers["Authorization"] = f"Bearer {unquote(parts.username)}"
        body = json.dumps(passport, ensure_ascii=False).encode()
        request = urllib.request.Request(address, body, headers)  # noqa: S310 - checked by settings
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=PATIENCE) as answer:
                return f"{answer.status} {_text(answer.read(MOST_KEPT))}".strip()
        except urllib.error.HTTPError as error:
            raise PortalError(f"the portal answered {error.code} {_text(error.read(MOST_KEPT))}".strip()) from error
        except (OSError, HTTPException) as error:
            raise PortalError(f"the portal cannot be reached: {error}") from error


def _text(body: bytes) -> str:
    """What the portal said, as far as a database can keep it."""
    return body.decode(errors="replace").replace("\x00", "\ufffd")


def portal() -> Portal:
    """The adapter that the settings name."""
    made: Portal = import_string(settings.NATIONAL_PORTAL_ADAPTER)()
    return made
