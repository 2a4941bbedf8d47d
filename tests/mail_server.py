"""A real SMTP server on loopback that keeps what it gets, refuses whom it is told to, or falls silent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class MailServer:
    """What came in (`letters`: to whom, and the message), and how it behaves: `refuses` answers an address with a code and words,
    `silent_at` is the command ("RCPT", "DATA") after which it says nothing more, though it keeps a letter that was whole."""

    port: int = 0
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    silent_at: str = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """RCPT TO."""
        if self.silent_at == "RCPT":
            await asyncio.Event().wait()
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """The text, once it is whole."""
        letter = message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
        self.letters += [(address, letter) for address in envelope.rcpt_tos]
        if self.silent_at == "DATA":
            await asyncio.Event().wait()
        return "250 OK"

    @property
    def readers(self) -> list[str]:
        """Who got a letter, in alphabetical order."""
        return sorted(address for address, _letter in self.letters)


def free_port() -> int:
    """A port of loopback at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def listening(server: MailServer) -> Iterator[None]:
    """The server, at its port, for as long as the block runs."""
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()
