"""Phone numbers are kept in one form, however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.phones import PhoneError, masked, parse, shown


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "(+84) 912-345-678",
        "84912345678",
        "+84 (0) 912 345 678",
        "0084912345678",
        " +84912345678 ",
    ],
)
def test_one_number_in_many_hands(typed: str) -> None:
    assert parse(typed) == "+84912345678"


@pytest.mark.parametrize(
    "typed", ["", "0", "091234567", "09123456789", "0123456789", "0283 8291 234", "12345", "+0912345678", "số máy", "+84", "٠٩١٢٣٤٥٦٧٨"]
)
def test_what_no_text_message_reaches_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(PhoneError, match="0912 345 678"):
        parse(typed)


def test_numbers_of_other_countries_pass() -> None:
    assert parse("+855 12 345 678") == "+85512345678"
    assert shown("+85512345678") == "+85512345678"


@settings(max_examples=100)
@given(st.from_regex(r"\+84[35789][0-9]{8}", fullmatch=True))
def test_what_is_shown_is_read_again(number: str) -> None:
    assert parse(number) == parse(shown(number)) == number


@settings(max_examples=200)
@given(st.text(max_size=20))
def test_nothing_else_than_a_number_comes_out(text: str) -> None:
    try:
        number = parse(text)
    except PhoneError:
        return
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert parse(number) == number


def test_a_colleague_sees_a_part() -> None:
    assert [masked("+84912345678"), masked("noni@example.vn"), masked("+123")] == ["0912 *** 678", "n***@example.vn", "***"]
