"""A shop changes hands: the verb, its form and its page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from catalog.hands.producers import EARLIEST_YEAR
from catalog.models import Producer
from livestreams.models import Host, Organisation
from orders.agreements.services import end_with_owner
from orders.feeds.keys import revoke_keys
from orders.shops.models import Shop, ShopOwner, SkuMapping
from orders.tasks import fold_figures

Owner = Producer | Host | Organisation
KINDS = ("producer", "host", "partner")


def hand_over(*, shop: Shop, since: date, to: Owner, ground: str, by: User) -> ShopOwner:
    """The shop is `to`'s from `since` on; a second record of one day replaces the first.

    The first change also keeps whose it was before, on the day before: a change of earlier days that is told later moves that row
    back. Orders of earlier days stay credited as they were: the rows mark the shop's orders, and the fold asks for the owner of
    each order's day. So a mapping that reached back over `since` before anybody told of the change now begins before it.
    """
    with transaction.atomic():
        locked = Shop.objects.select_for_update(of=("self",), no_key=True).get(pk=shop.pk)
        eve = since - timedelta(days=1)
        reaching = list(SkuMapping.objects.reaching_back(locked, eve).values_list("pk", flat=True))
        if not locked.owners.exists():
            before = {kind: getattr(locked, kind) for kind in KINDS}
            ShopOwner.objects.create(shop=locked, since=eve, **before)
        else:
            locked.owners.filter(pk=locked.owners.earliest("since").pk, since__gte=since).update(since=eve)
        told: dict[str, Any] = {**_named(to), "ground": ground, "recorded_by": by, "recorded_at": timezone.now()}
        handed, _made = ShopOwner.objects.update_or_create(shop=locked, since=since, defaults=told)
        SkuMapping.objects.filter(pk__in=reaching).update(since=eve)
        current = locked.owners.in_force(locked, timezone.localdate())[0]
        if current.owner != locked.owner:
            # What the one owner agreed on does not bind the next, and its program sends no orders for it.
            revoke_keys(shop=locked, by=by)
            end_with_owner(shop=locked, since=since, by=by)
        for kind in KINDS:
            setattr(locked, kind, getattr(current, kind))
        locked.save(update_fields=KINDS)
        wake(fold_figures)
    return handed


def _named(owner: Owner) -> dict[str, Owner | None]:
    kind = {Producer: "producer", Host: "host", Organisation: "partner"}[type(owner)]
    return {name: owner if name == kind else None for name in KINDS}


class HandOverForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whose the shop is from a day on."""

    class Meta:
        model = ShopOwner
        fields = ("since", *KINDS, "ground")
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "producer": gettext_lazy("Choose exactly one owner: a producer, a host or a partner."),
            "ground": gettext_lazy("The paper that says so: decision, contract, business registration."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].required = True
        cast(forms.ModelChoiceField, self.fields["producer"]).queryset = Producer.objects.visible_to(user).order_by("name")  # type: ignore[type-arg]

    def clean_since(self) -> date:
        """Not in the future: the shop's row says whose it is, not whose it will be."""
        since: date = self.cleaned_data["since"]
        if since > timezone.localdate():
            raise ValidationError(_("This day is still to come. Record it when it has come."))
        if since.year < EARLIEST_YEAR:
            raise ValidationError(_("This day is too long ago."))
        return since

    @property
    def owner(self) -> Owner:
        """The one that was chosen; the constraint of the model has seen that it is one."""
        chosen: Owner = next(self.cleaned_data[kind] for kind in KINDS if self.cleaned_data[kind])
        return chosen


@allowed("orders.manage_shops")
@require_http_methods(["GET", "HEAD", "POST"])
def shop_owner(request: HttpRequest, code: str) -> HttpResponse:
    """Whose a shop was when, and its change of hands."""
    user = cast(User, request.user)
    shop = get_object_or_404(Shop.objects.managed_by(user).select_related(*KINDS), code=code)
    form = HandOverForm(request.POST if request.method == "POST" else None, user=user, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        hand_over(shop=shop, since=form.cleaned_data["since"], to=form.owner, ground=form.cleaned_data["ground"], by=user)
        messages.success(request, _("Recorded. What was before it is kept."))
        return redirect("shop_owner", shop.code)
    owners = shop.owners.select_related(*KINDS, "recorded_by")
    return render(request, "orders/shop_owner.html", {"shop": shop, "form": form, "owners": owners}, status=422 if form.errors else 200)
