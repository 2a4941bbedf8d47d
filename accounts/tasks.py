"""What workers do on this floor: send messages. A task takes ids and calls one service; each can be lost or run twice."""

from __future__ import annotations

from celery import shared_task

from accounts.messages import services
from accounts.waking import wake


@shared_task(name="accounts.tasks.send_message")
def send_message(message_id: int) -> None:
    """Send one message that waits."""
    services.send_message(message_id=message_id)


@shared_task(name="accounts.tasks.sweep_messages")
def sweep_messages() -> None:
    """Wake workers for every message that waits."""
    for message_id in services.due_messages():
        wake(send_message, message_id)
