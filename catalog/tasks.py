"""What workers do for the catalogue. A task takes ids and calls one service; each can be lost or run twice."""

from __future__ import annotations

from celery import shared_task

from catalog.media.files import drop_unused


@shared_task(name="catalog.tasks.drop_unused_files")
def drop_unused_files() -> None:
    """Let go of uploaded files that nothing points at."""
    drop_unused()
