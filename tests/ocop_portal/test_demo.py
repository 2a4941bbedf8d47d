"""The demonstration: facts exact, and what is made up marked."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count, Max, Q, Sum
from django.test import Client
from django.utils import timezone

from accounts.models import Agency, User
from catalog.criteria import last_valid_day
from catalog.models import ListingRevision, Producer, Product, StarRating
from dashboards.boards.below_floor import below_floor
from dashboards.boards.covered import covered_by
from dashboards.boards.measures import Filters
from dashboards.periods import Period
from dashboards.seasons.board import season_board
from dashboards.seasons.weeks import WEEKS
from livestreams.air.state import state_of
from livestreams.models import Claim, Guest, OfflineEvent, Programme, Session, Slot
from ocop_portal.demo.people import ACCOUNTS, PASSWORD
from ocop_portal.demo.people import build as build_people
from orders.models import Bucket, EntryKind, Figure, Grain, IntakeRun, LedgerEntry, OrderFigure, Shop, SkuMapping
from orders.models import Order as LedgerOrder
from orders.sampling import sample_skus
from tests import builders
from traceability.models import DayVisit, LotSale, OftenScanned, ScanCount

GIA_LAI, CA_MAU = "52", "96"
MEGA = ("GL-MEGA-1", "GL-MEGA-2")


def orders_of(*sessions: str) -> int:
    """Distinct orders that figures count for the sessions."""
    return OrderFigure.objects.filter(grain=Grain.ALL, session__code__in=sessions).aggregate(n=Sum("orders"))["n"] or 0


def placed_of(*sessions: str) -> int:
    """VND placed that figures hold for the sessions."""
    return Figure.objects.filter(session__code__in=sessions).aggregate(n=Sum("placed_value"))["n"] or 0


# The registry (S1–S3)


@pytest.mark.usefixtures("demo")
def test_ca_mau_has_343_products_with_a_star() -> None:
    today = timezone.localdate()
    products = Product.objects.filter(producer__seats__commune__province=CA_MAU).with_star(today)
    stars = list(products.values_list("star", flat=True))
    assert (len(stars), stars.count(3), stars.count(4), stars.count(5)) == (343, 266, 75, 2)
    # Counted from the ratings too: no product has two at once.
    valid = StarRating.objects.valid_on(today).filter(product__producer__seats__commune__province=CA_MAU)
    assert valid.count() == 343
    assert valid.values("product").distinct().count() == 343


@pytest.mark.usefixtures("demo")
def test_ca_mau_is_mostly_food_drink_herbs_and_handicraft() -> None:
    groups = (
        Product.objects.filter(producer__seats__commune__province=CA_MAU)
        .values_list("facts__ocop_set__group__code")
        .annotate(n=Count("pk"))
        .order_by("facts__ocop_set__group__code")
    )
    assert list(groups) == [("1", 268), ("2", 34), ("3", 26), ("4", 12), ("5", 1), ("6", 2)]
    seats = Producer.objects.filter(seats__commune__province=CA_MAU)
    assert seats.values("seats__commune").distinct().count() == 64


@pytest.mark.usefixtures("demo")
def test_some_stars_end_soon_and_decisions_cover_many_products() -> None:
    today = timezone.localdate()
    valid = StarRating.objects.valid_on(today).filter(product__producer__seats__commune__province=CA_MAU)
    within = [valid.filter(valid_until__lt=today + timedelta(days=days)).count() for days in (20, 30, 90, 180)]
    assert within[0] == 0
    assert 0 < within[1] < within[2] < within[3] < 120
    assert valid.values("decision").annotate(n=Count("pk")).aggregate(most=Max("n"))["most"] > 30
    for rating in valid.select_related("decision"):
        assert rating.valid_from == rating.decision.decided_on
        assert rating.valid_until == last_valid_day(rating.decision.decided_on)
        assert "(minh họa)" in rating.decision.number


@pytest.mark.usefixtures("demo")
def test_producers_we_were_told_of() -> None:
    told = Producer.objects.filter(is_demo=False).values_list("code", "representative", "seats__commune_id")
    assert set(told) == {
        ("CM-BAKHIA", "Trần Thị Xa", "32182"),
        ("CM-SKNONI", "Khưu Văn Chương", "32095"),
        ("GL-HOANGDONG", "", "23575"),
        ("GL-IPPSACHI", "", "23575"),
        ("GL-BRE", "", "23575"),
        ("GL-IABOONG", "", "23911"),
    }
    assert set(Product.objects.filter(is_demo=False).values_list("name_vi", flat=True)) == {
        "Ba khía muối",
        "Bánh lá gai Hoàng Đông",
        "Muối B'Rê",
    }
    crab = Product.objects.get(code="CM-BAKHIA-01")
    assert "tháng 8/2023" in crab.description_vi
    prices = dict(crab.list_prices.values_list("since", "price"))
    assert prices[date(2026, 1, 15)] > prices[date(2025, 2, 10)]  # before Tết, and after it


# Sessions (S4–S7, S10)


@pytest.mark.usefixtures("demo")
def test_mega_lives_hold_exactly_what_was_reported() -> None:
    assert (orders_of(*MEGA), placed_of(*MEGA)) == (12_700, 1_800_000_000)
    rows = LedgerEntry.objects.filter(kind=EntryKind.PLACED, line__order__attribution__session__code__in=MEGA)
    held = rows.aggregate(value=Sum("amount"), orders=Count("line__order", distinct=True))
    assert held == {"value": 1_800_000_000, "orders": 12_700}
    figures = Figure.objects.filter(session__code__in=MEGA)
    assert set(figures.values_list("bucket", flat=True)) == {Bucket.LIVE}
    sums = figures.aggregate(cancelled=Sum("cancelled_value"), returned=Sum("returned_value"), delivered=Sum("delivered_value"))
    assert sums["cancelled"] > 0
    assert sums["returned"] > 0
    assert sums["delivered"] == 1_800_000_000 - sums["cancelled"]  # settled long ago
    programme = Programme.objects.get(sessions__code="GL-MEGA-1")
    assert sorted(programme.sessions.values_list("code", flat=True)) == list(MEGA)
    assert set(programme.partners.values_list("code", flat=True)) == {"GL-SCT", "GL-DNT", "SAN-TMDT"}


@pytest.mark.usefixtures("demo")
def test_everything_sold_before_the_merger_is_of_the_old_gia_lai() -> None:
    sessions = Session.objects.filter(planned_start__lt=builders.at("2025-07-01 00:00"), planned_start__year=2025).exclude(
        code__in=["GL-SACHI", "GL-BRE"]
    )
    assert sessions.count() == 4
    assert all("trước hợp nhất" in session.territory_note_vi for session in sessions)
    # Communes of the former Bình Định have codes below 23000.
    sold = Slot.objects.filter(session__in=sessions).values_list("product__producer__seats__commune", flat=True)
    assert min(sold) > "23000"


@pytest.mark.usefixtures("demo")
def test_marks_say_what_the_slots_say_and_the_screen_what_the_files_say() -> None:
    for code in ("GL-SAMMY-2025", "GL-D5", "CM-D5"):
        session = Session.objects.get(code=code)
        state = state_of(session)
        assert (state.began_at, state.ended_at) == (session.actual_start, session.actual_end)
        for slot in session.slots.all():
            times = state.of(slot.pk)
            assert (times.began, times.ended_at, times.outcome) == ((slot.started_at,), slot.ended_at, "")
        if code == "GL-SAMMY-2025":
            # A real broadcast: what its screen showed is told as claims, and nothing is made up beside them.
            assert not session.samples.exists()
            continue
        on_air = OrderFigure.objects.filter(grain=Grain.ALL, session=session, bucket=Bucket.LIVE).aggregate(n=Sum("orders"))["n"]
        assert 0 < session.samples.latest("at").orders <= on_air  # thirty minutes after the end are still on air for the ledger


@pytest.mark.usefixtures("demo")
def test_a_guests_title_is_of_its_time() -> None:
    guest = Guest.objects.prefetch_related("titles").get(full_name="Phạm Văn Binh")
    assert list(guest.sessions.order_by("code").values_list("code", flat=True)) == list(MEGA)
    assert guest.kind == Guest.Kind.LEADER
    assert "nguyên Phó Giám đốc" in str(guest.held_on(date(2025, 5, 10)))
    assert guest.held_on(date(2025, 6, 1)) is None


@pytest.mark.usefixtures("demo")
def test_sammys_session_has_16_short_slots_and_391_orders() -> None:
    session = Session.objects.get(host__full_name="Võ Văn Mẫn")
    slots = list(session.slots.select_related("product"))
    assert len(slots) == 16
    assert len({slot.product.producer_id for slot in slots}) == 16
    assert all(slot.minutes <= 5 and slot.ended_at - slot.started_at <= timedelta(minutes=5) for slot in slots)
    assert orders_of(session.code) == 391
    figures = Figure.objects.filter(session=session)
    assert set(figures.values_list("bucket", flat=True)) == {Bucket.LIVE}
    assert figures.filter(slot__isnull=True).count() == 0
    assert LedgerOrder.objects.filter(attribution__session=session).count() == 391
    assert (session.channel.get_platform_display(), session.host.base) == ("TikTok Shop", "Thành phố Hồ Chí Minh")


@pytest.mark.usefixtures("demo")
def test_no_rows_are_invented_where_only_a_claim_was_told() -> None:
    for code in ("GL-OCOP-2025-03", "GL-SACHI", "GL-BRE"):
        assert orders_of(code) == 0
    claim = Claim.objects.get(session__code="GL-OCOP-2025-03")
    assert (claim.metric, claim.value, claim.told_as) == (Claim.Metric.ORDERS, None, "hàng nghìn đơn hàng")
    named = Product.objects.filter(code__in=["GL-HOANGDONG-01", "GL-BRE-01", "GL-IPPSACHI-01"])
    assert Figure.objects.filter(product__in=named).count() == 0
    collaborations = Session.objects.filter(code__in=["GL-SACHI", "GL-BRE"]).order_by("code").values_list("host__stage_name", flat=True)
    assert list(collaborations) == ["Thuốc Cô Ba", "CEO Tùng BT"]


@pytest.mark.usefixtures("demo")
def test_a_community_session_waits_to_be_aired() -> None:
    session = Session.objects.get(code="GL-D6")
    assert session.planned_start > timezone.now()
    assert session.actual_start is None
    assert session.slots.get().product.producer.code == "GL-IABOONG"


# Claims (S4, S5, S8)


@pytest.mark.usefixtures("demo")
def test_claims_are_kept_as_told() -> None:
    told = {
        (claim.metric, claim.value, claim.qualifier, str(claim.session or claim.programme or claim.event or ""))
        for claim in Claim.objects.all()
    }
    mega, sammy = str(Programme.objects.get(code="GL-MEGA-2025-05")), str(Session.objects.get(code="GL-SAMMY-2025"))
    march, booth = str(Session.objects.get(code="GL-OCOP-2025-03")), str(OfflineEvent.objects.get(is_demo=False))
    assert told == {
        ("orders", 12_700, "exact", mega),
        ("placed", 1_800_000_000, "about", mega),
        ("orders", 390, "more_than", sammy),
        ("views", 29_000, "about", sammy),
        ("interactions", 1_400_000, "about", sammy),
        ("orders", None, "about", march),
        ("orders", 1_234, "exact", ""),
        ("placed", 133_000_000, "more_than", ""),
        ("enterprises", 35, "more_than", booth),
        ("sales", None, "about", ""),
    }
    assert Claim.objects.exclude(source_url__contains="post566473").count() == 0
    assert Claim.objects.filter(Q(territory_vi="") | Q(scope_vi="") | Q(scope_en="")).count() == 0


@pytest.mark.usefixtures("demo")
def test_the_nine_months_are_a_programme_of_what_was_told_of_them() -> None:
    programme = Programme.objects.get(code="GL-9T-2025")
    assert set(programme.sessions.values_list("code", flat=True)) == {"GL-SAMMY-2025", "GL-OCOP-2025-03", "GL-SACHI", "GL-BRE"}
    assert [event.code for event in programme.offline_events.all()] == ["GL-XTDT-2025-08"]
    # What was told of the nine months has a wider scope, and nobody told of a target.
    assert not programme.claims.exists()
    assert not programme.targets.exists()
    assert Programme.objects.filter(is_demo=True, targets__metric="net").count() == 2


@pytest.mark.usefixtures("demo")
def test_the_nine_months_claim_is_in_no_total() -> None:
    claim = Claim.objects.get(value=1_234)
    assert (claim.period_from, claim.period_to) == (date(2025, 1, 1), date(2025, 9, 30))
    # What Gia Lai's ledger holds of those months are the reported sessions, and the weeks around Tết outside every livestream.
    held = OrderFigure.objects.filter(grain=Grain.ALL, province=GIA_LAI, day__range=(claim.period_from, claim.period_to))
    assert held.filter(session__code__in=[*MEGA, "GL-SAMMY-2025"]).aggregate(n=Sum("orders"))["n"] == 12_700 + 391
    rest = held.exclude(session__code__in=[*MEGA, "GL-SAMMY-2025"])
    assert set(rest.values_list("session", "bucket")) == {(None, Bucket.OTHER)}
    assert rest.latest("day").day == date(2025, 2, 13)
    sold = LedgerOrder.objects.filter(
        shop__province=GIA_LAI, placed_at__range=(builders.at("2025-01-01 00:00"), builders.at("2025-02-14 00:00"))
    )
    assert rest.aggregate(n=Sum("orders"))["n"] == sold.count() != 0


# What is made up


@pytest.mark.usefixtures("demo")
def test_listings_stand_at_each_point_of_their_way() -> None:
    """So that the pages of members and officials have something to show: remarks to answer, one to review, something sold too cheaply."""
    states = ListingRevision.objects.values_list("state").annotate(n=Count("pk")).order_by("state")
    assert list(states) == [("published", 2), ("returned", 1), ("submitted", 1)]
    noni, today = Producer.objects.get(code="CM-SKNONI"), timezone.localdate()
    below = below_floor((noni.pk,), Period(today - timedelta(days=90), today))
    assert below.lines > 0
    assert all(line.price < line.floor for line in below.newest)


@pytest.mark.usefixtures("demo")
def test_some_lots_were_sold_in_a_livestream() -> None:
    sales = LotSale.objects.select_related("lot")
    assert sales.count() >= 1
    for sale in sales:
        assert Session.objects.get(code=sale.session_code).slots.filter(product=sale.lot.product_id).exists()


@pytest.mark.usefixtures("demo")
def test_what_is_made_up_is_marked() -> None:
    assert Shop.objects.filter(is_demo=False).count() == 0
    assert User.objects.filter(is_demo=False).count() == 0
    assert Session.objects.filter(is_demo=False).count() == 0
    assert Shop.objects.exclude(name__endswith="(minh họa)").count() == 0


@pytest.mark.usefixtures("demo")
def test_both_provinces_sold_something_on_each_of_the_last_sixty_days() -> None:
    today = timezone.localdate()
    days = OrderFigure.objects.filter(grain=Grain.ALL, day__gte=today - timedelta(days=60))
    for province in (GIA_LAI, CA_MAU):
        assert days.filter(province=province).values("day").distinct().count() == 60
    assert days.aggregate(latest=Max("day"))["latest"] == today - timedelta(days=1)
    recent = LedgerOrder.objects.filter(placed_at__year__gte=2026).count()
    assert 2_000 < recent < 6_000
    assert Figure.objects.filter(product__isnull=True).count() == 0
    assert IntakeRun.objects.filter(exported_at__gt=timezone.now()).count() == 0


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("province", "shops"), [(GIA_LAI, 8), (CA_MAU, 2)])
def test_the_weeks_around_tet_are_known_in_both_years(province: str, shops: int) -> None:
    where = Filters(province=province)
    board = season_board(where, covered_by(where), timezone.localdate())
    for year, first, last in ((2025, "2024-11-30", "2025-02-13"), (2026, "2025-12-19", "2026-03-04")):
        season = board.of(year)
        assert season is not None
        whole, busiest = season.whole(), max(WEEKS, key=lambda week: season.week(week).sold.value.net)
        assert (str(whole.first), str(whole.last), whole.known, len(season.shops)) == (first, last, 76, shops)
        assert busiest.number in {-4, -3, -2}
        sold = LedgerEntry.objects.filter(
            line__order__shop__province=province,
            line__order__placed_at__range=(builders.at(f"{first} 00:00"), builders.at(f"{last} 23:59:59")),
        )
        signs = {EntryKind.PLACED: 1, EntryKind.CANCELLED: -1, EntryKind.RETURNED: -1}
        assert whole.sold.value.net == sum(signs.get(kind, 0) * amount for kind, amount in sold.values_list("kind", "amount"))


@pytest.mark.usefixtures("demo")
def test_before_the_merger_nothing_of_the_coast_was_sold() -> None:
    communes = Figure.objects.filter(province=GIA_LAI, day__lt=date(2025, 7, 1)).values_list("product__producer__seats__commune", flat=True)
    assert min(communes) > "23000"  # those of the former Bình Định have lower codes


@pytest.mark.usefixtures("demo")
def test_the_sample_shop_knows_every_sample_sku() -> None:
    shop = Shop.objects.get(code="TT-DEMO")
    mapped = SkuMapping.objects.filter(shop=shop, product__producer__seats__commune__province=GIA_LAI).values_list("line_key", flat=True)
    assert set(mapped) == {sku.sku_id for sku in sample_skus()}
    assert shop.province_id == GIA_LAI
    assert LedgerOrder.objects.filter(shop=shop).count() == 0


@pytest.mark.usefixtures("demo")
def test_figures_agree_with_the_ledger() -> None:
    call_command("verify_figures", verbosity=0, stdout=io.StringIO())


# Accounts


@pytest.mark.usefixtures("demo")
def test_each_account_signs_in_with_the_password_printed() -> None:
    out = io.StringIO()
    call_command("load_demo", sign_ins=True, stdout=out)
    printed = [line.split(maxsplit=2) for line in out.getvalue().splitlines()]
    assert [email for email, *_ in printed] == [account.email for account in ACCOUNTS]
    for email, password, _ in printed:
        assert Client().login(email=email, password=password), email
    kinds = Agency.objects.filter(posts__user__is_demo=True).values_list("kind", "province")
    assert sorted(kinds) == [
        ("agriculture_environment", GIA_LAI),
        ("agriculture_environment", CA_MAU),
        ("commune", GIA_LAI),
        ("commune", CA_MAU),
        # Three people of one department, for the three steps of a report.
        *[("industry_trade", GIA_LAI)] * 3,
        ("industry_trade", CA_MAU),
    ]
    members = User.objects.filter(memberships__isnull=False).values_list("email", "producers__code")
    assert {code for _, code in members} == {"CM-BAKHIA", "CM-SKNONI", "GL-S01"}
    assert User.objects.get(is_superuser=True).email == "admin@demo.ocop.example"


def test_in_production_nobody_signs_in_to_demo_accounts(db: None, settings: object) -> None:
    for code in ("CM-BAKHIA", "CM-SKNONI", "GL-S01"):
        builders.producer(code)
    build_people(with_password=False)
    assert not any(user.has_usable_password() for user in User.objects.all())
    settings.PRODUCTION = True
    out = io.StringIO()
    call_command("load_demo", sign_ins=True, stdout=out)
    assert PASSWORD not in out.getvalue()


# Scans


@pytest.mark.usefixtures("demo")
def test_packs_are_scanned_and_one_code_was_copied() -> None:
    days = {row["day"] for row in ScanCount.objects.all().by_day()}
    assert (len(days) > 20, max(days) < timezone.localdate()) == (True, True)
    assert OftenScanned.objects.get().unit.lot.product.code == "GL-S01-01"
    assert not DayVisit.objects.exists()
