"""Reading links: against the library that knows the same standard, and on anything at all."""

from __future__ import annotations

import pytest
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from hypothesis import assume, given
from hypothesis import strategies as st

from catalog.gtin import check_digit
from traceability.resolver.digital_link import KEYS, OtherFormError, read
from traceability.resolver.identifiers import MalformedLinkError, Reason, check_value, is_identifier

# The set 82 of GS1 without the slash, which a server hands over like any other slash.
TEXT = st.text("!\"%&'()*+,-.0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20)
GTINS = st.from_regex(r"952[0-9]{9}", fullmatch=True).map(lambda body: f"0{body}{check_digit(body)}")
QUALIFIERS = st.fixed_dictionaries({}, optional={"22": TEXT, "10": TEXT, "21": TEXT})


@given(GTINS, QUALIFIERS)
def test_a_good_link_says_what_the_library_says(gtin: str, qualifiers: dict[str, str]) -> None:
    ordered = {ai: qualifiers[ai] for ai in ("22", "10", "21") if ai in qualifiers}
    link = read("/".join(["01", gtin, *(part for pair in ordered.items() for part in pair)]))
    assert (link.value, link.qualifiers) == (gtin, ordered)
    theirs = GS1DigitalLinkURI.parse(f"https://id.gs1.org{link.path}")
    assert {element.ai.ai: element.value for element in theirs.element_strings} == {"01": gtin, **ordered}


@given(GTINS, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(gtin: str, place: int, more: int) -> None:
    wrong = f"{gtin[:place]}{(int(gtin[place]) + more) % 10}{gtin[place + 1 :]}"
    with pytest.raises(MalformedLinkError) as caught:
        read(f"01/{wrong}")
    assert caught.value.reason == Reason.CHECK_DIGIT


@given(st.text(max_size=60), st.lists(st.tuples(st.text(max_size=6), st.text(max_size=20)), max_size=4))
def test_anything_is_read_or_refused(path: str, query: list[tuple[str, str]]) -> None:
    for asked in (path, f"01/{path}", f"01/09520000000011/10/{path}"):
        try:
            link = read(asked, query)
        except (MalformedLinkError, OtherFormError):
            continue
        assert link.key in KEYS


@given(GTINS, QUALIFIERS, st.randoms())
def test_qualifiers_in_another_order_are_refused(gtin: str, qualifiers: dict[str, str], chance: object) -> None:
    names = list(qualifiers)
    chance.shuffle(names)  # type: ignore[attr-defined]
    assume(names != [ai for ai in ("22", "10", "21") if ai in names])
    with pytest.raises(MalformedLinkError) as caught:
        read("/".join(["01", gtin, *(part for ai in names for part in (ai, qualifiers[ai]))]))
    assert caught.value.reason == Reason.ORDER


@pytest.mark.parametrize("ai", ["", "0", "1", "010", "05", "999", "99999", "٠١", "ab"])
def test_what_is_no_identifier(ai: str) -> None:
    assert not is_identifier(ai)
    with pytest.raises(MalformedLinkError):
        check_value(ai, "1")
