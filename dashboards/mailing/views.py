"""The pages of what is sent by e-mail: schedules, one of them with every sending, making and changing one, and what is done with one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.territory import Territory, territory_of
from dashboards.mailing import services
from dashboards.mailing.asked import asked_of
from dashboards.mailing.boards import BOARDS
from dashboards.mailing.forms import ScheduleForm
from dashboards.mailing.history import changes_of
from dashboards.mailing.models import MailSchedule, MailSending
from dashboards.mailing.services import AlreadyAskedError, EndedError, NothingSignedError, NotUnclearError
from dashboards.mailing.wording import BADGE_OF, rhythm_of
from livestreams.sessions.access import version_of
from livestreams.versions import StaleError

PER_PAGE = 30
_keeps = allowed("dashboards.keep_mailings")


@_keeps
@require_safe
def mailing_list(request: HttpRequest) -> HttpResponse:
    """The schedules of the reader's province, each with its next time and its last one; deleted ones stand last."""
    last = MailSending.objects.filter(dispatch__schedule=OuterRef("pk"), state=MailSending.State.SENT).order_by("-sent_at")
    bad = Count("dispatches__sendings", filter=Q(dispatches__sendings__state__in=(MailSending.State.REFUSED, MailSending.State.UNCLEAR)))
    found = (
        MailSchedule.objects.visible_to(cast(User, request.user))
        .select_related("province", "made_by")
        .prefetch_related("recipients")
        .annotate(last_sent=Subquery(last.values("sent_at")[:1]), bad=bad)
        .order_by(F("ended_at").asc(nulls_first=True), "-made_at", "-pk")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(schedule, rhythm_of(schedule)) for schedule in page]}
    return render(request, "dashboards/mailing/mailing_list.html", context)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def mailing_new(request: HttpRequest) -> HttpResponse:
    """Make a schedule; `?what=` and `?filters=` say of which board, as the board's own page does."""
    user = cast(User, request.user)
    territory = territory_of(user, request.GET.get("province"))
    if territory is None:
        return render(request, "dashboards/mailing/mailing_form.html", {"territory": None})
    given = request.POST if request.method == "POST" else None
    initial = {name: request.GET.get(name, "") for name in ("what", "filters")}
    form = ScheduleForm(given, user=user, territory=territory, initial=initial)
    if form.is_valid():
        made = services.make_schedule(schedule=form.schedule, recipients=list(form.cleaned_data["recipients"]), by=user)
        messages.success(request, _("It will be sent as you said."))
        return redirect(made)
    opened = MailSchedule(province_id=territory.province, board=initial["what"], filters=initial["filters"])
    return _shown(request, form, territory, asked=asked_of(opened) if initial["filters"] else [])


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def mailing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is sent, to whom and how often; what is due already goes as it was."""
    user = cast(User, request.user)
    schedule = _seen(request, pk)
    territory = territory_of(user, schedule.province_id)
    assert territory is not None  # the schedule's
    version = str(schedule.version)
    given = request.POST if request.method == "POST" else None
    form = ScheduleForm(given, user=user, territory=territory, initial=ScheduleForm.told(schedule))
    try:
        if schedule.state == "ended":
            raise EndedError
        if form.is_valid():
            to, recipients = form.schedule, list(form.cleaned_data["recipients"])
            services.change_schedule(schedule=schedule, to=to, recipients=recipients, version=version_of(request), by=user)
            messages.success(request, _("Saved. What is due from now on goes as you said."))
            return redirect(schedule)
        # Mended, it still has to rest on what was seen when the page was opened.
        version = request.POST.get("version", version)
    except StaleError as error:
        form.add_error(None, str(error.message))
    except EndedError:
        messages.error(request, _("It was deleted already."))
        return redirect(schedule)
    return _shown(request, form, territory, schedule=schedule, version=version, asked=asked_of(schedule))


@_keeps
@require_safe
def mailing_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A schedule, what can be done with it, every mail that was sent by it, and who changed what of it."""
    schedule = _seen(request, pk)
    sendings = MailSending.objects.filter(dispatch__schedule=schedule).select_related("dispatch", "parcel").defer("parcel__content")
    page = Paginator(sendings, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "schedule": schedule,
        "rhythm": rhythm_of(schedule),
        "asked": asked_of(schedule),
        "board": f"{reverse(schedule.board)}?{schedule.filters}" if schedule.board in BOARDS else "",
        "changes": changes_of(schedule),
        "recipients": schedule.recipients.order_by("full_name", "pk"),
        "page": page,
        "rows": [(sending, BADGE_OF[MailSending.State(sending.state)], _then(sending, schedule)) for sending in page],
    }
    return render(request, "dashboards/mailing/mailing_detail.html", context)


@_keeps
@require_POST
def mailing_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause, resume, delete a schedule, or have it sent now: `step` says which."""
    schedule = _seen(request, pk)
    try:
        match request.POST.get("step"):
            case "pause":
                services.pause_schedule(schedule=schedule)
                messages.success(request, _("It is paused: nothing more is sent until you resume it."))
            case "resume":
                services.resume_schedule(schedule=schedule)
                messages.success(request, _("It is sent again from now on."))
            case "once":
                services.send_once(schedule=schedule)
                messages.success(request, _("It is being sent. How each mail fared stands below."))
            case "delete":
                services.end_schedule(schedule=schedule)
                messages.success(request, _("It is deleted: nothing more is sent. What was sent stays on record."))
                return redirect("mailing_list")
            case _:
                return HttpResponseBadRequest()
    except EndedError:
        messages.error(request, _("It was deleted already."))
    except AlreadyAskedError:
        messages.error(request, _("It is being sent already."))
    except NothingSignedError:
        messages.error(request, _("No report of this kind is signed yet."))
    return redirect(schedule)


@_keeps
@require_POST
def mailing_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send once more what perhaps did not arrive."""
    schedules = MailSchedule.objects.visible_to(cast(User, request.user))
    sending = get_object_or_404(MailSending.objects.select_related("dispatch__schedule"), pk=pk, dispatch__schedule__in=schedules)
    try:
        services.send_again(sending=sending)
    except NotUnclearError:
        messages.error(request, _("This mail cannot be sent again."))
    else:
        messages.success(request, _("It is being sent. How each mail fared stands below."))
    return redirect(sending.dispatch.schedule)


def _then(sending: MailSending, schedule: MailSchedule) -> str:
    """What was sent, where the schedule sends something else now."""
    sending.dispatch.schedule = schedule
    what = sending.dispatch.schedule_then.what
    return "" if what == schedule.what else what


def _shown(request: HttpRequest, form: ScheduleForm, territory: Territory, **more: object) -> HttpResponse:
    context = {"form": form, "territory": territory, **more}
    return render(request, "dashboards/mailing/mailing_form.html", context, status=422 if form.errors else 200)


def _seen(request: HttpRequest, pk: int) -> MailSchedule:
    found = MailSchedule.objects.visible_to(cast(User, request.user)).select_related("province", "made_by", "changed_by")
    return get_object_or_404(found, pk=pk)
