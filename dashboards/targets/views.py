"""The page of the year's targets with its files, and setting one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.amounts import Measures
from dashboards.boards.audience import Audience
from dashboards.boards.territory import Territory, territory_of
from dashboards.exports.tables import csv_response, demand_sense, xlsx_response
from dashboards.listing import address_with
from dashboards.periods import Period, Unit
from dashboards.readings import Answer, Query, Reading, read
from dashboards.targets.board import YearPlan, year_goals, year_sold
from dashboards.targets.exports import planned_figures, target_columns
from dashboards.targets.forms import TakeBackForm, YearForm, YearTargetForm
from dashboards.targets.models import YearTarget
from dashboards.targets.pace import Pace
from dashboards.targets.services import TargetTakenError, set_target, take_back_target
from dashboards.targets.wording import shown_goals, time_passed
from dashboards.views.coverage import Coverage, coverage_of, told_of
from dashboards.wording import untold
from places.models import Province


@dataclass(frozen=True)
class Asked:
    """The plan of the year that an address asks for, beside what was sold in it at the answer's reading."""

    territory: Territory
    form: YearForm
    answer: Answer[Measures]
    plan: YearPlan
    coverage: Coverage


@allowed("dashboards.view_reports")
@require_safe
def year_targets(request: HttpRequest) -> HttpResponse:
    """The plan of a year (`?year=`, else this one) beside what was reached, and every target that was ever set for it."""
    asked = _asked(request)
    if asked is None:
        return render(request, "dashboards/targets/year_targets.html", {"territory": None})
    if not asked.form.is_valid():
        raise Http404
    territory, year = asked.territory, asked.plan.year
    kept = YearTarget.objects.filter(province=territory.province)
    years = sorted({*kept.order_by().values_list("year", flat=True).distinct(), year, asked.answer.reading.day.year}, reverse=True)
    same = address_with(request.GET, reading=asked.answer.reading.token)
    context = {
        "territory": territory,
        "answer": asked.answer,
        "coverage": asked.coverage,
        "untold": untold(asked.plan.unknown, ()),
        "year": str(year),
        "goals": shown_goals(asked.plan),
        "passed": time_passed(asked.plan.pace),
        "history": kept.filter(year=year).select_related("set_by", "taken_back_by").order_by("metric", "-since"),
        "years": [(str(one), _address("year_targets", territory, year=one), one == year) for one in years],
        "new": _address("year_target_new", territory, year=year),
        "export": f"{reverse('year_targets_xlsx')}{same}",
        "export_csv": f"{reverse('year_targets_csv')}{same}",
    }
    return render(request, "dashboards/targets/year_targets.html", context)


@allowed("dashboards.view_reports")
@require_safe
def year_targets_xlsx(request: HttpRequest) -> HttpResponse:
    """The plan of the page as XLSX."""
    asked = _demanded(request)
    pace = asked.plan.pace
    return xlsx_response(
        "targets",
        title=_("Targets of the year"),
        columns=target_columns(),
        rows=planned_figures(asked.plan),
        reading=asked.answer.reading,
        period=Period(pace.first, max(pace.counted_to, pace.first), Unit.YEAR),
        form=asked.form,
        notes=told_of(Audience(asked.territory), asked.coverage),
    )


@allowed("dashboards.view_reports")
@require_safe
def year_targets_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV."""
    asked = _demanded(request)
    demand_sense(asked.form)
    return csv_response("targets", target_columns(), planned_figures(asked.plan), asked.answer.reading)


def _demanded(request: HttpRequest) -> Asked:
    asked = _asked(request)
    if asked is None:
        raise Http404
    return asked


def _asked(request: HttpRequest) -> Asked | None:
    """None where there is no province with figures; a year that makes no sense leaves this one, and the form says so."""
    territory = territory_of(cast(User, request.user), request.GET.get("province"))
    if territory is None:
        return None
    form = YearForm(request.GET)
    year: int | None = form.cleaned_data["year"] if form.is_valid() else None

    def pace_of(reading: Reading) -> Pace:
        return Pace.of_year(year or reading.day.year, reading.day)

    query = Query.of("year_sold", province=territory.province, year=year)
    answer = read(query, lambda reading: year_sold(territory.province, pace_of(reading)), token=request.GET.get("reading"))
    pace = pace_of(answer.reading)
    coverage = coverage_of(Audience(territory), answer, pace.first, max(pace.counted_to, pace.first), answer.rows.lines)
    # Targets are read now: whoever has just set one sees it.
    goals = year_goals(territory.province, pace, answer.rows if coverage.known else None)
    return Asked(territory, form, answer, YearPlan(pace.first.year, pace, goals, coverage.unknown), coverage)


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
