"""What can be wrong with a file as a whole.

Each exception is one sentence for the person who uploaded the file: it names the file and says what to do. Nothing of a refused file may be
kept. A fault of a single row is no exception but a `Rejection`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class UnreadableFile(Exception):  # noqa: N818 - a refusal; all of them read as what the file is
    """The whole file is refused. `str()` gives the sentence in the language active at that moment.

    `code` is stable and may be stored; `file_name` and `params` are the values in the sentence.
    """

    code: ClassVar[str] = "unreadable"
    template: ClassVar[_StrPromise] = _("“%(file)s” cannot be read.")

    def __init__(self, file_name: str, **params: Any) -> None:
        super().__init__(file_name, params)
        self.file_name = file_name
        self.params = params

    def __str__(self) -> str:
        return str(self.template) % {"file": self.file_name, **self.params}

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.file_name, self.params)


def _restore(kind: type[UnreadableFile], file_name: str, params: dict[str, Any]) -> UnreadableFile:
    return kind(file_name, **params)


class NotASpreadsheet(UnreadableFile):
    code = "not_a_spreadsheet"
    template = _("“%(file)s” is not a spreadsheet. Upload the .xlsx or .csv file just as the platform gave it.")


class OldWorkbook(UnreadableFile):
    code = "old_workbook"
    template = _("“%(file)s” is a workbook of another kind (.xls, .xlsb or .ods). Save it as .xlsx or .csv and upload it again.")


class EncryptedFile(UnreadableFile):
    code = "encrypted"
    template = _("“%(file)s” is protected by a password. Save it without a password and upload it again.")


class EmptyFile(UnreadableFile):
    code = "empty"
    template = _("“%(file)s” is empty.")


class DamagedFile(UnreadableFile):
    code = "damaged"
    template = _("“%(file)s” is damaged or was cut short. Download it again from the platform.")


class FileTooLarge(UnreadableFile):
    """A zip bomb, or an honest workbook that unpacks to more than we are ready to read."""

    code = "too_large"
    template = _("“%(file)s” unpacks to more than %(megabytes)s MB and was not opened. Export a shorter period.")


class ForbiddenXml(UnreadableFile):
    code = "forbidden_xml"
    template = _("“%(file)s” holds definitions that a spreadsheet never needs (a document type or entities) and was not opened.")


class UnknownEncoding(UnreadableFile):
    code = "encoding"
    template = _("“%(file)s” is not UTF-8 text (near row %(row)s). Save it as “CSV UTF-8” or as .xlsx and upload it again.")


class OtherPlatform(UnreadableFile):
    code = "other_platform"
    template = _("“%(file)s” is a file of %(found)s, not an order file of %(expected)s. Choose a shop of that platform, or another file.")


class MissingColumns(UnreadableFile):
    """`columns` is the list of headers that were looked for and not found, in the platform's order."""

    code = "missing_columns"
    template = _("“%(file)s” has no column %(columns)s, which an order file of %(platform)s needs. Export it again with all columns.")
    many = _(
        "“%(file)s” is not laid out like an order file of %(platform)s: it has no column %(columns)s and lacks %(count)s more. "
        "Export it from there with all columns, or choose the shop to which a spreadsheet of your own belongs."
    )

    def __init__(self, file_name: str, *, columns: list[str], platform: str) -> None:
        super().__init__(file_name, columns=columns, platform=platform)

    def __str__(self) -> str:
        missing = self.params["columns"]
        # A dozen names say no more than three: it is another kind of file.
        named = missing if len(missing) <= 5 else missing[:3]
        columns = ", ".join(f"“{column}”" for column in named)
        words = {"file": self.file_name, "columns": columns, "platform": self.params["platform"], "count": len(missing) - len(named)}
        return str(self.template if named == missing else self.many) % words


class DuplicateColumn(UnreadableFile):
    code = "duplicate_column"
    template = _("“%(file)s” has the column “%(column)s” more than once, so it is not clear which one counts.")


class SeveralShops(UnreadableFile):
    code = "several_shops"
    template = _("“%(file)s” holds orders of more than one shop (%(shops)s). Export each shop by itself and upload one file for each.")


class NoDataRows(UnreadableFile):
    code = "no_data_rows"
    template = _("“%(file)s” has its column headers but no orders below them.")


class TooManyRows(UnreadableFile):
    code = "too_many_rows"
    template = _("“%(file)s” has more than %(limit)s rows. Export a shorter period and upload several files.")


class TooManyRowsForXlsx(TooManyRows):
    code = "too_many_rows_xlsx"
    template = _("“%(file)s” has more than %(limit)s rows. Export it as .csv, or export a shorter period.")


class LostDigits(UnreadableFile):
    code = "lost_digits"
    template = _(
        "In “%(file)s” every “%(column)s” ends in zeros after its 15th digit: a spreadsheet program has rounded them. "
        "Upload the file just as the platform gave it, without opening and saving it."
    )
