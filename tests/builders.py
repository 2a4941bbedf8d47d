"""Small makers of what tests stand on: people, producers, products, shops, sessions. Orders: `tests/order_builders.py`.

Everything is made with what a test names and plain defaults for the rest. Days default to long ago, so that a fact is in
force on any day that a test speaks of. Places and OCOP groups are the real ones, loaded once for all tests.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone
from PIL import Image

from accounts.models import Agency, Post, User
from catalog.media.files import keep_file
from catalog.models import (
    Invitation,
    ListPrice,
    OcopSet,
    Photo,
    Platform,
    Producer,
    ProducerMember,
    ProducerSeat,
    Product,
    ProductFacts,
    RecognitionDecision,
    StarRating,
    StoredDocument,
    StoredFile,
)
from catalog.models.files import PDF, WEBP
from livestreams.models import (
    AssistantLink,
    Attendance,
    Channel,
    Claim,
    Course,
    Guest,
    GuestTitle,
    Host,
    Need,
    OfflineEvent,
    Organisation,
    Programme,
    Session,
    Slot,
)
from orders.models import ColumnMapping, LineState, SharingAgreement, Shop, ShopSession, SkuMapping, TypedOrder
from orders.typed.services import TypedLine, type_order
from places.models import Commune, Province

GIA_LAI, CA_MAU = "52", "96"
LONG_AGO = date(2020, 1, 1)
PASSWORD = "mật khẩu thử"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
TRADE, AGRICULTURE = Agency.Kind.INDUSTRY_TRADE, Agency.Kind.AGRICULTURE_ENVIRONMENT

_numbers = count(1)


def at(text: str) -> datetime:
    """A time in Vietnam: `at("2025-11-20 20:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


# People


def user(email: str = "", name: str = "", *, superuser: bool = False, phone: str | None = None, language: str = "vi") -> User:
    """Somebody with an account and the password PASSWORD; with a phone number (E.164) and no e-mail, somebody without an address."""
    email = email or ("" if phone else f"user{next(_numbers)}@example.vn")
    return User.objects.create_user(email, PASSWORD, full_name=name, is_superuser=superuser, phone=phone, language=language)


def administrator(email: str = "") -> User:
    """An administrator: sees the whole country."""
    return user(email, superuser=True)


def agency(kind: str = TRADE, province: str = GIA_LAI, commune: Commune | None = None) -> Agency:
    """The agency of that kind and place; made once."""
    place = commune.province_id if commune else province
    made, _ = Agency.objects.get_or_create(
        kind=Agency.Kind.COMMUNE if commune else kind, province_id=place, commune=commune, defaults={"name_vi": f"Cơ quan {kind} {place}"}
    )
    return made


def official(kind: str = TRADE, province: str = GIA_LAI, commune: Commune | None = None, email: str = "", *, leads: bool = False) -> User:
    """A user with a post in the agency of that kind and place; with `commune` an official of its people's committee."""
    made = user(email)
    Post.objects.create(user=made, agency=agency(kind, province, commune), since=LONG_AGO, leads=leads)
    return made


def member(*producers: Producer, email: str = "") -> User:
    """A cooperative's member: of every producer given."""
    made = user(email)
    for producer in producers:
        ProducerMember.objects.create(producer=producer, user=made)
    return made


INVITATION = "token-of-an-invitation-that-tests-know"


def invitation(to: Producer | Agency, by: User, *, contact: str = "+84977000111", token: str = "") -> Invitation:
    """An open invitation; its token is made up where none is given."""
    place = {"producer": to} if isinstance(to, Producer) else {"agency": to}
    return Invitation.objects.create(
        **place,
        contact=contact,
        token_hash=Invitation.hashed(token or f"token {next(_numbers)}"),
        invited_by=by,
        expires_at=timezone.now() + timedelta(days=14),
    )


# Places and the catalogue


def commune(province: str = GIA_LAI, nth: int = 0) -> Commune:
    """A real commune of the province; `nth` in order of code."""
    return Commune.objects.filter(province_id=province).order_by("code")[nth]


def producer(code: str, *, province: str = GIA_LAI, nth_commune: int = 0, name: str = "", since: date = LONG_AGO) -> Producer:
    """A producer with its seat in the province's `nth_commune`."""
    made = Producer.objects.create(code=code, name=name or f"HTX {code}")
    ProducerSeat.objects.create(producer=made, commune=commune(province, nth_commune), since=since)
    return made


def product(
    code: str,
    maker: Producer,
    *,
    name: str = "",
    stars: int | None = None,
    set_code: str = "1.01",
    grams: int | None = 500,
    price: int | None = None,
    public: bool = True,
) -> Product:
    """A product with its facts; with `stars` also a rating that is valid for as long as tests last."""
    made = Product.objects.create(
        code=code,
        producer=maker,
        name_vi=name or f"Sản phẩm {code}",
        name_en=f"Product {code}",
        published_at=at("2020-01-01 00:00") if public else None,
    )
    ProductFacts.objects.create(product=made, since=LONG_AGO, ocop_set=OcopSet.objects.get(code=set_code), unit="gói", net_weight_g=grams)
    if price is not None:
        ListPrice.objects.create(product=made, since=LONG_AGO, price=price)
    if stars is not None:
        rate(made, stars)
    return made


def rate(
    rated: Product,
    stars: int,
    *,
    since: date = LONG_AGO,
    until: date = date(2100, 1, 1),
    number: str = "01/QĐ-UBND",
    points: float | None = None,
) -> StarRating:
    """A star rating by the decision of that number (made once per number, day and province of the producer's first seat)."""
    seat = rated.producer.seats.order_by("since").first()
    province = seat.commune.province_id if seat else GIA_LAI
    decision, _ = RecognitionDecision.objects.get_or_create(
        number=number, decided_on=since, province_id=province, defaults={"issuer": "UBND tỉnh"}
    )
    return StarRating.objects.create(product=rated, decision=decision, stars=stars, points=points, valid_from=since, valid_until=until)


def document(name: str = "tài-liệu.pdf") -> StoredDocument:
    """A small PDF that somebody uploaded; what it says is of no account."""
    content = b"%PDF-1.4 " + name.encode()
    digest = hashlib.sha256(content).hexdigest()
    file, _ = StoredFile.objects.get_or_create(digest=digest, defaults={"media_type": PDF, "size": len(content), "content": content})
    return StoredDocument.objects.create(file=file, name=name)


def photo(owner: Product | Producer, *, shown: bool = False) -> Photo:
    """A photo of the owner, 4 × 3 pixels of one colour: the file is what it says, and nothing checked it."""
    output = io.BytesIO()
    Image.new("RGB", (4, 3), (next(_numbers) % 256, 90, 60)).save(output, "WEBP", lossless=True)
    file = keep_file(content=output.getvalue(), media_type=WEBP)
    owned = {"product" if isinstance(owner, Product) else "producer": owner}
    return Photo.objects.create(**owned, width=4, height=3, small=file, medium=file, large=file, shown=shown)


# Livestreams


def host(code: str, *, name: str = "", province: str | None = None) -> Host:
    """A host with a TikTok channel `@code`, kept by the province's department, else shared by all."""
    made = Host.objects.create(code=code, stage_name=name or f"KOL {code}", province_id=province)
    Channel.objects.create(host=made, platform=Platform.TIKTOK, handle=f"@{code}")
    return made


def partner(code: str) -> Organisation:
    """A company that owns shops."""
    return Organisation.objects.create(code=code, kind=Organisation.Kind.COMPANY, name_vi=f"Đối tác {code}")


def programme(code: str, *, province: str = GIA_LAI) -> Programme:
    """A programme of the province over 2025."""
    return Programme.objects.create(
        code=code, name_vi=f"Chương trình {code}", province_id=province, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)
    )


def fair(code: str, starts: date, ends: date | None = None, *, province: str = GIA_LAI, **fields: Any) -> OfflineEvent:
    """A fair of the province, of one day where no last one is given; further fields as in the model."""
    defaults = {"kind": OfflineEvent.Kind.FAIR, "name_vi": f"Hội chợ {code}", "name_en": f"Fair {code}"}
    return OfflineEvent.objects.create(code=code, starts_on=starts, ends_on=ends or starts, province_id=province, **(defaults | fields))


def course(code: str, starts: date, ends: date | None = None, *, province: str = GIA_LAI, people: int = 0, **fields: Any) -> Course:
    """A course of the province; with `people` so many came from its first commune."""
    defaults = {"topic": Course.Topic.LIVESTREAM, "title_vi": f"Lớp {code}", "title_en": f"Course {code}"}
    made = Course.objects.create(code=code, starts_on=starts, ends_on=ends or starts, province_id=province, **(defaults | fields))
    if people:
        Attendance.objects.create(course=made, commune=commune(province), people=people)
    return made


def session(
    code: str,
    start: datetime,
    *,
    minutes: int = 60,
    products: Sequence[Product] = (),
    hosted_by: Host | None = None,
    shops: Sequence[Shop] = (),
    province: str = GIA_LAI,
    aired: bool = True,
    of: Programme | None = None,
    commune: Commune | None = None,
) -> Session:
    """A session with a slot of five minutes for each product, one after the other; on air as planned where `aired`."""
    end = start + timedelta(minutes=minutes)
    made = Session.objects.create(
        code=code,
        name_vi=f"Phiên {code}",
        name_en=f"Session {code}",
        programme=of,
        host=hosted_by,
        channel=hosted_by.channels.first() if hosted_by else None,
        province_id=province,
        commune=commune,
        platform=Platform.TIKTOK,
        planned_start=start,
        planned_end=end,
        actual_start=start if aired else None,
        actual_end=end if aired else None,
    )
    for position, sold in enumerate(products, start=1):
        begun = start + timedelta(minutes=5 * (position - 1))
        Slot.objects.create(
            session=made,
            position=position,
            product=sold,
            minutes=5,
            offer_price=90_000,
            started_at=begun if aired else None,
            ended_at=begun + timedelta(minutes=5) if aired else None,
        )
    for used in shops:
        ShopSession.objects.create(shop=used, session=made)
    return made


def guest(
    code: str, title: str, *, since: date = LONG_AGO, until: date | None = None, province: str | None = None, of: Commune | None = None
) -> Guest:
    """A leader who holds `title` from `since` to `until`; with `of` a leader of that commune."""
    made = Guest.objects.create(code=code, full_name=f"Khách {code}", kind=Guest.Kind.LEADER, province_id=province)
    GuestTitle.objects.create(guest=made, title_vi=title, since=since, until=until, commune=of)
    return made


AIR_TOKEN = "token-of-an-assistants-link-that-tests-know"


def air_link(of: Session, by: User, *, token: str = "", name: str = "Trợ lý") -> AssistantLink:
    """A link to the session's control room; its token is made up where none is given."""
    return AssistantLink.objects.create(
        session=of,
        name=name,
        token_hash=AssistantLink.hashed(token or f"token {next(_numbers)}"),
        made_by=by,
        expires_at=timezone.now() + timedelta(days=1),
    )


def need(product: Product, *, wish: str = "kol", days: int = 40, **fields: object) -> Need:
    """An open need of the product's producer, from today on for so many days."""
    today = timezone.localdate()
    defaults: dict[str, object] = {"window_from": today, "window_to": today + timedelta(days=days), "product": product}
    return Need.objects.create(producer=product.producer, wish=wish, **(defaults | fields))


def claim(metric: str, value: int | None, *, about: Session | None = None, province: str = GIA_LAI, **fields: object) -> Claim:
    """A claim about a session, else about the province; further fields as in the model."""
    defaults: dict[str, object] = {
        "unit": "VND" if metric == Claim.Metric.PLACED else "đơn",
        "scope_vi": "Phạm vi được nêu",
        "territory_vi": "Tỉnh Gia Lai (cũ)",
        "source_name": "Báo",
        "as_of": date(2025, 10, 1),
        # A claim without a number was told in words.
        "told_as": "" if value is not None else "vài",
    }
    return Claim.objects.create(session=about, province_id=province, metric=metric, value=value, **(defaults | fields))


# Shops


def shop(
    code: str, owner: Producer | Host | Organisation, *, province: str = GIA_LAI, sells: Sequence[Product] = (), shares: bool = True
) -> Shop:
    """A TikTok shop of its owner, which `shares` its lines with every office; each product of `sells` is mapped from its `sku`."""
    made = Shop(code=code, name=f"Cửa hàng {code}", platform=Platform.TIKTOK, province=Province.objects.get(code=province))
    setattr(made, {Producer: "producer", Host: "host", Organisation: "partner"}[type(owner)], owner)
    made.save()
    if shares:
        agreement(made)
    for sold in sells:
        SkuMapping.objects.create(shop=made, line_key=sku(sold), product=sold, units=1, since=LONG_AGO)
    return made


def agreement(shop: Shop, **fields: object) -> SharingAgreement:
    """A signed agreement of the shop with every office, for a year around today; further fields as in the model."""
    today = timezone.localdate()
    defaults: dict[str, object] = {
        "purpose": "Báo cáo kết quả tiêu thụ",
        "readers": Agency.Kind.values,
        "since": today - timedelta(days=180),
        "until": today + timedelta(days=180),
        "signed_on": today - timedelta(days=180),
        "on_paper": True,
    }
    return SharingAgreement.objects.create(shop=shop, **(defaults | fields))


def stall(code: str, owner: Producer | Host | Organisation, *, platform: Platform = Platform.ZALO, province: str = GIA_LAI) -> Shop:
    """A shop whose platform's files nobody knows: its orders come by spreadsheets of its own, or are typed."""
    made = shop(code, owner, province=province)
    made.platform = platform
    made.save()
    return made


def mapping(of: Shop, *, by: User | None = None) -> ColumnMapping:
    """What somebody said of the columns of the shop's spreadsheets, as `own_files` writes them."""
    return ColumnMapping.objects.create(
        shop=of,
        columns={
            "order_number": "Mã đơn",
            "placed_at": "Ngày đặt",
            "product_name": "Tên hàng",
            "units": "SL",
            "unit_price": "Đơn giá",
            "state": "Tình trạng",
        },
        statuses={"đã giao": 2, "chờ gửi": 0},
        by=by,
    )


def typed_order(of: Shop, product: Product) -> TypedOrder:
    """Two of the product, handed over yesterday."""
    moment = timezone.now() - timedelta(days=1)
    lines = [TypedLine(product, 2, 90_000)]
    return type_order(shop=of, token=uuid4(), placed_at=moment, state=LineState.DELIVERED, lines=lines, by=None)


def sku(sold: Product) -> str:
    """The SKU id under which shops of these builders sell a product."""
    return f"1729{sold.pk:014d}"
