"""A programme: plan against actual, with everything that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards import formats
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.programme_page import ProgrammePage, TargetRow, programme_page
from dashboards.readings import Answer, Query, read
from dashboards.targets.pace import Pace
from dashboards.targets.wording import Progress, progress_of, time_passed
from dashboards.views.claim_words import shown_claims
from dashboards.views.coverage import Coverage, coverage_of
from livestreams.models import Programme, Target

# Whose number is written with its unit.
WRITTEN: dict[str, Callable[[int | None], str]] = {Target.Metric.NET: formats.vnd, Target.Metric.WEIGHT: formats.weight}
LABELS: dict[str, Any] = {Target.Metric.NET: gettext_lazy("Net value"), Target.Metric.WEIGHT: gettext_lazy("Weight sold")}


@dataclass(frozen=True)
class ShownTarget:
    """A row of the plan in words; `share` is empty without both numbers, `progress` None where nothing is aimed at."""

    row: TargetRow
    label: str
    target: str
    reached: str
    share: str
    progress: Progress | None


@allowed("dashboards.view_boards")
@require_safe
def programme_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A programme of the reader's province, with the sales of the reader's territory."""
    assert isinstance(request.user, User)
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("province"), code=code)
    audience = audience_of(request.user, province=programme.province_id if request.user.is_superuser else None)
    query = Query.of("programme_page", programme=programme.pk, audience=audience)
    answer = read(query, lambda reading: programme_page(programme, audience, reading), token=request.GET.get("reading"))
    page, today = answer.rows, timezone.localdate()
    pace = Pace(programme.starts_on, programme.ends_on, answer.reading.day)
    partial = audience.territory is not None and audience.territory.commune is not None
    context = {
        "audience": audience,
        "programme": programme,
        "partners": programme.partners.all(),
        "state": programme.state_on(today),
        "answer": answer,
        "page": page,
        "targets": shown_targets(page.targets, pace, whole=not partial),
        "elapsed": time_passed(pace),
        "sessions": [(row, row.state_at(timezone.now())) for row in page.sessions],
        "claims": shown_claims(page.claims, audience),
        "claims_around": shown_claims(page.claims_around, audience),
        "coverage": _coverage(audience, answer, programme, page.live.lines + page.fairs.lines),
        "partial": partial,
        "keeps": Programme.objects.kept_by(request.user).filter(pk=programme.pk).exists(),
    }
    return render(request, "dashboards/programme_detail.html", context)


def _coverage(audience: Audience, answer: Answer[ProgrammePage], programme: Programme, lines: int) -> Coverage | None:
    # Of one that is still to come there is nothing to be complete.
    if programme.starts_on > timezone.localdate():
        return None
    return coverage_of(audience, answer, programme.starts_on, min(programme.ends_on, timezone.localdate()), lines)


def shown_targets(rows: Iterable[TargetRow], pace: Pace, *, whole: bool) -> list[ShownTarget]:
    """The plan in words; `whole`: reached by the whole programme, and not by one commune of it."""
    return [_shown(row, pace, whole=whole) for row in rows]


def _shown(row: TargetRow, pace: Pace, *, whole: bool) -> ShownTarget:
    written = WRITTEN.get(row.metric, formats.number)
    share = formats.share(row.reached, row.target) if row.target and row.reached is not None else ""
    label = LABELS.get(row.metric) or Target.Metric(row.metric).label
    # What one commune reached says nothing of how the whole programme stands.
    progress = progress_of(pace, row.target, row.reached, written) if row.target and whole else None
    return ShownTarget(row, str(label), written(row.target), written(row.reached), share, progress)
