"""Pages of papers: enter one, change one, take one away, open its file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, public
from catalog.keeping.owners import address, kept_owner, kind_of, member, tabs
from catalog.keeping.papers import PaperFacts, Upload, add_paper, change_paper, remove_paper
from catalog.keeping.waiting import ChangedMeanwhileError
from catalog.media.documents import ACCEPTED, DOCUMENT_MEGABYTES, document_response
from catalog.media.errors import UploadRefusedError
from catalog.models import Paper

_keeps = allowed("catalog.edit_own_listings")
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class PaperForm(forms.ModelForm):  # type: ignore[type-arg]
    """A paper; its file is taken in by the verb."""

    valid_from = _day(gettext_lazy("Valid from"))
    valid_until = _day(gettext_lazy("Valid until"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy("A PDF or a photo of the paper, up to 10 MB."),
    )

    class Meta:
        model = Paper
        fields = ("kind", "title", "number", "issuer", "valid_from", "valid_until", "file", "public_file")
        labels = {"public_file": gettext_lazy("Everybody may open the file, not officials alone")}
        help_texts = {
            "title": gettext_lazy("Where the kind does not say enough."),
            "number": gettext_lazy("As it stands on the paper."),
            "public_file": gettext_lazy("Leave it out where names, numbers or signatures of persons can be read."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.TypedChoiceField)
        kind.choices = [("", _("Choose")), *Paper.Kind.choices]

    def clean(self) -> dict[str, Any]:
        """Days that can be, in order; a paper of another kind has a name; each has a number or a file, to be checked by."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("valid_from", "valid_until"):
            day = cleaned.get(name)
            if day and not EARLIEST <= day <= LATEST:
                self.add_error(name, _("This day cannot be right: give the year with four digits."))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day is before the first one."))
        if cleaned.get("kind") == Paper.Kind.OTHER and not cleaned.get("title"):
            self.add_error("title", _("Say what kind of paper it is."))
        held = self.instance.document_id is not None or bool(cleaned.get("file")) or "file" in self.errors
        if not held and not cleaned.get("number") and "number" not in self.errors:
            self.add_error("number", _("Give the paper's number, or its file below: with neither nobody can check it."))
        return cleaned

    def facts(self) -> PaperFacts:
        """What was typed in."""
        return PaperFacts(**{name: value for name, value in self.cleaned_data.items() if name != "file"})

    def upload(self, request: HttpRequest) -> Upload | None:
        """The file that came along."""
        file: TemporaryUploadedFile | None = self.cleaned_data["file"]
        return Upload(Path(file.temporary_file_path()), file.name or "", member(request)) if file else None


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The owner's papers and whether they hold today, and a form for one more."""
    owner = kept_owner(member(request), kind, code)
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_paper(owner=owner, facts=form.facts(), upload=form.upload(request))
        except UploadRefusedError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("The paper was entered."))
            return redirect(address("kept_papers", owner))
    today = timezone.localdate()
    rows = Paper.objects.current().of(owner).select_related("document", "replaces")
    context = {
        "owner": owner,
        "kind": kind,
        "tabs": tabs(owner, "kept_papers"),
        "papers": [(paper, paper.state_on(today)) for paper in rows],
        "form": form,
        "again": bool(form.errors and request.FILES),
        "megabytes": DOCUMENT_MEGABYTES,
    }
    return render(request, "catalog/kept_papers.html", context, status=422 if form.errors else 200)


def _paper(request: HttpRequest, pk: int) -> Paper:
    papers = Paper.objects.current().kept_by(member(request)).select_related("product__producer", "producer", "document")
    return get_object_or_404(papers, pk=pk)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def paper_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a paper; where everybody sees it, the change waits for the next publication."""
    paper = _paper(request, pk)
    back = address("kept_papers", paper.owner)
    form = PaperForm(request.POST or None, request.FILES or None, instance=paper)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_paper(paper=paper, facts=form.facts(), upload=form.upload(request))
        except UploadRefusedError as error:
            form.add_error("file", str(error))
        except ChangedMeanwhileError:
            messages.error(request, _("Somebody else changed this entry in the meantime; nothing was done. Look at it as it is now."))
            return redirect(back)
        else:
            waits = _("Saved. The public page shows it once an official has published the listing.")
            messages.success(request, waits if changed.pk != pk else _("Saved."))
            return redirect(back)
    context = {
        "owner": paper.owner,
        "kind": kind_of(paper.owner),
        "paper": paper,
        "form": form,
        "back": back,
        "again": bool(form.errors and request.FILES),
    }
    return render(request, "catalog/kept_paper.html", context, status=422 if form.errors else 200)


@_keeps
@require_POST
def paper_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paper away."""
    paper = _paper(request, pk)
    try:
        remove_paper(paper=paper)
    except ChangedMeanwhileError:
        messages.error(request, _("Somebody else changed this entry in the meantime; nothing was done. Look at it as it is now."))
    else:
        messages.success(request, _("The paper was removed."))
    return redirect(address("kept_papers", paper.owner))


@public
@require_safe
def paper_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper's file: everybody's where the producer says so and the listing shows the paper, else for who may see the product."""
    papers = Paper.objects.filter(document__isnull=False).select_related("document__file")
    paper = papers.shown().filter(public_file=True, pk=pk).first()
    if paper is None and request.user.is_authenticated:
        paper = papers.visible_to(request.user).filter(pk=pk).first()
    if paper is None or paper.document is None:
        raise Http404
    return document_response(paper.document)
