"""Pages that ask what the columns of a shop's spreadsheet are, and that list what was said.

The file itself is never kept between two of them: the browser sends it again, or the person chooses it again.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from orders.intake.mapping.forms import MappingForm, TableFileForm
from orders.intake.mapping.layout import FIELDS, state_words
from orders.intake.mapping.models import ColumnMapping
from orders.intake.mapping.preview import Preview, preview_of
from orders.intake.mapping.services import NoMapping, remember_mapping, remembered_mapping
from orders.intake.mapping.table import Table, read_table
from orders.intake.reading import PLATFORMS, UnreadableFile
from orders.intake.staging import ExportedInFutureError, stage_file
from orders.leases.work import StoppedError
from orders.shops.models import Shop
from orders.tasks import check_run


@allowed("orders.take_in_orders")
@require_http_methods(["GET", "HEAD", "POST"])
def shop_columns(request: HttpRequest, code: str) -> HttpResponse:
    """What was said of the columns of the shop's files; with a file, the questions about it."""
    shop = get_object_or_404(Shop.objects.for_intake(request.user), code=code)
    known = PLATFORMS.get(shop.platform)
    if request.method == "POST" and known is None:
        return ask_columns(request, shop)
    return _list(request, shop, TableFileForm())


def ask_columns(request: HttpRequest, shop: Shop) -> HttpResponse:
    """The questions about the posted file, with a preview of what the answers make of it; saved, the file is staged at once."""
    chosen = TableFileForm(request.POST, request.FILES)
    if not chosen.is_valid():
        return _list(request, shop, chosen)
    upload = chosen.cleaned_data["file"]
    path = Path(upload.temporary_file_path())
    try:
        table = read_table(path, file_name=upload.name, expected=shop.get_platform_display())
        return _asked(request, shop, table, upload, path)
    except UnreadableFile as error:
        chosen.add_error("file", str(error))
        return _list(request, shop, chosen)
    finally:
        upload.close()


def _asked(request: HttpRequest, shop: Shop, table: Table, upload: UploadedFile[Any], path: Path) -> HttpResponse:
    name = upload.name or ""
    answered = "answered" in request.POST
    data = request.POST if answered else None
    before = None if answered else _said_before(shop, path, name)
    form = MappingForm(table, data, request.FILES, said_before=before)
    preview: Preview | None = None
    unguessed = not form.is_valid() and not answered
    if unguessed:
        # Nobody has answered yet, so nobody is told of mistakes.
        form = MappingForm(table, said_before=before, bound=False)
    elif form.is_valid():
        said = form.mapping(shop)
        try:
            if request.POST.get("answered") == "save":
                return _take_in(request, said, form, upload, path)
            preview = preview_of(said, path, file_name=name)
        except UnreadableFile as error:
            form.add_error("file", str(error))
        except ExportedInFutureError:
            form.add_error("file", _("“%(file)s” is named after a time in the future.") % {"file": name})
        except StoppedError:
            form.add_error("file", _("The reading of “%(file)s” was stopped. Nothing of it is kept.") % {"file": name})
    context = {
        "shop": shop,
        "form": form,
        "file_name": name,
        "preview": preview,
        "unguessed": unguessed,
        "exported_at": request.POST.get("exported_at", ""),
    }
    return render(request, "orders/columns_ask.html", context, status=422 if answered and form.errors else 200)


def _take_in(request: HttpRequest, said: ColumnMapping, form: MappingForm, upload: UploadedFile[Any], path: Path) -> HttpResponse:
    user = cast(User, request.user)
    exported_at: datetime | None = form.cleaned_data["exported_at"]
    with transaction.atomic():  # a file that is refused as a whole teaches nothing
        mapping = remember_mapping(said=said, headers=form.table.headers, by=user)
        run = stage_file(path=path, shop=said.shop, file_name=upload.name or "", exported_at=exported_at, by=user, mapping=mapping)
    wake(check_run, run.pk)
    return redirect("intake_run", pk=run.pk)


def _said_before(shop: Shop, path: Path, file_name: str) -> ColumnMapping | None:
    try:
        return remembered_mapping(shop=shop, path=path, file_name=file_name)
    except NoMapping:
        return None


def _list(request: HttpRequest, shop: Shop, form: TableFileForm) -> HttpResponse:
    words = {field.name: field.words for field in FIELDS}
    mappings = [
        {
            "mapping": mapping,
            "columns": [(words[name], header) for name, header in mapping.columns.items()],
            "states": [(word, state_words(state)) for word, state in mapping.statuses.items()],
        }
        for mapping in ColumnMapping.objects.filter(shop=shop).select_related("by")[:20]
    ]
    context = {"shop": shop, "form": form, "mappings": mappings, "known": PLATFORMS.get(shop.platform)}
    return render(request, "orders/columns_list.html", context, status=422 if form.errors else 200)
