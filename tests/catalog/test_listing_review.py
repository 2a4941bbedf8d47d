"""The officials' verbs: what is published, what stays, who is told, who may not decide."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Message
from catalog.listings.comparing import segments
from catalog.listings.drafts import content_now, take_back
from catalog.listings.errors import NoRemarkError, NotEditableError, OwnListingError, ProblemsError, SeenOtherError
from catalog.listings.review import publish, send_back
from catalog.models import FloorPrice, ListingRevision, ListPrice, Producer, ProducerMember, Product, ProductFacts
from tests import builders
from tests.builders import LONG_AGO
from tests.catalog.listing_makers import bench, seen, submitted, type_in

pytestmark = pytest.mark.django_db
State = ListingRevision.State


def test_publishing_applies_what_was_changed_from_today_on() -> None:
    made = bench()
    values = {"name_vi": "Cà phê rang", "storage_vi": "Nơi khô ráo", "list_price": "120000", "floor_price": "90000", "net_weight_g": "250"}
    values["alcohol_percent"] = "14,5"
    revision = publish(revision_id=(waiting := submitted(made.product, made.member, **values)).pk, seen=seen(waiting), by=made.official)
    product, today = Product.objects.get(pk=made.product.pk), timezone.localdate()
    assert product.alcohol_percent == Decimal("14.5")
    assert (product.name_vi, product.storage_vi, product.name_en) == ("Cà phê rang", "Nơi khô ráo", "Product P-1")
    assert list(ListPrice.objects.order_by("since").values_list("since", "price")) == [(LONG_AGO, 100_000), (today, 120_000)]
    assert list(FloorPrice.objects.values_list("since", "price")) == [(today, 90_000)]
    facts = ProductFacts.objects.order_by("since").values_list("since", "unit", "net_weight_g", "ocop_set__code")
    assert list(facts) == [(LONG_AGO, "gói", 500, "2.03"), (today, "gói", 250, "2.03")]
    assert (revision.state, revision.decided_by) == (State.PUBLISHED, made.official)
    assert list(Message.objects.values_list("user", "subject")) == [(made.member.pk, "Đã đăng: Cà phê rang")]


def test_a_price_of_the_same_day_is_corrected_not_doubled() -> None:
    made = bench()
    for price in ("120000", "130000"):
        waiting = submitted(made.product, made.member, list_price=price)
        publish(revision_id=waiting.pk, seen=seen(waiting), by=made.official)
    assert list(ListPrice.objects.order_by("since").values_list("price", flat=True)) == [100_000, 130_000]
    assert list(ListingRevision.objects.order_by("number").values_list("number", "state", "based_on__number")) == [
        (1, State.SUPERSEDED, None),
        (2, State.PUBLISHED, 1),
    ]


def test_a_new_product_becomes_public() -> None:
    made = bench(public=False)
    waiting = submitted(made.product, made.member, name_en="Coffee")
    assert not Product.objects.published().exists()
    publish(revision_id=waiting.pk, seen=seen(waiting), by=made.official)
    assert list(Product.objects.published()) == [made.product]


def test_a_profile_goes_the_same_way() -> None:
    made = bench()
    values = {"story_vi": "Từ 1998.", "phone": "0912 345 678", "website": "example.vn", "email": "ban@example.vn"}
    waiting = submitted(made.producer, made.member, **values)
    publish(revision_id=waiting.pk, seen=seen(waiting), by=made.official)
    producer = Producer.objects.get(pk=made.producer.pk)
    shown = (producer.story_vi, producer.phone, producer.website, producer.email)
    assert shown == ("Từ 1998.", "+84912345678", "https://example.vn", "ban@example.vn")


def test_sent_back_with_remarks_mended_and_published() -> None:
    made = bench()
    waiting = submitted(made.product, made.member, name_vi="Cà phê ngon nhất")
    send_back(revision_id=waiting.pk, seen=seen(waiting), remarks={"name_vi": "Bỏ “ngon nhất”.", "unit": "  "}, by=made.official)
    assert Product.objects.get(pk=made.product.pk).name_vi == "Cà phê"
    returned = ListingRevision.objects.get()
    assert (returned.state, [(remark.field, remark.text) for remark in returned.open_remarks()]) == (
        State.RETURNED,
        [("name_vi", "Bỏ “ngon nhất”.")],
    )
    again = submitted(made.product, made.member, name_vi="Cà phê rang mộc")
    assert (again.pk, again.open_remarks().exists(), again.remarks.count()) == (waiting.pk, False, 1)
    publish(revision_id=again.pk, seen=seen(again), by=made.official)
    assert Product.objects.get(pk=made.product.pk).name_vi == "Cà phê rang mộc"
    subjects = ["Cần sửa và gửi lại: Cà phê", "Đã đăng: Cà phê rang mộc"]
    assert list(Message.objects.order_by("pk").values_list("subject", flat=True)) == subjects


def test_what_the_registry_changed_since_stays() -> None:
    made = bench()
    type_in(made.product, made.member, description_vi="Chuyện mới.")
    Product.objects.filter(pk=made.product.pk).update(name_vi="Tên theo quyết định")
    waiting = submitted(made.product, made.member)
    publish(revision_id=waiting.pk, seen=seen(waiting), by=made.official)
    product = Product.objects.get(pk=made.product.pk)
    assert (product.name_vi, product.description_vi) == ("Tên theo quyết định", "Chuyện mới.")


def test_nobody_decides_on_what_is_no_longer_what_was_read() -> None:
    made = bench()
    waiting = submitted(made.product, made.member, name_vi="Cà phê rang")
    read = seen(waiting)
    take_back(owner=made.product, by=made.member)
    with pytest.raises(NotEditableError):
        publish(revision_id=waiting.pk, seen=read, by=made.official)
    submitted(made.product, made.member, name_vi="Cà phê bột")
    for verb in (lambda: publish(revision_id=waiting.pk, seen=read, by=made.official),
                 lambda: send_back(revision_id=waiting.pk, seen=read, remarks={"": "x"}, by=made.official)):  # fmt: skip
        with pytest.raises(SeenOtherError):
            verb()
    waiting.refresh_from_db()
    read = seen(waiting)
    Product.objects.filter(pk=made.product.pk).update(name_vi="Tên của sổ")
    with pytest.raises(SeenOtherError):
        publish(revision_id=waiting.pk, seen=read, by=made.official)


def test_two_officials_decide_once() -> None:
    made = bench()
    waiting = submitted(made.product, made.member, name_vi="Cà phê rang")
    read = seen(waiting)
    send_back(revision_id=waiting.pk, seen=read, remarks={"": "Sửa lại."}, by=made.official)
    with pytest.raises(NotEditableError):
        publish(revision_id=waiting.pk, seen=read, by=builders.official())


def test_a_remark_is_needed_and_ones_own_is_nobodys_to_decide() -> None:
    made = bench()
    waiting = submitted(made.product, made.member, name_vi="Cà phê rang")
    for remarks in ({}, {"": " "}, {"no_field": "x"}):
        with pytest.raises(NoRemarkError):
            send_back(revision_id=waiting.pk, seen=seen(waiting), remarks=remarks, by=made.official)
    ProducerMember.objects.create(producer=made.producer, user=made.official)
    with pytest.raises(OwnListingError):
        publish(revision_id=waiting.pk, seen=seen(waiting), by=made.official)


def test_a_number_taken_since_is_told_to_the_official() -> None:
    made = bench()
    waiting = submitted(made.product, made.member, gtin="8934563138165")
    Product.objects.filter(pk=builders.product("X", made.producer).pk).update(gtin="8934563138165")
    with pytest.raises(ProblemsError):
        publish(revision_id=waiting.pk, seen=seen(waiting), by=made.official)


def test_the_database_keeps_each_step_with_what_was_said() -> None:
    made = bench()
    type_in(made.product, made.member, name_vi="Một")
    type_in(made.product, made.member, name_vi="Hai")
    waiting = submitted(made.product, made.member, name_vi="Ba")
    publish(revision_id=waiting.pk, seen=seen(waiting), by=made.official)
    events = waiting.events.order_by("pgh_id").values_list("pgh_label", "state", "content__name_vi")  # type: ignore[attr-defined]
    assert list(events) == [("insert", "draft", "Cà phê"), ("update", "submitted", "Ba"), ("update", "published", "Ba")]


def test_words_that_stayed_and_words_that_are_new() -> None:
    found = segments("Cà phê ngon nhất xã", "Cà phê sạch xã")
    assert found == [("same", "Cà phê "), ("gone", "ngon nhất"), ("new", "sạch"), ("same", " xã")]
    assert "".join(text for kind, text in found if kind != "new") == "Cà phê ngon nhất xã"


def test_visible_to_the_officials_of_the_place_alone() -> None:
    made = bench()
    revision = submitted(made.product, made.member, name_vi="Cà phê rang")
    seers = [made.official, made.member, builders.administrator(), builders.official(commune=builders.commune())]
    others = [builders.official(province=builders.CA_MAU), builders.official(commune=builders.commune(nth=1)), builders.user()]
    assert [list(ListingRevision.objects.visible_to(who)) for who in seers] == [[revision]] * 4
    assert [list(ListingRevision.objects.visible_to(who)) for who in others] == [[]] * 3
    assert timezone.now() - revision.saved_at < timedelta(minutes=1)
    assert content_now(made.product)["name_vi"] == "Cà phê rang"


def test_blanks_between_changed_words_belong_to_them() -> None:
    found = segments("Sản phẩm minh họa.", "Ngon nhất Tây Nguyên.")
    assert found == [("gone", "Sản phẩm minh họa."), ("new", "Ngon nhất Tây Nguyên.")]
    assert segments("", "Mới") == [("new", "Mới")]
    assert segments("Cũ", "Cũ") == [("same", "Cũ")]


@given(st.text(alphabet="aă b\n.", max_size=40), st.text(alphabet="aă b\n.", max_size=40))
def test_both_texts_can_be_read_out_of_the_pieces(before: str, after: str) -> None:
    found = segments(before, after)
    assert "".join(text for kind, text in found if kind != "new") == before
    assert "".join(text for kind, text in found if kind != "gone") == after
    assert all(text for _kind, text in found)
