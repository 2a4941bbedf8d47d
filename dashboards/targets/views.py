"""The page of the year's targets, and setting one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.audience import Audience
from dashboards.boards.territory import Territory, territory_of
from dashboards.readings import Query, Reading, read
from dashboards.targets.board import YearPlan, year_goals, year_sold
from dashboards.targets.forms import TakeBackForm, YearForm, YearTargetForm
from dashboards.targets.models import YearTarget
from dashboards.targets.pace import Pace
from dashboards.targets.services import TargetTakenError, set_target, take_back_target
from dashboards.targets.wording import shown_goals, time_passed
from dashboards.views.coverage import coverage_of
from places.models import Province


@allowed("dashboards.view_reports")
@require_safe
def year_targets(request: HttpRequest) -> HttpResponse:
    """The plan of a year (`?year=`, else this one) beside what was reached, and every target that was ever set for it."""
    territory = territory_of(cast(User, request.user), request.GET.get("province"))
    form = YearForm(request.GET)
    if not form.is_valid():
        raise Http404
    if territory is None:
        return render(request, "dashboards/targets/year_targets.html", {"territory": None})
    asked: int | None = form.cleaned_data["year"]

    def pace_of(reading: Reading) -> Pace:
        return Pace.of_year(asked or reading.day.year, reading.day)

    query = Query.of("year_sold", province=territory.province, year=asked)
    answer = read(query, lambda reading: year_sold(territory.province, pace_of(reading)), token=request.GET.get("reading"))
    pace = pace_of(answer.reading)
    year = pace.first.year
    coverage = coverage_of(Audience(territory), answer, pace.first, max(pace.counted_to, pace.first), answer.rows.lines)
    # Targets are read now: whoever has just set one sees it.
    goals = year_goals(territory.province, pace, answer.rows if coverage.known else None)
    kept = YearTarget.objects.filter(province=territory.province)
    years = sorted({*kept.order_by().values_list("year", flat=True).distinct(), year, answer.reading.day.year}, reverse=True)
    context = {
        "territory": territory,
        "answer": answer,
        "coverage": coverage,
        "year": str(year),
        "goals": shown_goals(YearPlan(year, pace, goals)),
        "passed": time_passed(pace),
        "history": kept.filter(year=year).select_related("set_by", "taken_back_by").order_by("metric", "-since"),
        "years": [(str(one), _address("year_targets", territory, year=one), one == year) for one in years],
        "new": _address("year_target_new", territory, year=year),
    }
    return render(request, "dashboards/targets/year_targets.html", context)


@allowed("dashboards.set_targets")
@require_http_methods(["GET", "HEAD", "POST"])
def year_target_new(request: HttpRequest) -> HttpResponse:
    """Set a target of a year; `?year=` proposes which."""
    user = cast(User, request.user)
    territory = territory_of(user, request.GET.get("province"))
    province = get_object_or_404(Province, pk=territory.province if territory else "")
    asked = YearForm(request.GET)
    proposed = {"year": asked.cleaned_data["year"]} if asked.is_valid() and asked.cleaned_data["year"] else {}
    form = YearTargetForm(request.POST if request.method == "POST" else None, instance=YearTarget(province=province), initial=proposed)
    if form.is_valid():
        try:
            set_target(target=form.save(commit=False), by=user)
        except TargetTakenError:
            form.add_error("since", _("A target of this figure is in force since that day already. Give the changed one a later day."))
        else:
            return redirect(_address("year_targets", cast(Territory, territory), year=form.cleaned_data["year"]))
    context = {"form": form, "province": province, "back": _address("year_targets", cast(Territory, territory))}
    return render(request, "dashboards/targets/year_target_form.html", context, status=422 if form.errors else 200)


@allowed("dashboards.set_targets")
@require_POST
def year_target_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a target of the own province back, with a reason."""
    user = cast(User, request.user)
    target = get_object_or_404(YearTarget.objects.select_related("province"), pk=pk)
    own = territory_of(user, target.province_id if user.is_superuser else None)
    if own is None or own.province != target.province_id:
        raise Http404
    form = TakeBackForm(request.POST)
    if form.is_valid():
        take_back_target(target=target, by=user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Taken back. It stays on record and holds no more."))
    else:
        messages.error(request, _("Say why the target is taken back."))
    return redirect(_address("year_targets", own, year=target.year))


def _address(name: str, territory: Territory, **more: int) -> str:
    parameters: dict[str, str | int] = {**territory.address(), **more}
    return f"{reverse(name)}?{urlencode(parameters)}" if parameters else reverse(name)
