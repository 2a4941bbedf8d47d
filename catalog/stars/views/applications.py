"""Pages of applications: the producer prepares and sends, the commune checks, the department gives points; each sees where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.criteria import Criteria, criteria_on
from catalog.media.documents import document_response, store_document
from catalog.media.errors import UploadRefusedError
from catalog.models import DossierItem, Product, StarApplication
from catalog.stars import applications as verbs
from catalog.stars.application_forms import CheckForm, DossierForm, PointsForm, WantedForm, WordsForm
from catalog.stars.own import own_stars
from catalog.stars.territory import NotTheirsError, checks, decides_on, followed_by, prepares, withdraws
from catalog.stars.views.people import user_of

PER_PAGE = 50
State = StarApplication.State
_sees = allowed("catalog.see_applications")


def _application(request: HttpRequest, pk: int) -> StarApplication:
    found = StarApplication.objects.visible_to(request.user).select_related("product__producer", "rating__decision")
    return get_object_or_404(found, pk=pk)


@allowed("catalog.follow_stars")
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """The applications of the territory, the newest first; `?state=` shows those of one state."""
    user, today = user_of(request), timezone.localdate()
    found = StarApplication.objects.filter(product__in=Product.objects.within(followed_by(user), today))
    asked = request.GET.get("state", "")
    state = State(asked) if asked in State.values else None
    if state:
        found = found.filter(state=state)
    page = Paginator(found.select_related("product__producer"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalog/stars/application_list.html", {"page": page, "state": state, "states": State})


@allowed("catalog.apply_for_stars")
@require_http_methods(["GET", "HEAD", "POST"])
def application_new(request: HttpRequest, code: str) -> HttpResponse:
    """Begin an application for a product; where one runs already, that is the page."""
    product = get_object_or_404(Product.objects.visible_to(request.user).single().select_related("producer"), code=code)
    user = user_of(request)
    running = StarApplication.objects.open().filter(product=product).first()
    if running is not None:
        return redirect("application_detail", running.pk)
    if not prepares(user, product):
        raise PermissionDenied
    form = WantedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.open_application(product=product, stars_wanted=form.cleaned_data["stars_wanted"], by=user)
        except verbs.AlreadyRunningError:
            return redirect("application_new", code)
        return redirect("application_detail", made.pk)
    return render(request, "catalog/stars/application_new.html", {"form": form, "product": product}, status=422 if form.errors else 200)


@_sees
@require_http_methods(["GET", "HEAD", "POST"])
def application_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an application stands, and the one form of whoever has to act; a POST's `act` says which."""
    application, user = _application(request, pk), user_of(request)
    criteria = criteria_on(timezone.localdate(application.opened_at))
    shown = _forms(request, application, user, criteria)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act:
        if act not in shown:
            messages.error(request, _("This is no longer possible: the application has moved on."))
            return redirect("application_detail", pk)
        form = shown[act]
        if form.is_valid() and _done(request, application, act, form, user):
            return redirect("application_detail", pk)
    items = _items(application)
    context = {
        "application": application,
        "forms": shown,
        "dossier": shown.get(act) if act in {"save", "send"} else shown.get("save"),
        "papers": [(paper, items[paper.key]) for paper in criteria.dossier if paper.key in items],
        "checks": application.checks.select_related("by"),
        "assessments": application.assessments.select_related("by"),
        "steps": application.steps.select_related("by"),
        "criteria": criteria_on(timezone.localdate()),
    }
    failed = any(form.errors for form in shown.values())
    return render(request, "catalog/stars/application_detail.html", context, status=422 if failed else 200)


def _items(application: StarApplication) -> dict[str, DossierItem]:
    return {item.item: item for item in application.dossier.select_related("document")}


