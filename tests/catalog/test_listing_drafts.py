"""The producer's verbs: what a draft keeps, who may type, who is told when two do."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from catalog.listings.drafts import content_now, etag_of, new_product, save_fields, submit, take_back, withdraw
from catalog.listings.errors import (
    ListingError,
    NotEditableError,
    NothingChangedError,
    NotTheirsError,
    ProblemsError,
    SameNameError,
    StaleError,
    TooManyDraftsError,
)
from catalog.listings.fields import TooLongError
from catalog.models import ListingRevision, Product
from tests import builders
from tests.catalog.listing_makers import bench, submitted, type_in

State = ListingRevision.State


@pytest.mark.django_db
def test_a_draft_begins_with_what_is_public_and_changes_nothing_of_it() -> None:
    made = bench()
    type_in(made.product, made.member, name_vi="Cà phê rang", list_price="120.000 ₫")
    revision = ListingRevision.objects.get()
    assert (revision.state, revision.number, revision.based_on, revision.author) == (State.DRAFT, 1, None, made.member)
    assert revision.base["name_vi"] == "Cà phê"
    assert (revision.content["name_vi"], revision.content["list_price"], revision.content["unit"]) == ("Cà phê rang", "120000", "gói")
    made.product.refresh_from_db()
    assert made.product.name_vi == "Cà phê"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "typed", "kept", "wrong"),
    [
        ("name_vi", "  Cà  phê\x00\u0007 ", "Cà phê", False),
        ("name_vi", "Ca\u0300 phe\u0302", "Cà phê", False),
        ("net_weight_g", "1,5 kg", "1500", False),
        ("net_weight_g", "nửa cân", "nửa cân", True),
        ("alcohol_percent", "29,5 độ", "29.5", False),
        ("alcohol_percent", "40%", "40", False),
        ("alcohol_percent", "101", "101", True),
        ("gtin", "8934563138165", "8934563138165", False),
        ("gtin", "8934563138166", "8934563138166", True),
        ("gtin", "2001234567893", "2001234567893", True),
        ("floor_price", "95,000", "95000", False),
        ("floor_price", "rẻ", "rẻ", True),
        ("description_vi", "<script>alert(1)</script>\r\nhai", "<script>alert(1)</script>\nhai", False),
        ("storage_vi", "x" * 301, "x" * 301, True),
    ],
)
def test_a_draft_keeps_what_was_typed_right_or_wrong(field: str, typed: str, kept: str, wrong: bool) -> None:
    made = bench()
    saved = save_fields(owner=made.product, values={field: typed}, etag=etag_of(content_now(made.product), [field]), by=made.member)
    assert content_now(made.product)[field] == kept == saved.values[field]
    assert list(saved.errors) == ([field] if wrong else [])


@pytest.mark.django_db
def test_more_than_anybody_types_is_refused() -> None:
    made = bench()
    with pytest.raises(TooLongError):
        type_in(made.product, made.member, description_vi="x" * 10_001)
    assert not ListingRevision.objects.exists()


@pytest.mark.django_db
def test_whoever_edits_second_is_told_and_overwrites_nothing() -> None:
    made = bench()
    colleague = builders.member(made.producer)
    opened = etag_of(content_now(made.product), ["name_vi", "name_en"])
    first = save_fields(owner=made.product, values={"name_vi": "Một", "name_en": ""}, etag=opened, by=made.member)
    with pytest.raises(StaleError) as told:
        save_fields(owner=made.product, values={"name_vi": "Hai", "name_en": ""}, etag=opened, by=colleague)
    assert told.value.values == {"name_vi": "Một", "name_en": ""}
    assert (told.value.etag, told.value.revision and told.value.revision.saved_by) == (first.etag, made.member)
    assert content_now(made.product)["name_vi"] == "Một"
    # The answer to the first save was lost, and the phone sends it again.
    assert save_fields(owner=made.product, values={"name_vi": "Một", "name_en": ""}, etag=opened, by=made.member).etag == first.etag
    # Another step is nobody's business.
    type_in(made.product, colleague, unit="hộp")
    assert (content_now(made.product)["name_vi"], content_now(made.product)["unit"]) == ("Một", "hộp")


@pytest.mark.django_db
def test_only_members_do_anything() -> None:
    made, stranger = bench(), builders.member(builders.producer("Q"))
    draft: list[Callable[[], object]] = [
        lambda: type_in(made.product, stranger, name_vi="x"),
        lambda: submit(owner=made.product, by=made.official),
        lambda: take_back(owner=made.product, by=stranger),
        lambda: withdraw(owner=made.producer, by=builders.administrator()),
        lambda: new_product(producer=made.producer, name="x", by=stranger),
    ]
    for verb in draft:
        with pytest.raises(NotTheirsError):
            verb()
    assert not ListingRevision.objects.exists()


@pytest.mark.django_db
def test_what_waits_is_not_typed_in_until_it_is_taken_back() -> None:
    made = bench()
    revision = submitted(made.product, made.member, name_vi="Cà phê rang")
    assert (revision.state, revision.submitted_by, revision.content["photos"]) == (State.SUBMITTED, made.member, [])
    with pytest.raises(NotEditableError):
        type_in(made.product, made.member, name_vi="Cà phê bột")
    with pytest.raises(NotEditableError):
        submit(owner=made.product, by=made.member)
    take_back(owner=made.product, by=made.member)
    type_in(made.product, made.member, name_vi="Cà phê bột")
    assert submit(owner=made.product, by=made.member).number == 1


@pytest.mark.django_db
def test_giving_up_leaves_what_is_public() -> None:
    made = bench()
    type_in(made.product, made.member, name_vi="Cà phê rang")
    assert withdraw(owner=made.product, by=made.member).state == State.WITHDRAWN
    assert content_now(made.product)["name_vi"] == "Cà phê"
    type_in(made.product, made.member, name_vi="Cà phê bột")
    assert ListingRevision.objects.of(made.product).open().get().number == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"name_vi": ""}, ["name_vi"]),
        ({"description_vi": "x" * 4001, "unit": " "}, ["description_vi", "unit"]),
        ({"ocop_set": "9.99"}, ["ocop_set"]),
        ({"gtin": "8934563138166"}, ["gtin"]),
        ({"gtin": "8934563138165"}, ["gtin"]),  # another product's
        ({"gtin": "18934563138162"}, []),  # the case of six of it is another article
        ({"list_price": ""}, ["list_price"]),
        ({"list_price": "90000", "floor_price": "95000"}, ["floor_price"]),
        ({"net_weight_g": "1.500 g"}, ["net_weight_g"]),
    ],
)
def test_what_is_wrong_is_told_by_field_and_keeps_it_a_draft(values: dict[str, str], wrong: list[str]) -> None:
    made = bench()
    Product.objects.filter(pk=builders.product("X", made.producer).pk).update(gtin="8934563138165")
    type_in(made.product, made.member, **values)
    if not wrong:
        assert submit(owner=made.product, by=made.member).state == State.SUBMITTED
        return
    with pytest.raises(ProblemsError) as told:
        submit(owner=made.product, by=made.member)
    assert [problem.field.key for problem in told.value.problems] == wrong
    assert ListingRevision.objects.get().state == State.DRAFT


@pytest.mark.django_db
def test_nothing_is_submitted_that_is_public_already() -> None:
    made = bench()
    type_in(made.product, made.member, name_vi="Khác")
    type_in(made.product, made.member, name_vi="Cà phê")
    with pytest.raises(NothingChangedError):
        submit(owner=made.product, by=made.member)


@pytest.mark.django_db
def test_a_new_product_is_known_to_nobody_else_yet_and_made_once() -> None:
    made = bench()
    product = new_product(producer=made.producer, name="Mật ong", by=made.member)
    assert (product.code, product.published_at) == ("P-N02", None)
    assert ListingRevision.objects.of(product).get().content["name_vi"] == "Mật ong"
    with pytest.raises(SameNameError):
        new_product(producer=made.producer, name="mật ong", by=made.member)
    for number in range(49):
        builders.product(f"P-N{number + 10}", made.producer, public=False)
    with pytest.raises(TooManyDraftsError):
        new_product(producer=made.producer, name="Tiêu", by=made.member)


def test_two_at_once_type_one_after_the_other(fresh_db: str) -> None:
    made = bench()
    opened = etag_of(content_now(made.product), ["name_vi"])
    gate, results = threading.Barrier(2), []

    def type_name(name: str) -> None:
        gate.wait()
        try:
            save_fields(owner=made.product, values={"name_vi": name}, etag=opened, by=made.member)
            results.append(name)
        except ListingError as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=type_name, args=[name]) for name in ("Một", "Hai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) in (["Hai", "StaleError"], ["Một", "StaleError"])
    assert ListingRevision.objects.get().content["name_vi"] == next(name for name in results if name != "StaleError")


@pytest.mark.django_db
def test_a_double_is_nobodys_to_edit() -> None:
    made = bench()
    double = builders.product("P-2", made.producer, public=False)
    Product.objects.filter(pk=double.pk).update(merged_into=made.product)
    assert list(Product.objects.kept_by(made.member)) == [made.product]
    # While the page was open: the verbs look again.
    with pytest.raises(NotEditableError):
        type_in(double, made.member, name_vi="x")
    with pytest.raises(NotEditableError):
        submit(owner=double, by=made.member)
