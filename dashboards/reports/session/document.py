"""The report of a livestream, put into words: its sections in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import Orders
from dashboards.boards.audience import Audience
from dashboards.definitions import DEFINITIONS, DELIVERED, NET, ORDERS, PLACED, UNITS, WEIGHT
from dashboards.readings import Answer
from dashboards.reports.document import Block, Column, Document, Figures, Remarks, Section, Table, Tile, count, kilograms, text, vnd
from dashboards.reports.session.money import commission_blocks, producer_table, sales_table
from dashboards.reports.session.plan import plan_blocks
from dashboards.reports.session.rows import SessionReport
from dashboards.reports.session.told import claim_table, reported_blocks
from dashboards.reports.session.wording import sentences
from dashboards.views.claim_words import shown_claims


def session_document(answer: Answer[SessionReport], audience: Audience, facts: Sequence[str]) -> Document:
    """The report in the active language; `facts` say how complete the figures are."""
    report = answer.rows
    page = report.page
    claims = shown_claims(page.claims, audience)
    sections = [
        Section("sales", _("Sales on air"), _sales(answer)),
        Section("plan", _("Plan against actual"), plan_blocks(report)),
        Section("after", _("On air and after, beside what was sold before"), (sales_table(report),)),
    ]
    if report.tells_platform:
        sections.append(Section("platform", _("What the platform reported"), reported_blocks(report)))
    if report.commission is not None:
        sections.append(Section("commission", _("Commission"), commission_blocks(report)))
    sections.append(Section("producers", _("What each producer earned"), (producer_table(report, official=audience.official),)))
    if claims:
        sections.append(Section("claims", _("What others reported"), (claim_table(claims),)))
    suggested = sentences(report)
    if suggested:
        sections.append(Section("next", _("What the figures suggest for next time"), (Remarks(suggested),)))
    sections.append(Section("meaning", _("What the figures mean"), (_meaning(),)))
    return Document(
        name=f"report-{page.session.code}",
        title=_("Report of the livestream: %(name)s") % {"name": page.session},
        lead=_lead(report),
        about=tuple(_about(answer, audience, facts)),
        sections=tuple(section for section in sections if section.blocks),
        reading=answer.reading,
        language=(get_language() or "vi").split("-")[0],
    )


def _lead(report: SessionReport) -> str:
    page = report.page
    parts = [f"{formats.moment(page.start)}–{formats.clock(page.end)}"]
    if page.host is not None:
        parts.append(str(page.host))
    elif report.community:
        parts.append(_("community session of %(commune)s") % {"commune": report.community})
    return " · ".join([*parts, page.platform, page.province])


def _about(answer: Answer[SessionReport], audience: Audience, facts: Sequence[str]) -> list[tuple[str, str]]:
    page = answer.rows.page
    told = [
        (_("Figures of"), formats.moment(answer.reading.at)),
        (_("Reading"), formats.number(answer.reading.number)),
        (_("Lines counted"), audience.territory.name if audience.territory else _("those of your own producers")),
    ]
    if page.programme is not None:
        told.append((_("Programme"), str(page.programme)))
    notes = [str(page.note)] if page.note.vi else []
    if page.is_demo:
        notes.append(_("Demonstration data"))
    if answer.replaced:
        notes.append(_("The reading asked for is no longer kept; this is a newer one."))
    # One label for all that is said under it.
    several = ((_("Note"), notes), (_("Completeness"), facts))
    return [*told, *((label, "; ".join(words)) for label, words in several if words)]


def _sales(answer: Answer[SessionReport]) -> tuple[Block, ...]:
    report = answer.rows
    page, live = report.page, report.page.total["live"]
    known = live if page.known else None
    orders = live.orders or Orders()
    open_orders = _("%(share)s of orders not final") % {"share": formats.share(orders.open, orders.placed)}
    gone = _("%(cancelled)s cancelled, %(returned)s returned") % {
        "cancelled": formats.vnd(live.value.cancelled),
        "returned": formats.vnd(live.value.returned),
    }
    tiles = (
        Tile("orders", str(ORDERS.label), count(orders.placed if known else None), str(ORDERS.meaning)),
        Tile("placed", str(PLACED.label), vnd(live.value.placed if known else None), str(PLACED.meaning), main=True),
        Tile("net", str(NET.label), vnd(live.value.net if known else None), str(NET.meaning), gone if known else ""),
        Tile(
            *("delivered", str(DELIVERED.label), vnd(live.value.delivered if known else None), str(DELIVERED.meaning)),
            open_orders if known and orders.placed else "",
        ),
        Tile("units", str(UNITS.label), count(live.units.placed if known else None), str(UNITS.meaning)),
        Tile("weight", _("%(label)s (kg)") % {"label": WEIGHT.label}, kilograms(live.grams.placed if known else None), str(WEIGHT.meaning)),
    )
    return (*_warnings(answer), Figures(tiles), *_unmapped(report))


def _unmapped(report: SessionReport) -> tuple[Block, ...]:
    """What is missing above because nobody has said what it is."""
    orders = sum(one.orders for one in report.unmapped)
    if not orders:
        return ()
    words = ngettext(
        "%(orders)s order placed on air (%(value)s) holds SKUs that belong to no product yet, in %(shops)s. It is missing above until "
        "somebody maps them.",
        "%(orders)s orders placed on air (%(value)s) hold SKUs that belong to no product yet, in %(shops)s. They are missing above until "
        "somebody maps them.",
        orders,
    )
    told = {
        "orders": formats.number(orders),
        "value": formats.vnd(sum(one.value for one in report.unmapped)),
        "shops": ", ".join(str(one.shop) for one in report.unmapped),
    }
    return (Remarks((words % told,), "warning", _("SKUs that nobody has mapped")),)


def _warnings(answer: Answer[SessionReport]) -> tuple[Block, ...]:
    """What must be said before any figure."""
    report = answer.rows
    page = report.page
    if report.cancelled_at is not None:
        words = _("Cancelled on %(time)s: %(reason)s") % {
            "time": formats.moment(report.cancelled_at),
            "reason": report.cancelled_reason or formats.UNKNOWN,
        }
        return (Remarks((words,), "warning", _("This livestream was cancelled")),)
    if answer.reading.at < page.start:
        words = _("Planned for %(time)s. There is nothing to report yet.") % {"time": formats.moment(page.start)}
        return (Remarks((words,), "warning", _("Not yet on air")),)
    if not page.known:
        if page.shops:
            words = _("No shop of it has sent an order file that tells of it. Its sales are not known; they are not zero.")
        else:
            words = _("No shop is linked to this livestream. Link the shop that sold, and its orders will be attributed.")
        return (Remarks((words,), "warning", _("No order file yet")),)
    if answer.reading.at < page.end:
        return (Remarks((_("The livestream is still on air: all of this will change."),), "warning"),)
    return ()


def _meaning() -> Table:
    rows = [(text(one.label), text(one.meaning)) for one in DEFINITIONS]
    rows.append(
        (
            text(_("During the session")),
            text(_("Placed from the start to 30 minutes after the end, in a shop linked to it, with a product of its run-of-show.")),
        )
    )
    rows.append((text(_("After")), text(_("Counted from the end: the same products, in the same shops or in one of the host's."))))
    return Table("meanings", _("Definitions"), (Column(_("Figure")), Column(_("Meaning"), wide=True)), tuple(rows))
