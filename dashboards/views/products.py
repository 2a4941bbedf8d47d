"""Products: the list, one of them, and its chart."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.models import User
from catalog.models import Product
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.lines import BUCKET_WORDS, lines_address
from dashboards.boards.product_page import ProductPage, product_page
from dashboards.boards.products import ProductBoard, ProductRow, product_board
from dashboards.exports.products import product_columns
from dashboards.exports.tables import xlsx_response
from dashboards.filters.periods import PeriodForm
from dashboards.filters.products import ProductForm
from dashboards.listing import address_with, chips_of, in_alphabet, kept, page_of, sorted_by
from dashboards.readings import Answer, Query, read
from dashboards.views.appearances import links_of_day, with_lines
from dashboards.views.coverage import coverage_of
from dashboards.views.pictures import daily_chart
from dashboards.views.tiles import sales_tiles
from orders.models import Bucket

SORTS: dict[str, Any] = {
    "name": lambda row: in_alphabet(str(row.product)),
    "producer": lambda row: in_alphabet(str(row.producer)),
    "star": lambda row: row.star.stars if row.star and row.star.in_force else None,
    "until": lambda row: row.star.until if row.star and row.star.in_force else None,
    "orders": lambda row: row.now.orders.placed if row.now.orders else None,
    "units": lambda row: row.now.units.placed,
    "placed": lambda row: row.now.value.placed,
    "net": lambda row: (row.now.value.net, row.before.value.net, row.product.code),
    "delivered": lambda row: row.now.value.delivered,
}
BEST = "-net"


@allowed("dashboards.view_sales")
def product_list(request: HttpRequest) -> HttpResponse:
    """The products that are the reader's to see, with their star of today and their sales in a period."""
    audience, form, answer = _list(request)
    rows = _arranged(request, form, answer)
    page = page_of(request, rows)
    period = form.span
    context = {
        "audience": audience,
        "form": form,
        "period": period,
        "before": form.before,
        "answer": answer,
        "coverage": coverage_of(audience, answer, period.first, period.last, answer.rows.total.lines),
        "board": answer.rows,
        "page": page,
        "most": max((max(row.now.value.net, row.before.value.net) for row in rows), default=0),
        "rows": [(row, lines_address(period, audience.territory, product=row.product.code)) for row in page],
        "unmapped_url": lines_address(period, audience.territory, product="absent"),
        "all_url": lines_address(period, audience.territory),
        "chips": chips_of(form, request.GET),
        "keep": kept(request.GET, "sort"),
        "reset": reverse("product_list"),
        "export": f"{reverse('product_list_xlsx')}{address_with(request.GET, reading=answer.reading.token)}",
    }
    return render(request, "dashboards/product_list.html", context)


@allowed("dashboards.view_sales")
def product_list_xlsx(request: HttpRequest) -> HttpResponse:
    """The rows of the list as it stands, as XLSX."""
    _audience, form, answer = _list(request)
    rows = _arranged(request, form, answer)
    return xlsx_response("products", title=_("Products"), columns=product_columns(), rows=rows, reading=answer.reading, period=form.span)


@allowed("dashboards.view_sales")
def product_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One product with the reader's sales of it in a period. 404 where it is not the reader's to see."""
    double = Product.objects.visible_to(request.user).filter(code=code, merged_into__isnull=False)
    if (merged := double.select_related("merged_into").first()) and merged.merged_into:
        return redirect("product_detail", merged.merged_into.code)
    audience, form, answer = _detail(request, code)
    page = answer.rows
    links = partial(lines_address, form.span, audience.territory, product=code)
    context = {
        "audience": audience,
        "form": form,
        "period": form.span,
        "before": form.before,
        "answer": answer,
        "product": page,
        "coverage": coverage_of(audience, answer, form.span.first, form.span.last, page.now.lines),
        "days": [(day, net, before, links_of_day(audience, day, product=code)) for day, net, before in page.days],
        "tiles": sales_tiles(page.now, page.before, form.before, links),
        "buckets": [
            (str(Bucket(bucket).label), page.by_bucket[bucket], links(bucket=BUCKET_WORDS[bucket]))
            for bucket in Bucket.values
            if bucket in page.by_bucket
        ],
        "most": max((found.value.net for found in page.by_bucket.values()), default=0),
        "appearances": with_lines(page.appearances, audience, product=code),
        "chips": chips_of(form, request.GET),
        "reset": reverse("product_detail", args=[code]),
        "chart": f"{reverse('product_chart', args=[code])}{address_with(request.GET, reading=answer.reading.token)}",
        "links": {"all": links()},
    }
    return render(request, "dashboards/product_detail.html", context)


@allowed("dashboards.view_sales")
def product_chart(request: HttpRequest, code: str) -> HttpResponse:
    """Net value by day as SVG, of the same rows as the page."""
    _audience, _form, answer = _detail(request, code)
    return daily_chart(request, answer, answer.rows.days)


def _list(request: HttpRequest) -> tuple[Audience, ProductForm, Answer[ProductBoard]]:
    assert isinstance(request.user, User)
    audience = audience_of(request.user, province=request.GET.get("province"))
    form = ProductForm(request.GET.dict())
    span, before = form.span, form.before
    query = Query.of("product_list", audience=audience, period=span, before=before)
    answer = read(query, lambda reading: product_board(audience, span, before, reading.day), token=request.GET.get("reading"))
    return audience, form, answer


def _arranged(request: HttpRequest, form: ProductForm, answer: Answer[ProductBoard]) -> list[ProductRow]:
    rows = [row for row in answer.rows.rows if form.admits(row)] if form.is_valid() else []
    return sorted_by(rows, SORTS, request.GET.get("sort", ""), BEST)


def _detail(request: HttpRequest, code: str) -> tuple[Audience, PeriodForm, Answer[ProductPage]]:
    assert isinstance(request.user, User)
    audience = audience_of(request.user, province=request.GET.get("province"))
    product = get_object_or_404(audience.products_seen().select_related("producer"), code=code)
    form = PeriodForm(request.GET.dict())
    span, before = form.span, form.before
    query = Query.of("product_page", product=product.pk, audience=audience, period=span, before=before)
    answer = read(query, lambda reading: product_page(product, audience, (span, before), reading.day), token=request.GET.get("reading"))
    return audience, form, answer
