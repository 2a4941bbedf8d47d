"""Where a board offers to be sent by e-mail."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

from dashboards.mailing.boards import BOARDS

register = template.Library()


@register.inclusion_tag("dashboards/mailing/offer.html", takes_context=True)
def by_mail(context: Context) -> dict[str, Any]:
    """A button that has the board of this page sent, with its filters as they stand; nothing for whoever may not."""
    request: Any = context.get("request")
    match = getattr(request, "resolver_match", None)
    if match is None or match.url_name not in BOARDS or not request.user.has_perm("dashboards.keep_mailings"):
        return {"address": ""}
    asked = {"what": match.url_name, "filters": request.GET.urlencode()}
    if province := request.GET.get("province"):
        asked["province"] = province
    return {"address": f"{reverse('mailing_new')}?{urlencode(asked)}"}
