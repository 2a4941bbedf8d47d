"""The page that undoes a run: what that would change, why it is done, and the word to do it."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from orders.intake import runs
from orders.intake.models import IntakeRun
from orders.intake.undo import count_undo
from orders.tasks import undo_run

COUNTS = (
    ("orders_withdrawn", gettext_lazy("Orders that no other file shows: they count no more")),
    ("orders_changed", gettext_lazy("Orders that fall back to an earlier state")),
    ("lines_withdrawn", gettext_lazy("Lines that no other file shows")),
    ("lines_changed", gettext_lazy("Lines that fall back")),
    ("unchanged", gettext_lazy("Lines that stay as they are")),
)


class UndoForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it undone?"),
        max_length=300,
        help_text=gettext_lazy("For example: orders of another shop, a test file. It is kept with the file for whoever looks later."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@allowed("orders.take_in_orders")
@require_http_methods(["GET", "HEAD", "POST"])
def intake_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing the run would change now, and the form that does it. A run that is not merged leads back to its page."""
    found = IntakeRun.objects.visible_to(request.user).select_related("shop", "by")
    run = get_object_or_404(found, pk=pk)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            run = runs.ask_undo(run_id=run.pk, by=cast(User, request.user), reason=form.cleaned_data["reason"])
        except runs.RunStateError:
            messages.error(request, _("Only a file that was taken in can be undone."))
        else:
            if run.state == IntakeRun.State.UNDOING:
                wake(undo_run, run.pk)
        return redirect("intake_run", pk=pk)
    if run.state != IntakeRun.State.MERGED:
        messages.error(request, _("Only a file that was taken in can be undone."))
        return redirect("intake_run", pk=pk)
    changes = count_undo(run)
    counts = [(name, words, getattr(changes, name)) for name, words in COUNTS]
    context = {"run": run, "form": form, "counts": counts, "changes": changes}
    return render(request, "orders/intake_undo.html", context, status=422 if form.errors else 200)
