"""What tests of the pages of photos, papers and sales links share."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from catalog.models import ListingRevision, Product

SOON = {"kind": "haccp", "number": "HACCP 12/2026", "issuer": "Quacert", "valid_from": "2026-01-05", "valid_until": "2029-01-04"}
SHOP = {"floor": "shopee", "url": "https://shopee.vn/htx", "opened_on": "2023-08-01", "state": "open"}


def address(name: str, code: str = "GL-1", kind: str = "listings") -> str:
    with translation.override("en"):
        return reverse(name, kwargs={"kind": kind, "code": code})


def of(name: str, row: Any) -> str:
    with translation.override("en"):
        return reverse(name, kwargs={"pk": row.pk})


def file(content: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def problems(response: HttpResponse) -> list[str]:
    """The sentences of the error summary."""
    assert response.status_code == 422
    summary = re.search(r'<div class="error-summary".*?</div>', response.content.decode(), re.S)
    assert summary is not None
    return [re.sub("<.*?>", "", item) for item in re.findall(r"<li>(.*?)</li>", summary[0], re.S)]


def said(response: HttpResponse) -> str:
    return response.content.decode()


def submitted(owner: Product, by: User) -> ListingRevision:
    return ListingRevision.objects.create(
        product=owner, number=1, state="submitted", author=by, saved_by=by, submitted_by=by, submitted_at=timezone.now()
    )
