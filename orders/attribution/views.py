"""The rules of attribution: which hold since when, and putting a new one in force."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from orders.attribution.forms import RuleForm
from orders.attribution.models import Attribution, AttributionRule, Bucket
from orders.attribution.services import RuleDayTakenError, add_rule, preview_rule
from orders.marks.waiting import rules_recount
from orders.tasks import fold_figures


@allowed("orders.view_rules")
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """All rules, the newest first, with how many orders each attributed, and how far a change is."""
    counts: dict[int, int] = dict(Attribution.objects.order_by().values_list("rule").annotate(orders=Count("pk")))
    rules = [(rule, counts.get(rule.pk, 0)) for rule in AttributionRule.objects.select_related("made_by").order_by("-since")]
    return render(request, "orders/rule_list.html", {"rules": rules, "recount": rules_recount()})


@allowed("orders.view_rules")
@require_safe
def rule_progress(request: HttpRequest) -> HttpResponse:
    """How far the orders of changed rules are, as the fragment that renews itself."""
    return render(request, "orders/rule_progress.html", {"recount": rules_recount(), "asked": True})


@allowed("orders.change_rules")
@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: HttpRequest) -> HttpResponse:
    """A new rule: what it would change is shown before it is put in force."""
    given = request.POST if request.method == "POST" else None
    form = RuleForm(given, initial=RuleForm.of(AttributionRule.objects.order_by("-since").first()))
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        asked: dict[str, Any] = {"since": form.cleaned_data["since"], "windows": form.windows}
        try:
            if "save" in request.POST and request.POST.get("previewed") == form.told:
                rule = add_rule(**asked, reason=form.cleaned_data["reason"], by=cast(User, request.user))
                wake(fold_figures)
                messages.success(request, _("Rule %(version)d is in force.") % {"version": rule.version})
                return redirect("rule_list")
            preview = preview_rule(**asked)
        except RuleDayTakenError:
            form.add_error("since", _("A rule begins on that day already. What held is never changed: choose another day."))
        else:
            names = dict(Bucket.choices)
            context["preview"] = preview
            context["moves"] = [(str(names[was]), str(names[will]), was == will, orders) for was, will, orders in preview.moves]
    return render(request, "orders/rule_new.html", context, status=422 if form.errors else 200)
