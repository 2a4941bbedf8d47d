"""Pages of sales links: enter one, change one, take one away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allowed
from catalog.keeping.addresses import AddressError, tidy_address
from catalog.keeping.links import KnownAddressError, LinkFacts, add_link, change_link, remove_link
from catalog.keeping.owners import address, kept_owner, kind_of, member, tabs
from catalog.keeping.waiting import ChangedMeanwhileError
from catalog.media.errors import TooManyError
from catalog.models import LINKED, SalesLink

_keeps = allowed("catalog.edit_own_listings")
FIRST_FLOOR = date(1997, 11, 19)  # the day on which Vietnam came on the internet


class LinkForm(forms.Form):
    """An address on a floor."""

    floor = forms.ChoiceField(
        label=gettext_lazy("Where"), choices=[("", gettext_lazy("Choose")), *((platform.value, platform.label) for platform in LINKED)]
    )
    url = forms.CharField(
        label=gettext_lazy("Address of the page"),
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("Open the page on the floor and copy its address. A fan page is Facebook."),
    )
    opened_on = forms.DateField(
        label=gettext_lazy("On sale there since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=SalesLink.State.choices, initial=SalesLink.State.OPEN, widget=forms.RadioSelect
    )

    def clean_opened_on(self) -> date | None:
        """A day that can be."""
        day: date | None = self.cleaned_data["opened_on"]
        if day and not FIRST_FLOOR <= day <= timezone.localdate():
            raise forms.ValidationError(_("This day cannot be right: give a day that has been, the year with four digits."))
        return day

    def clean(self) -> dict[str, Any]:
        """The address in the form in which it is kept."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("floor") and cleaned.get("url"):
            try:
                cleaned["url"] = tidy_address(cleaned["floor"], cleaned["url"])
            except AddressError as error:
                self.add_error("url", str(error))
        return cleaned

    def facts(self) -> LinkFacts:
        """What was typed in."""
        return LinkFacts(**self.cleaned_data)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Where the product, or all that the producer makes, can be bought, and a form for one more place."""
    owner = kept_owner(member(request), kind, code)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_link(owner=owner, facts=form.facts())
        except KnownAddressError:
            form.add_error("url", _("This address is entered already."))
        except TooManyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The address was entered."))
            return redirect(address("kept_links", owner))
    rows = SalesLink.objects.current().of(owner).select_related("replaces")
    context = {"owner": owner, "kind": kind, "tabs": tabs(owner, "kept_links"), "links": rows, "form": form}
    return render(request, "catalog/kept_links.html", context, status=422 if form.errors else 200)


def _link(request: HttpRequest, pk: int) -> SalesLink:
    links = SalesLink.objects.current().kept_by(member(request)).select_related("product__producer", "producer")
    return get_object_or_404(links, pk=pk)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def link_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a link; where everybody sees it, another address waits for the next publication."""
    link = _link(request, pk)
    back = address("kept_links", link.owner)
    held = {"floor": link.floor, "url": link.url, "opened_on": link.opened_on, "state": link.state}
    form = LinkForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_link(link=link, facts=form.facts())
        except KnownAddressError:
            form.add_error("url", _("This address is entered already."))
        except ChangedMeanwhileError:
            messages.error(request, _("Somebody else changed this entry in the meantime; nothing was done. Look at it as it is now."))
            return redirect(back)
        else:
            waits = _("Saved. The public page shows it once an official has published the listing.")
            messages.success(request, waits if changed.replaces_id == pk else _("Saved."))
            return redirect(back)
    context = {"owner": link.owner, "kind": kind_of(link.owner), "link": link, "form": form, "back": back}
    return render(request, "catalog/kept_link.html", context, status=422 if form.errors else 200)


@_keeps
@require_POST
def link_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link away."""
    link = _link(request, pk)
    try:
        remove_link(link=link)
    except ChangedMeanwhileError:
        messages.error(request, _("Somebody else changed this entry in the meantime; nothing was done. Look at it as it is now."))
    else:
        messages.success(request, _("The address was removed."))
    return redirect(address("kept_links", link.owner))
