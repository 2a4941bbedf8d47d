"""Pages of guests: the list, one with its dated titles, entering and changing."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.window.alphabet import Alphabetic
from livestreams.models import Session
from livestreams.people.forms import GuestForm, TitleForm
from livestreams.people.models import Guest, GuestTitle
from livestreams.people.services import ErasedError, add_row, change_guest, enter_guest
from livestreams.people.views.erasing import erased

PER_PAGE = 50
_keeps = allowed("livestreams.keep_people")


@_keeps
@require_safe
def guest_register(request: HttpRequest) -> HttpResponse:
    """Guests that the reader keeps, in the order of the alphabet, each with the title of today."""
    today = timezone.localdate()
    found = Guest.objects.kept_by(request.user).order_by(Alphabetic("full_name"), "pk")
    guests = found.prefetch_related("titles__organisation", "titles__commune")
    page = Paginator(guests, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "livestreams/people/guests.html", {"page": page, "rows": [(guest, guest.held_on(today)) for guest in page]})


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def guest_new(request: HttpRequest) -> HttpResponse:
    """Enter a guest; the title comes on the guest's page."""
    form = GuestForm(request.POST if request.method == "POST" else None, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        guest = enter_guest(guest=form.save(commit=False))
        messages.success(request, _("Saved. Now enter the title."))
        return redirect("guest_page", guest.code)
    context = {"form": form, "title": _("Enter a guest"), "back": ("guest_register", _("Guests"))}
    return render(request, "livestreams/people/form.html", context, status=422 if form.errors else 200)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def guest_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is said of a guest."""
    guest = _guest(request, code)
    if guest.erased_at is not None:
        return erased(request, "guest_page", guest)
    form = GuestForm(request.POST if request.method == "POST" else None, instance=guest, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            change_guest(guest=form.save(commit=False))
        except ErasedError:
            return erased(request, "guest_page", guest)
        messages.success(request, _("Saved."))
        return redirect("guest_page", code)
    context = {"form": form, "title": _("Change a guest"), "back": ("guest_register", _("Guests"))}
    return render(request, "livestreams/people/form.html", context, status=422 if form.errors else 200)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def guest_page(request: HttpRequest, code: str) -> HttpResponse:
    """A guest: the titles with their days, the sessions; a POST adds a title."""
    guest = _guest(request, code)
    form = None
    if guest.erased_at is None:
        data = request.POST if request.method == "POST" else None
        form = TitleForm(data, instance=GuestTitle(guest=guest), user=cast(User, request.user), guest=guest)
        if request.method == "POST" and form.is_valid():
            try:
                add_row(form.save(commit=False))
            except ErasedError:
                return erased(request, "guest_page", guest)
            messages.success(request, _("Saved."))
            return redirect("guest_page", code)
    sessions = Session.objects.planned_by(request.user).filter(guests=guest)
    titles = list(guest.titles.select_related("organisation", "commune"))
    held = guest.held_on(timezone.localdate())
    context = {
        "guest": guest,
        "form": form,
        "titles": [(title, title == held) for title in titles],
        "sessions": Paginator(sessions, PER_PAGE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    return render(request, "livestreams/people/guest.html", context, status=422 if form is not None and form.errors else 200)


def _guest(request: HttpRequest, code: str) -> Guest:
    return get_object_or_404(Guest.objects.kept_by(request.user).select_related("province"), code=code)
