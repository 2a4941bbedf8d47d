"""Beyond the air: the fairs, conferences and courses of a period; one event."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards import formats
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.beyond_air import BeyondAir, CourseRow, EventRow, beyond_air, event_rows
from dashboards.boards.lines import lines_address
from dashboards.claims import claim_rows
from dashboards.exports.beyond_air import beyond_air_columns
from dashboards.exports.tables import xlsx_response
from dashboards.filters.periods import PeriodForm
from dashboards.listing import address_with, chips_of, cleared
from dashboards.readings import Answer, Query, read
from dashboards.views.claim_words import shown_claims
from dashboards.views.coverage import coverage_of, told_of
from livestreams.models import Claim, Course, OfflineEvent
from orders.models import Shop


@allowed("dashboards.view_boards")
@require_safe
def beyond_air_page(request: HttpRequest) -> HttpResponse:
    """Events and courses that began in a period, this year where none is asked for."""
    audience, form, answer = _asked(request)
    span, rows = form.span, answer.rows
    context = {
        "audience": audience,
        "form": form,
        "period": span,
        "answer": answer,
        "rows": rows,
        "enterprises": enterprises_words(rows.enterprises, "" if rows.enterprises_exact else Claim.Qualifier.MORE_THAN.value),
        "events": [_shown_event(row, audience) for row in rows.events],
        "courses": [(row, Course.Topic(row.topic).label) for row in rows.courses],
        "coverage": coverage_of(audience, answer, span.first, span.last, rows.sold.lines),
        "chips": chips_of(form, request.GET),
        "reset": cleared(reverse("beyond_air"), request.GET),
        "can_choose": isinstance(request.user, User) and request.user.is_superuser,
        "export": reverse("beyond_air_xlsx") + address_with(request.GET, reading=answer.reading.token),
    }
    return render(request, "dashboards/beyond_air.html", context)


@allowed("dashboards.view_boards")
@require_safe
def beyond_air_xlsx(request: HttpRequest) -> HttpResponse:
    """The events and courses of the page as it stands, as XLSX."""
    audience, form, answer = _asked(request)
    rows: list[EventRow | CourseRow] = [*answer.rows.events, *answer.rows.courses]
    title, columns = _("Fairs and training"), beyond_air_columns(audience)
    coverage = coverage_of(audience, answer, form.span.first, form.span.last, answer.rows.sold.lines)
    file: dict[str, Any] = {"title": title, "columns": columns, "rows": rows, "period": form.span, "notes": told_of(audience, coverage)}
    return xlsx_response("beyond-air", reading=answer.reading, form=form, **file)


def _asked(request: HttpRequest) -> tuple[Audience, PeriodForm, Answer[BeyondAir]]:
    """Whose events and courses, of which days, and what they are."""
    assert isinstance(request.user, User)
    audience = audience_of(request.user, province=request.GET.get("province"))
    asked = request.GET.dict()
    if not any(asked.get(name) for name in ("period", "from", "to")):
        asked["period"] = "year"
    form = PeriodForm(asked)
    # What is compared with what is no question of this page.
    del form.fields["compare"]
    span = form.span
    query = Query.of("beyond_air", audience=audience, period=span)
    return audience, form, read(query, lambda _reading: beyond_air(audience, span.first, span.last), token=request.GET.get("reading"))


@allowed("dashboards.view_boards")
@require_safe
def event_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A fair or conference of the reader's province: who took part, and what was sold – by the ledger, else as it was told."""
    assert isinstance(request.user, User)
    found = OfflineEvent.objects.visible_to(request.user).select_related("commune", "programme", "province")
    event = get_object_or_404(found, code=code)
    audience = audience_of(request.user, province=event.province_id if request.user.is_superuser else None)
    territory = audience.territory
    assert territory is not None
    query = Query.of("event_page", event=event.pk, audience=audience)

    def compute(_reading: object) -> Any:
        claims = event.claims.select_related("session", "programme", "event")
        told = claim_rows(claims, province=territory.province, commune=territory.commune)
        return event_rows(audience, OfflineEvent.objects.filter(pk=event.pk))[0], told

    answer = read(query, compute, token=request.GET.get("reading"))
    row, told = answer.rows
    lines = partial(lines_address, None, territory, bucket="event")
    context = {
        "event": event,
        "row": _shown_event(row, audience),
        "answer": answer,
        "claims": shown_claims(told, audience),
        "booths": [(shop, lines(shop=shop.code)) for shop in Shop.objects.filter(event=event).order_by("name")],
        "producers": event.producers.order_by("name"),
        "coverage": coverage_of(audience, answer, event.starts_on, event.ends_on, row.sold.lines),
        "keeps": OfflineEvent.objects.kept_by(request.user).filter(pk=event.pk).exists(),
        "partial": territory.commune is not None,
    }
    return render(request, "dashboards/event_detail.html", context)


def enterprises_words(count: int | None, qualifier: str) -> str:
    """The number of enterprises with its qualifier; a dash where nobody counted."""
    number = formats.number(count)
    return f"{Claim.Qualifier(qualifier).label} {number}" if qualifier and count is not None else number


def _shown_event(row: EventRow, audience: Audience) -> dict[str, Any]:
    return {
        "row": row,
        "kind": OfflineEvent.Kind(row.kind).label,
        "enterprises": enterprises_words(row.enterprises, row.enterprises_qualifier),
        "told": shown_claims(row.told, audience),
    }
