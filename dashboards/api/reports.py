"""Reports as JSON: those of a period, as they are kept, and that of a livestream, of a reading."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, api_view
from accounts.models import User
from dashboards.api.parts import ERRORS, LANGUAGE, PARAMETERS, ReadingSerializer, told
from dashboards.reports.document import Cell, Chart, Document, Figures, Remarks, Table
from dashboards.reports.periods.content import document_of
from dashboards.reports.periods.models import PeriodKind, PeriodReport
from dashboards.views.session_report import session_report_document


class CellSerializer(serializers.Serializer[Any]):
    """A value: `text` as pages and prints show it, `value` the number (or the time) behind it, null where there is none."""

    text = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    kind = serializers.CharField(help_text="text, count, vnd, kilograms, minutes, share (0.5 is 50%) or moment")


class TileSerializer(serializers.Serializer[Any]):
    """One large figure."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    cell = CellSerializer()
    note = serializers.CharField(allow_blank=True)


class BlockSerializer(serializers.Serializer[Any]):
    """A part of a section: `figures` has tiles, `table` columns, rows and perhaps a foot, `remarks` sentences. Charts are of a table."""

    block = serializers.ChoiceField(("figures", "table", "remarks"))
    key = serializers.CharField(required=False)
    title = serializers.CharField(required=False, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True)
    tiles = TileSerializer(many=True, required=False)
    columns = serializers.ListField(child=serializers.CharField(), required=False)
    rows = serializers.ListField(child=CellSerializer(many=True), required=False)
    foot = CellSerializer(many=True, required=False)
    sentences = serializers.ListField(child=serializers.CharField(), required=False)


class SectionSerializer(serializers.Serializer[Any]):
    """A heading with its blocks."""

    key = serializers.CharField()
    title = serializers.CharField()
    blocks = BlockSerializer(many=True)


class DocumentSerializer(serializers.Serializer[Any]):
    """A report as its page shows it; PDF, DOCX and XLSX are written of the same cells."""

    title = serializers.CharField()
    lead = serializers.CharField()
    about = serializers.ListField(child=serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2))
    reading = ReadingSerializer()
    sections = SectionSerializer(many=True)


class PeriodReportSerializer(serializers.Serializer[Any]):
    """An edition of a report; `digest` is the SHA-256 of all it says, `number` and `dated_on` come with the signature."""

    id = serializers.IntegerField(source="pk")
    province = serializers.CharField(source="province_id")
    kind = serializers.ChoiceField(PeriodKind.choices)
    first = serializers.DateField()
    last = serializers.DateField()
    programme = serializers.CharField(source="programme.code", default=None, allow_null=True)
    edition = serializers.IntegerField()
    state = serializers.ChoiceField(PeriodReport.State.choices)
    number = serializers.CharField(allow_blank=True)
    dated_on = serializers.DateField(allow_null=True)
    digest = serializers.CharField()
    reading_number = serializers.IntegerField()
    reading_at = serializers.DateTimeField()


class PeriodReportsSerializer(serializers.Serializer[Any]):
    """The newest first, 100 at most."""

    reports = PeriodReportSerializer(many=True)


class WholeReportSerializer(PeriodReportSerializer):
    """An edition with what it says."""

    document = DocumentSerializer()


_READS = Access("dashboards.view_reports")
MOST = 100


@extend_schema(operation_id="reports", responses={200: PeriodReportsSerializer, **ERRORS})
@api_view(_READS)
def report_list(request: Request) -> Response:
    """The reports of periods that the caller may see."""
    assert isinstance(request.user, User)
    found = PeriodReport.objects.visible_to(request.user).select_related("programme").defer("content")
    return Response(PeriodReportsSerializer({"reports": found[:MOST]}).data)


@extend_schema(operation_id="report", parameters=[LANGUAGE], responses={200: WholeReportSerializer, **ERRORS})
@api_view(_READS)
def report(request: Request, pk: int) -> Response:
    """One of them, as it is kept: once signed it never changes."""
    assert isinstance(request.user, User)
    found = get_object_or_404(PeriodReport.objects.visible_to(request.user).select_related("programme"), pk=pk)
    with override(language_of(request)):
        document = plain(document_of(found))
    return Response({**PeriodReportSerializer(found).data, "document": DocumentSerializer(document).data})


@extend_schema(
    operation_id="session_report",
    parameters=[LANGUAGE, *(parameter for parameter in PARAMETERS if parameter.name in {"province", "reading"})],
    responses={200: DocumentSerializer, **ERRORS},
)
@api_view(Access("dashboards.view_sales"))
def session_report(request: Request, code: str) -> Response:
    """The report of a livestream with the caller's own lines: what was sold on air, after it and before."""
    with override(language_of(request)):
        document, replaced = session_report_document(request._request, code)
        return Response(DocumentSerializer(plain(document, replaced=replaced)).data)


def language_of(request: Request) -> str:
    """The language asked for; Vietnamese for any other."""
    return "en" if request.query_params.get("language") == "en" else "vi"


def plain(document: Document, *, replaced: bool = False) -> dict[str, Any]:
    """The document as DocumentSerializer takes it."""
    return {
        "title": document.title,
        "lead": document.lead,
        "about": [list(pair) for pair in document.about],
        "reading": told(document.reading, replaced=replaced),
        "sections": [
            {"key": section.key, "title": section.title, "blocks": [_block(one) for one in section.blocks if not isinstance(one, Chart)]}
            for section in document.sections
        ],
    }


def _block(block: Figures | Table | Remarks) -> dict[str, Any]:
    if isinstance(block, Figures):
        tiles = [{"key": tile.key, "label": tile.label, "cell": _cell(tile.cell), "note": tile.note} for tile in block.tiles]
        return {"block": block.block, "tiles": tiles}
    if isinstance(block, Table):
        return {
            "block": block.block,
            "key": block.key,
            "title": block.caption,
            "note": block.note,
            "columns": [column.label for column in block.columns],
            "rows": [[_cell(cell) for cell in row] for row in block.rows],
            "foot": [_cell(cell) for cell in block.foot],
        }
    return {"block": block.block, "title": block.title, "sentences": list(block.sentences)}


def _cell(cell: Cell) -> dict[str, Any]:
    value = cell.value.isoformat() if isinstance(cell.value, datetime) else cell.value
    return {"text": cell.text, "value": value, "kind": cell.kind.name.lower()}
