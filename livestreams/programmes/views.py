"""A programme to enter or to change. The list, and what was reached in each, stand on the dashboards' pages."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from livestreams.programmes.forms import ProgrammeForm
from livestreams.programmes.models import Programme
from livestreams.programmes.services import save_programme
from livestreams.sessions.access import version_of
from livestreams.versions import StaleError

_keeps = allowed("livestreams.keep_programmes")


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def programme_new(request: HttpRequest) -> HttpResponse:
    """Enter a programme."""
    return _form(request, Programme())


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def programme_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a programme and its targets."""
    return _form(request, get_object_or_404(Programme.objects.kept_by(request.user), code=code))


def _form(request: HttpRequest, programme: Programme) -> HttpResponse:
    # Read before the form writes what was sent into the row in memory.
    version = programme.version
    form = ProgrammeForm(request.POST if request.method == "POST" else None, instance=programme, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        written = {"partners": form.cleaned_data["partners"], "targets": form.targets, "version": version_of(request)}
        try:
            save_programme(programme=form.save(commit=False), **written)
        except StaleError as error:
            # What was typed stays in the form; sent again, it rests on what stands now.
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(programme)
    context = {"form": form, "programme": programme if programme.pk else None, "version": version}
    return render(request, "livestreams/programmes/form.html", context, status=422 if form.errors else 200)
