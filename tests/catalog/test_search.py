"""Search of the catalogue: what is found by which words, in which order, and that the documents follow every change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.models import ListPrice, Producer, ProducerSeat, Product, ProductFacts, SearchEntry, SearchWord
from catalog.tasks import refresh_search
from catalog.window.alphabet import Alphabetic
from catalog.window.search import Wanted, search
from catalog.window.words import _WORD, one_mistake_apart, plain, shapes
from tests import builders
from tests.builders import CA_MAU

DAY = date(2026, 6, 1)
QUACH_PHAM = "32182"  # its commune of before: xã Quách Phẩm, huyện Đầm Dơi
CODES = {"crab", "mixed", "honey", "wild", "coffee"}


def made(code: str, maker: Producer, name: str, name_en: str = "", **facts: Any) -> Product:
    product = builders.product(code, maker, name=name, **facts)
    product.name_en = name_en
    product.save()
    return product


@pytest.fixture
def shelf(db: None) -> None:
    """Five products of three producers."""
    crabs = builders.producer("BAKHIA", province=CA_MAU, name="Hợp tác xã Ba khía Đầm Dơi")
    crabs.seats.update(commune=QUACH_PHAM)
    made("crab", crabs, "Ba khía muối", "Salted three-striped crab", stars=3, price=135_000)
    made("mixed", crabs, "Ba khía trộn sẵn", price=148_000)
    bees = builders.producer("ONG", name="Hợp tác xã Mật Ngọt")
    made("honey", bees, "Mật ong hoa cà phê", "Coffee-flower honey", stars=4, price=145_000)
    made("wild", bees, "Mật ong rừng", "Forest honey", stars=5, price=185_000)
    made("coffee", builders.producer("CAPHE", name="Nông hộ Ia Boòng"), "Cà phê bột", set_code="1.13", price=95_000)


def codes(text: str = "", **asked: Any) -> list[str]:
    found = search(Wanted(text=text, **asked), day=DAY)
    names = dict(Product.objects.values_list("pk", "code"))
    return [names[pk] for pk in found.ids]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ba khía muối", ["crab"]),
        ("BA KHIA MUOI", ["crab"]),
        ("muối ba khía", ["crab"]),
        ("salted crab", ["crab"]),
        ("ba khia muoj", ["crab"]),  # a letter changed
        ("ba khai muoi", ["crab"]),  # two exchanged
        ("ba kha muoi", ["crab"]),  # one left out
        ("ba khia muooi", ["crab"]),  # one too many
        ("ba khia mu", ["crab"]),  # not finished
        ("ba khia xyzzy muoi", ["crab"]),  # a word that belongs to nothing
        ("ba khía muối đầm dơi mua một lần nhớ mãi", ["crab"]),  # more words that nothing knows than one
        ("bakhia muoi", ["crab"]),  # a space forgotten
        ("trộn sẵn quách phẩm", ["mixed"]),  # the commune
        ("trộn sẵn huyện Đầm Dơi", ["mixed"]),  # the district that is no more
        ("honey of the forest", ["wild"]),
        ("cafe", ["coffee", "honey"]),
        ("mat ong", ["wild", "honey"]),
        ("mật ong mật ngọt", ["wild", "honey"]),
        ("BAKHIA tron", ["mixed"]),  # a producer's code
    ],
)
def test_found_by(text: str, wanted: list[str]) -> None:
    assert codes(text)[: len(wanted)] == wanted


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("text", ["xyzzy", "'", "& | ! ( :*", "\\", "%", "…", "12345", "x" * 200])
def test_words_of_nothing_find_nothing(text: str) -> None:
    assert codes(text) == []


@pytest.mark.usefixtures("shelf")
def test_what_fits_exactly_is_told_from_what_is_similar() -> None:
    found = search(Wanted(text="mat ong rung"), day=DAY)
    assert (found.exact, found.total) == (1, 2)
    assert codes("mat ong rung") == ["wild", "honey"]
    assert search(Wanted(text="mat ong rung"), day=DAY, first=1).ids == found.ids[1:]


@pytest.mark.usefixtures("shelf")
def test_filters() -> None:
    assert codes(star="5") == ["wild"]
    assert set(codes(star="any")) == {"crab", "honey", "wild"}
    assert set(codes(star="none")) == {"coffee", "mixed"}
    assert codes("mat ong", star="4") == ["honey"]  # and nothing similar: the words were right
    assert codes(group="1") != []
    assert codes(group="2") == []
    assert set(codes(commune=QUACH_PHAM)) == {"crab", "mixed"} == set(codes(province=CA_MAU))
    assert codes(price_from=145_000, price_to=148_000, sort="price") == ["honey", "mixed"]
    assert codes(sort="-price") == ["wild", "mixed", "honey", "crab", "coffee"]
    assert codes(sort="-star")[:3] == ["wild", "honey", "crab"]


@pytest.mark.usefixtures("shelf")
def test_the_star_is_that_of_the_day() -> None:
    wild = Product.objects.get(code="wild")
    wild.ratings.update(valid_until=DAY - timedelta(days=1))
    assert codes(star="5") == []
    assert "wild" in codes(star="none")


@pytest.mark.usefixtures("shelf")
def test_what_is_not_public_is_not_found() -> None:
    Product.objects.filter(code="crab").update(published_at=None)
    assert codes("ba khía") == ["mixed"]
    assert set(codes()) == CODES - {"crab"}


@pytest.mark.usefixtures("shelf")
def test_without_words_all_by_the_vietnamese_alphabet() -> None:
    assert codes() == ["crab", "mixed", "coffee", "honey", "wild"]


@pytest.mark.usefixtures("shelf")
def test_documents_follow_every_change() -> None:
    crab, crabs = Product.objects.get(code="crab"), Producer.objects.get(code="BAKHIA")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET name_vi = 'Cua gạch son' WHERE id = %s", [crab.pk])
    assert codes("gach son") == ["crab"]
    crabs.name = "Hợp tác xã Rạch Gốc"
    crabs.save()
    assert set(codes("rach goc")) == {"crab", "mixed"}
    ProducerSeat.objects.create(producer=crabs, since=date(2026, 1, 1), commune=builders.commune(CA_MAU, 3))
    assert codes(commune=QUACH_PHAM) == []
    ListPrice.objects.create(product=crab, since=date(2026, 1, 1), price=1_000)
    assert codes(price_to=1_000) == ["crab"]
    ListPrice.objects.filter(price=1_000).delete()
    assert codes(price_to=1_000) == []
    ProductFacts.objects.filter(product=crab).update(ocop_set=None)
    assert "crab" not in codes(group="1")
    crab.ratings.all().delete()
    crab.delete()
    assert SearchEntry.objects.count() == 4


@pytest.mark.usefixtures("shelf")
def test_a_fact_that_begins_today_is_known_after_midnight() -> None:
    """Only the day changes: no row does, so no trigger comes by."""
    mixed = Product.objects.get(code="mixed")
    today = timezone.localdate()
    ListPrice.objects.create(product=mixed, since=today, price=9)
    SearchEntry.objects.update(price=1)  # as it was written yesterday
    refresh_search()
    assert SearchEntry.objects.get(product=mixed).price == 9


@pytest.mark.usefixtures("shelf")
def test_as_many_queries_for_one_product_as_for_many(django_assert_num_queries: Any) -> None:
    for most in (1, 5):
        with django_assert_num_queries(1):
            search(Wanted(), day=DAY, most=most)
    with django_assert_num_queries(3):  # exactly; the words of the catalogue; generously
        search(Wanted(text="ba kha muoi"), day=DAY)


def test_order_of_the_alphabet(db: None) -> None:
    wanted = ["5 kg", "10 kg", "ăn", "ba", "Ba ba", "bà", "bả", "bã", "bá", "bạ", "bạc", "băng", "bâng", "ca", "da", "đa", "e", "ê"]
    wanted += ["o", "ô", "ộ", "ơ", "u", "ư"]
    maker = builders.producer("P")
    for number, name in enumerate(reversed(wanted)):
        made(f"P{number}", maker, name)
    assert list(SearchEntry.objects.order_by("sort_key").values_list("product__name_vi", flat=True)) == wanted
    assert list(Product.objects.order_by(Alphabetic("name_vi")).values_list("name_vi", flat=True)) == wanted


# Letters that people type in Vietnam, composed or not, and signs around them.
TEXT = st.text(st.characters(max_codepoint=0x1EFF, exclude_categories=("Cs", "Cc")) | st.sampled_from("đĐưƠạặ\u0301\u0323 5g"), max_size=30)
WORD = st.text("abcdehnot", min_size=1, max_size=6)


class AgreementTests(TestCase):
    """Python takes a query apart as SQL takes the documents apart."""

    @given(TEXT)
    @settings(max_examples=80, deadline=None)
    def test_plain_words_and_shapes(self, text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT catalog_plain(%s), catalog_words(%s)", [text, text])
            sql_plain, sql_words = cursor.fetchone()
        assert [word for word in sql_words if word.isascii()] == sql_words
        assert "".join(letter for letter in sql_plain if letter.isascii()) == "".join(letter for letter in plain(text) if letter.isascii())
        assert _WORD.findall(plain(text)) == sql_words

    @given(WORD)
    @settings(max_examples=40, deadline=None)
    def test_shapes(self, word: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT catalog_shapes(%s)", [word])
            assert sorted(cursor.fetchone()[0]) == sorted(shapes(word))


@given(WORD, WORD)
def test_words_one_mistake_apart_share_a_shape(one: str, other: str) -> None:
    """So that looking for equal shapes misses none of them."""
    if one_mistake_apart(one, other):
        assert set(shapes(one)) & set(shapes(other))
    assert one_mistake_apart(one, other) == one_mistake_apart(other, one)


@given(WORD, st.integers(0, 5), st.sampled_from("xyz"))
def test_each_kind_of_mistake_is_one(word: str, place: int, letter: str) -> None:
    place = min(place, len(word) - 1)
    assert one_mistake_apart(word, word[:place] + letter + word[place + 1 :])
    assert one_mistake_apart(word, word[:place] + letter + word[place:])
    assert one_mistake_apart(word, word[:place] + word[place + 1 :])
    assert one_mistake_apart(word, word[:place] + word[place : place + 2][::-1] + word[place + 2 :])
    assert not one_mistake_apart(word, word + "xy")


@pytest.mark.usefixtures("shelf")
def test_words_of_the_catalogue_are_kept_once() -> None:
    assert SearchWord.objects.filter(word="khia").count() == 1
    assert not SearchWord.objects.filter(word__contains="í").exists()
