"""The columns of a registry file: their names in both languages, what else they may be called, what goes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import in_language
from places import names


@dataclass(frozen=True)
class Column:
    """One column. `key` is its meaning and never changes; a file may call it by either name, an alias or the key."""

    key: str
    vi: str
    en: str
    hint: str | Promise
    aliases: tuple[str, ...] = ()
    needed: bool = False
    width: int = 16

    @property
    def title(self) -> str:
        """The column's name in the reader's language, as the template writes it."""
        return in_language(self.vi, self.en)


COLUMNS = (
    Column("code", "Mã sản phẩm", "Product code", _("Letters, digits, dot, dash; never changes"), ("mã", "code"), True),
    Column("name_vi", "Tên sản phẩm", "Product name (Vietnamese)", _("As in the decision"), ("name", "product name"), True, 34),
    Column("producer_code", "Mã chủ thể", "Producer code", _("Letters, digits, dot, dash; never changes"), ("mã chủ thể ocop",), True),
    Column("producer_name", "Tên chủ thể", "Producer name", _("As registered"), ("chủ thể", "chủ thể ocop", "producer"), True, 34),
    Column(
        "commune", "Xã, phường, đặc khu", "Commune", _("Five-digit code, or the name of today or of before"), ("xã", "xã phường"), True, 22
    ),
    Column("ocop_set", "Bộ sản phẩm", "Product set", _("Code or name, see the sheet of sets"), ("mã bộ sản phẩm", "set", "bộ"), True, 14),
    Column("unit", "Đơn vị tính", "Unit", _("What one piece is: 500 g bag, 500 ml bottle"), ("đơn vị", "quy cách"), True, 18),
    Column("name_en", "Tên sản phẩm (tiếng Anh)", "Product name (English)", _("May be empty"), ("tên tiếng anh", "english name"), width=34),
    Column(
        "net_weight", "Khối lượng tịnh", "Net weight", _("Of one unit: 500 g or 1,5 kg; a number alone is grams"), ("khối lượng", "weight")
    ),
    Column(
        "list_price", "Giá niêm yết (đồng)", "List price (VND)", _("Of one unit, whole VND"), ("giá niêm yết", "giá", "price", "list price")
    ),
    Column("gtin", "Mã vạch (GTIN)", "GTIN", _("8, 12, 13 or 14 digits, as text"), ("mã vạch", "barcode", "gtin"), width=18),
    Column("stars", "Số sao", "Stars", _("3, 4 or 5"), ("hạng sao", "sao", "hạng")),
    Column("points", "Điểm", "Points", _("0 to 100, as decided"), ("số điểm", "score")),
    Column(
        "decision_number", "Số quyết định", "Decision number", _("Needed with stars: 3981/QĐ-UBND"), ("quyết định", "decision"), width=20
    ),
    Column("decided_on", "Ngày quyết định", "Decision date", _("dd/mm/yyyy"), ("ngày ban hành", "decided on")),
    Column("issuer", "Cơ quan ban hành", "Issued by", _("Who signed the decision"), ("issuer",), width=24),
    Column(
        "valid_until",
        "Có giá trị đến",
        "Valid until",
        _("dd/mm/yyyy; empty: 36 months after the decision"),
        ("hiệu lực đến", "ngày hết hạn"),
    ),
    Column("revoked_on", "Ngày thu hồi", "Revoked on", _("dd/mm/yyyy; only where the star was revoked"), ("thu hồi ngày",)),
    Column("revoked_ground", "Lý do thu hồi", "Ground of revocation", _("Why it was revoked"), width=24),
    Column(
        "producer_kind",
        "Loại chủ thể",
        "Kind of producer",
        _("Cooperative, company, household, cooperative group"),
        ("loại hình",),
        width=20,
    ),
    Column("producer_name_en", "Tên chủ thể (tiếng Anh)", "Producer name (English)", _("May be empty"), width=34),
    Column("representative", "Người đại diện", "Legal representative", _("Legal representative of the producer"), ("đại diện",), width=24),
    Column("tax_code", "Mã số thuế", "Tax code", _("10, 12 or 13 digits, as text"), ("mst",)),
    Column("address", "Địa chỉ", "Address", _("House, street, hamlet"), width=34),
    Column(
        "district",
        "Huyện cũ",
        "Former district",
        _("Only where the commune is written by its name of before July 2025"),
        ("huyện", "district"),
    ),
    Column("province", "Tỉnh, thành phố", "Province", _("Empty: your province"), ("tỉnh",), width=18),
    Column(
        "facts_since",
        "Áp dụng từ ngày",
        "Facts since",
        _("From when unit, weight, price and seat hold; empty: the day of the decision, else today"),
        ("từ ngày",),
    ),
)

BY_KEY = {column.key: column for column in COLUMNS}
NEEDED = tuple(column for column in COLUMNS if column.needed)
HEADER_ROWS = 20
"""A header is looked for in the first rows of a sheet; what stands above it is a title."""

EXPLANATION = ("giải thích", "explanation")
"""What the first cell of the template's row of explanations begins with: such a row is no product."""


def _plain(text: str) -> str:
    return names.plain(text.replace("_", " ").rstrip(" *")).replace(".", "")


_BY_NAME = {_plain(name): column for column in COLUMNS for name in (column.key, column.vi, column.en, *column.aliases)}


def column_of(header: object) -> Column | None:
    """The column that a header cell names: in either language, with or without accents, case, the star of a needed one."""
    return _BY_NAME.get(_plain(header)) if isinstance(header, str) else None


def header_of(cells: Sequence[object]) -> dict[int, Column]:
    """Which column stands where in a row of headers; the first of two equal headers counts."""
    found: dict[int, Column] = {}
    for position, cell in enumerate(cells):
        column = column_of(cell)
        if column is not None and column not in found.values():
            found[position] = column
    return found


def is_explanation(code_cell: object) -> bool:
    """Whether a row's code cell says that the row explains the columns."""
    return isinstance(code_cell, str) and _plain(code_cell).startswith(tuple(_plain(word) for word in EXPLANATION))
