"""A producer's page of the events that its system handed in: who may read each."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed
from traceability.epcis.models import Event, EventQuerySet
from traceability.epcis.services import make_public
from traceability.lots.models import products_kept_by

PER_PAGE = 30


def _kept(request: HttpRequest) -> EventQuerySet:
    """Events of the producers whose lots the reader keeps, without those that only declare another one wrong."""
    producers = products_kept_by(request.user).values("producer")
    return Event.objects.handed_in().filter(producer__in=producers, declared_at__isnull=True)


@allowed("traceability.keep_lots")
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """What was handed in, the newest first."""
    events = _kept(request).select_related("producer").prefetch_related("items").order_by("-event_time", "-pk")
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "traceability/event_list.html", {"page": page})


@allowed("traceability.keep_lots")
@require_POST
def event_public(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an event to everybody, or to nobody but its own people."""
    event = get_object_or_404(_kept(request), pk=pk)
    public = request.POST.get("public") == "yes"
    make_public(event=event, public=public)
    messages.success(request, _("Everybody can read it now.") if public else _("Only you and the officials can read it now."))
    page = request.POST.get("page", "")
    return redirect(f"{reverse('event_list')}?page={page}" if page.isascii() and page.isdigit() else "event_list")
