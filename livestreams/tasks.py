"""What workers do on this floor. A task takes ids or nothing and calls one service; each can be lost or run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from livestreams.air import services as air
from livestreams.air.links import forget_assistants
from livestreams.needs import services as needs
from livestreams.people.services import erase_past_date


@shared_task(name="livestreams.tasks.end_forgotten_sessions")
def end_forgotten_sessions() -> None:
    """End the sessions that nobody ended."""
    air.end_forgotten(now=timezone.now())


@shared_task(name="livestreams.tasks.erase_people")
def erase_people() -> None:
    """Take the names of people whose data were to be kept until before today, and of assistants whose links are long gone."""
    erase_past_date(today=timezone.localdate())
    forget_assistants(now=timezone.now())


@shared_task(name="livestreams.tasks.settle_needs")
def settle_needs() -> None:
    """Let planned needs follow their slots: met, or open again."""
    needs.settle_needs()
