"""What a report is kept as, and what is made of it again: a document in either language, with its letterhead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override

from accounts.models import Agency
from dashboards.boards.territory import Territory
from dashboards.readings import Reading
from dashboards.reports.document import Document
from dashboards.reports.frozen import canonical, document_from, plain, read_content
from dashboards.reports.periods.document import period_document
from dashboards.reports.periods.letterhead import HEAD, LETTERS, letterhead
from dashboards.reports.periods.models import PeriodReport
from dashboards.reports.periods.rows import PeriodRows
from dashboards.reports.periods.wording import subject

SHAPE = 1  # of the content; a later shape reads the earlier ones


@dataclass(frozen=True)
class Letter:
    """What the preparer types of a report: `signs` is HEAD or DEPUTY; `copies` and the remarks are lines."""

    place: str
    addressee: str = ""
    signs: str = HEAD
    signer: str = ""
    copies: str = ""
    remarks: str = ""
    remarks_en: str = ""


def content_of(*, rows: PeriodRows, reading: Reading, letter: Letter, agency: Agency, number: str = "") -> str:
    """Everything that the report says, in both languages, as canonical JSON."""
    documents, subjects = {}, {}
    for language, _words in settings.LANGUAGES:
        with override(language):
            remarks = letter.remarks_en if language == "en" and letter.remarks_en else letter.remarks
            documents[language] = plain(period_document(rows, reading, remarks))
            subjects[language] = subject(rows.span.kind, rows.span.first, rows.territory, rows.programme)
    head = {
        "number": number,
        "dated_on": "",
        "letters": LETTERS[agency.kind],
        "place": letter.place,
        "province": rows.territory.name,
        "agency": agency.name_vi,
        "agency_en": agency.name_en,
        "subject": subjects["vi"],
        "subject_en": subjects["en"],
        "addressee": letter.addressee,
        "signs": letter.signs,
        "signer": letter.signer,
        "copies": letter.copies,
    }
    span = rows.span
    period = {"kind": span.kind, "first": span.first.isoformat(), "last": span.last.isoformat(), "counted_to": span.counted_to.isoformat()}
    return canonical({"shape": SHAPE, "letter": head, "period": period, "reading": reading.token, "documents": documents})


def dated(content: dict[str, Any], *, number: str, day: date) -> str:
    """The content with the number and the day that signing gives it."""
    return canonical({**content, "letter": {**content["letter"], "number": number, "dated_on": day.isoformat()}})


def document_of(report: PeriodReport) -> Document:
    """The report in the active language, made of what is kept and of nothing else. Raises DamagedContentError."""
    content = read_content(report.content, report.digest)
    reading = Reading.parse(content["reading"])
    assert reading is not None
    language = (get_language() or "vi").split("-")[0]
    return document_from(content["documents"][language], reading, letterhead(content["letter"]))


def name_of(territory: Territory) -> str:
    """The province's name without its kind: where a report is dated."""
    return territory.name.removeprefix("Tỉnh ").removeprefix("Thành phố ")
