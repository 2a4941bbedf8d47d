"""Documents: PDFs, kept as they are, and photographed or scanned pages, written anew."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from catalog.media import child
from catalog.media.errors import UploadRefusedError
from catalog.media.files import keep_file
from catalog.media.looking import PICTURES, Kind, called, look
from catalog.media.pictures import encode_scan
from catalog.models import StoredDocument
from catalog.models.files import PDF, WEBP

if TYPE_CHECKING:
    from accounts.models import User

DOCUMENT_MEGABYTES = 10
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,application/pdf,image/jpeg,image/png,image/webp"


def store_document(*, path: Path, name: str, by: User | None) -> StoredDocument:
    """Check a PDF or a picture of a page and keep it; the row that points at it says who may open it.

    A PDF keeps its bytes, because certificates carry digital signatures that a rewritten file would lose; so one that could act (script,
    launch, form that sends, file within, media) is refused instead of cleaned. Raises UploadRefusedError: then nothing is kept. A document
    at which nothing points is dropped a day later.
    """
    name = called(name)
    kind = look(path, name, megabytes=DOCUMENT_MEGABYTES, kinds=PICTURES | {Kind.PDF})
    if kind is Kind.PDF:
        pages, content, media_type = _checked_pages(path, name), path.read_bytes(), PDF
    else:
        pages, content, media_type = 1, encode_scan(path, name).content, WEBP
    stem = PurePath(name).stem[:100].strip(". ") or "document"
    with transaction.atomic():
        file = keep_file(content=content, media_type=media_type)
        return StoredDocument.objects.create(file=file, name=stem + (".pdf" if media_type == PDF else ".webp"), pages=pages, uploaded_by=by)


def document_response(document: StoredDocument) -> HttpResponse:
    """The document's bytes as an answer: a picture to be looked at, a PDF to be saved; kept by nobody on the way."""
    file = document.file
    response = HttpResponse(bytes(file.content), content_type=file.media_type)
    # A PDF is saved, not opened within the portal: whatever its reader can do, it does not do it under our address.
    disposition = content_disposition_header(file.media_type == PDF, document.name)
    if disposition:
        response["Content-Disposition"] = disposition
    response["Cache-Control"] = "private, no-store"
    return response


def _checked_pages(path: Path, name: str) -> int:
    try:
        answer, _rest = child.run("catalog.media.pdf_child", path)
    except child.RefusedByChildError as error:
        raise UploadRefusedError(_sentence(error.reason) % {"file": name}) from error
    return int(answer["pages"])


def _sentence(reason: str) -> str:
    sentences = {
        "script": _("%(file)s holds a script. Print it to PDF without its forms and upload that."),
        "launch": _("%(file)s would start a program or send data somewhere. Print it to PDF and upload that."),
        "embedded": _("%(file)s holds another file. Upload a PDF without attachments."),
        "media": _("%(file)s holds sound, video or 3D. Upload a PDF of text and pictures."),
        "locked": _("%(file)s is protected by a password. Save it without one and upload that."),
        "long": _("%(file)s has more than 200 pages or far too many parts. Upload the pages that matter."),
        "damaged": _("%(file)s is damaged: its pages cannot be read. Save it again as PDF and upload that."),
    }
    return sentences.get(reason, _("%(file)s needs far more memory or time than a document. Print it to PDF and upload that."))
