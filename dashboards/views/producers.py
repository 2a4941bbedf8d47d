"""Producers: the board, one of them, and its chart."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.access import allowed
from accounts.models import User
from catalog.models import Producer
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.lines import BUCKET_WORDS, lines_address
from dashboards.boards.producer_page import ProducerPage, producer_page
from dashboards.boards.rankings import producer_ranking
from dashboards.filters.periods import PeriodForm
from dashboards.listing import address_with, chips_of, cleared
from dashboards.readings import Answer, Query, read
from dashboards.views.appearances import links_of_day, with_lines
from dashboards.views.coverage import coverage_of
from dashboards.views.pictures import beside_words, daily_chart
from dashboards.views.rankings import ranking_board
from dashboards.views.tiles import sales_tiles
from orders.models import Bucket

BOARD = ranking_board(
    "producer",
    gettext_lazy("Producers"),
    gettext_lazy("Producer"),
    producer_ranking,
    *("net", "name", "products", "starred", "orders", "placed", "delivered"),
)


@allowed("dashboards.view_sales")
def producer_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One producer with the reader's sales of its products in a period. 404 where it is not the reader's to see."""
    audience, form, answer = _detail(request, code)
    page = answer.rows
    links = partial(lines_address, form.span, audience.territory, producer=code)
    context = {
        "audience": audience,
        "form": form,
        "period": form.span,
        "before": form.before,
        "answer": answer,
        "producer": page,
        "coverage": coverage_of(audience, answer, form.span.first, form.span.last, page.now.lines, before=form.before),
        "days": [(day, net, before, links_of_day(audience, day, producer=code)) for day, net, before in page.days],
        "kind": str(Producer.Kind(page.kind).label),
        "tiles": sales_tiles(page.now, page.before, form.before, links),
        "buckets": [
            (str(Bucket(bucket).label), page.by_bucket[bucket], links(bucket=BUCKET_WORDS[bucket]))
            for bucket in Bucket.values
            if bucket in page.by_bucket
        ],
        "most": max((found.value.net for found in page.by_bucket.values()), default=0),
        "products": [(made, links(product=made.product.code)) for made in page.products],
        "most_made": max((made.now.value.net for made in page.products), default=0),
        "appearances": with_lines(page.appearances, audience, producer=code),
        "chips": chips_of(form, request.GET),
        "reset": cleared(reverse("producer_detail", args=[code]), request.GET),
        "chart": f"{reverse('producer_chart', args=[code])}{address_with(request.GET, reading=answer.reading.token)}",
        "all_url": links(),
    }
    return render(request, "dashboards/producer_detail.html", context)


@allowed("dashboards.view_sales")
def producer_chart(request: HttpRequest, code: str) -> HttpResponse:
    """Net value by day as SVG, of the same rows as the page."""
    _audience, form, answer = _detail(request, code)
    return daily_chart(request, answer, answer.rows.days, beside_words(form.span, form.before).get("words", ()))


def _detail(request: HttpRequest, code: str) -> tuple[Audience, PeriodForm, Answer[ProducerPage]]:
    assert isinstance(request.user, User)
    audience = audience_of(request.user, province=request.GET.get("province"))
    producer = get_object_or_404(audience.producers_seen(), code=code)
    form = PeriodForm(request.GET.dict())
    span, before = form.span, form.before
    query = Query.of("producer_page", producer=producer.pk, audience=audience, period=span, before=before)
    answer = read(query, lambda reading: producer_page(producer, audience, (span, before), reading.day), token=request.GET.get("reading"))
    return audience, form, answer
