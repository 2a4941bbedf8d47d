"""Links that a producer adds to a product or to one lot of it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allowed
from accounts.models import User
from catalog.models import Product
from traceability.lots.models import products_kept_by
from traceability.resolver.models import ExtraLink, LinkType
from traceability.resolver.services import MOST_LINKS, TooManyLinksError, add_link, remove_link


class ExtraLinkForm(forms.ModelForm):  # type: ignore[type-arg]
    """A link of a product, or of one of its lots."""

    url = forms.URLField(label=gettext_lazy("Address of the page"), max_length=500, assume_scheme="https")

    class Meta:
        model = ExtraLink
        fields = ["link_type", "title", "url", "language", "lot"]
        labels = {"lot": gettext_lazy("Only for this lot")}
        help_texts = {"language": gettext_lazy("The language of the page behind the link.")}

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The uniqueness of a link includes its product, so it has to be there before the form is checked.
        self.instance.product = product
        link_type, language, lot = self.fields["link_type"], self.fields["language"], self.fields["lot"]
        assert isinstance(link_type, forms.ChoiceField)
        assert isinstance(language, forms.ChoiceField)
        link_type.choices = LinkType.choices
        language.choices = [("", _("No particular one")), *settings.LANGUAGES]
        assert isinstance(lot, forms.ModelChoiceField)
        lot.queryset = product.lots.all()
        lot.empty_label = str(_("All lots"))

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"product"}  # type: ignore[misc,no-any-return]


@allowed("traceability.keep_lots")
@require_http_methods(["GET", "HEAD", "POST"])
def extra_links(request: HttpRequest, code: str) -> HttpResponse:
    """The product's links, and one more."""
    product = get_object_or_404(products_kept_by(request.user), code=code)
    links = ExtraLink.objects.filter(product=product).select_related("lot")
    form = ExtraLinkForm(request.POST or None, product=product)
    if request.method == "POST" and form.is_valid():
        link = form.save(commit=False)
        link.added_by = cast(User, request.user)
        try:
            add_link(link=link)
        except TooManyLinksError:
            form.add_error(None, _("There are %(most)s links already. Remove one first.") % {"most": MOST_LINKS})
        else:
            messages.success(request, _("Added. It stands on the page behind the code from now on."))
            return redirect("extra_links", code=code)
    return render(
        request, "traceability/extra_links.html", {"form": form, "product": product, "links": links}, status=422 if form.errors else 200
    )


@allowed("traceability.keep_lots")
@require_POST
def extra_link_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a link away."""
    product = get_object_or_404(products_kept_by(request.user), code=code)
    remove_link(product=product, link_id=pk)
    return redirect("extra_links", code=code)
