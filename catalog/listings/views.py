"""A member's pages: which listings there are, one of them with its steps, a step, and handing it to the officials. For a phone."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from catalog.keeping.owners import address, kept_owner, member
from catalog.listings.drafts import content_now, etag_of, new_product, save_fields, submit, take_back, withdraw
from catalog.listings.errors import (
    NotEditableError,
    NothingChangedError,
    ProblemsError,
    SameNameError,
    StaleError,
    TooManyDraftsError,
)
from catalog.listings.fields import MOST_TYPED, STEPS, TooLongError, step_fields, steps_of
from catalog.listings.forms import NewProductForm, StepForm
from catalog.listings.page import listing_page, step_address
from catalog.listings.standing import standings
from catalog.models import ListingRevision, ListPrice, Owner, Producer, Product

_edits = allowed("catalog.edit_own_listings")


@_edits
@require_safe
def my_listings(request: HttpRequest) -> HttpResponse:
    """The reader's producers, each with its profile and products; a member of several chooses one (`?producer=`) or sees all."""
    own = list(Producer.objects.kept_by(member(request)).order_by("name", "pk"))
    asked = request.GET.get("producer", "")
    chosen = [producer for producer in own if asked in {"", producer.code}]
    if not chosen:
        raise Http404
    return render(request, "catalog/my_listings.html", {"own": own, "asked": asked, "rows": standings(chosen)})


@_edits
@require_http_methods(["GET", "HEAD", "POST"])
def listing_new(request: HttpRequest) -> HttpResponse:
    """Begin a product: whose, and its name."""
    user = member(request)
    own = list(Producer.objects.kept_by(user).order_by("name", "pk"))
    form = NewProductForm(request.POST if request.method == "POST" else None, producers=own)
    if request.method == "POST" and form.is_valid():
        try:
            product = new_product(producer=form.cleaned_data["producer"], name=form.cleaned_data["name"], by=user)
        except SameNameError:
            form.add_error("name", _("There is a product of this name already. Open it in the list, or choose another name."))
        except TooManyDraftsError:
            form.add_error(None, _("Fifty products wait for their first publication. Submit some of them first."))
        else:
            return redirect(step_address(product, steps_of(product)[1]))
    return render(request, "catalog/listing_new.html", {"form": form}, status=422 if form.errors else 200)


