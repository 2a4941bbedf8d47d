"""Who can sign in to the demonstration: one account of each kind. None of these people exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Agency, Post, User
from catalog.models import Invitation, Producer, ProducerMember
from ocop_portal.demo.clock import LONG_AGO

# Known to everybody: accounts get it in development alone (see docs of load_demo).
PASSWORD = "ocop-demo-2026"  # noqa: S105
TRADE, AGRICULTURE, COMMUNE = Agency.Kind.INDUSTRY_TRADE, Agency.Kind.AGRICULTURE_ENVIRONMENT, Agency.Kind.COMMUNE

_AGENCIES: dict[str, tuple[str, str, str, str, str | None]] = {
    "gl-trade": (TRADE, "Sở Công Thương tỉnh Gia Lai", "Gia Lai Department of Industry and Trade", "52", None),
    "gl-agri": (AGRICULTURE, "Sở Nông nghiệp và Môi trường tỉnh Gia Lai", "Gia Lai Department of Agriculture and Environment", "52", None),
    "cm-trade": (TRADE, "Sở Công Thương tỉnh Cà Mau", "Cà Mau Department of Industry and Trade", "96", None),
    "cm-agri": (AGRICULTURE, "Sở Nông nghiệp và Môi trường tỉnh Cà Mau", "Cà Mau Department of Agriculture and Environment", "96", None),
    "gl-commune": (COMMUNE, "UBND xã Ia Boòng", "People's Committee of Ia Boòng commune", "52", "23911"),
    "cm-commune": (COMMUNE, "UBND xã Quách Phẩm", "People's Committee of Quách Phẩm commune", "96", "32182"),
}


@dataclass(frozen=True)
class Account:
    """A demo account: its name, what it may see in a word (English), the agency or the producer it belongs to, by code."""

    email: str
    full_name: str
    role: str
    agency: str = ""
    producer: str = ""
    # 0500 … is given to no network: a text message to it reaches nobody.
    phone: str | None = None


ACCOUNTS = (
    Account("admin@demo.ocop.example", "Quản trị viên (minh họa)", "administrator"),
    Account("congthuong.gialai@demo.ocop.example", "Cán bộ Công Thương Gia Lai (minh họa)", "trade official, Gia Lai", "gl-trade"),
    Account("truongphong.gialai@demo.ocop.example", "Trưởng phòng Công Thương Gia Lai (minh họa)", "trade official, Gia Lai", "gl-trade"),
    Account("giamdoc.gialai@demo.ocop.example", "Giám đốc Sở Công Thương Gia Lai (minh họa)", "trade official, Gia Lai", "gl-trade"),
    Account("congthuong.camau@demo.ocop.example", "Cán bộ Công Thương Cà Mau (minh họa)", "trade official, Cà Mau", "cm-trade"),
    Account("nongnghiep.gialai@demo.ocop.example", "Cán bộ Nông nghiệp Gia Lai (minh họa)", "agriculture official, Gia Lai", "gl-agri"),
    Account("nongnghiep.camau@demo.ocop.example", "Cán bộ Nông nghiệp Cà Mau (minh họa)", "agriculture official, Cà Mau", "cm-agri"),
    Account("xa.iaboong@demo.ocop.example", "Cán bộ xã Ia Boòng (minh họa)", "commune official, Ia Boòng", "gl-commune"),
    Account("xa.quachpham@demo.ocop.example", "Cán bộ xã Quách Phẩm (minh họa)", "commune official, Quách Phẩm", "cm-commune"),
    Account(
        "bakhia@demo.ocop.example",
        "Thành viên HTX Ba khía (minh họa)",
        "cooperative, Đầm Dơi crab",
        producer="CM-BAKHIA",
        phone="+84500000101",
    ),
    Account(
        "sknoni@demo.ocop.example", "Thành viên SK Noni (minh họa)", "cooperative, SK Noni", producer="CM-SKNONI", phone="+84500000102"
    ),
    Account(
        "caphe@demo.ocop.example",
        "Thành viên cơ sở cà phê (minh họa)",
        "cooperative, one of Sammy's producers",
        producer="GL-S01",
        phone="+84500000103",
    ),
)


def build(*, with_password: bool) -> None:
    """Write agencies, accounts, posts and memberships. Without a password nobody can sign in to the accounts."""
    agencies = {
        code: Agency.objects.get_or_create(
            kind=kind, province_id=province, commune_id=commune, defaults={"name_vi": name_vi, "name_en": name_en}
        )[0]
        for code, (kind, name_vi, name_en, province, commune) in _AGENCIES.items()
    }
    # Hashed once: hashing is slow on purpose, and all accounts share what everybody knows.
    password = make_password(PASSWORD if with_password else None)
    users = User.objects.bulk_create(
        User(
            email=account.email,
            phone=account.phone,
            full_name=account.full_name,
            is_superuser=account.role == "administrator",
            is_demo=True,
            password=password,
        )
        for account in ACCOUNTS
    )
    producers = {producer.code: producer for producer in Producer.objects.filter(code__in=[account.producer for account in ACCOUNTS])}
    for account, user in zip(ACCOUNTS, users, strict=True):
        if account.agency:
            leads = account.email.startswith("giamdoc.")
            title = "Giám đốc (minh họa)" if leads else "Chuyên viên (minh họa)"
            Post.objects.create(user=user, agency=agencies[account.agency], title=title, since=LONG_AGO, leads=leads)
        if account.producer:
            ProducerMember.objects.create(producer=producers[account.producer], user=user)
    _invite(producers["CM-BAKHIA"], users[[account.agency for account in ACCOUNTS].index("cm-commune")])


def _invite(producer: Producer, by: User) -> None:
    """Somebody who has not come yet, so that the page of members shows what an open invitation looks like. Its link is known to nobody."""
    Invitation.objects.create(
        producer=producer,
        contact="+84500000104",
        full_name="Kế toán HTX Ba khía (minh họa)",
        token_hash=Invitation.hashed(token_urlsafe(32)),
        invited_by=by,
        expires_at=timezone.now() + timedelta(days=14),
    )
