"""Where the mails of a test go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.mail_server import MailServer, free_port, listening


@pytest.fixture
def absent_mail_server(settings: Any) -> MailServer:
    """The SMTP server that mails are handed to; it listens once the test lets it (`listening`)."""
    made = MailServer(free_port())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    settings.EMAIL_TIMEOUT = settings.MAIL_ANSWER_TIMEOUT = 0.3
    return made


@pytest.fixture
def mail_server(absent_mail_server: MailServer) -> Iterator[MailServer]:
    """The same, listening."""
    with listening(absent_mail_server):
        yield absent_mail_server
