"""What workers do for the catalogue. A task takes ids or nothing and calls one service; each can be lost or run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from catalog.media.files import drop_unused
from catalog.stars import alerts
from catalog.window.index import refresh_documents


@shared_task(name="catalog.tasks.drop_unused_files")
def drop_unused_files() -> None:
    """Let go of uploaded files that nothing points at."""
    drop_unused()


@shared_task(name="catalog.tasks.announce_star_ends")
def announce_star_ends() -> None:
    """Tell producers and departments which stars end."""
    alerts.announce_ends(today=timezone.localdate())


@shared_task(name="catalog.tasks.refresh_search")
def refresh_search() -> None:
    """Let the search know the facts that begin today."""
    refresh_documents()
