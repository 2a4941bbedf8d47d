"""A cooperative's own board, for a phone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.models import User
from catalog.models import Producer
from dashboards import formats
from dashboards.boards.audience import Audience
from dashboards.boards.line_rows import OWN_STATE
from dashboards.boards.lines import lines_address
from dashboards.boards.measures import ABSENT
from dashboards.boards.my_page import MyPage, my_page
from dashboards.filters.periods import PeriodForm
from dashboards.listing import address_with, kept
from dashboards.periods import CHOICES, CUSTOM, Period
from dashboards.readings import Query, read
from dashboards.views.appearances import with_lines
from dashboards.views.coverage import coverage_of
from dashboards.views.tiles import sales_tiles

FIRST_PLACES = 5  # the others fold
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
    coverage = coverage_of(audience, answer, form.span.first, form.span.last, page.now.lines, before=form.before)
    first, *others = sorted(sales_tiles(page.now, page.before, form.before, links), key=lambda tile: not tile.main)
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
        "first": first,
        "tiles": others,
        "chosen_period": dict(CHOICES)[chosen_period],
        "periods": [(words, address_with(request.GET, period=name, **NO_DAYS), name == chosen_period) for name, words in QUICK],
        "appearances": with_lines(page.appearances, audience, form.span, producer=only),
        "stars": [(name, star, star.days_left(answer.reading.day)) for name, star in page.duties.stars],
        "below_url": links(state=OWN_STATE),
        "all_url": links(),
        **_tables(page, links, partial(lines_address, None, None, producer=only, back=f"{form.span.first}..{form.span.last}")),
        **_scans(page, form.span, form.before),
    }
    return render(request, "dashboards/my_sales.html", context)


def _tables(page: MyPage, links: Callable[..., str], back: Callable[..., str]) -> dict[str, Any]:
    """The tables' rows, each with the address of its lines, and the greatest value of each for its bars."""
    products = sorted(page.products, key=lambda row: -row.made.now.value.net)
    shops = [row for platform in page.platforms for row in platform.shops]
    places = [(row, links(delivery=row.province.code if row.province else ABSENT)) for row in page.delivered]
    return {
        "products": [(row, links(product=row.made.product.code)) for row in products],
        "most_of_a_product": max((row.made.now.value.net for row in products), default=0),
        "platforms": [(platform, [(row, links(shop=row.shop.code)) for row in platform.shops]) for platform in page.platforms],
        "most_of_a_shop": max((row.now.value.net for row in shops), default=0),
        "places": places[:FIRST_PLACES],
        "more_places": places[FIRST_PLACES:],
        "most_of_a_place": max((row.orders for row in page.delivered), default=0),
        "came_back": [(row, back(product=row.product.code if row.product else ABSENT)) for row in page.came_back],
        "all_back": sum(row.value for row in page.came_back),
        "back_url": back(),
    }


def _against(days: str, past: int) -> str:
    return _("against %(days)s: %(value)s") % {"days": days, "value": formats.number(past)} if past else ""


def _scans(page: MyPage, period: Period, earlier: Period) -> dict[str, Any]:
    """Scans and visits as figures, beside those of the period before; they are known, so nothing is 0."""
    now, before = page.scans
    days = formats.days(earlier.first, earlier.last)
    return {
        "scan_tiles": [
            (key, label, count, past, _against(days, past), meaning)
            for key, label, count, past, meaning in (
                ("scans", _("Scans"), now.scans, before.scans, _("each time a page was asked for")),
                (
                    "visits",
                    _("Visits"),
                    now.visits,
                    before.visits,
                    _("one device, one code, one day; at least so many"),
                ),
            )
        ],
        # The page of scans shows a year at most.
        "scans_url": f"{reverse('scan_counts')}?{urlencode({'since': period.first, 'until': period.last})}" if period.length <= 366 else "",
    }
