"""A cooperative's own board, for a phone."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.access import allowed
from accounts.models import User
from catalog.models import Producer
from dashboards.boards.audience import Audience
from dashboards.boards.lines import lines_address
from dashboards.boards.my_page import my_page
from dashboards.filters.periods import PeriodForm
from dashboards.listing import address_with, kept
from dashboards.periods import CHOICES, CUSTOM
from dashboards.readings import Query, read
from dashboards.views.appearances import with_lines
from dashboards.views.coverage import coverage_of
from dashboards.views.tiles import sales_tiles

NO_DAYS: dict[str, str | None] = {"from": None, "to": None, "by": None}
# One tap each, on a phone.
QUICK = tuple(choice for choice in CHOICES if choice[0] != CUSTOM)


@allowed("dashboards.view_own_sales")
def my_sales(request: HttpRequest) -> HttpResponse:
    """What the reader's producers sold; a member of several chooses one (`?producer=`) or sees all. 404 for another's."""
    assert isinstance(request.user, User)
    own = list(Producer.objects.filter(members=request.user).order_by("name"))
    asked = request.GET.get("producer")
    chosen = [producer for producer in own if asked in {None, "", producer.code}]
    if not chosen:
        raise Http404
    form = PeriodForm(request.GET.dict())
    chosen_period = str(form.data["period"])
    audience = Audience(producers=tuple(sorted(producer.pk for producer in chosen)))
    spans = (form.span, form.before)
    query = Query.of("my_page", audience=audience, period=spans[0], before=spans[1])
    answer = read(query, lambda reading: my_page(audience, spans, reading.at, reading.day), token=request.GET.get("reading"))
    page = answer.rows
    # Of one producer the lines are asked for by its code, so that the address means the same for an official who is a member too.
    only = chosen[0].code if len(chosen) == 1 else None
    links = partial(lines_address, form.span, None, producer=only)
    coverage = coverage_of(audience, answer, form.span.first, form.span.last, page.now.lines)
    context = {
        "form": form,
        "period": form.span,
        "before": form.before,
        "answer": answer,
        "page": page,
        "producers": chosen,
        "choices": [(producer, address_with(request.GET, producer=producer.code), asked == producer.code) for producer in own],
        "all_of_them": address_with(request.GET, producer=None),
        "one_chosen": bool(asked),
        "keep": kept(request.GET, "producer"),
        "reset": reverse("my_sales"),
        "coverage": coverage,
        "tiles": sales_tiles(page.now, page.before, form.before, links),
        "periods": [(words, address_with(request.GET, period=name, **NO_DAYS), name == chosen_period) for name, words in QUICK],
        "products": [(made, links(product=made.product.code)) for made in sorted(page.products, key=lambda made: -made.now.value.net)],
        "most": max((made.now.value.net for made in page.products), default=0),
        "appearances": with_lines(page.appearances, audience, form.span, producer=only),
        "alerts": [(name, star, star.days_left(answer.reading.day)) for name, star in page.alerts],
        "all_url": links(),
    }
    return render(request, "dashboards/my_sales.html", context)
