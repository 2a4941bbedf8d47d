"""Platforms, their shops and the shipping partners are three views of one board: each leads to the others, with the same days."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.filters.platforms import SHOPS
from dashboards.periods import Period


def channel_tabs(request: HttpRequest, period: Period) -> list[tuple[str, str, bool]]:
    """Address and words of each, and whether it is the one shown."""
    query = request.GET.copy()
    for name in list(query):
        if name not in {"province", "compare"}:
            del query[name]
    query.update(period.address())
    named = (("platform_list", _("Platforms"), ""), ("platform_list", _("Shops"), SHOPS), ("delivery_list", _("Shipping partners"), ""))
    shown = request.resolver_match.url_name if request.resolver_match else ""
    asked = request.GET.get("rows", "")
    tabs = []
    for name, words, rows in named:
        address = query.copy()
        if rows:
            address["rows"] = rows
        tabs.append((f"{reverse(name)}?{address.urlencode()}", words, name == shown and (rows == SHOPS) == (asked == SHOPS)))
    return tabs