@_edits
@require_safe
def listing(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One listing or profile: where it stands, what an official asked for, its steps, what would change, what keeps it back."""
    return _show(request, kept_owner(member(request), kind, code))


def _show(request: HttpRequest, owner: Owner, *, refused: bool = False) -> HttpResponse:
    page = listing_page(owner)
    prices = ListPrice.objects.filter(product=owner).order_by("-since")[:24] if isinstance(owner, Product) else []
    urls = {name: address(f"listing_{name}", owner) for name in ("submit", "take_back", "withdraw", "history")}
    urls["public"] = reverse("catalogue_product" if page.is_product else "catalogue_producer", args=[owner.code])
    context = {"page": page, "owner": owner, "prices": prices, "urls": urls, "refused": refused}
    return render(request, "catalog/listing.html", context, status=422 if refused else 200)


@_edits
@require_http_methods(["GET", "HEAD", "POST"])
def listing_step(request: HttpRequest, kind: str, code: str, step: str) -> HttpResponse:
    """One step. It saves itself while somebody types (POST that accepts JSON, the mark in If-Match), and by its button without script."""
    owner = kept_owner(member(request), kind, code)
    fields = step_fields(owner, step)
    if not fields:
        raise Http404
    if request.method == "POST":
        if request.headers.get("Accept") == "application/json":
            return _autosave(request, owner, [field.key for field in fields])
        return _save(request, owner, step)
    held = content_now(owner)
    return _step(request, owner, step, StepForm(fields, held), etag_of(held, [field.key for field in fields]))


def _step(
    request: HttpRequest, owner: Owner, step: str, form: StepForm, etag: str, *, status: int = 200, stale: StaleError | None = None
) -> HttpResponse:
    revision = ListingRevision.objects.of(owner).open().select_related("saved_by").first()
    remarks = list(revision.open_remarks()) if revision else []
    steps = steps_of(owner)
    here = steps.index(step)
    context = {
        "owner": owner,
        "form": form,
        "rows": [(form[name], [remark.text for remark in remarks if remark.field == name]) for name in form.fields],
        "etag": etag,
        "title": STEPS[step],
        "number": here + 1,
        "steps": len(steps),
        "back": address("listing", owner),
        "is_last": here + 1 == len(steps),
        "editable": revision is None or revision.is_editable,
        "revision": revision,
        "stale": stale,
        "now": [(form.fields[key].label, text) for key, text in stale.values.items()] if stale else [],
        "draft_key": f"{member(request).pk}:{address('listing', owner).removeprefix('/en')}{step}",
    }
    return render(request, "catalog/listing_step.html", context, status=status)


def _typed(request: HttpRequest, keys: list[str]) -> dict[str, str]:
    return {key: request.POST.get(key, "") for key in keys if key in request.POST}


def _save(request: HttpRequest, owner: Owner, step: str) -> HttpResponse:
    """Saved by its button: on to the next step, unless something is wrong in this one."""
    fields = step_fields(owner, step)
    values = _typed(request, [field.key for field in fields])
    try:
        saved = save_fields(owner=owner, values=values, etag=request.POST.get("etag", ""), by=member(request))
    except StaleError as error:
        return _step(request, owner, step, StepForm(fields, values), error.etag, status=409, stale=error)
    except NotEditableError:
        messages.error(request, _("An official has this listing now, so nothing was saved. Take it back to go on editing."))
        return redirect(address("listing", owner))
    except TooLongError as error:
        too_long = {key: str(error) for key, text in values.items() if len(text) > MOST_TYPED}
        return _step(request, owner, step, StepForm(fields, values, too_long), request.POST.get("etag", ""), status=422)
    if saved.errors:
        return _step(request, owner, step, StepForm(fields, saved.values, saved.errors), saved.etag, status=422)
    steps = steps_of(owner)
    here = steps.index(step)
    if here + 1 == len(steps) or "leave" in request.POST:
        return redirect(address("listing", owner))
    return redirect(step_address(owner, steps[here + 1]))


def _autosave(request: HttpRequest, owner: Owner, keys: list[str]) -> HttpResponse:
    """What was typed so far, sent by the page itself: 200 saved, 409 not editable, 412 somebody else was quicker, 413 too much."""
    try:
        saved = save_fields(
            owner=owner, values=_typed(request, keys), etag=request.headers.get("If-Match", "").strip('"'), by=member(request)
        )
    except StaleError as error:
        by = str(error.revision.saved_by) if error.revision else ""
        return JsonResponse({"etag": error.etag, "values": error.values, "by": by}, status=412)
    except NotEditableError:
        return JsonResponse({}, status=409)
    except TooLongError as error:
        return JsonResponse({"error": str(error)}, status=413)
    return JsonResponse({"etag": saved.etag, "errors": saved.errors}, headers={"ETag": f'"{saved.etag}"'})


@_edits
@require_POST
def listing_submit(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Hand it to the officials; what keeps it back is told at the head of its page."""
    owner = kept_owner(member(request), kind, code)
    try:
        submit(owner=owner, by=member(request))
    except ProblemsError:
        return _show(request, owner, refused=True)
    except NothingChangedError:
        messages.info(request, _("There is nothing to submit: everything is public as it stands."))
    except NotEditableError:
        messages.info(request, _("It was submitted already."))
    else:
        messages.success(request, _("Submitted. An official reads it now; what is public stays until then."))
    return redirect(address("listing", owner))


@_edits
@require_POST
def listing_take_back(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Go on editing what was submitted."""
    owner = kept_owner(member(request), kind, code)
    try:
        take_back(owner=owner, by=member(request))
    except NotEditableError:
        messages.error(request, _("It no longer waits: an official has decided already."))
    else:
        messages.success(request, _("It is a draft again. Submit it when it is ready."))
    return redirect(address("listing", owner))


@_edits
@require_POST
def listing_withdraw(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Give the draft up."""
    owner = kept_owner(member(request), kind, code)
    try:
        withdraw(owner=owner, by=member(request))
    except NotEditableError:
        messages.info(request, _("There is no draft."))
    else:
        messages.success(request, _("The draft is given up. What is public stays as it is."))
    return redirect(address("listing", owner))
