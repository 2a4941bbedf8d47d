"""Keeping bytes, and letting go of those that nothing points at."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.models import StoredDocument, StoredFile

KEPT_UNUSED = timedelta(days=1)
Row = TypeVar("Row", bound=models.Model)


def keep_file(*, content: bytes, media_type: str) -> StoredFile:
    """The stored file with these bytes; part of the caller's transaction.

    Bytes that are there already are touched: `kept_at` keeps the sweep away, and the lock that comes with it holds until the commit.
    """
    file = StoredFile(digest=hashlib.sha256(content).hexdigest(), media_type=media_type, size=len(content), content=content)
    StoredFile.objects.bulk_create([file], update_conflicts=True, unique_fields=["digest"], update_fields=["kept_at"])
    return file


def drop_unused() -> int:
    """Delete documents and files that no row points at, a day after they were last uploaded; how many rows went."""
    before = timezone.now() - KEPT_UNUSED
    return _drop(_unused(StoredDocument.objects.filter(uploaded_at__lt=before))) + _drop(
        _unused(StoredFile.objects.filter(kept_at__lt=before).defer("content"))
    )


def _unused(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """Rows at which no foreign key points, whatever floor it stands on. The history of a photo that is gone keeps no file."""
    for relation in rows.model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and getattr(relation.field, "db_constraint", True):
            pointing = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            rows = rows.filter(~Exists(pointing))
    return rows


def _drop(rows: models.QuerySet[Row]) -> int:
    try:
        with transaction.atomic():
            return rows.delete()[0]
    except IntegrityError:
        return 0  # somebody uploaded the same bytes just now: the next sweep looks again
