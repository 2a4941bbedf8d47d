"""Pages of programmes: the list, one to enter or to change. What was reached stands on the dashboards' page of each."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from livestreams.programmes.forms import ProgrammeForm
from livestreams.programmes.models import Programme
from livestreams.programmes.services import save_programme

PER_PAGE = 30
_keeps = allowed("livestreams.keep_programmes")


@allowed("livestreams.view_plans")
@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """Programmes of the reader's province, those that began last first, with how much is planned in each."""
    programmes = (
        Programme.objects.visible_to(request.user)
        .select_related("province")
        .prefetch_related("partners")
        .annotate(
            planned=Count("sessions", distinct=True, filter=Q(sessions__cancelled_at__isnull=True)),
            fairs=Count("offline_events", distinct=True, filter=Q(offline_events__cancelled_at__isnull=True)),
            trainings=Count("courses", distinct=True, filter=Q(courses__cancelled_at__isnull=True)),
        )
    )
    # Counting forgets the order of the model.
    page = Paginator(programmes.order_by("-starts_on", "code"), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {"page": page, "rows": [(programme, programme.state_on(today)) for programme in page]}
    return render(request, "livestreams/programmes/list.html", context)


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
    form = ProgrammeForm(request.POST if request.method == "POST" else None, instance=programme, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        save_programme(programme=form.save(commit=False), partners=form.cleaned_data["partners"], targets=form.targets)
        messages.success(request, _("Saved."))
        return redirect(programme)
    context = {"form": form, "programme": programme if programme.pk else None}
    return render(request, "livestreams/programmes/form.html", context, status=422 if form.errors else 200)
