"""The page on which an official says that two entries are one product."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from catalog.hands.merging import NotTwoError, OtherProducerError, RunningApplicationError
from catalog.models import Product
from orders.doubles.services import PrintedCodesError, merge_double


class ProductChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Products told apart by their codes too: doubles have the same name."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and code."""
        return f"{obj.name} ({obj.code})"


class MergeForm(forms.Form):
    """Which entry is kept, and why they are one."""

    kept = ProductChoice(label=gettext_lazy("The entry that is kept"), queryset=Product.objects.none())
    ground = forms.CharField(
        label=gettext_lazy("Ground"), max_length=300, help_text=gettext_lazy("How you know that both are one product; it stays on record.")
    )

    def __init__(self, *args: Any, double: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Product.objects.single().filter(producer=double.producer).exclude(pk=double.pk)
        cast(ProductChoice, self.fields["kept"]).queryset = others.order_by("name_vi", "code")


@allowed("orders.merge_products")
@require_http_methods(["GET", "HEAD", "POST"])
def product_merge(request: HttpRequest, code: str) -> HttpResponse:
    """Say that this entry is a double of another one of its producer; what it was merged with, once it is."""
    double = get_object_or_404(Product.objects.visible_to(request.user).select_related("producer", "merged_into"), code=code)
    form = MergeForm(request.POST if request.method == "POST" else None, double=double)
    if request.method == "POST" and form.is_valid():
        try:
            merge_double(double=double, by=cast(User, request.user), **form.cleaned_data)
        except (NotTwoError, OtherProducerError):
            form.add_error(None, _("One of the two was merged or moved meanwhile. Look again."))
        except RunningApplicationError:
            form.add_error(None, _("Both have an application for a star that runs. One has to be withdrawn first."))
        except PrintedCodesError:
            form.add_error("kept", _("Both have a lot of the same number: no pack would say from which. They cannot be merged."))
        else:
            messages.success(request, _("Merged. The figures follow within moments."))
            return redirect("product_merge", double.code)
    context = {
        "double": double,
        "form": form,
        "merge": getattr(double, "merge", None) if double.merged_into_id else None,
        "merges": double.merges.select_related("double", "merged_by"),
    }
    return render(request, "orders/product_merge.html", context, status=422 if form.errors else 200)
