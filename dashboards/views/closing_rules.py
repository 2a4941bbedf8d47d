"""The page on which a department says when reporting periods close."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.territory import territory_of
from dashboards.reports.periods.closing_rules import ClosingRuleForm, RuleTakenError, rules_in_words, set_closing_rule
from dashboards.reports.periods.models import ReportingRule
from places.models import Province


@allowed("dashboards.set_reporting_rules")
@require_http_methods(["GET", "HEAD", "POST"])
def closing_rules(request: HttpRequest) -> HttpResponse:
    """The rules of the own province in the reader's words, every one that was set, and a form for the next."""
    user = cast(User, request.user)
    territory = territory_of(user)
    province = get_object_or_404(Province, pk=territory.province if territory else "")
    form = ClosingRuleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            set_closing_rule(rule=form.save(commit=False), province=province, by=user)
        except RuleTakenError:
            form.add_error("since", _("A rule of this period is in force since that day already. Give the changed one a later day."))
        else:
            messages.success(request, _("Saved. Reports that are prepared from now on follow it; signed ones stay as they are."))
            return redirect("closing_rules")
    today = timezone.localdate()
    context = {
        "form": form,
        "province": province,
        "rules": rules_in_words(province, today),
        "history": ReportingRule.objects.known_in(province.pk).select_related("set_by"),
    }
    return render(request, "dashboards/period_reports/closing_rules.html", context, status=422 if form.errors else 200)
