"""The verbs of recall tasks: keep the list true, say that some were done, take that back."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from orders.recalls import tasks_sql as sql
from orders.recalls.models import RecallTask, RecallTaskQuerySet


def keep_tasks(*, product: int) -> None:
    """One task for each order of a recalled lot of the product, none for others that nobody did. In the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(sql.MISSING, {"product": product})
        cursor.execute(sql.OVER, {"product": product})


@transaction.atomic
def finish_tasks(*, tasks: RecallTaskQuerySet, by: User, note: str = "") -> int:
    """Say that the shop wrote to the buyers of these; how many had been open. What was done before keeps its day and name."""
    held = tasks.open().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    return RecallTask.objects.filter(pk__in=list(held)).update(done_at=timezone.now(), done_by=by, note=note)


@transaction.atomic
def reopen_task(*, task: RecallTask) -> bool:
    """Take back that it was done; False where it was open."""
    return bool(RecallTask.objects.filter(pk=task.pk, done_at__isnull=False).update(done_at=None, done_by=None, note=""))
