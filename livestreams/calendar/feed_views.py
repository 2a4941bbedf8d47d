"""The calendar for calendar programs: one's secret addresses, and what is read under them."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, public
from accounts.models import User
from livestreams.calendar.addresses import pages_for
from livestreams.calendar.entries import Narrowing, entries_of
from livestreams.calendar.feed import ical_of
from livestreams.calendar.links import MOST, TooManyLinksError, make_link, revoke_link
from livestreams.calendar.models import FeedLink
from livestreams.programmes.models import Programme

CALENDAR = "livestreams.view_calendar"
BACK, AHEAD = timedelta(days=90), timedelta(days=400)


class LinkForm(forms.Form):
    """What a new address is to show."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=gettext_lazy("What it shows"), required=False, empty_label=gettext_lazy("Everything in my calendar")
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Programme.objects.visible_to(user)


@allowed(CALENDAR)
@require_http_methods(["GET", "HEAD", "POST"])
def feed_links(request: HttpRequest) -> HttpResponse:
    """The reader's own addresses; a new one is shown once, because only its hash is kept."""
    user = cast(User, request.user)
    form = LinkForm(request.POST if request.method == "POST" else None, user=user)
    fresh = ""
    if request.method == "POST" and form.is_valid():
        try:
            token = make_link(user=user, programme=form.cleaned_data["programme"])
        except TooManyLinksError:
            form.add_error("programme", _("You have %(most)s addresses: revoke one of them first.") % {"most": MOST})
        else:
            fresh = request.build_absolute_uri(reverse("calendar_feed", args=[token]))
    links = user.feed_links.open().select_related("programme")
    context = {"form": form, "links": links, "fresh": fresh, "subscribe": f"webcal{fresh[fresh.find(':') :]}" if fresh else ""}
    response = render(request, "livestreams/calendar/feed_links.html", context, status=422 if form.errors else 200)
    if fresh:
        response["Cache-Control"] = "no-store"
    return response


@allowed(CALENDAR)
@require_POST
def feed_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of the reader's addresses."""
    if not revoke_link(user=cast(User, request.user), pk=pk):
        raise Http404
    messages.success(request, _("Revoked: nothing is read under this address any more."))
    return redirect("feed_links")


@public
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What the owner of the address may see now, in his language; 404 for whatever opens nothing, whyever."""
    link = get_object_or_404(FeedLink.objects.open().select_related("user", "programme"), token_hash=FeedLink.hashed(token))
    if not link.user.has_perm(CALENDAR):
        raise Http404
    today = timezone.localdate()
    only = Narrowing(programme=link.programme_id)
    with translation.override(link.user.language):
        title = _("OCOP livestreams: %(what)s") % {"what": link.programme} if link.programme else _("OCOP livestreams")
        entries = entries_of(link.user, today - BACK, today + AHEAD, only)
        page_of = pages_for(link.user, entries)
        content = ical_of(entries, title=str(title), address=lambda entry: _absolute(request, page_of(entry)))
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
    return cast(HttpResponse, get_conditional_response(request, etag=etag, response=response))


def _absolute(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(path) if path else ""
