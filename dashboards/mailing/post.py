"""Handing a mail over to the mail server, so that it is known how far it came.

Until the text of a mail begins to go over, nothing can have arrived: such a failure is tried again. Once it has begun, silence may mean
either; whoever tried again then could send it twice (RFC 1047). A server that answers has decided.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection


class PostError(Exception):
    """The mail did not go over; it may be tried again."""


class PostRefusedError(PostError):
    """The server will not have it, now or later: an address that is none, say."""


class PostUnclearError(PostError):
    """The connection broke off while it went over."""


def hand_over(message: EmailMessage, *, handing: Callable[[], bool]) -> bool:
    """Hand it over; False where `handing`, called at the last moment at which nothing can have arrived, says not to.

    Raises PostError, PostRefusedError, PostUnclearError; their texts say nothing of the mail but its address.
    """
    connection = get_connection()
    state = _Progress(handing)
    try:
        connection.open()
        # Printed and kept mail (development, tests) has no server that could fall silent.
        smtp = getattr(connection, "connection", None)
        if not isinstance(smtp, smtplib.SMTP):
            return handing() and bool(connection.send_messages([message]))
        state.watch(smtp)
        connection.send_messages([message])
        # It is sent, whatever becomes of the farewell.
        with suppress(smtplib.SMTPException, OSError):
            connection.close()
    except _NotHandedError:
        return False
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        raise _answered(error) from error
    except (smtplib.SMTPException, OSError) as error:
        kind = PostUnclearError if state.begun else PostError
        raise kind(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        # Without a farewell, for which a server that hangs would let wait once more.
        if isinstance(open_one := getattr(connection, "connection", None), smtplib.SMTP):
            open_one.close()
    return True


class _NotHandedError(Exception):
    """`handing` said not to."""


class _Progress:
    """Whether the text of the mail has begun to go over."""

    def __init__(self, handing: Callable[[], bool]) -> None:
        self.begun = False
        self._handing = handing

    def watch(self, smtp: smtplib.SMTP) -> None:
        """Be told before the command after which the text goes over."""
        data = smtp.data

        def told(text: Any) -> Any:
            if not self._handing():
                raise _NotHandedError
            self.begun = True
            # A server may look a mail through before it answers; to go away early is what leaves things unclear.
            if smtp.sock is not None:
                smtp.sock.settimeout(settings.MAIL_ANSWER_TIMEOUT)
            return data(text)

        smtp.data = told  # type: ignore[assignment, method-assign]


def _answered(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> PostError:
    """A refusal for good (5xx) of the recipient or of the text; everything else (4xx, the sender, the password) may be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        final = 500 <= code < 600
    else:
        code, said = error.smtp_code, error.smtp_error
        words = said if isinstance(said, bytes) else said.encode()
        final = isinstance(error, smtplib.SMTPDataError) and 500 <= code < 600
    return (PostRefusedError if final else PostError)(f"{code} {words.decode(errors='replace')}"[:300])
