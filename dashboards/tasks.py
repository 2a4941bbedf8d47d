"""What workers do for this floor. A task takes ids and calls one service; each can be lost or run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.waking import wake
from dashboards.mailing import sending, services
from dashboards.open_data.publishing import publish_due


@shared_task(name="dashboards.tasks.publish_months")
def publish_months() -> None:
    """Publish the statistics of months that are due."""
    publish_due(at=timezone.now())


@shared_task(name="dashboards.tasks.send_mail")
def send_mail(sending_id: int) -> None:
    """Send one mail that waits."""
    sending.send_mail(sending_id=sending_id)


@shared_task(name="dashboards.tasks.sweep_mailings")
def sweep_mailings() -> None:
    """Make mails of what is due, and wake workers for the mails that wait longest.

    Few at a time, and forgotten by the next sweep: with a mail server that hangs, messages would wait behind a queue of mails. Not itself
    of the queue `mail`: what is due is made on time, whatever the mail server does.
    """
    now = timezone.now()
    sending.settle_broken_off()
    services.dispatch_due(now=now)
    for sending_id in services.due_sendings(now=now):
        wake(send_mail, sending_id, expires=services.WOKEN_FOR)


@shared_task(name="dashboards.tasks.drop_mailed_files")
def drop_mailed_files() -> None:
    """Let go of files that were mailed long ago."""
    services.drop_files(now=timezone.now())
