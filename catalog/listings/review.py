"""The officials' verbs: publish what a producer submitted, or send it back with remarks at the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop

from accounts.messages import send
from accounts.models import User
from catalog.listings.applying import apply_content
from catalog.listings.checking import problems
from catalog.listings.comparing import changed_keys
from catalog.listings.drafts import etag_of, lock
from catalog.listings.errors import NoRemarkError, NotEditableError, OwnListingError, ProblemsError, SeenOtherError
from catalog.listings.fields import MEDIA, fields_of
from catalog.listings.live import Content, live_content, without_media
from catalog.models import ListingRevision, ProducerMember, Product, Remark

State = ListingRevision.State


def seen_mark(revision: ListingRevision, live: Content) -> str:
    """A mark of what an official has before the eyes: the submitted content and what is public beside it."""
    keys = [*(field.key for field in fields_of(revision.owner)), *MEDIA]
    return f"{revision.submitted_at:%Y%m%d%H%M%S%f}.{etag_of(revision.content, keys)}.{etag_of(live, keys)}"


@transaction.atomic
def publish(*, revision_id: int, seen: str, by: User) -> ListingRevision:
    """Make what the producer changed public, from today on.

    `seen` is the `seen_mark` of the page on which the official decided. Raises SeenOtherError where something changed since then,
    NotEditableError where the revision no longer waits, OwnListingError, ProblemsError where a number was taken in the meantime.
    """
    revision, live = _waiting(revision_id, seen, by)
    owner, now = revision.owner, timezone.now()
    found = problems(owner, revision.content, revision.base)
    if found:
        raise ProblemsError(found)
    ListingRevision.objects.of(owner).filter(state=State.PUBLISHED).update(state=State.SUPERSEDED)
    keys = changed_keys(revision.base, revision.content)
    try:
        with transaction.atomic():
            apply_content(owner=owner, content=revision.content, keys=keys, live=live, day=timezone.localdate(now), at=now)
    except IntegrityError:
        # Another product got the same number in this very moment; now the check sees it.
        found = problems(owner, revision.content, revision.base)
        if not found:
            raise
        raise ProblemsError(found) from None
    _decide(revision, State.PUBLISHED, by)
    _tell(revision, gettext_noop("Published: %(name)s"), gettext_noop("Everybody can see it now."))
    return revision


@transaction.atomic
def send_back(*, revision_id: int, seen: str, remarks: Mapping[str, str], by: User) -> ListingRevision:
    """Give a revision back to its producer, with what is to be mended at which field (key "": in general); what is public stays.

    Raises NoRemarkError without any remark, and SeenOtherError, NotEditableError, OwnListingError as `publish`.
    """
    revision, _live = _waiting(revision_id, seen, by)
    known = {"", *MEDIA, *(field.key for field in fields_of(revision.owner))}
    written = {key: text.strip() for key, text in remarks.items() if text.strip() and key in known}
    if not written:
        raise NoRemarkError
    at = _decide(revision, State.RETURNED, by)
    Remark.objects.bulk_create(Remark(revision=revision, field=key, text=text, author=by, made_at=at) for key, text in written.items())
    revision.content = without_media(revision.content)
    revision.save(update_fields=["content"])
    todo = gettext_noop("An official has written what to mend. Open the listing to read it.")
    _tell(revision, gettext_noop("Please mend and send again: %(name)s"), todo)
    return revision


def _waiting(revision_id: int, seen: str, by: User) -> tuple[ListingRevision, Content]:
    found = ListingRevision.objects.select_related("product", "producer").get(pk=revision_id)
    owner = lock(found.owner)
    revision = ListingRevision.objects.get(pk=revision_id)
    if isinstance(owner, Product):
        revision.product = owner
    else:
        revision.producer = owner
    if ProducerMember.objects.filter(producer=revision.maker, user=by).exists():
        raise OwnListingError
    if revision.state != State.SUBMITTED:
        raise NotEditableError(revision.state)
    live = live_content(owner, timezone.localdate())
    if seen != seen_mark(revision, live):
        raise SeenOtherError
    return revision, live


def _decide(revision: ListingRevision, state: ListingRevision.State, by: User) -> datetime:
    at = timezone.now()
    revision.state, revision.decided_by, revision.decided_at = state, by, at
    revision.save(update_fields=["state", "decided_by", "decided_at"])
    return at


def _tell(revision: ListingRevision, subject: str, body: str) -> None:
    members = list(revision.maker.members.filter(is_active=True))
    occasion = f"listing:{revision.pk}:{revision.state}:{revision.decided_at:%Y%m%d%H%M%S%f}"
    # Lazy: each member reads it in his or her language, the name too.
    worded: Callable[[str], str] = lazy(lambda text: gettext(text) % {"name": str(revision.owner)}, str)
    send(members, subject=worded(subject), body=worded(body), kind=f"listing_{revision.state}", dedupe=occasion)
