"""Pages of organisations: the list, one to enter or to change."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from catalog.window.alphabet import Alphabetic
from livestreams.codes import save_with_code
from livestreams.partners.forms import OrganisationForm
from livestreams.partners.models import Organisation

PER_PAGE = 50
_keeps = allowed("livestreams.keep_people")


@_keeps
@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """Organisations, in the order of the alphabet, with in how many programmes they take part."""
    found = Organisation.objects.annotate(taking_part=Count("programmes", distinct=True)).order_by(Alphabetic("name_vi"), "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "livestreams/people/partners.html", {"page": page})


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def partner_new(request: HttpRequest) -> HttpResponse:
    """Enter an organisation."""
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        save_with_code(form.save(commit=False), "DT")
        messages.success(request, _("Saved."))
        return redirect("partner_list")
    return _form(request, form)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def partner_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change an organisation."""
    organisation = get_object_or_404(Organisation, code=code)
    form = OrganisationForm(request.POST if request.method == "POST" else None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("partner_list")
    return _form(request, form)


def _form(request: HttpRequest, form: OrganisationForm) -> HttpResponse:
    title = _("An organisation") if form.instance.pk else _("Enter an organisation")
    context = {"form": form, "title": title, "back": ("partner_list", _("Organisations"))}
    return render(request, "livestreams/people/form.html", context, status=422 if form.errors else 200)
