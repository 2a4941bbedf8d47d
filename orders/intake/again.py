"""The same file twice: whether the shop has taken this very file in before."""

from __future__ import annotations

from django.db.models import Q

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
