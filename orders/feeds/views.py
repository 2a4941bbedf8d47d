"""The page of a shop's keys: which there are, a new one, one in the place of another, one that is to open no more."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allowed
from accounts.models import User
from orders.feeds.keys import MOST, KeyEndedError, TooManyKeysError, make_key, replace_key, revoke_key
from orders.feeds.models import ShopKey
from orders.shops.models import Shop

GRACES = (
    (0, gettext_lazy("end the old one now")),
    (1, gettext_lazy("keep the old one 1 day")),
    (7, gettext_lazy("keep the old one 7 days")),
    (30, gettext_lazy("keep the old one 30 days")),
)
ENDED_LISTED = 10


class NewKeyForm(forms.Form):
    """What kind of key."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What for"),
        choices=ShopKey.Kind.choices,
        initial=ShopKey.Kind.API,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("A key is shown with each call. A secret is never sent: messages are signed with it."),
    )


class GraceForm(forms.Form):
    """How long the old key opens beside the new one."""

    grace = forms.TypedChoiceField(coerce=int, choices=GRACES)


def _shop(request: HttpRequest, code: str) -> Shop:
    return get_object_or_404(Shop.objects.managed_by(request.user), code=code)


@allowed("orders.manage_shops")
@require_http_methods(["GET", "HEAD", "POST"])
def shop_keys(request: HttpRequest, code: str) -> HttpResponse:
    """The keys of a shop; a new one is shown in the answer, this once."""
    shop = _shop(request, code)
    form = NewKeyForm(request.POST if request.method == "POST" else None)
    fresh = ""
    if request.method == "POST" and form.is_valid():
        try:
            _made, fresh = make_key(shop=shop, kind=ShopKey.Kind(form.cleaned_data["kind"]), by=cast(User, request.user))
        except TooManyKeysError:
            form.add_error("kind", _("The shop has %(most)s of these in use. Revoke one that nobody needs.") % {"most": MOST})
        else:
            form = NewKeyForm()
    return _page(request, shop, form=form, fresh=fresh)


@allowed("orders.manage_shops")
@require_POST
def shop_key_replace(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A new key in the place of one; shown in the answer, this once."""
    shop = _shop(request, code)
    form = GraceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose when the old key is to end."))
        return redirect("shop_keys", shop.code)
    try:
        _made, fresh = replace_key(shop=shop, pk=pk, grace=timedelta(days=form.cleaned_data["grace"]), by=cast(User, request.user))
    except ShopKey.DoesNotExist:
        raise Http404 from None
    except KeyEndedError:
        messages.error(request, _("This key was replaced or revoked before. Nothing was changed."))
        return redirect("shop_keys", shop.code)
    return _page(request, shop, fresh=fresh)


@allowed("orders.manage_shops")
@require_POST
def shop_key_revoke(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The key opens no more."""
    shop = _shop(request, code)
    try:
        revoke_key(shop=shop, pk=pk, by=cast(User, request.user))
    except ShopKey.DoesNotExist:
        raise Http404 from None
    except KeyEndedError:
        messages.error(request, _("This key was replaced or revoked before. Nothing was changed."))
    else:
        messages.success(request, _("Revoked: nothing comes in with this key any more."))
    return redirect("shop_keys", shop.code)


def _page(request: HttpRequest, shop: Shop, *, form: NewKeyForm | None = None, fresh: str = "") -> HttpResponse:
    keys = shop.keys.select_related("created_by", "revoked_by")
    context = {
        "shop": shop,
        "form": form or NewKeyForm(),
        "fresh": fresh,
        "open_keys": keys.open(),
        "ended": keys.exclude(pk__in=shop.keys.open())[:ENDED_LISTED],
        "graces": GRACES,
        "address": request.build_absolute_uri("/api/v1/orders"),
    }
    response = render(request, "orders/shop_keys.html", context, status=422 if form is not None and form.errors else 200)
    if fresh:
        response["Cache-Control"] = "no-store"
    return response
