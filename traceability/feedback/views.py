"""The inbox of producers and departments: what waits, one message, its photo."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from traceability.feedback import services
from traceability.feedback.forms import AnswerForm
from traceability.feedback.models import Feedback

PER_PAGE = 50
READ = "traceability.read_feedback"
State = Feedback.State


@allowed(READ)
@require_safe
def feedback_list(request: HttpRequest) -> HttpResponse:
    """Feedback that the reader may see: what waits for an answer, the longest first; or what was answered or closed, the newest first."""
    mine = Feedback.objects.visible_to(request.user).select_related("product__producer", "lot", "province")
    state = request.GET.get("state", "")
    if state not in State.values:
        state = State.NEW
    wanted = mine.waiting() if state == State.NEW else mine.filter(state=state)
    page = Paginator(wanted, PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    for one in page:
        one.days = (today - timezone.localdate(one.waiting_since)).days if one.waiting_since else None  # type: ignore[attr-defined]
    counts = {value: mine.filter(state=value).count() for value in State.values}
    chips = [(f"{words} ({counts[value]})", f"{reverse('feedback_list')}?state={value}", value == state) for value, words in State.choices]
    return render(request, "traceability/feedback_list.html", {"page": page, "chips": chips, "state": state})


@allowed(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: answer it (`do=answer`), pass it on to the producer (`pass_on`), close it (`close`)."""
    feedback = get_object_or_404(_visible(request).select_related("product__producer", "lot", "unit", "province", "closed_by"), pk=pk)
    user, form, do = cast(User, request.user), AnswerForm(), request.POST.get("do")
    if request.method == "POST" and do == "close":
        services.close(feedback=feedback, by=user)
        messages.success(request, _("Closed. Its text is erased in a year; the count stays."))
        return redirect("feedback_list")
    if request.method == "POST" and do == "pass_on":
        try:
            services.pass_on(feedback=feedback)
        except services.NotPassedOnError as error:
            raise Http404 from error
        messages.success(request, _("The producer reads it, too, from now on."))
        return redirect("feedback_detail", pk=pk)
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if form.is_valid():
            try:
                services.answer(feedback=feedback, by=user, text=form.cleaned_data["text"])
            except services.ClosedError:
                form.add_error(None, _("Nothing more can be written here."))
            else:
                messages.success(request, _("Answered. Whoever has the ticket can read it now."))
                return redirect("feedback_detail", pk=pk)
    context: dict[str, Any] = {
        "feedback": feedback,
        "replies": feedback.replies.select_related("by", "agency", "feedback__product__producer"),
        "form": form,
        # Whoever sees it before the producer does may pass it on.
        "may_pass_on": feedback.product_id is not None and not feedback.with_producer,
    }
    return render(request, "traceability/feedback_detail.html", context, status=422 if form.errors else 200)


@allowed(READ)
@require_safe
def feedback_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """The photo that came with a report, for those who may read it."""
    feedback = get_object_or_404(_visible(request).select_related("photo").filter(photo__isnull=False), pk=pk)
    assert feedback.photo is not None
    return HttpResponse(
        bytes(feedback.photo.content), content_type=feedback.photo.media_type, headers={"Cache-Control": "private, max-age=3600"}
    )


def _visible(request: HttpRequest) -> QuerySet[Feedback]:
    return Feedback.objects.visible_to(request.user)
