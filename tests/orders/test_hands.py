"""Changes of hands: shops and producers keep their past, and two entries of a product become one with its figures."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalog.hands.merging import NotTwoError, OtherProducerError, RunningApplicationError
from catalog.hands.producers import change_hands
from catalog.members.errors import GoneError
from catalog.members.invitations import invite
from catalog.members.invitations import read as read_invitation
from catalog.models import Producer, ProducerHand, Product, ProductMerge, StarApplication
from orders.doubles.services import PrintedCodesError, merge_double
from orders.figures.fold import fold_all
from orders.figures.models import Figure
from orders.figures.verify import verify_figures
from orders.models import Attribution, Bucket, Contribution, IntakeRun, LineState, Shop, ShopOwner, TypedOrder
from orders.shops.hands import hand_over
from orders.typed.services import TypedLine, type_order
from tests import builders, order_builders
from tests.builders import at
from tests.order_builders import Line
from traceability.lots.models import products_kept_by
from traceability.resolver.digital_link import read
from traceability.resolver.lookup import find

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker() -> Producer:
    return builders.producer("HTX-1", name="HTX Cũ")


def typed_by(member: User, shop: Shop, product: Product, days_ago: int) -> TypedOrder:
    """A typed order of some days ago."""
    moment = timezone.now() - timedelta(days=days_ago)
    line = TypedLine(product, 1, 100_000)
    typed = type_order(shop=shop, token=uuid4(), placed_at=moment, state=LineState.DELIVERED, lines=[line], by=member)
    TypedOrder.objects.filter(pk=typed.pk).update(created_at=moment)
    IntakeRun.objects.filter(pk=typed.order.run_id).update(created_at=moment)
    return typed


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def bucket_of(number: str) -> int:
    return Attribution.objects.get(order__number=number).bucket


# Shops


def test_the_next_owner_reads_and_undoes_nothing_of_the_one_before(maker: Producer) -> None:
    sold, next_maker = builders.product("SP1", maker), builders.producer("HTX-2")
    old, new, office = builders.member(maker), builders.member(next_maker), builders.official()
    shop = builders.stall("ZL-1", maker)
    typed = typed_by(old, shop, sold, days_ago=9)
    run = typed.order.run_id
    addresses = [f"/orders/typed/{typed.pk}/", *(f"/intake/{run}/{page}" for page in ("", "undo/"))]

    def answers(user: User) -> list[int]:
        return [signed_in(user).get(address).status_code for address in addresses]

    assert (answers(old), answers(new)) == ([200] * 3, [404] * 3)
    hand_over(shop=shop, since=timezone.localdate() - timedelta(days=8), to=next_maker, ground="Hợp đồng 12", by=office)
    own = typed_by(new, shop, builders.product("SP2", next_maker), days_ago=8)
    builders.agreement(shop)
    assert (answers(old), answers(new), answers(office)) == ([404] * 3, [404] * 3, [404] * 3)
    assert answers(builders.administrator()) == [200] * 3
    for user in (new, office):
        assert (TypedOrder.objects.visible_to(user).get(), IntakeRun.objects.visible_to(user).get()) == (own, own.order.run)
    # Sold back, it is the first one's past again.
    hand_over(shop=shop, since=timezone.localdate(), to=maker, ground="Hợp đồng 13", by=office)
    assert (answers(old), answers(new)) == ([200] * 3, [404] * 3)
    assert TypedOrder.objects.visible_to(old).get() == typed


def test_a_shop_that_is_sold_on_takes_no_sales_with_it(maker: Producer) -> None:
    """Two sessions of two hosts; the shop is the first one's, then the second one's: each order goes to the host of its day."""
    sold = builders.product("SP1", maker)
    first, second = builders.host("A"), builders.host("B")
    shop = builders.shop("CH1", first, sells=[sold])
    builders.session("S-A", at("2025-10-01 20:00"), products=[sold], hosted_by=first)
    builders.session("S-B", at("2025-10-01 20:00"), products=[sold], hosted_by=second)
    order_builders.order(shop, "SỚM", at("2025-10-02 09:00"), Line(sold))
    order_builders.order(shop, "MUỘN", at("2025-10-05 09:00"), Line(sold))
    order_builders.fold()
    assert {attribution.session.code for attribution in Attribution.objects.all() if attribution.session} == {"S-A"}

    hand_over(shop=shop, since=date(2025, 10, 4), to=second, ground="Hợp đồng 12", by=builders.official())
    fold_all()
    sessions = dict(Attribution.objects.values_list("order__number", "session__code"))
    assert sessions == {"SỚM": "S-A", "MUỘN": "S-B"}
    assert [bucket_of("SỚM"), bucket_of("MUỘN")] == [Bucket.AFTER_24H, Bucket.AFTER_7D]
    shop.refresh_from_db()
    assert (shop.owner, shop.host_on(date(2025, 10, 3)), shop.host_on(date(2025, 10, 4))) == (second, first.pk, second.pk)
    assert list(Shop.objects.of_host(first, date(2025, 10, 3))) == [shop]
    assert list(Shop.objects.of_host(first, date(2025, 10, 4))) == []

    hand_over(shop=shop, since=date(2025, 10, 4), to=maker, ground="Hợp đồng 12, sửa", by=builders.official())  # the same day again
    fold_all()
    assert dict(Attribution.objects.values_list("order__number", "session__code")) == {"SỚM": "S-A", "MUỘN": None}
    assert shop.owners.count() == 2


def test_a_change_told_late_comes_between_and_the_first_owner_stays_the_first(maker: Producer) -> None:
    first, between, last = builders.host("A"), builders.host("B"), builders.host("C")
    shop, official = builders.shop("CH1", first), builders.official()
    for day, to in ((10, last), (2, between)):
        hand_over(shop=shop, since=date(2025, 10, day), to=to, ground="Hợp đồng", by=official)
    days = [date(2025, 9, 1), date(2025, 10, 1), date(2025, 10, 2), date(2025, 10, 9), date(2025, 10, 10)]
    assert [shop.host_on(day) for day in days] == [first.pk, first.pk, between.pk, between.pk, last.pk]
    shop.refresh_from_db()
    assert shop.owner == last
    # On the very day of the row that says whose it was before.
    hand_over(shop=shop, since=date(2025, 10, 1), to=maker, ground="Hợp đồng", by=official)
    assert [shop.host_on(day) for day in days] == [first.pk, None, between.pk, between.pk, last.pk]


def test_a_session_that_moves_reaches_the_shops_its_host_had_then(maker: Producer) -> None:
    """The shop is another one's today; the order is of a day on which it was the host's."""
    sold = builders.product("SP1", maker)
    first, second = builders.host("A"), builders.host("B")
    shop = builders.shop("CH1", first, sells=[sold])
    session = builders.session("S-A", at("2025-10-01 20:00"), products=[sold], hosted_by=first)
    order_builders.order(shop, "TRƯỚC", at("2025-09-30 09:00"), Line(sold))
    hand_over(shop=shop, since=date(2025, 10, 4), to=second, ground="Hợp đồng 12", by=builders.official())
    fold_all()
    assert bucket_of("TRƯỚC") == Bucket.OTHER
    session.actual_start, session.actual_end = at("2025-09-29 20:00"), at("2025-09-29 21:00")
    session.save()
    fold_all()
    assert bucket_of("TRƯỚC") == Bucket.AFTER_24H
    assert verify_figures().differences == []


def test_the_page_hands_a_shop_over_within_the_province(maker: Producer) -> None:
    builders.shop("CH1", maker)
    host = builders.host("A")
    client = signed_in(builders.official())
    today = timezone.localdate()
    address = "/en/shops/CH1/owner/"
    good = {"since": today.isoformat(), "host": str(host.pk), "ground": "Hợp đồng 12"}
    for bad, said in (
        (good | {"producer": str(maker.pk)}, "exactly one"),
        (good | {"host": ""}, "exactly one"),
        (good | {"ground": ""}, "This field is required."),
        (good | {"since": (today + timedelta(days=1)).isoformat()}, "still to come"),
        (good | {"since": "0001-01-01"}, "too long ago"),
        (good | {"host": "x"}, "Select a valid choice"),
    ):
        page = client.post(address, bad)
        assert (page.status_code, said in page.content.decode()) == (422, True), said
    assert not ShopOwner.objects.exists()
    assert client.post(address, good).status_code == 302
    assert "Hợp đồng 12" in client.get(address).content.decode()
    edit = client.get("/en/shops/CH1/").content.decode()
    assert 'name="host"' not in edit  # the past must not change with the present
    assert 'name="name"' in edit
    stranger = signed_in(builders.official(province=builders.CA_MAU))
    assert [stranger.get(address).status_code, stranger.post(address, good).status_code] == [404, 404]


# Producers


def test_a_producer_goes_on_under_another_name_and_its_past_is_kept(maker: Producer) -> None:
    member, official = builders.member(maker), builders.official()
    client = signed_in(official)
    today = timezone.localdate()
    address = "/en/producers/HTX-1/hands/"
    good = {"since": today.isoformat(), "name": "Công ty Mới", "kind": "company", "representative": "Lê A", "ground": "GPKD 0123"}
    assert client.post(address, good | {"since": (today + timedelta(days=1)).isoformat()}).status_code == 422
    assert client.post(address, good | {"since": "0001-01-01"}).status_code == 422
    assert client.post(address, good | {"name": ""}).status_code == 422
    assert not ProducerHand.objects.exists()
    asked = invite(by=member, to=maker, contact="ban@example.vn", address_of=str)
    assert client.post(address, good | {"end_memberships": "on"}).status_code == 302
    with pytest.raises(GoneError):
        read_invitation(asked.token)
    maker.refresh_from_db()
    assert (maker.name, maker.kind, maker.representative) == ("Công ty Mới", "company", "Lê A")
    assert list(maker.hands.values_list("name", "since")) == [("Công ty Mới", today), ("HTX Cũ", builders.LONG_AGO)]
    assert ProducerHand.objects.in_force(maker, today - timedelta(days=1))[0].name == "HTX Cũ"
    assert not maker.memberships.exists()
    assert member.messages.get().kind == "member_removed"
    assert "Công ty Mới" in client.get(address).content.decode()
    # What turns out to have been in between changes nothing of today.
    between = {"name": "Tên giữa", "name_en": "", "kind": "group", "representative": "", "tax_code": ""}
    change_hands(producer=maker, since=today - timedelta(days=30), by=official, **between)
    maker.refresh_from_db()
    assert (maker.name, maker.hands.count()) == ("Công ty Mới", 3)
    change_hands(producer=maker, since=builders.LONG_AGO, by=official, **between | {"name": "Tên sớm"})
    assert list(maker.hands.order_by("since").values_list("name", flat=True)) == ["HTX Cũ", "Tên sớm", "Tên giữa", "Công ty Mới"]
    assert signed_in(member).get(address).status_code == 403
    assert signed_in(builders.official(province=builders.CA_MAU)).post(address, good).status_code == 404


# Doubles


def test_two_entries_become_one_with_all_that_was_sold(maker: Producer) -> None:
    kept, double = builders.product("SP1", maker, stars=3, grams=500), builders.product("SP2", maker, grams=700)
    builders.rate(double, 4, number="09/QĐ-UBND")
    Product.objects.filter(pk=double.pk).update(gtin="8930000000002")
    shop = builders.shop("CH1", maker, sells=[kept, double])
    session = builders.session("S", at("2025-10-01 20:00"), products=[double], shops=[shop])
    lot = double.lots.create(number="L1", made_on=date(2025, 9, 1), quantity=5)
    order_builders.order(shop, "1", at("2025-10-01 20:10"), Line(kept, units=2, value=200_000))
    order_builders.order(shop, "2", at("2025-10-01 20:10"), Line(double, units=3, value=300_000))
    order_builders.fold()
    assert [bucket_of("1"), bucket_of("2")] == [Bucket.OTHER, Bucket.LIVE]
    official = builders.official(builders.AGRICULTURE)
    page = signed_in(official).post("/products/SP2/merge/", {"kept": str(kept.pk), "ground": "Một sản phẩm, nhập hai lần"})
    assert page.headers["Location"] == "/products/SP2/merge/"
    fold_all()
    assert set(Contribution.objects.values_list("product", flat=True)) == {kept.pk}
    assert set(Figure.objects.values_list("product", flat=True)) == {kept.pk}
    assert [bucket_of("1"), bucket_of("2")] == [Bucket.LIVE, Bucket.LIVE]
    kept.refresh_from_db()
    double.refresh_from_db()
    lot.refresh_from_db()
    assert (kept.gtin, double.gtin, double.merged_into, double.published_at) == ("8930000000002", None, kept, None)
    assert (set(kept.ratings.values_list("stars", flat=True)), lot.product, session.slots.get().product) == ({3, 4}, kept, kept)
    merge = ProductMerge.objects.get()
    assert (merge.kept, merge.merged_by, merge.ground) == (kept, official, "Một sản phẩm, nhập hai lần")
    assert merge.moved == {
        "ratings": 1, "applications": 0, "photos": 0, "papers": 0, "links": 0, "lots": 1, "trace_links": 0,
        "scan_counts": 0, "feedback": 0, "skus": 1, "slots": 1,
    }  # fmt: skip
    trade = signed_in(builders.official())
    assert trade.get("/products/SP2/").headers["Location"] == "/products/SP1/"
    assert trade.post("/products/SP2/merge/", {"kept": str(kept.pk), "ground": "x"}).status_code == 403


def test_a_double_that_keeps_a_rating_of_the_same_decision_is_no_star_of_the_desk(maker: Producer) -> None:
    """One decision named both entries: the double's rating stays with it, and the star is one star."""
    kept, double = builders.product("SP1", maker), builders.product("SP2", maker, name="Mục trùng")
    for product in (kept, double):
        builders.rate(product, 4, number="09/QĐ-UBND")
    official = builders.official(builders.AGRICULTURE)
    merge_double(kept=kept, double=double, ground="x", by=official)
    assert [kept.ratings.count(), double.ratings.count()] == [1, 1]
    assert signed_in(official).get("/stars/").context["held"] == {"all": 1, "five": 0, "four": 1, "three": 0}


