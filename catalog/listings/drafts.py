"""The producer's verbs: begin a product, type, submit, take back, give up.

One revision of a product or a producer is open at most. Every verb locks its owner's row first, so that two people who do something at
once do it one after the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from catalog.listings.checking import problems
from catalog.listings.comparing import changed_keys
from catalog.listings.errors import (
    NotEditableError,
    NothingChangedError,
    NotTheirsError,
    ProblemsError,
    SameNameError,
    StaleError,
    TooManyDraftsError,
)
from catalog.listings.fields import FieldError, fields_of
from catalog.listings.live import Content, kept_media, live_content, without_media
from catalog.models import ListingRevision, Owner, Producer, ProducerMember, Product

MOST_UNPUBLISHED = 50
State = ListingRevision.State


@dataclass(frozen=True)
class Saved:
    """What a draft holds of the fields that were saved: their new mark, what was kept of them, and what is still wrong with which."""

    revision: ListingRevision | None
    etag: str
    values: dict[str, str]
    errors: dict[str, str]


def etag_of(content: Content, keys: Iterable[str]) -> str:
    """A mark of what the fields hold: the same text, the same mark."""
    held = json.dumps([[key, content.get(key, "")] for key in sorted(keys)], ensure_ascii=False)
    return hashlib.sha256(held.encode()).hexdigest()[:20]


def content_now(owner: Owner) -> Content:
    """What a member finds when the listing is opened: the open revision's content, else what is public."""
    revision = ListingRevision.objects.of(owner).open().first()
    return revision.content if revision else live_content(owner, timezone.localdate())


@transaction.atomic
def new_product(*, producer: Producer, name: str, by: User) -> Product:
    """A product that nobody but its producer and the officials knows yet, with a draft. Its code is made up from the producer's.

    Raises NotTheirsError, SameNameError, TooManyDraftsError.
    """
    maker = Producer.objects.select_for_update(no_key=True).get(pk=producer.pk)
    _must_belong(maker, by)
    made = Product.objects.single().filter(producer=maker)
    # The same name is mostly the same form, sent twice.
    if made.filter(name_vi__iexact=name).exists():
        raise SameNameError
    if made.filter(published_at=None).count() >= MOST_UNPUBLISHED:
        raise TooManyDraftsError
    product = Product.objects.create(code=_new_code(maker), producer=maker, name_vi=name, is_demo=maker.is_demo)
    _open(product, by)
    return product


@transaction.atomic
def save_fields(*, owner: Owner, values: Mapping[str, str], etag: str, by: User) -> Saved:
    """Keep what was typed in some fields of the open draft, right or wrong; a draft is begun where there is none.

    `etag` is the mark of these fields (`etag_of`) as whoever types last saw them. The same text twice changes nothing and is no error.
    Raises StaleError where somebody else changed these fields since, NotEditableError, NotTheirsError, TooLongError.
    """
    fields = {field.key: field for field in fields_of(owner) if field.key in values}
    kept = {key: field.best(values[key]) for key, field in fields.items()}
    owner, revision = _locked(owner, by)
    held = revision.content if revision else live_content(owner, timezone.localdate())
    now = {key: held.get(key, "") for key in fields}
    if now != kept:
        if etag != etag_of(held, fields):
            raise StaleError(revision, etag_of(held, fields), now)
        revision = revision or _open(owner, by)
        if not revision.is_editable:
            raise NotEditableError(revision.state)
        revision.content = {**revision.content, **kept}
        revision.saved_by, revision.saved_at = by, timezone.now()
        revision.save(update_fields=["content", "saved_by", "saved_at"])
        _call_by_draft(owner, kept)
    errors = {}
    for key, field in fields.items():
        try:
            field.tidy(kept[key])
        except FieldError as error:
            errors[key] = str(error)
    return Saved(revision, etag_of(kept, fields), kept, errors)


