"""The run-of-show: looked at, printed, put in order, filled."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from catalog.models import Product
from livestreams.sessions.access import back_to_plan, planned_session, planned_slot, refused, user_of, version_of
from livestreams.sessions.checks import faults_in
from livestreams.sessions.confirmations import ask_producers
from livestreams.sessions.errors import PlanError
from livestreams.sessions.models import Session
from livestreams.sessions.run_of_show import add_slot, change_slot, copy_run_of_show, move_slot, remove_slot
from livestreams.sessions.sheet import Sheet, sheet_of
from livestreams.sessions.slot_forms import CopyForm, products_found

RELATED = ("host", "channel", "province", "commune", "programme")


def _seen(request: HttpRequest, code: str) -> Session:
    return get_object_or_404(Session.objects.plans_seen_by(request.user).select_related(*RELATED), code=code)


@allowed("livestreams.view_plans")
@require_safe
def session_plan(request: HttpRequest, code: str) -> HttpResponse:
    """The plan of a session: what is wrong with it, its run-of-show with times and answers, and for whoever plans it the tools."""
    session = _seen(request, code)
    sheet = sheet_of(session)
    keeps = Session.objects.planned_by(request.user).filter(pk=session.pk).exists() and session.cancelled_at is None
    faults = faults_in(sheet)
    context = {
        "session": session,
        "guests": session.guests.prefetch_related("titles"),
        "sheet": sheet,
        "faults": [fault for fault in faults if fault.blocks],
        "warnings": [fault for fault in faults if not fault.blocks],
        "faulty": {fault.slot.pk for fault in faults if fault.slot is not None},
        "keeps": keeps,
        "arranges": keeps and session.actual_start is None,
        "unasked": sum(not turn.slot.answer for turn in sheet.turns) if session.awaits_answers else 0,
        "copying": CopyForm(session=session, user=request.user) if keeps else None,
    }
    return render(request, "livestreams/session_plan.html", context)


@allowed("livestreams.view_plans")
@require_safe
def session_print(request: HttpRequest, code: str) -> HttpResponse:
    """The run-of-show for one sheet of A4."""
    sheet: Sheet = sheet_of(_seen(request, code))
    return render(request, "livestreams/session_print.html", {"session": sheet.session, "sheet": sheet})


@allowed("livestreams.plan_sessions")
@require_http_methods(["GET", "HEAD", "POST"])
def slot_add(request: HttpRequest, code: str) -> HttpResponse:
    """Find a product by its name (`?q=`) and give it a slot at the end."""
    session = planned_session(request, code)
    if request.method == "POST":
        product = get_object_or_404(Product.objects.single(), code=request.POST.get("product", "").replace("\x00", ""))
        try:
            slot = add_slot(session=session, product=product, by=user_of(request), version=version_of(request))
        except PlanError as error:
            return refused(request, error, session)
        messages.success(request, _("%(product)s is in the run-of-show.") % {"product": product})
        return back_to_plan(session, slot)
    words = request.GET.get("q", "").strip()[:100]
    context = {"session": session, "words": words, "found": products_found(request.user, words)}
    return render(request, "livestreams/slot_add.html", context)


@allowed("livestreams.plan_sessions")
@require_POST
def slot_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a slot at the position `to`: what the buttons and the drag send."""
    slot = planned_slot(request, pk)
    to = request.POST.get("to", "")
    try:
        position = int(to) if to.isascii() and to.isdigit() and len(to) < 6 else slot.position
        move_slot(slot=slot, to=position, by=user_of(request), version=version_of(request))
    except PlanError as error:
        return refused(request, error, slot.session)
    return back_to_plan(slot.session, slot)


@allowed("livestreams.plan_sessions")
@require_POST
def slot_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a slot's minutes in its place."""
    slot = planned_slot(request, pk)
    typed = request.POST.get("minutes", "").strip()
    minutes = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
    try:
        change_slot(slot=slot, by=user_of(request), version=version_of(request), minutes=minutes)
    except PlanError as error:
        return refused(request, error, slot.session)
    return back_to_plan(slot.session, slot)


@allowed("livestreams.plan_sessions")
@require_POST
def slot_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a slot out."""
    slot = planned_slot(request, pk)
    try:
        remove_slot(slot=slot, by=user_of(request), version=version_of(request))
    except PlanError as error:
        return refused(request, error, slot.session)
    messages.success(request, _("%(product)s is taken out of the run-of-show.") % {"product": slot.product})
    return back_to_plan(slot.session)


@allowed("livestreams.plan_sessions")
@require_POST
def slots_copy(request: HttpRequest, code: str) -> HttpResponse:
    """Take over the run-of-show of an earlier session."""
    session = planned_session(request, code)
    form = CopyForm(request.POST, session=session, user=request.user)
    if not form.is_valid():
        messages.error(request, _("Choose the livestream whose run-of-show is to be taken over."))
        return back_to_plan(session)
    try:
        copied = copy_run_of_show(session=session, source=form.cleaned_data["source"], by=user_of(request), version=version_of(request))
    except PlanError as error:
        return refused(request, error, session)
    said = ngettext("%(count)d slot was taken over.", "%(count)d slots were taken over.", copied) % {"count": copied}
    messages.success(request, said)
    return back_to_plan(session)


@allowed("livestreams.plan_sessions")
@require_POST
def slots_ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the producers of all slots that nobody was asked about."""
    session = planned_session(request, code)
    asked = ask_producers(session=session, by=user_of(request))
    said = ngettext("Asked about %(count)d slot; the producers were told.", "Asked about %(count)d slots; the producers were told.", asked)
    messages.success(request, said % {"count": asked} if asked else _("There was nothing to ask about."))
    return back_to_plan(session)
