"""Links for assistants: made and withdrawn by whoever runs the session."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dashboards.air.doors import Door, for_operators
from livestreams.air.links import make_link, withdraw_link

HOURS = ((4, gettext_lazy("4 hours")), (12, gettext_lazy("12 hours")), (24, gettext_lazy("1 day")), (72, gettext_lazy("3 days")))


class LinkForm(forms.Form):
    """For whom a link is, and for how long."""

    name = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=100,
        help_text=gettext_lazy("The name stands beside everything that is written by this link."),
    )
    hours = forms.TypedChoiceField(label=gettext_lazy("How long it opens the room"), choices=HOURS, coerce=int, initial=12)


def links(request: HttpRequest, door: Door) -> HttpResponse:
    """The links that there are, and a new one; its address is shown in this answer and never again."""
    form = LinkForm(request.POST or None)
    address = ""
    if form.is_valid():
        assert door.by is not None
        _made, token = make_link(session=door.session, name=form.cleaned_data["name"], hours=form.cleaned_data["hours"], by=door.by)
        address = request.build_absolute_uri(reverse("assistant_room", args=[token]))
        form = LinkForm()
    now = timezone.now()
    context = {
        "session": door.session,
        "form": form,
        "address": address,
        "links": [(link, link.stands(now)) for link in door.session.assistant_links.select_related("made_by")],
    }
    return render(request, "dashboards/air/links.html", context)


def link_withdraw(request: HttpRequest, door: Door, pk: int) -> HttpResponse:
    """Close the room to a link."""
    link = get_object_or_404(door.session.assistant_links, pk=pk)
    withdraw_link(link=link)
    messages.success(request, _("The link of %(name)s opens nothing any more.") % {"name": link.name})
    return redirect("control_links", door.key)


control_links = for_operators(links, require_http_methods(["GET", "HEAD", "POST"]))
control_link_withdraw = for_operators(link_withdraw, require_POST)
