"""What the tests of mails set up and look at: a schedule that is due, the sweep with its workers, and what stands in a letter."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from django.utils import timezone

from accounts.models import User
from dashboards.mailing import sending, services
from dashboards.models import MailSchedule
from tests.builders import GIA_LAI

MAY = "from=2025-05-01&to=2025-05-31"
DAY = timedelta(days=1)


def schedule(*recipients: User, by: User | None = None, province: str = GIA_LAI, **fields: Any) -> MailSchedule:
    """A weekly mail of the products of May 2025, which is due now."""
    weekly = {"board": "product_list", "filters": MAY, "rhythm": "weekly", "weekday": 1, "hour": 7}
    kept = MailSchedule(province_id=province, **(weekly | fields))
    services.make_schedule(schedule=kept, recipients=list(recipients), by=by or recipients[0])
    if kept.next_due:
        # Never the very minute, to which a mail that somebody asks for is due.
        MailSchedule.objects.filter(pk=kept.pk).update(next_due=timezone.now().replace(microsecond=1))
    kept.refresh_from_db()
    return kept


def work(now: datetime | None = None) -> None:
    """What the sweep and its workers do at a moment."""
    sending.settle_broken_off()
    services.dispatch_due(now=now or timezone.now())
    for pk in services.due_sendings(now=now or timezone.now()):
        sending.send_mail(sending_id=pk)


def attached(letter: EmailMessage) -> tuple[str, bytes]:
    (part,) = letter.iter_attachments()
    return part.get_filename() or "", part.get_payload(decode=True)  # type: ignore[return-value]


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body()
    assert body is not None
    return str(body.get_content())
