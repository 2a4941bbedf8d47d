"""The same file twice, and what happened to the shop's orders while a file waited to be confirmed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, Q

from accounts.models import User
from orders.intake.models import IntakeRun


def same_file(digests: set[str]) -> Q:
    """Runs of files with one of these SHA-256: a file is the same whether it came whole or without the columns the browser left out."""
    known = digests - {""}
    return Q(file_sha256__in=known) | Q(original_sha256__in=known)


def taken_in_before(run: IntakeRun, *, to: User) -> IntakeRun | None:
    """The newest other run of the shop, among those `to` may see, that took this very file in and still counts."""
    same = same_file({run.file_sha256, run.original_sha256})
    runs = IntakeRun.objects.visible_to(to).filter(same, shop=run.shop_id, state=IntakeRun.State.MERGED).exclude(pk=run.pk)
    return runs.select_related("by").order_by("-merged_at", "-pk").first()


def changed_since(run: IntakeRun) -> datetime | None:
    """When another run of the shop was last taken in or undone after this was uploaded: its counts may be of before. Else None."""
    others = IntakeRun.objects.filter(shop=run.shop_id).exclude(pk=run.pk)
    changes = others.filter(Q(merged_at__gt=run.created_at) | Q(undone_at__gt=run.created_at))
    return max(filter(None, changes.aggregate(Max("merged_at"), Max("undone_at")).values()), default=None)
