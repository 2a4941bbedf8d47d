"""A product's stars: of any day, with all that led to them, and the certificates."""

from __future__ import annotations

from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from catalog.media.documents import document_response, store_document
from catalog.media.errors import UploadRefusedError
from catalog.models import Product, StarApplication, StarRating
from catalog.stars.forms import DocumentForm, day_field
from catalog.stars.history import ratings_of, star_history, star_on
from catalog.stars.territory import NotTheirsError, kept_by, prepares
from catalog.stars.views.people import user_of

_sees = allowed("catalog.see_stars")


class DayForm(forms.Form):
    """Asks for the star of a day."""

    on = day_field(gettext_lazy("Star on the day"))


@_sees
@require_safe
def product_stars(request: HttpRequest, code: str) -> HttpResponse:
    """The star of today and of any day asked for, and the whole history."""
    product = get_object_or_404(Product.objects.visible_to(request.user).select_related("producer"), code=code)
    ratings, today = ratings_of(product), timezone.localdate()
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": today})
    asked = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
    context = {
        "product": product,
        "today": star_on(ratings, today),
        "asked": star_on(ratings, asked) if asked else None,
        "form": form,
        "history": star_history(product, ratings),
        "ratings": [(rating, rating.state_on(today)) for rating in reversed(ratings)],
        "keeps": request.user.has_perm("catalog.keep_stars"),
        "may_apply": request.user.has_perm("catalog.apply_for_stars") and prepares(user_of(request), product),
        "running": StarApplication.objects.open().filter(product=product).first(),
    }
    return render(request, "catalog/stars/product_stars.html", context)


def _rating(request: HttpRequest, pk: int) -> StarRating:
    products = Product.objects.visible_to(request.user)
    return get_object_or_404(StarRating.objects.filter(product__in=products).select_related("product", "certificate", "decision"), pk=pk)


@_sees
@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of a rating."""
    document = _rating(request, pk).certificate
    if document is None:
        raise Http404
    return document_response(document)


@allowed("catalog.keep_stars")
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the certificate of a rating in; a later one replaces it."""
    rating, user = _rating(request, pk), user_of(request)
    _in_territory(request, rating)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["document"]
        try:
            rating.certificate = store_document(path=Path(file.temporary_file_path()), name=file.name, by=user)
        except UploadRefusedError as error:
            form.add_error("document", str(error))
        else:
            rating.save(update_fields=["certificate"])
            messages.success(request, _("The certificate is kept with the star."))
            return redirect("product_stars", rating.product.code)
    return render(request, "catalog/stars/certificate.html", {"rating": rating, "form": form}, status=422 if form.errors else 200)


def _in_territory(request: HttpRequest, rating: StarRating) -> None:
    """Whoever also belongs to a producer elsewhere sees its products, but keeps no stars there."""
    try:
        scope = kept_by(user_of(request))
    except NotTheirsError as error:
        raise PermissionDenied from error
    if not Product.objects.within(scope, timezone.localdate()).filter(pk=rating.product_id).exists():
        raise PermissionDenied
