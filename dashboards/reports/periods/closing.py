"""Sections VI and VII: what others reported beside the ledger; the preparer's remarks; how complete the figures are and what they mean."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import Orders
from dashboards.boards.audience import Audience
from dashboards.definitions import DEFINITIONS
from dashboards.readings import Reading
from dashboards.reports.document import Block, Column, Remarks, Table, text
from dashboards.reports.periods.rows import MERGER, PeriodRows
from dashboards.reports.periods.wording import borders
from dashboards.reports.session.told import claim_table
from dashboards.views.claim_words import shown_claims
from dashboards.wording import completeness


def claim_blocks(rows: PeriodRows) -> tuple[Block, ...]:
    """Each claim with source, scope and as-of day; none is added to another or to the ledger."""
    if not rows.claims:
        return (Remarks((_("No reported figure touches the period."),)),)
    audience = Audience(territory=rows.territory)
    rule = _(
        "What newspapers, platforms and organisers reported stands here as it was told, each with its own scope. None of it is added up."
    )
    return (Remarks((rule,)), claim_table(shown_claims(rows.claims, audience)))


def remark_blocks(remarks: str) -> tuple[Block, ...]:
    """The preparer's own words, a paragraph a line."""
    paragraphs = tuple(line.strip() for line in remarks.splitlines() if line.strip())
    return (Remarks(paragraphs or (_("None."),)),)


def basis_blocks(rows: PeriodRows, reading: Reading) -> tuple[Block, ...]:
    """As of when, how complete, of which territory, and what each figure means."""
    sentences = [
        _("Figures of %(time)s, reading %(number)s; all of them belong to the day on which the order was placed.")
        % {"time": formats.moment(reading.at), "number": formats.number(reading.number)}
    ]
    facts = completeness(rows.freshness)
    orders = rows.total.orders or Orders()
    if orders.placed:
        facts.append(_("%(share)s of orders not final") % {"share": formats.share(orders.open, orders.placed)})
    if facts:
        sentences.append(_("Completeness: %(facts)s.") % {"facts": "; ".join(facts)})
    sentences += _territory(rows)
    if rows.programme is not None:
        sentences.append(
            _("Figures are those of the programme's livestreams, on air and in the 30 days after; booths of its fairs are told apart.")
        )
    meanings = tuple((text(one.label), text(one.meaning)) for one in DEFINITIONS)
    table = Table("meanings", _("Definitions"), (Column(_("Figure")), Column(_("Meaning"), wide=True)), meanings)
    return (Remarks(tuple(sentences)), table)


def _territory(rows: PeriodRows) -> list[str]:
    """Which borders the figures have: the ledger counts by today's, also for days before July 2025."""
    told = [borders(rows.territory.name, rows.merged_from)]
    if len(rows.merged_from) < 2:
        return told
    year_before = rows.span.whole.last_year()
    if rows.span.first < MERGER <= rows.span.last:
        told.append(_("The period spans that day: its earlier days are counted by today's borders too."))
    elif rows.span.last < MERGER:
        told.append(_("The period lies before that day: it is counted by today's borders, and figures told then are of the old province."))
    if year_before.first < MERGER and not rows.before.is_empty:
        told.append(_("The same period of last year is counted by today's borders as well, so that like stands beside like."))
    return told
