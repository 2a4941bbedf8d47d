"""The page of what the portal told its reader."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from accounts.models import Message

PER_PAGE = 30


@signed_in
@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """One's messages, the newest first, and whether each one left."""
    page = Paginator(Message.objects.visible_to(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/message_list.html", {"page": page})
