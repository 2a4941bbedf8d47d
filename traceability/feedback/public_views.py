"""Pages for whoever scanned a code: write feedback, read the answer by the ticket code. Without account, session or cookie."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import public
from traceability.feedback.about import About, about_of
from traceability.feedback.forms import AgainForm, FeedbackForm
from traceability.feedback.models import Feedback
from traceability.feedback.services import ClosedError, send_feedback, write_again
from traceability.feedback.slowing import may_send
from traceability.feedback.tickets import NoTokenError, OldTokenError, hashed, number_in, spoken
from traceability.page.rendering import NAMES
from traceability.resolver.answers import slow_down
from traceability.resolver.guessing import count_unknown, is_guessing

# A ticket is nobody's business but its holder's. (Where it is in an address, Referrer-Policy tells no other site.)
PRIVATE = "private, no-store"


# The form acts for nobody, whoever is signed in; its signed token stands in for the CSRF cookie (tickets.py).
@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_new(request: HttpRequest) -> HttpResponse:
    """Write about what lives at `?about=`; `?kind=counterfeit` reports one. Without `about`: where to type a ticket (`?ticket=`)."""
    ticket = request.GET.get("ticket", "").replace("\x00", "").replace("/", "").strip()[:40]
    if ticket:
        return redirect("feedback_ticket", code=ticket)
    number = _number(request) if request.method == "POST" else None
    asked = request.GET.get("about", "").strip()
    if not asked:
        return _page(request, "traceability/feedback_find.html", {})
    language = translation.get_language()
    if is_guessing(request):
        return slow_down(request, language)
    about = about_of(asked)
    if not about.is_known:
        count_unknown(request)
    counterfeit = request.GET.get("kind") == Feedback.Kind.COUNTERFEIT or about.product is None
    given = {"counterfeit": counterfeit, "asks_province": about.product is None}
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        return _form_page(request, about, FeedbackForm(initial={"kind": kind}, **given), counterfeit)
    if not may_send(request):
        return _too_many(request)
    form = FeedbackForm(request.POST, request.FILES, **given)
    if form.is_valid() and number is None:
        form.add_error(None, _("This page was open for a long time. Look at what you wrote and send it once more."))
    if not form.is_valid() or number is None:
        return _form_page(request, about, form, counterfeit)
    _feedback, ticket = send_feedback(about=about, written=form.written, language=language, number=number)
    return redirect(f"{reverse('feedback_ticket', args=[ticket])}?new=1")


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_ticket(request: HttpRequest, code: str) -> HttpResponse:
    """What was written under a ticket code, what was answered, and room to write once more."""
    number = _number(request) if request.method == "POST" else None
    if is_guessing(request):
        return slow_down(request, translation.get_language())
    found = Feedback.objects.select_related("product__producer", "lot").filter(ticket_hash=hashed(code))
    feedback = found.first()
    if feedback is None:
        count_unknown(request)
        return _page(request, "traceability/feedback_find.html", {"unknown": True}, HTTPStatus.NOT_FOUND)
    form = AgainForm(request.POST or None)
    if request.method == "POST":
        if not may_send(request):
            return _too_many(request)
        if form.is_valid() and number is None:
            form.add_error(None, _("This page was open for a long time. Look at what you wrote and send it once more."))
        elif form.is_valid() and number is not None:
            try:
                write_again(feedback=feedback, text=form.cleaned_data["text"], number=number)
            except ClosedError:
                form.add_error(None, _("Nothing more can be written here. Begin anew from the page behind the code."))
            else:
                return redirect("feedback_ticket", code=code)
    _renew(form)
    context: dict[str, object] = {
        "feedback": feedback,
        "replies": feedback.replies.select_related("agency", "feedback__product__producer"),
        "form": form,
        "spoken": spoken(code) if "new" in request.GET else "",
        "address": request.build_absolute_uri(reverse("feedback_ticket", args=[code])),
    }
    return _page(request, "traceability/feedback_ticket.html", context, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)


def _number(request: HttpRequest) -> str | None:
    """The number in the form's token; None in one that is too old. A form without a token of ours is refused (403)."""
    try:
        return number_in(request.POST.get("token", ""))
    except OldTokenError:
        return None
    except NoTokenError as error:
        raise PermissionDenied from error


def _renew(form: FeedbackForm | AgainForm) -> None:
    """Give the form that is shown again a fresh token, where the old one was the trouble."""
    if form.is_bound and form.non_field_errors():
        form.data = {**form.data, "token": form.initial["token"]}


def _form_page(request: HttpRequest, about: About, form: FeedbackForm, counterfeit: bool) -> HttpResponse:
    _renew(form)
    context: dict[str, object] = {"about": about, "form": form, "counterfeit": counterfeit}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return _page(request, "traceability/feedback_new.html", context, status)


def _too_many(request: HttpRequest) -> HttpResponse:
    title, detail = _("Too much at once"), _("Many messages came from your connection. Try again in an hour.")
    response = _page(
        request, "traceability/link_refused.html", {"title": title, "detail": detail, "waits": True}, HTTPStatus.TOO_MANY_REQUESTS
    )
    response["Retry-After"] = "3600"
    return response


def _page(request: HttpRequest, template: str, context: dict[str, object], status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    language = translation.get_language()
    match = request.resolver_match
    assert match is not None
    query = {name: request.GET[name] for name in ("about", "kind") if name in request.GET}
    others = []
    for code, _name in settings.LANGUAGES:
        if code != language:
            with translation.override(code):
                address = reverse(str(match.url_name), kwargs=match.kwargs)
            others.append((code, NAMES[code], f"{address}?{urlencode(query)}" if query else address))
    response = render(request, template, {"LANGUAGE_CODE": language, "others": others, **context}, status=status)
    response["Cache-Control"] = PRIVATE
    return response