@transaction.atomic
def submit(*, owner: Owner, by: User) -> ListingRevision:
    """Hand the draft to the officials, with the photos, papers and links that the producer keeps now.

    Raises ProblemsError, NothingChangedError, NotEditableError, NotTheirsError.
    """
    owner, found_open = _locked(owner, by)
    revision = found_open or _open(owner, by)
    if not revision.is_editable:
        raise NotEditableError(revision.state)
    content: Content = {**revision.content, **kept_media(owner)}
    found = problems(owner, content, revision.base)
    if found:
        raise ProblemsError(found)
    unpublished = isinstance(owner, Product) and owner.published_at is None
    if not unpublished and not changed_keys(live_content(owner, timezone.localdate()), content):
        raise NothingChangedError
    revision.content, revision.state = content, State.SUBMITTED
    revision.submitted_by, revision.submitted_at = by, timezone.now()
    revision.save()
    return revision


@transaction.atomic
def take_back(*, owner: Owner, by: User) -> ListingRevision:
    """Go on typing in a revision that waits for an official. Raises NotEditableError where none waits, NotTheirsError."""
    _owner, revision = _locked(owner, by)
    if revision is None or revision.state != State.SUBMITTED:
        raise NotEditableError(revision.state if revision else "")
    revision.state, revision.content = State.DRAFT, without_media(revision.content)
    revision.save()
    return revision


@transaction.atomic
def withdraw(*, owner: Owner, by: User) -> ListingRevision:
    """Give the open revision up; what is public stays. Raises NotEditableError where there is none, NotTheirsError."""
    _owner, revision = _locked(owner, by)
    if revision is None:
        raise NotEditableError("")
    revision.state, revision.decided_by, revision.decided_at = State.WITHDRAWN, by, timezone.now()
    revision.save()
    return revision


def lock(owner: Owner) -> Owner:
    """The owner's row, fresh and locked to the end of the transaction."""
    if isinstance(owner, Product):
        return Product.objects.select_for_update(of=("self",), no_key=True).select_related("producer").get(pk=owner.pk)
    return Producer.objects.select_for_update(no_key=True).get(pk=owner.pk)


def _locked(owner: Owner, by: User) -> tuple[Owner, ListingRevision | None]:
    """The owner as it is now, and its open revision."""
    locked = lock(owner)
    _must_belong(locked.producer if isinstance(locked, Product) else locked, by)
    if isinstance(locked, Product) and locked.merged_into_id is not None:
        raise NotEditableError("merged")  # into the other entry of the same product, while somebody typed
    return locked, ListingRevision.objects.of(locked).open().first()


def _must_belong(producer: Producer, by: User) -> None:
    if not ProducerMember.objects.filter(producer=producer, user=by).exists():
        raise NotTheirsError


def _open(owner: Owner, by: User) -> ListingRevision:
    revisions = ListingRevision.objects.of(owner)
    base = live_content(owner, timezone.localdate())
    last: int = revisions.aggregate(last=Max("number"))["last"] or 0
    return ListingRevision.objects.create(
        **{"product" if isinstance(owner, Product) else "producer": owner},
        number=last + 1,
        based_on=revisions.filter(state=State.PUBLISHED).first(),
        base=base,
        content=without_media(base),
        author=by,
        saved_by=by,
    )


def _call_by_draft(owner: Owner, kept: Mapping[str, str]) -> None:
    """A product that was never public is listed under the name in its draft: there is no other that anybody knows it by."""
    name = next((field for field in fields_of(owner) if field.key == "name_vi"), None)
    if not isinstance(owner, Product) or owner.published_at is not None or name is None or not kept.get("name_vi"):
        return
    try:
        owner.name_vi = name.tidy(kept["name_vi"])
    except FieldError:
        return
    owner.save(update_fields=["name_vi"])


def _new_code(producer: Producer) -> str:
    stem = producer.code[:34]
    taken = set(Product.objects.filter(code__istartswith=stem).values_list("code", flat=True))
    number = next(n for n in range(len(taken) + 1, len(taken) + 10_000) if f"{stem}-N{n:02d}" not in taken)
    return f"{stem}-N{number:02d}"
