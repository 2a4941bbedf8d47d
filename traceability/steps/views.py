"""Pages of steps: tell one, say that one was wrong; the photos that go with them."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed, public
from accounts.models import User
from catalog.models import StoredFile
from traceability.codes.services import LotClosedError
from traceability.lots.models import Lot
from traceability.steps.forms import StepForm, WrongForm
from traceability.steps.kinds import Kind
from traceability.steps.models import Step
from traceability.steps.services import (
    AlreadyWrongError,
    BeforeTheLotError,
    InTheFutureError,
    TooMuchError,
    declare_wrong,
    record_step,
)


@allowed("traceability.keep_lots")
@require_http_methods(["GET", "HEAD", "POST"])
def step_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Tell a step of a kind."""
    if kind not in Kind.values:
        raise Http404
    kept = Lot.objects.kept_by(request.user).select_related("product__producer", "commune")
    lot = get_object_or_404(kept, pk=pk)
    form = StepForm(request.POST or None, request.FILES or None, lot=lot, kind=Kind(kind))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                record_step(lot=lot, by=cast(User, request.user), told=form.told)
        except LotClosedError:
            form.add_error(None, _("The lot is closed: nothing can be recorded any more."))
        except BeforeTheLotError:
            form.add_error(
                "happened_at",
                _("The lot was made on %(day)s: nothing can have happened to it before.") % {"day": f"{lot.made_on:%d/%m/%Y}"},
            )
        except InTheFutureError:
            form.add_error("happened_at", _("This time lies in the future."))
        except TooMuchError as error:
            words = {"most": f"{error.most.normalize():f}", "unit": lot.get_unit_display()}
            form.add_error("quantity", _("There is not so much: at most %(most)s %(unit)s.") % words)
        except AlreadyWrongError:
            form.add_error(None, _("Exactly this step was declared wrong. If it is right after all, say so in your words below."))
        else:
            messages.success(request, _("Recorded."))
            return redirect("lot_detail", pk=pk)
    context = {"form": form, "lot": lot, "kind": Kind(kind)}
    return render(request, "traceability/step_new.html", context, status=422 if form.errors else 200)


@allowed("traceability.keep_lots")
@require_http_methods(["GET", "HEAD", "POST"])
def step_wrong(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a step wrong; it stays in the lot's history, marked."""
    step = get_object_or_404(Step.objects.filter(lot__in=Lot.objects.kept_by(request.user)).select_related("lot__product"), pk=pk)
    form = WrongForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            declare_wrong(step=step, by=cast(User, request.user), reason=form.cleaned_data["reason"])
        except AlreadyWrongError:
            messages.info(request, _("This step was declared wrong already."))
        else:
            messages.success(request, _("Declared wrong. If it happened otherwise, record it as it was."))
        return redirect("lot_detail", pk=step.lot_id)
    return render(request, "traceability/step_wrong.html", {"form": form, "step": step}, status=422 if form.errors else 200)


@public
@require_safe
def step_photo(request: HttpRequest, digest: str) -> HttpResponse:
    """The photo of a step that stands: everybody's, as the step is. Its address names its bytes."""
    file = get_object_or_404(StoredFile, pk__in=Step.objects.standing().filter(photo=digest).values("photo"))
    headers = {"Cache-Control": "public, max-age=86400"}
    return HttpResponse(bytes(file.content), content_type=file.media_type, headers=headers)
