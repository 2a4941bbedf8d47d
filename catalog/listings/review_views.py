"""The officials' pages: what waits for review, and one revision beside what is public, with remarks at each field."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from catalog.keeping.owners import address, member
from catalog.listings.comparing import changes
from catalog.listings.errors import NoRemarkError, NotEditableError, OwnListingError, ProblemsError, SeenOtherError
from catalog.listings.fields import MEDIA, fields_of
from catalog.listings.live import live_content
from catalog.listings.review import publish, seen_mark, send_back
from catalog.listings.shown import shown_changes, shown_content
from catalog.models import ListingRevision, Product

PER_PAGE = 50
LONGEST_REMARK = 1000
State = ListingRevision.State
_reviews = allowed("catalog.review_listings")
# What the list can be narrowed to; what waits comes first.
STATES = (
    (State.SUBMITTED, gettext_lazy("Waiting")),
    (State.RETURNED, gettext_lazy("Sent back")),
    (State.PUBLISHED, gettext_lazy("Published")),
)


@_reviews
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Revisions of the official's territory in one state (`?state=`): what waits longest first, else the newest first."""
    asked = request.GET.get("state", "")
    state = next((state for state, _words in STATES if state == asked), State.SUBMITTED)
    found = ListingRevision.objects.visible_to(member(request)).filter(state=state)
    rows = found.select_related("product__producer", "producer", "submitted_by", "decided_by").defer("base", "content")
    ordered = rows.order_by("submitted_at", "pk") if state == State.SUBMITTED else rows.order_by("-decided_at", "-pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    chips = [(words, f"?state={one}", one == state) for one, words in STATES]
    return render(request, "catalog/review_list.html", {"page": page, "chips": chips, "state": state})


@_reviews
@require_http_methods(["GET", "HEAD", "POST"])
def review_revision(request: HttpRequest, pk: int) -> HttpResponse:
    """One revision beside what is public. Published, or sent back with remarks, from the page that shows what is decided on."""
    revisions = ListingRevision.objects.visible_to(member(request)).select_related(
        "product__producer", "producer", "author", "submitted_by", "decided_by"
    )
    revision = get_object_or_404(revisions, pk=pk)
    if request.method == "POST":
        return _decide(request, revision)
    return _show(request, revision, {})


def _decide(request: HttpRequest, revision: ListingRevision) -> HttpResponse:
    by, seen = member(request), request.POST.get("seen", "")
    remarks = {name.removeprefix("remark-"): str(text) for name, text in request.POST.items() if name.startswith("remark-")}
    too_long = [name for name, text in remarks.items() if len(text) > LONGEST_REMARK]
    if too_long:
        return _show(request, revision, remarks, problem=_("A remark has at most 1,000 characters."), status=422)
    try:
        if "publish" in request.POST:
            publish(revision_id=revision.pk, seen=seen, by=by)
            messages.success(request, _("Published. Everybody can see it now."))
        else:
            send_back(revision_id=revision.pk, seen=seen, remarks=remarks, by=by)
            messages.success(request, _("Sent back. Its producer has been told."))
    except NoRemarkError:
        problem = _("Write at least one remark, so that the producer knows what to mend.")
        return _show(request, revision, remarks, problem=problem, status=422)
    except SeenOtherError:
        problem = _("Something changed while you were reading. Below is how it stands now: look again, then decide.")
        revision.refresh_from_db()
        return _show(request, revision, remarks, problem=problem, status=409)
    except ProblemsError as error:
        problem = " ".join(f"{one.field.label}: {one.text}" for one in error.problems)
        return _show(request, revision, remarks, problem=problem, status=422)
    except OwnListingError:
        messages.error(request, _("You belong to this producer: somebody else has to decide."))
    except NotEditableError:
        # What the official wrote is shown once more: it may serve when the listing comes again.
        problem = _("It no longer waits: somebody has decided, or the producer took it back.")
        revision.refresh_from_db()
        return _show(request, revision, remarks, problem=problem, status=409)
    else:
        return redirect("review_list")
    return redirect("review_revision", pk=revision.pk)


def _show(
    request: HttpRequest, revision: ListingRevision, remarks: dict[str, str], *, problem: str = "", status: int = 200
) -> HttpResponse:
    owner = revision.owner
    waiting = revision.state == State.SUBMITTED
    live = live_content(owner, timezone.localdate())
    # What was decided on is shown against what it was based on: what is public now may be a later revision.
    against = live if waiting else revision.base
    is_new = isinstance(owner, Product) and owner.published_at is None
    # Of what was never public there is no other side: all of it is to be read.
    base, beside = ({}, {}) if is_new else (revision.base, against)
    found = shown_changes(changes(owner, base, revision.content, beside))
    changed = {change.key for change in found}
    stays = [row for row in shown_content(owner, revision.content) if row[0] not in changed]
    labels = {**MEDIA, **{field.key: field.label for field in fields_of(owner)}}
    context = {
        "revision": revision,
        "owner": owner,
        "maker": revision.maker,
        "is_new": is_new,
        "waiting": waiting,
        "rows": [(change, remarks.get(change.key, "")) for change in found],
        "stays": [(key, label, kind, value, remarks.get(key, "")) for key, label, kind, value in stays],
        "general": remarks.get("", ""),
        "unsent": [] if waiting else [(labels.get(key, ""), text) for key, text in remarks.items() if text.strip()],
        "earlier": [(labels.get(remark.field, ""), remark) for remark in revision.remarks.select_related("author")],
        "seen": seen_mark(revision, live) if waiting else "",
        "problem": problem,
        "history": address("listing_history", owner),
    }
    return render(request, "catalog/review.html", context, status=status)
