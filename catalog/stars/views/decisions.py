"""Pages of decisions: the list, taking one in (checked first, then recorded), one decision with its products and its scan."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from catalog.media.documents import document_response, store_document
from catalog.media.errors import UploadRefusedError
from catalog.models import RecognitionDecision, StarApplication, StarRating
from catalog.spreadsheets import UnreadableFileError
from catalog.stars.decisions import DecisionRefusedError, check_decision, record_decision
from catalog.stars.forms import DecisionForm, DocumentForm
from catalog.stars.lines import lines_from_spreadsheet
from catalog.stars.planning import Kind
from catalog.stars.territory import kept_by
from catalog.stars.views.people import user_of

PER_PAGE = 50
PROBLEMS_SHOWN = 200
_keeps = allowed("catalog.keep_stars")


def _decision(request: HttpRequest, pk: int) -> RecognitionDecision:
    return get_object_or_404(RecognitionDecision.objects.visible_to(user_of(request)).select_related("province", "document"), pk=pk)


@_keeps
@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """The province's decisions, the newest first."""
    found = RecognitionDecision.objects.visible_to(user_of(request)).annotate(
        given=Count("ratings", distinct=True), extended=Count("extensions", distinct=True), ended=Count("revoked", distinct=True)
    )
    page = Paginator(found.order_by("-decided_on", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalog/stars/decision_list.html", {"page": page})


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def decision_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a decision in. The first POST checks and shows what it would do, the second records it; nothing is half done.

    `?state=assessed` begins with all applications whose points were given.
    """
    if kind not in Kind.values:
        raise Http404
    user = user_of(request)
    initial = {"lines": _assessed(request)} if request.GET.get("state") == "assessed" else None
    data, unread = _posted(request, kind)
    form = DecisionForm(data, initial=initial, kind=kind, scope=kept_by(user))
    context: dict[str, object] = {"form": form, "kind": Kind(kind), "kinds": Kind}
    if request.method == "POST":
        if unread:
            form.add_error("file", unread)
        if form.is_valid():
            head, text = form.head(), form.cleaned_data["lines"]
            try:
                if request.POST.get("step") == "record":
                    decision = record_decision(head=head, text=text, by=user)
                    messages.success(request, _("The decision is recorded, and the stars follow it."))
                    return redirect("decision_detail", decision.pk)
                context["planned"] = check_decision(head=head, text=text, user=user)
            except DecisionRefusedError as error:
                _say(form, error)
                context["problems"] = error.problems[:PROBLEMS_SHOWN]
                context["more_problems"] = max(len(error.problems) - PROBLEMS_SHOWN, 0)
    context["applications"] = StarApplication.objects.visible_to(user).filter(state=StarApplication.State.ASSESSED).count()
    return render(request, "catalog/stars/decision_new.html", context, status=422 if form.errors else 200)


def _posted(request: HttpRequest, kind: str) -> tuple[QueryDict | None, str]:
    """What was posted, the lines of an uploaded spreadsheet behind those that were typed; and why the spreadsheet cannot be read."""
    if request.method != "POST":
        return None, ""
    data, file = request.POST.copy(), request.FILES.get("file")
    if isinstance(file, TemporaryUploadedFile):
        try:
            read = lines_from_spreadsheet(Path(file.temporary_file_path()), file.name or "", kind)
        except UnreadableFileError as error:
            return data, str(error)
        data["lines"] = f"{data.get('lines', '').rstrip()}\n{read}".strip()
    return data, ""


def _say(form: DecisionForm, error: DecisionRefusedError) -> None:
    if error.head:
        form.add_error(None, error.head)
    if error.problems:
        count = len(error.problems)
        text = ngettext(
            "%(count)d line cannot be taken; nothing is recorded.", "%(count)d lines cannot be taken; nothing is recorded.", count
        )
        form.add_error("lines", text % {"count": count})


def _assessed(request: HttpRequest) -> str:
    """A line for each application whose points were given and are enough."""
    waiting = StarApplication.objects.visible_to(request.user).filter(state=StarApplication.State.ASSESSED)
    lines = []
    for application in waiting.select_related("product").prefetch_related("assessments"):
        last = list(application.assessments.all())[-1]
        if last.stars is not None:
            lines.append(f"{application.product.code}; {last.stars}; {last.total}")
    return "\n".join(lines)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: its products and its scanned page, which a POST takes in."""
    decision = _decision(request, pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["document"]
        try:
            decision.document = store_document(path=Path(file.temporary_file_path()), name=file.name, by=user_of(request))
        except UploadRefusedError as error:
            form.add_error("document", str(error))
        else:
            decision.save(update_fields=["document"])
            messages.success(request, _("The file is kept with the decision."))
            return redirect("decision_detail", pk)
    ratings = {
        Kind.RECOGNITION: decision.ratings.all(),
        Kind.EXTENSION: StarRating.objects.filter(extensions__decision=decision),
        Kind.REVOCATION: decision.revoked.all(),
    }[Kind(decision.kind)]
    found = ratings.select_related("product__producer").order_by("product__name_vi", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "decision": decision,
        "form": form,
        "page": page,
        "rows": [(rating, rating.state_on(today)) for rating in page],
    }
    return render(request, "catalog/stars/decision_detail.html", context, status=422 if form.errors else 200)


@_keeps
@require_safe
def decision_document(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of a decision."""
    document = _decision(request, pk).document
    if document is None:
        raise Http404
    return document_response(document)
