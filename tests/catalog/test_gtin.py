"""GTINs: check digit, one written form, numbers that no product in trade has."""

from __future__ import annotations

import pytest

from catalog import gtin


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("8934588012228", "8934588012228"),
        (" 893 4588-012228 ", "8934588012228"),
        ("08934588012228", "8934588012228"),
        ("036000291452", "0036000291452"),
        ("18934588012225", "18934588012225"),
        ("96385074", "96385074"),
        ("00000096385074", "96385074"),
        ("4006381333931", "4006381333931"),
    ],
)
def test_one_form(text: str, stored: str) -> None:
    assert gtin.parse(text) == stored
    assert gtin.parse(stored) == stored


@pytest.mark.parametrize(
    "text",
    ["", "abc", "893458801222", "89345880122281", "8934588012229", "８９３４５８８０１２２２８", "893458801222x", "0" * 13, "123456789"],
)
def test_not_a_gtin(text: str) -> None:
    with pytest.raises(gtin.GtinError):
        gtin.parse(text)


@pytest.mark.parametrize(
    "body",
    ["020000000000", "040000000001", "200000000000", "299999999999", "234567890123", "1020000000000", "0220000", "2123456", "22345678901"],
)
def test_numbers_for_use_inside_a_shop_are_refused(body: str) -> None:
    with pytest.raises(gtin.GtinError, match="inside a shop"):
        gtin.parse(body + str(gtin.check_digit(body)))


def test_neighbours_of_the_refused_ranges_are_accepted() -> None:
    for body in ("030000000000", "190000000000", "300000000000", "010000000000", "100000000000", "050000000000"):
        number = body + str(gtin.check_digit(body))
        assert gtin.parse(number) == number
