"""What workers do on this floor. A task takes ids and calls one service; each can be lost or run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.waking import wake
from traceability.feedback import services as feedback
from traceability.labels import services as labels
from traceability.labels.models import LabelRun
from traceability.passport import services as passports
from traceability.scans.nightly import forget_visits as forget
from traceability.scans.often import tell_of_often_scanned
from traceability.scans.queue import drain


@shared_task(name="traceability.tasks.draw_labels")
def draw_labels(run_id: int) -> None:
    """Draw a run of labels, or what is left of it."""
    labels.draw_run(run_id=run_id)


@shared_task(name="traceability.tasks.erase_old_feedback")
def erase_old_feedback() -> None:
    """Close what was answered long ago, erase the text of what was closed long ago."""
    feedback.erase_old(now=timezone.now())


@shared_task(name="traceability.tasks.sweep_labels")
def sweep_labels() -> None:
    """Wake workers for every run that waits (one that is being drawn is passed over by its lock), and drop old files."""
    for run_id in LabelRun.objects.waiting().values_list("pk", flat=True):
        wake(draw_labels, run_id)
    labels.drop_old_files()


@shared_task(name="traceability.tasks.write_scans")
def write_scans() -> None:
    """Write the scans that wait, and tell of packs that were scanned unusually often."""
    drain()
    tell_of_often_scanned()


@shared_task(name="traceability.tasks.forget_visits")
def forget_visits() -> None:
    """Let go of what could link the scans of a day that is over."""
    forget()


@shared_task(name="traceability.tasks.send_passport")
def send_passport(sending_id: int) -> None:
    """Send one passport that waits."""
    passports.send_passport(sending_id=sending_id)


@shared_task(name="traceability.tasks.sweep_passports")
def sweep_passports() -> None:
    """Wake workers for the passports that wait to be sent; forgotten by the next sweep, or a portal that is slow would fill the queue."""
    for sending_id in passports.due_sendings():
        wake(send_passport, sending_id, expires=passports.WOKEN_FOR)