def test_a_double_is_nobodys_to_change_and_its_codes_lead_to_the_kept_one(maker: Producer) -> None:
    kept, double = builders.product("SP1", maker), builders.product("SP2", maker, name="Mục trùng")
    Product.objects.filter(pk=kept.pk).update(gtin="8930000000019")
    Product.objects.filter(pk=double.pk).update(gtin="8930000000002")
    member = builders.member(maker)
    kept.refresh_from_db()
    double.refresh_from_db()
    merge_double(kept=kept, double=double, ground="x", by=builders.administrator())
    client = signed_in(member)
    assert "Mục trùng" not in client.get("/my/listings/").content.decode()
    assert client.get("/my/listings/SP1/").status_code == 200
    assert [client.get(f"/my/{page}").status_code for page in ("listings/SP2/", "listings/SP2/photos/")] == [404, 404]
    assert [product.code for product in products_kept_by(member)] == ["SP1"]
    assert find(read("/01/08930000000002")).product == kept


def test_what_cannot_be_merged(maker: Producer) -> None:
    official = builders.official(builders.AGRICULTURE)
    one, two = builders.product("SP1", maker), builders.product("SP2", maker)
    elsewhere = builders.product("SP3", builders.producer("HTX-2"))

    def attempt(kept: Product, double: Product) -> ProductMerge:
        return merge_double(kept=kept, double=double, ground="x", by=official)

    with pytest.raises(NotTwoError):
        attempt(one, one)
    with pytest.raises(OtherProducerError):
        attempt(one, elsewhere)
    applications = [StarApplication.objects.create(product=product, kind="first", stars_wanted=3) for product in (one, two)]
    with pytest.raises(RunningApplicationError):
        attempt(one, two)
    applications[0].delete()
    Product.objects.filter(pk=one.pk).update(gtin="8930000000001")
    Product.objects.filter(pk=two.pk).update(gtin="8930000000002")
    two.lots.create(number="L1", made_on=date(2025, 9, 1), quantity=5)
    clash = one.lots.create(number="l1", made_on=date(2025, 9, 1), quantity=5)
    one.refresh_from_db()
    two.refresh_from_db()
    with pytest.raises(PrintedCodesError):
        attempt(one, two)
    page = signed_in(official).post("/en/products/SP2/merge/", {"kept": str(one.pk), "ground": "x"})
    assert (page.status_code, "cannot be merged" in page.content.decode()) == (422, True)
    clash.delete()
    assert signed_in(official).post("/products/SP1/merge/", {"kept": str(elsewhere.pk), "ground": "x"}).status_code == 422
    attempt(two, one)
    one.refresh_from_db()
    assert list(two.former_gtins.values_list("gtin", flat=True)) == ["8930000000001"]
    with pytest.raises(NotTwoError):
        attempt(two, one)
    three = builders.product("SP4", maker)
    attempt(three, two)
    one.refresh_from_db()
    assert one.merged_into == three
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=one.pk).update(published_at=timezone.now())
