"""Shops of which no orders come any more: told to the owner and the department, once for each silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy

from accounts.messages import send
from orders.intake.reading import PLATFORMS
from orders.shops.models import Shop
from orders.shops.telling import department_of, owners_of

SILENT_AFTER = timedelta(days=14)
EXPORTS_REACH = timedelta(days=90)
"""Platforms export no older orders (FORMATS): what is not fetched by then cannot be fetched any more."""

WARNED_AFTER = timedelta(days=75)


class Silence(models.TextChoices):
    """How long nothing has come."""

    SILENT = "silent", gettext_lazy("No orders for 14 days")
    NEAR_LIMIT = "near_limit", gettext_lazy("Near the 90-day limit")
    LOST = "lost", gettext_lazy("Older than the 90-day limit")


def silence_of(shop: Shop, last_export: datetime | None, now: datetime) -> Silence | None:
    """How silent the shop (with its event) is that was last exported then; None: it is not, or nothing ever came. A fair's ends with it.

    Where orders come by the shop's own spreadsheets or are typed, no platform forgets them.
    """
    if last_export is None:
        return None
    if shop.event is not None and timezone.localdate(last_export) > shop.event.ends_on:
        return None
    silent = now - last_export
    if shop.platform in PLATFORMS and silent > WARNED_AFTER:
        return Silence.LOST if silent > EXPORTS_REACH else Silence.NEAR_LIMIT
    return Silence.SILENT if silent > SILENT_AFTER else None


def remind_silent_shops(*, now: datetime | None = None) -> int:
    """Tell owners and departments of shops that fell silent, and again before orders are lost; how many messages are new.

    It may run at any time and as often as one likes: each silence (known by the last export before it) is told once to each.
    """
    moment = now or timezone.now()
    shops: Any = Shop.objects.with_last_export()
    shops = shops.filter(last_export__range=(moment - EXPORTS_REACH, moment - SILENT_AFTER))
    told = 0
    for shop in shops.select_related("producer", "event").order_by("pk"):
        last = shop.last_export
        silence = silence_of(shop, last, moment)
        if silence is not None:
            told += _tell(shop, silence, last)
    return told


def _tell(shop: Shop, silence: Silence, last: datetime) -> int:
    def subject() -> str:
        if silence == Silence.SILENT:
            return gettext("%(shop)s: no orders for 14 days") % {"shop": shop}
        words = gettext("%(shop)s: export the orders before %(day)s")
        return words % {"shop": shop, "day": _day(last + EXPORTS_REACH)}

    def body() -> str:
        address = f"{settings.PORTAL_ADDRESS}{reverse('intake_new')}?shop={shop.pk}"
        if shop.platform not in PLATFORMS:
            words = gettext("The last orders came on %(last)s. Upload a spreadsheet of those since, or type them: %(address)s")
            return words % {"last": _day(last), "address": address}
        words = gettext(
            "The last order file is of %(last)s. The platform exports orders of the last 90 days alone: what is not fetched by %(limit)s "
            "is missing in the figures for good. Upload a file: %(address)s"
        )
        return words % {"last": _day(last), "limit": _day(last + EXPORTS_REACH), "address": address}

    told = list(dict.fromkeys([*owners_of(shop), *department_of(shop)]))
    occasion = f"shop_{silence}:{shop.pk}:{last:%Y%m%d%H%M%S}"
    return len(send(told, subject=_lazily(subject), body=_lazily(body), kind=f"shop_{silence}", dedupe=occasion))


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y")


def _lazily(words: Callable[[], str]) -> str:
    return lazy(words, str)()
