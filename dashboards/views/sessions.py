"""One livestream and its chart."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import allowed
from accounts.models import User
from dashboards import formats
from dashboards.boards.amounts import NOTHING, Measures, Orders
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.lines import lines_address
from dashboards.boards.session_page import AFTER_PARTS, PARTS, SessionPage, SlotRow, session_page
from dashboards.boards.slot_chart import chart_alt, chart_rows
from dashboards.listing import address_with
from dashboards.readings import Answer, Query, read
from dashboards.views.claim_words import shown_claims
from dashboards.views.coverage import coverage_of
from dashboards.views.pictures import picture
from livestreams.models import Session
from orders.marks.waiting import session_recount
from orders.models import Basis


@allowed("dashboards.view_sales")
def session_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One livestream with the reader's sales; `?part=` chooses on air, or so long after it. 404 where it is not the reader's to see."""
    audience, answer = _detail(request, code)
    page, part = answer.rows, _part(request)
    show = [row for row in page.slots if row.position is not None or row.sold[part].lines]
    links = partial(lines_address, None, audience.territory, session=code)
    words = _part_names()
    drawn = chart_rows(page, part)
    now = timezone.now()
    context = {
        "audience": audience,
        "answer": answer,
        "session": page,
        "runs": Session.objects.planned_by(request.user).filter(code=code).exists(),
        "state": "cancelled" if page.called_off is not None else "planned" if now < page.start else "live" if now < page.end else "done",
        "plan": Session.objects.plans_seen_by(request.user).filter(code=code).exists(),
        "recount": session_recount(code),
        # Of one that is still to come there is nothing to be complete.
        "coverage": coverage_of(audience, answer, timezone.localdate(page.start), timezone.localdate(page.end), page.total["live"].lines)
        if page.start < now
        else None,
        "live_shown": _shown(page.total["live"]) if page.known else {},
        "basis_text": _basis_text(page),
        "after": [(row, words[row.part], links(bucket=row.part)) for row in page.after],
        "part": part,
        "parts": [(name, text, address_with(request.GET, part=name)) for name, text in words.items()],
        "claims": shown_claims(page.claims, audience),
        "rows": [(row, row.sold[part], _slot_address(links, row, part)) for row in show],
        "most": max((row.sold[part].value.net for row in show), default=0),
        "total": page.total[part],
        "minutes": sum(row.minutes or 0 for row in show),
        "links": {"part": links(bucket=part), "live": links(bucket="live")} if page.known else {},
        "chart": f"{reverse('session_chart', args=[code])}{address_with(request.GET, part=part, reading=answer.reading.token)}",
        "chart_rows": len(drawn),
        "chart_alt": chart_alt(drawn),
        "report": f"{reverse('session_report', args=[code])}{address_with(request.GET, part=None, reading=answer.reading.token)}",
    }
    return render(request, "dashboards/session_detail.html", context)


@allowed("dashboards.view_sales")
def session_progress(request: HttpRequest, code: str) -> HttpResponse:
    """How far the orders are that a change of the livestream concerns, as the fragment that renews itself."""
    session_seen(request, code)
    return render(request, "dashboards/session_progress.html", {"code": code, "recount": session_recount(code), "asked": True})


@allowed("dashboards.view_sales")
def session_chart(request: HttpRequest, code: str) -> HttpResponse:
    """Net value by slot as SVG, of the same rows as the page."""
    _audience, answer = _detail(request, code)
    return picture(request, answer, "slot_sales", chart_rows(answer.rows, _part(request)))


def session_seen(request: HttpRequest, code: str) -> tuple[Audience, Session]:
    """The livestream of that code, and whose lines of it the reader sees. Raises Http404 where it is not the reader's to see."""
    assert isinstance(request.user, User)
    province = request.GET.get("province")
    if request.user.is_superuser and not province:
        province = get_object_or_404(Session.objects.only("province"), code=code).province_id
    audience = audience_of(request.user, province=province)
    related = ("host", "channel", "programme", "province", "commune")
    return audience, get_object_or_404(audience.sessions_seen().select_related(*related), code=code)


def _detail(request: HttpRequest, code: str) -> tuple[Audience, Answer[SessionPage]]:
    audience, session = session_seen(request, code)
    query = Query.of("session_page", session=session.pk, audience=audience)
    return audience, read(query, lambda _reading: session_page(session, audience), token=request.GET.get("reading"))


def _part(request: HttpRequest) -> str:
    part = request.GET.get("part", "live")
    return part if part in PARTS else "live"


def _part_names() -> dict[str, str]:
    words = (_("24 hours after"), _("7 days after"), _("30 days after"))
    return {"live": _("During the session"), **dict(zip(AFTER_PARTS, words, strict=True))}


def _shown(live: Measures) -> dict[str, str]:
    """The figures on air as they are written; what is not known has none, and is drawn as a dash."""
    orders = live.orders or Orders()
    return {
        "orders": formats.number(orders.placed),
        "placed": formats.vnd(live.value.placed),
        "net": formats.vnd(live.value.net),
        "gone": _("%(cancelled)s cancelled, %(returned)s returned")
        % {"cancelled": formats.vnd(live.value.cancelled), "returned": formats.vnd(live.value.returned)},
        "delivered": formats.vnd(live.value.delivered),
        "open": _("%(share)s of orders not final") % {"share": formats.share(orders.open, orders.placed)},
        "units": formats.number(live.units.placed),
        "weight": formats.weight(live.grams.placed),
    }


def _basis_text(page: SessionPage) -> str:
    reported, live = page.basis.get(Basis.REPORTED, NOTHING), page.total["live"]
    if not reported.lines:
        return _("Estimated: the platform did not name the livestream; orders are attributed by time, shop and product.")
    share = formats.share(reported.value.placed, live.value.placed)
    return _("%(share)s of the value is reported (the platform named the livestream or its host), the rest estimated.") % {"share": share}


def _slot_address(links: Any, row: SlotRow, part: str) -> str:
    if row.slot is not None:
        return str(links(slot=row.slot, bucket=part))
    return str(links(slot="absent", product=row.product.code if row.product else "absent", bucket=part))