def _forms(request: HttpRequest, application: StarApplication, user: User, criteria: Criteria) -> dict[str, forms.Form]:
    """The forms that this user may send in this state, by act; the one that was sent is bound."""
    act = request.POST.get("act", "")

    def data(name: str) -> dict[str, Any]:
        return {"data": request.POST, "files": request.FILES} if act == name else {}

    found: dict[str, forms.Form] = {}
    state, product = application.state, application.product
    if prepares(user, product) and application.with_producer:
        items = _items(application)
        papers = [paper for paper in criteria.dossier if paper.key in items]
        found["save"] = DossierForm(papers=papers, items=items, **data("save"))
        found["send"] = DossierForm(papers=papers, items=items, **data("send"))
    if application.is_open and state != State.ASSESSED and withdraws(user, product):
        found["withdraw"] = forms.Form(**data("withdraw"))
    if state == State.SUBMITTED and checks(user, product):
        found["check"] = CheckForm(**data("check"))
    if state in {State.FORWARDED, State.ASSESSED} and decides_on(user, product):
        found["assess"] = PointsForm(criteria=criteria_on(timezone.localdate()), **data("assess"))
        if state == State.FORWARDED:
            found["return"] = WordsForm(auto_id="return_%s", **data("return"))
        found["refuse"] = WordsForm(auto_id="refuse_%s", **data("refuse"))
    return found


def _done(request: HttpRequest, application: StarApplication, act: str, form: forms.Form, user: User) -> bool:
    """Call the verb; what it refuses is said at the form."""
    pk, said = application.pk, form.cleaned_data
    try:
        if act in {"save", "send"}:
            assert isinstance(form, DossierForm)
            entries = _entries(form, user)
            verbs.save_dossier(application_id=pk, entries=entries, by=user)
            if form.errors:
                return False
            if act == "send":
                verbs.send_application(application_id=pk, by=user)
        elif act == "withdraw":
            verbs.withdraw_application(application_id=pk, by=user)
        elif act == "check":
            verbs.check_application(application_id=pk, by=user, **said)
        elif act == "assess":
            verbs.assess_application(application_id=pk, by=user, **said)
        elif act == "return":
            verbs.return_application(application_id=pk, by=user, note=said["words"])
        else:
            verbs.refuse_application(application_id=pk, by=user, note=said["words"])
    except verbs.MissingPapersError as error:
        names = ", ".join(paper.name for paper in error.papers)
        form.add_error(None, _("Saved, but not sent: %(papers)s still missing.") % {"papers": names})
        return False
    except verbs.NoWordsError:
        form.add_error("note", _("Say why the application goes back."))
        return False
    except verbs.ApplicationStateError:
        messages.error(request, _("This is no longer possible: the application has moved on."))
        return True
    except NotTheirsError as error:
        raise PermissionDenied from error
    messages.success(request, _("Saved.") if act == "save" else _("Done: the application has moved on."))
    return True


def _entries(form: DossierForm, user: User) -> dict[str, verbs.PaperEntry]:
    """What the form says of each paper; a file that is refused is said at its field, and the rest is kept."""
    entries = {}
    for paper in form.papers:
        file, document = form.cleaned_data[f"{paper.key}-file"], None
        if isinstance(file, TemporaryUploadedFile):
            try:
                document = store_document(path=Path(file.temporary_file_path()), name=file.name or "", by=user)
            except UploadRefusedError as error:
                form.add_error(f"{paper.key}-file", str(error))
        # A field with an error is no longer among the cleaned ones; its neighbours are.
        provided, note = form.cleaned_data[f"{paper.key}-provided"], form.cleaned_data[f"{paper.key}-note"]
        entries[paper.key] = verbs.PaperEntry(provided, note, document)
    return entries


@_sees
@require_safe
def application_paper(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """The file of one paper of the dossier."""
    found = _application(request, pk).dossier.select_related("document__file").filter(item=item).first()
    if found is None or found.document is None:
        raise Http404
    return document_response(found.document)


@allowed("catalog.see_own_stars")
@require_safe
def my_stars(request: HttpRequest) -> HttpResponse:
    """A member's products with their stars, what ends, and what may be asked for."""
    return render(request, "catalog/stars/my_stars.html", {"rows": own_stars(user_of(request), timezone.localdate())})
