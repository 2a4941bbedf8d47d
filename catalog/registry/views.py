"""The registry's pages: template, upload, dry run, confirmation, result."""

from __future__ import annotations

from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from accounts.scopes import Scope
from catalog.models import RegistryUpload
from catalog.registry.columns import COLUMNS
from catalog.registry.export import registry_rows
from catalog.registry.outcomes import Outcome, State, counts
from catalog.registry.services import NothingToConfirmError, check_upload, confirm_upload, registry_scope, rejected_workbook
from catalog.registry.workbook import registry_workbook
from catalog.spreadsheets import UnreadableFileError
from places.models import Province

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_A_PAGE = 100
_keeps_registry = allowed("catalog.import_registry")


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("Registry file"),
        help_text=gettext_lazy("The filled-in template, .xlsx, up to 10 MB and 50,000 rows. Nothing is changed before you confirm."),
        widget=forms.FileInput(attrs={"accept": f".xlsx,{XLSX}"}),
    )


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("the view admits users alone")
    return user


@_keeps_registry
@require_http_methods(["GET", "HEAD", "POST"])
def registry(request: HttpRequest) -> HttpResponse:
    """Offer the template and take an uploaded file; a good one leads to its dry run."""
    user = _user(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file: TemporaryUploadedFile = form.cleaned_data["file"]
        try:
            upload = check_upload(user=user, path=Path(file.temporary_file_path()), file_name=file.name or "")
        except UnreadableFileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("registry_upload", upload.pk)
    scope = registry_scope(user)
    context = {
        "form": form,
        "columns": COLUMNS,
        "province": Province.objects.filter(pk=scope.province).first(),
        "uploads": RegistryUpload.objects.filter(owner=user).defer("rows", "outcomes")[:10],
    }
    return render(request, "catalog/registry.html", context)


@_keeps_registry
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty registry file, in the language of the page."""
    return _file(registry_workbook(), "ocop-registry.xlsx")


@_keeps_registry
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The registry as it stands, in the form in which it can come in again; an administrator may ask for one `?province=`."""
    scope, today = registry_scope(_user(request)), timezone.localdate()
    if scope.everything and (asked := request.GET.get("province")):
        # What names no province has no products; a NUL never reaches the database.
        scope = Scope(province=asked if asked in Province.objects.in_bulk() else "")
    return _file(registry_workbook(registry_rows(scope, today=today)), f"ocop-registry-{today:%Y-%m-%d}.xlsx")


@_keeps_registry
@require_safe
def rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """The rejected rows of an upload as a registry file, with the reasons."""
    found = get_object_or_404(RegistryUpload, pk=pk, owner=_user(request))
    return _file(rejected_workbook(found), f"ocop-registry-rejected-{pk}.xlsx")


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@_keeps_registry
@require_safe
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Before the confirmation what each row would do, after it what it did; `?state=` shows rows of one state."""
    found = get_object_or_404(RegistryUpload.objects.defer("rows"), pk=pk, owner=_user(request))
    outcomes = [Outcome.from_json(stored) for stored in found.outcomes]
    by_state = counts(outcomes)
    asked = request.GET.get("state", "")
    state = State(asked) if asked in by_state else None
    # What needs attention comes first.
    order = {State.REJECTED: 0, State.UPDATED: 1, State.CREATED: 2, State.UNCHANGED: 3}
    shown = sorted(
        (outcome for outcome in outcomes if state in {None, outcome.state}), key=lambda outcome: (order[outcome.state], outcome.row)
    )
    context = {
        "upload": found,
        "page": Paginator(shown, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "by_state": [(one, one.label, by_state[one]) for one in order],
        "state": state,
        "total": len(outcomes),
        "accepted": len(outcomes) - by_state[State.REJECTED],
        "changing": by_state[State.CREATED] + by_state[State.UPDATED],
    }
    return render(request, "catalog/registry_upload.html", context)


@_keeps_registry
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply an upload; a second confirmation only shows what the first did."""
    try:
        confirm_upload(upload_id=pk, user=_user(request))
    except RegistryUpload.DoesNotExist:
        messages.error(request, _("This upload is no longer kept. Upload the file again."))
        return redirect("registry")
    except NothingToConfirmError:
        messages.info(request, _("This upload was applied already."))
    return redirect("registry_upload", pk)
