"""One key for the ways in which a name is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places import names


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Xã Quách Phẩm", "quach pham"),
        ("  XÃ  QUÁCH   PHẨM ", "quach pham"),
        ("X. Quách Phẩm", "quach pham"),
        ("quach pham", "quach pham"),
        ("Phường 7", "7"),
        ("Phường 07", "7"),
        ("P.7", "7"),
        ("P7", "7"),
        ("Ward 7", "7"),
        ("Q.1", "1"),
        ("Phường Phường Đúc", "phuong duc"),
        ("Xã Tứ Xã", "tu xa"),
        ("Phường Thị Cầu", "thi cau"),
        ("Thị trấn Trần Văn Thời", "tran van thoi"),
        ("TT. Trần Văn Thời", "tran van thoi"),
        ("Thị xã An Nhơn", "an nhon"),
        ("TX An Nhơn", "an nhon"),
        ("Huyện Đầm Dơi", "dam doi"),
        ("Đặc khu Côn Đảo", "con dao"),
        ("Tỉnh Bà Rịa - Vũng Tàu", "ba ria vung tau"),
        ("Thành phố Hồ Chí Minh", "ho chi minh"),
        ("TP.HCM", "hcm"),
        ("Ho Chi Minh City", "ho chi minh"),
        ("Xã Ea H’Leo", "ea hleo"),
        ("Xã Ea H'Leo", "ea hleo"),
        ("Xã H Bông", "h bong"),
        ("H Bông", "h bong"),
        ("P Rao", "p rao"),
        ("Xã", "xa"),
        ("", ""),
        (" - ", ""),
    ],
)
def test_key(text: str, key: str) -> None:
    assert names.key(text) == key
    assert names.key(unicodedata.normalize("NFD", text)) == key


@given(st.text(max_size=60))
def test_key_does_not_depend_on_composition_or_case_and_keeps_its_form(text: str) -> None:
    key = names.key(text)
    assert key == names.key(unicodedata.normalize("NFD", text)) == names.key(unicodedata.normalize("NFC", text))
    assert key == " ".join(key.split())


def test_accented_tells_apart_what_only_accents_tell() -> None:
    assert names.accented("Xã Hoà Bình") == names.accented("HÒA BÌNH") == names.accented(unicodedata.normalize("NFD", "hòa bình"))
    assert names.accented("Xã Tân Ân") != names.accented("Xã Tân An")
    assert names.accented("P. Xuân Hương - Đà Lạt") == names.accented("Phường Xuân Hương Đà Lạt")
    assert names.accented("") == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Xã Tân An", "xã"),
        ("x. Tân An", "xã"),
        ("Phường 7", "phường"),
        ("P7", "phường"),
        ("TT. Phù Mỹ", "thị trấn"),
        ("Đặc khu Lý Sơn", "đặc khu"),
        ("Tân An", ""),
        ("Xanh", ""),
    ],
)
def test_kind_of(text: str, kind: str) -> None:
    assert names.kind_of(text) == kind
