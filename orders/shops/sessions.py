"""Which shops sell for a session: what attribution goes by."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from livestreams.models import Session
from orders.shops.models import Shop, ShopSession
from orders.tasks import fold_figures


def link_shops(*, session: Session, shops: Collection[Shop], among: QuerySet[Shop]) -> None:
    """Of the shops `among`, exactly `shops` sell for the session; links of others stay. The database marks the orders concerned."""
    with transaction.atomic():
        # Two people at once: one after the other, and a link is there once.
        Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
        wanted = {shop.pk for shop in shops}
        linked = set(ShopSession.objects.filter(session=session).values_list("shop", flat=True))
        ShopSession.objects.filter(session=session, shop__in=among.values("pk")).exclude(shop__in=wanted).delete()
        ShopSession.objects.bulk_create(ShopSession(session=session, shop_id=pk) for pk in sorted(wanted - linked))
        wake(fold_figures)


def suggested(session: Session, shops: QuerySet[Shop]) -> QuerySet[Shop]:
    """Those of the shops that belong to the session's host on its day, or to a producer whose product it shows."""
    makers = Q(producer__in=session.slots.values("product__producer"))
    if session.host_id is None:
        return shops.filter(makers)
    hosts = Shop.objects.of_host(session.host_id, timezone.localdate(session.start))
    return shops.filter(makers | Q(pk__in=hosts.values("pk")))


class SessionShopsForm(forms.Form):
    """The shops that sell for a session: likely ones first, the others behind."""

    likely = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Shops of its host and of the producers it shows"),
        queryset=Shop.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Other shops of the province"), queryset=Shop.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, session: Session, among: QuerySet[Shop]) -> None:
        linked = ShopSession.objects.filter(session=session).values_list("shop", flat=True)
        super().__init__(data, initial={"likely": linked, "others": linked})
        likely = suggested(session, among).values("pk")
        for name, shops in (("likely", among.filter(pk__in=likely)), ("others", among.exclude(pk__in=likely))):
            cast(forms.ModelMultipleChoiceField, self.fields[name]).queryset = shops.order_by("name", "pk")  # type: ignore[type-arg]
            if not shops.exists():
                del self.fields[name]

    @property
    def chosen(self) -> list[Shop]:
        """All that were ticked."""
        return [shop for name in self.fields for shop in self.cleaned_data[name]]


@allowed("orders.manage_shops")
@require_http_methods(["GET", "HEAD", "POST"])
def session_shops(request: HttpRequest, code: str) -> HttpResponse:
    """Say which shops sell for a session. 404 where the reader does not plan it."""
    user = cast(User, request.user)
    session = get_object_or_404(Session.objects.planned_by(user).select_related("host"), code=code)
    among = Shop.objects.managed_by(user)
    form = SessionShopsForm(request.POST if request.method == "POST" else None, session=session, among=among)
    if request.method == "POST" and form.is_valid():
        link_shops(session=session, shops=form.chosen, among=among)
        messages.success(request, _("Saved. The orders of these shops are attributed anew."))
        return redirect("session_plan", session.code)
    kept = Shop.objects.filter(session_links__session=session).exclude(pk__in=among.values("pk"))
    context = {"session": session, "form": form, "kept": kept}
    return render(request, "orders/session_shops.html", context, status=422 if form.errors else 200)
