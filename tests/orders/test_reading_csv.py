"""csv files: encodings, separators, and what a stray quotation mark may cost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.utils import translation

from orders.intake.reading import csv_source, errors
from orders.intake.reading.tiktok import HEADERS
from tests.orders.order_files import DESCRIPTIONS, read, row, write_csv

NAMES = {"product_name": "Muối ba khía “Rạch Gốc”", "variation": "Hũ 500 g; loại 1, đặc biệt\t*"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, delimiter: str) -> None:
    accepted, rejected = read(write_csv(tmp_path / "orders.csv", [row(**NAMES)], encoding=encoding, delimiter=delimiter))
    assert rejected == []
    assert (accepted[0]["product_name"], accepted[0]["variation"]) == (NAMES["product_name"], "Hũ 500 g; loại 1, đặc biệt *")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, line_end: str) -> None:
    path = write_csv(tmp_path / "orders.csv", [row(), row(order_id="1")])
    path.write_bytes(path.read_bytes().replace(b"\r\n", line_end.encode()))
    assert [seen["row"] for seen in read(path)[0]] == [3, 4]


def _lines(*rows: dict[str, str]) -> list[str]:
    """Header, descriptions and rows as lines of csv, every field quoted."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(HEADERS)
    writer.writerow(DESCRIPTIONS.values())
    writer.writerows([line[header] for header in HEADERS] for line in rows)
    return stream.getvalue().splitlines(keepends=True)


def _numbered(count: int) -> list[dict[str, str]]:
    return [row(order_id=str(576461414838900001 + 7 * number)) for number in range(count)]


def _write(tmp_path: Path, lines: list[str]) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("place", [2, 3, 500, 998, 1000, 1001])
@pytest.mark.parametrize("quoted", [True, False])
def test_an_unclosed_quotation_mark_costs_its_own_row_alone(tmp_path: Path, place: int, quoted: bool) -> None:
    lines = _lines(*_numbered(1000))
    if quoted:
        lines[place] = lines[place].replace("Muối ba khía", 'Muối" ba khía')
    else:
        lines = [line.replace('"', "") for line in lines]
        lines[place] = lines[place].replace("Muối ba khía", '"Muối ba khía')
    accepted, rejected = read(_write(tmp_path, lines))
    assert [(refused.row, refused.code) for refused in rejected] == [(place + 1, "bad_quotes")]
    assert [seen["row"] for seen in accepted] == [number for number in range(3, 1003) if number != place + 1]


def test_a_mark_that_closes_rows_later_does_not_swallow_them(tmp_path: Path) -> None:
    lines = [line.replace('"', "") for line in _lines(*_numbered(300))]
    # Opens in row 10 and closes, properly, at the end of a field of row 200.
    lines[9] = lines[9].replace("BAK-01", '"BAK-01')
    lines[199] = lines[199].replace("BAK-01", 'BAK-01"')
    accepted, rejected = read(_write(tmp_path, lines))
    assert [(refused.row, refused.code) for refused in rejected] == [(10, "bad_quotes")]
    assert len(accepted) == 299
    assert accepted[-1]["row"] == 302


def test_quoted_line_breaks_are_part_of_a_field_even_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_source, "BLOCK_CHARACTERS", 700)
    rows = _numbered(200)
    for line in rows:
        line["Buyer Message"] = "một\nhai\r\nba, bốn"
        line["Variation"] = "Hũ\n500 g"
    accepted, rejected = read(write_csv(tmp_path / "orders.csv", rows))
    assert rejected == []
    assert [seen["row"] for seen in accepted] == list(range(3, 203))
    assert {seen["variation"] for seen in accepted} == {"Hũ 500 g"}


def test_rows_with_another_number_of_columns_are_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "orders.csv", _numbered(5))
    lines = path.read_text().splitlines()
    lines[3] = lines[3].rsplit(",", 3)[0]
    lines[4] += ",more"
    lines[5] += ",,"
    path.write_text("\n".join(lines))
    accepted, rejected = read(path)
    assert [(refused.row, refused.column, refused.value_shown, refused.code, refused.limit) for refused in rejected] == [
        (4, "", "51", "columns_differ", 54),
        (5, "", "55", "columns_differ", 54),
    ]
    assert [seen["row"] for seen in accepted] == [3, 6, 7]


def test_a_file_cut_short_in_a_row_refuses_that_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "orders.csv", _numbered(20))
    path.write_bytes(path.read_bytes()[:-150])
    accepted, rejected = read(path)
    assert (len(accepted), [(refused.row, refused.code) for refused in rejected]) == (19, [(22, "columns_differ")])


def test_a_field_over_the_limit_refuses_its_row(tmp_path: Path) -> None:
    rows = _numbered(5)
    rows[2]["Buyer Message"] = "x" * 200_000
    accepted, rejected = read(write_csv(tmp_path / "orders.csv", rows))
    assert ([seen["row"] for seen in accepted], [(refused.row, refused.code) for refused in rejected]) == (
        [3, 4, 6, 7],
        [(5, "bad_quotes")],
    )


def test_blank_lines_count_as_rows_of_the_spreadsheet_but_not_as_data(tmp_path: Path) -> None:
    lines = _lines(*_numbered(3))
    accepted, rejected = read(_write(tmp_path, ["\n", *lines[:3], "\n", "\n", *lines[3:], "\n"]))
    assert ([seen["row"] for seen in accepted], rejected) == ([4, 7, 8], [])


def test_a_nul_character_refuses_its_row(tmp_path: Path) -> None:
    rows = _numbered(50)
    rows[40]["Order ID"] = "5764\x00"
    accepted, rejected = read(write_csv(tmp_path / "orders.csv", rows))
    assert len(accepted) == 49
    assert [(refused.row, refused.column, refused.value_shown, refused.code) for refused in rejected] == [
        (43, "Order ID", "5764", "bad_id")
    ]


def test_text_that_is_not_utf_8_is_refused_with_the_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "orders.csv", _numbered(400))
    path.write_bytes(path.read_bytes().replace(b"576461414838900001", b"\xd0\x5c", 1))
    with pytest.raises(errors.UnknownEncoding) as caught:
        read(path)
    with translation.override("en"):
        assert str(caught.value) == ("“orders.csv” is not UTF-8 text (near row 1). Save it as “CSV UTF-8” or as .xlsx and upload it again.")


def test_a_late_fault_of_the_text_is_found_too(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "orders.csv", _numbered(2_000))
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(errors.UnknownEncoding) as caught:
        read(path)
    assert 1_500 < caught.value.params["row"] <= 2_002


def test_more_rows_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_source.CsvSource, "row_limit", 1_500)
    path = write_csv(tmp_path / "orders.csv", _numbered(1_500))
    assert len(read(path)[0]) == 1_500
    write_csv(path, _numbered(1_501))
    with pytest.raises(errors.TooManyRows) as caught:
        read(path)
    with translation.override("en"):
        assert str(caught.value) == "“orders.csv” has more than 1.500 rows. Export a shorter period and upload several files."
    assert csv_source.ROW_LIMIT == 1_000_000


def test_a_file_that_is_one_endless_line_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"a," * (5 << 20))
    with pytest.raises(errors.NotASpreadsheet):
        read(path)
