"""Listings on their way: texts of the members' products and profiles, one sent back with remarks, one that waits for review.

What is told of the salted crab (S2) and of SK Noni (S3) is as the sources have it; all other texts are made up and say so, and
so are the lowest prices that producers accept.
"""

from __future__ import annotations

from django.utils import timezone

from accounts.acting import acting
from accounts.models import User
from catalog.listings.drafts import content_now, etag_of, save_fields, submit
from catalog.listings.live import live_content
from catalog.listings.review import publish, seen_mark, send_back
from catalog.models import FloorPrice, ListingRevision, ListPrice, Owner, Producer, Product
from ocop_portal.demo.clock import Clock

MADE_UP = "(minh họa)"
_CRAB = (
    "Hợp tác xã bán ba khía muối trên sàn OCOP trực tuyến từ tháng 8/2023, giới thiệu sản phẩm qua livestream, có gian hàng trên các sàn."
)
_CRAB_EN = "Sells salted crab on an online OCOP floor since August 2023, introduces it by livestream and has booths on e-commerce floors."
_NONI = "Người mua quan tâm nguồn gốc và an toàn; dữ liệu sản phẩm được công khai, có mã QR để truy xuất nguồn gốc."
_NONI_EN = "Buyers care about origin and safety; product data are public, and QR codes lead to where a product comes from."


def build(clock: Clock) -> None:
    """Type, submit and decide as the demo's people; the accounts must be there."""
    coffee, crab, noni = (Producer.objects.get(code=code) for code in ("GL-S01", "CM-BAKHIA", "CM-SKNONI"))
    southern, official = (User.objects.get(email=f"nongnghiep.{place}@demo.ocop.example") for place in ("camau", "gialai"))
    for producer, story in ((crab, (_CRAB, _CRAB_EN)), (noni, (_NONI, _NONI_EN))):
        _published(producer, _member(producer), southern, story_vi=story[0], story_en=story[1])
    with acting(_member(noni)):
        for product in noni.products.all():
            _floor_price(product, clock)
    member = _member(coffee)
    products = list(Product.objects.filter(producer=coffee).order_by("code"))
    for product in products:
        _told(product)
        with acting(member):
            _floor_price(product, clock)
    _sent_back(products[0], member, official)
    with acting(member):
        _type(coffee, member, story_vi=f"Gia đình rang cà phê từ năm 1998 {MADE_UP}.", story_en="Roasting coffee since 1998 (made up).")
        submit(owner=coffee, by=member)


def _member(producer: Producer) -> User:
    return producer.members.earliest("pk")


def _type(owner: Owner, member: User, **values: str) -> None:
    owner.refresh_from_db()
    save_fields(owner=owner, values=values, etag=etag_of(content_now(owner), values), by=member)


def _handed_in(owner: Owner, member: User, **values: str) -> tuple[ListingRevision, str]:
    """The revision and the mark of what an official sees of it."""
    with acting(member):
        _type(owner, member, **values)
        revision = submit(owner=owner, by=member)
    return revision, seen_mark(revision, live_content(owner, timezone.localdate()))


def _published(owner: Owner, member: User, official: User, **values: str) -> None:
    revision, seen = _handed_in(owner, member, **values)
    with acting(official):
        publish(revision_id=revision.pk, seen=seen, by=official)


def _told(product: Product) -> None:
    """Texts as somebody would have entered them before there was a review; photos and papers that wait for one go on waiting."""
    product.ingredients_vi = f"{product.name_vi}: 100% nguyên liệu của vùng {MADE_UP}."
    product.ingredients_en = f"{product.name_en}: made of the region's own produce alone (made up)."
    product.storage_vi, product.storage_en = f"Để nơi khô ráo, thoáng mát {MADE_UP}", "Keep in a cool, dry place (made up)"
    product.shelf_life_vi = f"12 tháng kể từ ngày sản xuất {MADE_UP}"
    product.shelf_life_en = "12 months from the day of making (made up)"
    product.save()


def _sent_back(product: Product, member: User, official: User) -> None:
    revision, seen = _handed_in(product, member, description_vi=f"Ngon nhất Tây Nguyên {MADE_UP}.", shelf_life_vi="Lâu")
    remarks = {
        "description_vi": "Bỏ từ “nhất”: quảng cáo dùng từ này phải có tài liệu chứng minh.",
        "shelf_life_vi": "Ghi rõ bao nhiêu tháng, kể từ ngày sản xuất hay từ ngày mở gói.",
    }
    with acting(official):
        send_back(revision_id=revision.pk, seen=seen, remarks=remarks, by=official)


def _floor_price(product: Product, clock: Clock) -> None:
    """Nine tenths of the list price, for ninety days now: what was sold for less since then is told to the member."""
    price = ListPrice.objects.in_force(product, clock.today).first()
    if price is not None:
        FloorPrice.objects.create(product=product, since=clock.day(-90), price=price.price * 9 // 10)
