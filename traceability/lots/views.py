"""Pages of lots: the list, a new one, one with what it is made of and what became of it, closing it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.models import Producer
from places.models import Commune
from traceability.codes.paths import lot_path
from traceability.codes.services import LotClosedError
from traceability.lots.forms import IngredientForm, LotForm
from traceability.lots.models import Lot
from traceability.lots.services import (
    LotFixedError,
    MadeLaterError,
    NotEnoughError,
    NumberTakenError,
    RecalledIngredientError,
    SameIngredientError,
    change_lot,
    close_lot,
    is_fixed,
    open_lot,
)
from traceability.recalls.models import Recall
from traceability.steps.kinds import AFTER_RECALL, LEAVING, Kind
from traceability.steps.models import Step

PER_PAGE = 50
IngredientRows = formset_factory(IngredientForm, extra=3, max_num=10)


@allowed("traceability.view_lots")
@require_safe
def lot_list(request: HttpRequest) -> HttpResponse:
    """Lots of the producers that the reader may see, the newest first."""
    lots = Lot.objects.visible_to(request.user).select_related("product__producer")
    page = Paginator(lots, PER_PAGE).get_page(request.GET.get("page"))
    in_doubt = set(Lot.objects.in_doubt().filter(pk__in=[lot.pk for lot in page]).values_list("pk", flat=True))
    return render(request, "traceability/lot_list.html", {"page": page, "today": timezone.localdate(), "in_doubt": in_doubt})


def _seat(producer: Producer) -> Commune | None:
    seat = producer.seats.in_force(producer, timezone.localdate()).select_related("commune").first()
    return seat.commune if seat else None


@allowed("traceability.keep_lots")
@require_http_methods(["GET", "HEAD", "POST"])
def lot_new(request: HttpRequest) -> HttpResponse:
    """Open a lot, with what went into it."""
    user = cast(User, request.user)
    form = LotForm(request.POST or None, user=user, initial={"product": request.GET.get("product")})
    rows: Any = IngredientRows(request.POST or None, form_kwargs={"user": user}, prefix="in")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        lot = form.save(commit=False)
        lot.commune = _seat(lot.product.producer)
        ingredients = [row.ingredient for row in rows if row.ingredient is not None]
        try:
            open_lot(lot=lot, by=user, ingredients=ingredients)
        except NotEnoughError as error:
            words = {"lot": str(error.lot), "left": f"{error.left.normalize():f}", "unit": error.lot.get_unit_display()}
            form.add_error(None, _("There is not so much of %(lot)s: %(left)s %(unit)s are left for you.") % words)
        except RecalledIngredientError as error:
            form.add_error(None, _("%(lot)s is recalled: nothing may be made of it.") % {"lot": str(error.lot)})
        except MadeLaterError as error:
            form.add_error(None, _("%(lot)s was made later than this lot.") % {"lot": str(error.lot)})
        except SameIngredientError as error:
            form.add_error(None, _("%(lot)s stands there twice: write all that went in of it in one row.") % {"lot": str(error.lot)})
        except NumberTakenError:
            form.add_error("number", _("This product has a lot of that number already."))
        else:
            return redirect("lot_detail", pk=lot.pk)
    bad = bool(form.errors) or (request.method == "POST" and not rows.is_valid())
    context = {"form": form, "rows": rows, "any": form.fields["product"].queryset.exists(), "bad": bad}  # type: ignore[attr-defined]
    return render(request, "traceability/lot_new.html", context, status=422 if bad else 200)


@allowed("traceability.keep_lots")
@require_http_methods(["GET", "HEAD", "POST"])
def lot_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a lot: all of it while nothing is printed or recorded, afterwards what is printed nowhere."""
    lot = get_object_or_404(Lot.objects.kept_by(request.user).select_related("product__producer"), pk=pk)
    fixed = is_fixed(lot)
    form = LotForm(request.POST or None, instance=lot, user=cast(User, request.user), fixed=fixed)
    if not lot.is_open:
        messages.info(request, _("The lot is closed: nothing of it can be changed."))
        return redirect("lot_detail", pk=pk)
    if request.method == "POST" and form.is_valid():
        try:
            change_lot(lot=form.instance)
        except MadeLaterError as error:
            form.add_error("made_on", _("%(lot)s went into it and was made later.") % {"lot": str(error.lot)})
        except NumberTakenError:
            form.add_error("number", _("This product has a lot of that number already."))
        except (LotFixedError, LotClosedError):
            form.add_error(None, _("Meanwhile something was printed or recorded with this lot. Look again."))
        else:
            messages.success(request, _("Changed."))
            return redirect("lot_detail", pk=pk)
    context = {"form": form, "lot": lot, "fixed": fixed}
    return render(request, "traceability/lot_change.html", context, status=422 if form.errors else 200)


@allowed("traceability.view_lots")
@require_safe
def lot_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A lot: one step back, what happened to it, one step forward."""
    lot = get_object_or_404(Lot.objects.visible_to(request.user).select_related("product__producer", "commune__province"), pk=pk)
    inputs = list(lot.inputs.select_related("source__product__producer"))
    outputs = list(lot.outputs.select_related("lot__product__producer"))
    around = [one.source_id for one in inputs if one.source_id] + [one.lot_id for one in outputs]
    context = {
        "lot": lot,
        "path": lot_path(lot),
        # Lots of others are told by name and number; only the reader's own lead on.
        "seen": set(Lot.objects.visible_to(request.user).filter(pk__in=around)),
        "leaving": LEAVING,
        "keeps": Lot.objects.kept_by(request.user).filter(pk=pk).exists(),
        "kinds": [(kind.value, kind.label) for kind in (AFTER_RECALL if lot.recalled_at else Kind)],
        "steps": Step.objects.filter(lot=lot).select_related("commune", "paper", "recorded_by"),
        "inputs": inputs,
        "outputs": outputs,
        "codes": lot.codes.count(),
        **_recall_context(request, lot),
        "scans": lot.scan_counts.aggregate(scans=Sum("scans"), visits=Sum("visits")),
        "past": lot.is_past_its_date(timezone.localdate()),
    }
    return render(request, "traceability/lot_detail.html", context)


def _recall_context(request: HttpRequest, lot: Lot) -> dict[str, Any]:
    """What is recalled of the lot, of what it was made of, and of what was made of it; whether the reader may recall."""
    recallable = Lot.objects.recallable_by(request.user)
    made = Lot.objects.made_of(lot).filter(recalled_at__isnull=True).select_related("product__producer") if lot.recalled_at else []
    return {
        "recalls": Recall.objects.of_lots([lot]).in_order_of_telling() if lot.recalled_at else [],
        "recalls_before": Recall.objects.of_lots(Lot.objects.that_went_into(lot).recalled()).in_order_of_telling(),
        "made": made,
        "may_recall_made": set(recallable.filter(pk__in=[one.pk for one in made])) if made else set(),
        "may_recall": request.user.has_perm("traceability.declare_recalls") and recallable.filter(pk=lot.pk).exists(),
    }


@allowed("traceability.keep_lots")
@require_POST
def lot_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a lot for good."""
    lot = get_object_or_404(Lot.objects.kept_by(request.user), pk=pk)
    close_lot(lot=lot)
    messages.success(request, _("The lot is closed: no step and no code from now on. What is printed stays valid."))
    return redirect("lot_detail", pk=pk)
