"""The list of runs: what was taken in when, by whom, how fast, and what became of it."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from orders.intake.models import IntakeRun, IntakeRunQuerySet
from orders.intake.staging import READING
from orders.leases.models import Lease
from orders.leases.work import ask_to_stop
from orders.shops.models import Shop

PER_PAGE = 50


class RunFilter(forms.Form):
    """What narrows the list; `who` is part of a name or an address, `file` part of a file's name or the beginning of its fingerprint."""

    shop = forms.ModelChoiceField(Shop.objects.none(), label=_("Shop"), required=False, empty_label=_("All shops"))
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *IntakeRun.State.choices])
    who = forms.CharField(label=_("By"), required=False, max_length=100)
    file = forms.CharField(label=_("File name or fingerprint"), required=False, max_length=100)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["shop"]).queryset = Shop.objects.for_intake(user).order_by("name", "pk")  # type: ignore[type-arg]

    def narrowed(self, runs: IntakeRunQuerySet) -> IntakeRunQuerySet:
        """The runs that fit; where a field is wrong the others count."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("shop"):
            runs = runs.filter(shop=asked["shop"])
        if asked.get("state"):
            runs = runs.filter(state=asked["state"])
        if who := asked.get("who"):
            runs = runs.filter(Q(by__full_name__icontains=who) | Q(by__email__icontains=who) | Q(by__phone__contains=who))
        if file := asked.get("file"):
            runs = runs.filter(Q(file_name__icontains=file) | Q(file_sha256__startswith=file.lower()))
        return runs

    def chips(self) -> list[tuple[str, str]]:
        """Each filter in force in words, and the address without it."""
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        shown = {**asked, "state": IntakeRun.State(asked["state"]).label} if "state" in asked else asked
        plain = {name: value.pk if isinstance(value, Shop) else value for name, value in asked.items()}
        return [
            (f"{self.fields[name].label}: {value}", f"?{urlencode({key: kept for key, kept in plain.items() if key != name})}")
            for name, value in shown.items()
        ]


@allowed("orders.take_in_orders")
@require_safe
def intake_list(request: HttpRequest) -> HttpResponse:
    """The runs of the user's shops, newest first, as they are narrowed."""
    form = RunFilter(request.GET, user=cast(User, request.user))
    found = form.narrowed(IntakeRun.objects.visible_to(request.user)).select_related("shop", "by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "chips": form.chips(), "reading": being_read_for(request).select_related("shop")}
    return render(request, "orders/intake_list.html", context)


@allowed("orders.take_in_orders")
@require_POST
def intake_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop reading a file, whose run will be `pk`: whoever uploads it is told, and nothing of it is kept."""
    lease = get_object_or_404(being_read_for(request), subject=pk)
    ask_to_stop(kind=READING, subject=lease.subject)
    messages.success(request, gettext("“%(file)s” is being stopped. Nothing of it is kept.") % {"file": lease.label})
    return redirect("intake_list")


def being_read_for(request: HttpRequest) -> QuerySet[Lease]:
    """Files that are being read for shops of the user's."""
    return Lease.objects.good().filter(kind=READING, shop__in=Shop.objects.for_intake(request.user)).order_by("began_at")
