"""A period report, put into words: its sections in the order of an administrative report."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.readings import Reading
from dashboards.reports.document import Document, Section
from dashboards.reports.periods.air import air_blocks
from dashboards.reports.periods.beyond import beyond_blocks
from dashboards.reports.periods.closing import basis_blocks, claim_blocks, remark_blocks
from dashboards.reports.periods.overall import overall_blocks
from dashboards.reports.periods.registry import producer_blocks, product_blocks
from dashboards.reports.periods.rows import PeriodRows
from dashboards.reports.periods.wording import ROMAN, subject


def period_document(rows: PeriodRows, reading: Reading, remarks: str = "") -> Document:
    """The report in the active language, without its letterhead; `remarks` are the preparer's, a paragraph a line."""
    parts = (
        ("overall", _("Overall figures"), overall_blocks(rows)),
        ("air", _("Livestreams"), air_blocks(rows)),
        ("beyond", _("Fairs and training"), beyond_blocks(rows)),
        ("registry", _("Products and stars"), product_blocks(rows)),
        ("makers", _("Producers and communes"), producer_blocks(rows)),
        ("told", _("Reported figures beside the ledger"), claim_blocks(rows)),
        ("remarks", _("Remarks"), remark_blocks(remarks)),
        ("basis", _("Completeness, territory, definitions"), basis_blocks(rows, reading)),
    )
    span = rows.span
    about = [
        (_("Days"), formats.days(span.first, span.last)),
        (_("Figures of"), formats.moment(reading.at)),
        (_("Reading"), formats.number(reading.number)),
    ]
    if span.days_left:
        about.insert(1, (_("Actual to"), formats.day(span.counted_to)))
    return Document(
        name=f"report-{rows.territory.province}-{span.kind}-{span.last.isoformat()}",
        title=subject(span.kind, span.first, rows.territory, rows.programme),
        lead=formats.days(span.first, span.last),
        about=tuple(about),
        sections=tuple(Section(key, f"{ROMAN[place]}. {title}", blocks) for place, (key, title, blocks) in enumerate(parts)),
        reading=reading,
        language=(get_language() or "vi").split("-")[0],
    )
