"""What is done to papers: enter one, change one, take one away."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.keeping.waiting import ChangedMeanwhileError, is_fixed
from catalog.media.documents import store_document
from catalog.media.errors import TooManyError
from catalog.models import Owner, Paper, Product, StoredDocument, lock_owner

MOST_PAPERS = 40


@dataclass(frozen=True)
class Upload:
    """A file as it came in: where it lies, what it was called, who sent it."""

    path: Path
    name: str
    by: User


@dataclass(frozen=True)
class PaperFacts:
    """What is known of a paper; the model says what each means."""

    kind: str
    title: str = ""
    number: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    public_file: bool = False

    def write_to(self, paper: Paper) -> None:
        """Set them on the row, which is not saved."""
        for field in fields(self):
            setattr(paper, field.name, getattr(self, field.name))


@transaction.atomic
def add_paper(*, owner: Owner, facts: PaperFacts, upload: Upload | None = None) -> Paper:
    """Enter a paper, with its file if there is one. Raises UploadRefusedError (TooManyError at forty papers): then nothing is kept."""
    lock_owner(owner)
    if Paper.objects.current().of(owner).count() >= MOST_PAPERS:
        raise TooManyError(_("There are forty papers already. Remove those that matter no longer."))
    owned: dict[str, Owner] = {"product" if isinstance(owner, Product) else "producer": owner}
    paper = Paper(**owned, document=_stored(upload))
    facts.write_to(paper)
    paper.save()
    return paper


@transaction.atomic
def change_paper(*, paper: Paper, facts: PaperFacts, upload: Upload | None = None) -> Paper:
    """Change the paper; without a new file the old one stays. What is public, or is being reviewed, stays as it is beside the new entry.

    Raises UploadRefusedError, and ChangedMeanwhileError where the paper is no longer the current one.
    """
    held = _locked(paper)
    document = _stored(upload) or held.document
    if is_fixed(held):
        changed = Paper(product=held.product, producer=held.producer, replaces=held, document=document)
    else:
        changed, changed.document = held, document
    facts.write_to(changed)
    changed.save()
    return changed


@transaction.atomic
def remove_paper(*, paper: Paper) -> None:
    """Take the paper away, also from the public page: what was public or in review stays for the officials as withdrawn.

    What it replaced goes with it, so that removing the entry never brings an older one back.
    """
    held = _locked(paper)
    while True:
        older = held.replaces
        if is_fixed(held):
            held.shown, held.withdrawn_at = False, timezone.now()
            held.save(update_fields=["shown", "withdrawn_at"])
        else:
            held.delete()
        if older is None:
            return
        held = older


def _locked(paper: Paper) -> Paper:
    lock_owner(paper.owner)
    # A statement of its own, after the lock: it sees what whoever held the lock before has done.
    held = Paper.objects.current().select_related("document", "replaces", "product", "producer").filter(pk=paper.pk).first()
    if held is None:
        raise ChangedMeanwhileError
    return held


def _stored(upload: Upload | None) -> StoredDocument | None:
    return store_document(path=upload.path, name=upload.name, by=upload.by) if upload else None
