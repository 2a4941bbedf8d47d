"""One slot: what is planned for it and what is said in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from livestreams.sessions.access import back_to_plan, planned_slot, refused, user_of, version_of
from livestreams.sessions.checks import faults_of
from livestreams.sessions.errors import ChangedMeanwhileError, NotPlannableError, PlanError
from livestreams.sessions.run_of_show import change_slot
from livestreams.sessions.slot_forms import PointForms, SlotForm


@allowed("livestreams.plan_sessions")
@require_http_methods(["GET", "HEAD", "POST"])
def slot_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a slot: minutes, price, stock, link, lot, sample, need, mark, talking points."""
    slot = planned_slot(request, pk)
    version, session = slot.version, slot.session
    data = request.POST if request.method == "POST" else None
    said = [{"text": point.text, "is_claim": point.is_claim, "paper": point.paper_id} for point in slot.points.all()]
    form = SlotForm(data, instance=slot)
    rows: Any = PointForms(data, initial=said, form_kwargs={"slot": slot}, prefix="points")
    if request.method == "POST" and all([form.is_valid(), rows.is_valid()]):
        points = [row.point for row in rows if row.point is not None]
        try:
            change_slot(slot=slot, by=user_of(request), version=version_of(request), points=points, **form.cleaned_data)
        except NotPlannableError as error:
            form.add_error(error.field, str(error.message))
        except ChangedMeanwhileError as error:
            form.add_error(None, str(error.message))
        except PlanError as error:
            return refused(request, error, session)
        else:
            messages.success(request, _("Saved."))
            return back_to_plan(session, slot)
    bad = bool(form.errors) or (request.method == "POST" and not rows.is_valid())
    faults = [fault for fault in faults_of(session) if fault.slot is not None and fault.slot.pk == slot.pk]
    context = {"form": form, "rows": rows, "slot": slot, "session": session, "version": version, "faults": faults, "bad": bad}
    return render(request, "livestreams/slot_edit.html", context, status=422 if bad else 200)
