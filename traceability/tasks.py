"""What workers do on this floor. A task takes ids and calls one service; each can be lost or run twice."""

from __future__ import annotations

from celery import shared_task

from accounts.waking import wake
from traceability.labels import services as labels
from traceability.labels.models import LabelRun


@shared_task(name="traceability.tasks.draw_labels")
def draw_labels(run_id: int) -> None:
    """Draw a run of labels, or what is left of it."""
    labels.draw_run(run_id=run_id)


@shared_task(name="traceability.tasks.sweep_labels")
def sweep_labels() -> None:
    """Wake workers for every run that waits (one that is being drawn is passed over by its lock), and drop old files."""
    for run_id in LabelRun.objects.waiting().values_list("pk", flat=True):
        wake(draw_labels, run_id)
    labels.drop_old_files()
