"""Products: the board, one of them, and its chart."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.access import allowed
from accounts.models import User
from catalog.models import Product
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.lines import BUCKET_WORDS, lines_address
from dashboards.boards.product_page import ProductPage, product_page
from dashboards.boards.products import ProductRow, product_board
from dashboards.exports.products import product_columns
from dashboards.filters.periods import PeriodForm
from dashboards.filters.products import ProductForm
from dashboards.listing import address_with, chips_of, cleared, in_alphabet
from dashboards.readings import Answer, Query, read
from dashboards.views.appearances import links_of_day, with_lines
from dashboards.views.board import Asked, Bars, Board, Sort
from dashboards.views.coverage import coverage_of
from dashboards.views.pictures import beside_words, daily_chart
from dashboards.views.tiles import sales_tiles
from orders.models import Bucket


def _ask(request: HttpRequest) -> Asked[ProductRow]:
    audience = audience_of(cast(User, request.user), province=request.GET.get("province"))
    form = ProductForm(request.GET.dict())
    span, before = form.span, form.before
    query = Query.of("product_list", audience=audience, period=span, before=before)
    answer = read(query, lambda reading: product_board(audience, span, before, reading.day), token=request.GET.get("reading"))
    return Asked(audience, form, answer, answer.rows.rows, answer.rows.total.lines, span, before)


def _more(_request: HttpRequest, asked: Asked[ProductRow], _rows: object) -> dict[str, Any]:
    return {"board": asked.answer.rows, "unmapped_url": lines_address(asked.period, asked.audience.territory, product="absent")}


BOARD: Board[ProductRow] = Board(
    name="product_list",
    route="products",
    permission="dashboards.view_sales",
    title=gettext_lazy("Products"),
    template="dashboards/product_list.html",
    ask=_ask,
    sorts={
        "net": Sort(gettext_lazy("Net value"), lambda row: (row.now.value.net, row.before.value.net, row.product.code)),
        "name": Sort(gettext_lazy("Name"), lambda row: in_alphabet(str(row.product))),
        "producer": Sort(gettext_lazy("Producer"), lambda row: in_alphabet(str(row.producer))),
        "star": Sort(gettext_lazy("Stars"), lambda row: row.star.stars if row.star and row.star.in_force else None),
        "until": Sort(gettext_lazy("Valid until"), lambda row: row.star.until if row.star and row.star.in_force else None),
        "orders": Sort(gettext_lazy("Orders"), lambda row: row.now.orders.placed if row.now.orders else None),
        "units": Sort(gettext_lazy("Units"), lambda row: row.now.units.placed),
        "placed": Sort(gettext_lazy("Placed value"), lambda row: row.now.value.placed),
        "delivered": Sort(gettext_lazy("Revenue"), lambda row: row.now.value.delivered),
    },
    best="-net",
    columns=lambda _asked: product_columns(),
    bars=Bars(
        "ranked_beside",
        gettext_lazy("Net value"),
        label=lambda row: str(row.product),
        value=lambda row: row.now.value.net,
        before=lambda row: row.before.value.net,
    ),
    links=lambda asked, row: (lines_address(asked.period, asked.audience.territory, product=row.product.code),),
    more=_more,
)


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
        "coverage": coverage_of(audience, answer, form.span.first, form.span.last, page.now.lines, before=form.before),
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
        "reset": cleared(reverse("product_detail", args=[code]), request.GET),
        "chart": f"{reverse('product_chart', args=[code])}{address_with(request.GET, reading=answer.reading.token)}",
        "links": {"all": links()},
    }
    return render(request, "dashboards/product_detail.html", context)


@allowed("dashboards.view_sales")
def product_chart(request: HttpRequest, code: str) -> HttpResponse:
    """Net value by day as SVG, of the same rows as the page."""
    _audience, form, answer = _detail(request, code)
    return daily_chart(request, answer, answer.rows.days, beside_words(form.span, form.before).get("words", ()))


def _detail(request: HttpRequest, code: str) -> tuple[Audience, PeriodForm, Answer[ProductPage]]:
    assert isinstance(request.user, User)
    audience = audience_of(request.user, province=request.GET.get("province"))
    product = get_object_or_404(audience.products_seen().select_related("producer"), code=code)
    form = PeriodForm(request.GET.dict())
    span, before = form.span, form.before
    query = Query.of("product_page", product=product.pk, audience=audience, period=span, before=before)
    answer = read(query, lambda reading: product_page(product, audience, (span, before), reading.day), token=request.GET.get("reading"))
    return audience, form, answer
