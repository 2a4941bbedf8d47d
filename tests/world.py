"""Two provinces with everything in them, each row's name saying whose it is; and people of each role who belong to the first.

| mark | whose |
|---|---|
| `CỦA-MÌNH` | the producer the people belong to: its commune and province (Gia Lai) are theirs |
| `HÀNG-XÓM` | another producer of the same province, in another commune |
| `TỈNH-KHÁC` | a producer of another province (Cà Mau) |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from catalog.models import (
    DossierItem,
    ListingRevision,
    Paper,
    Platform,
    Producer,
    RecognitionDecision,
    RegistryUpload,
    SalesLink,
    StarApplication,
    StarRating,
)
from livestreams.models import Claim, LiveUpload, Session
from livestreams.sessions.confirmations import ask_producers
from orders.looks.services import keep_look
from orders.lots.services import allot_all
from orders.models import IntakeRun, LineLook, LotChoice, Shop
from tests import builders, order_builders, report_builders, trace_builders
from tests.order_builders import Line
from tests.roles import People, Role
from tests.things import Things
from tests.traceability import epcis_documents
from traceability.codes.paths import code_path
from traceability.epcis.capturing import capture_document
from traceability.labels.services import draw_run, label_units
from traceability.models import UnitCode
from traceability.scans.record import Record, new_id
from traceability.scans.writing import write_scans

OWN, NEIGHBOUR, FOREIGN = "CỦA-MÌNH", "HÀNG-XÓM", "TỈNH-KHÁC"


@dataclass(frozen=True)
class World:
    """The people, and one of everything for each mark."""

    people: People
    own: Things
    neighbour: Things
    foreign: Things


def make_world() -> World:
    """Commit it all to the database that Django works in; orders are of the last days, so that every board shows them."""
    maker = builders.producer("SX1", name=f"HTX {OWN}")
    people = People.of(maker)
    colleague = builders.official(builders.AGRICULTURE)
    elsewhere = builders.official(builders.AGRICULTURE, builders.CA_MAU)
    planners = [builders.official(), builders.official(province=builders.CA_MAU)]
    return World(
        people=people,
        own=_things("1", OWN, maker, people[Role.AGRICULTURE], people[Role.TRADE]),
        neighbour=_things("2", NEIGHBOUR, builders.producer("SX2", name=f"HTX {NEIGHBOUR}", nth_commune=1), colleague, planners[0]),
        foreign=_things("3", FOREIGN, builders.producer("SX3", name=f"HTX {FOREIGN}", province=builders.CA_MAU), elsewhere, planners[1]),
    )


def _things(number: str, mark: str, maker: Producer, keeper: User, planner: User) -> Things:
    seat = maker.seats.get().commune
    product = builders.product(f"SP{number}", maker, name=f"Cua {mark}", stars=4, price=120_000)
    type(product).objects.filter(pk=product.pk).update(name_en=f"Crab {mark}")
    rating = product.ratings.get()
    paper = builders.document(f"quyết-định-{mark}.pdf")
    StarRating.objects.filter(pk=rating.pk).update(certificate=paper)
    RecognitionDecision.objects.filter(pk=rating.decision_id).update(document=paper)
    # Ended, so that another one may begin.
    application = StarApplication.objects.create(product=product, kind="upgrade", stars_wanted=5, state="withdrawn")
    DossierItem.objects.create(application=application, item="origin", provided=True, document=paper)
    shop = builders.shop(f"CH{number}", maker, province=seat.province_id, sells=[product])
    type(shop).objects.filter(pk=shop.pk).update(name=f"Gian hàng {mark}")
    host = builders.host(f"KOL{number}", name=f"KOL {mark}", province=seat.province_id)
    guest = builders.guest(f"KHACH{number}", f"Chủ tịch {mark}", province=seat.province_id, of=seat)
    start = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=2)
    session = builders.session(f"PH{number}", start, products=[product], hosted_by=host, shops=[shop], province=seat.province_id)
    Session.objects.filter(pk=session.pk).update(name_vi=f"Phiên {mark}", name_en=f"Session {mark}")
    builders.claim(Claim.Metric.ORDERS, 390, about=session, province=seat.province_id, scope_vi=f"Phạm vi {mark}", scope_en=f"Scope {mark}")
    plan = builders.session(
        f"KH{number}", start + timedelta(days=30), products=[product], province=seat.province_id, commune=seat, aired=False
    )
    Session.objects.filter(pk=plan.pk).update(name_vi=f"Kế hoạch {mark}", name_en=f"Plan {mark}")
    ask_producers(session=plan, by=keeper)
    order = order_builders.order(shop, f"8100{number}", start + timedelta(minutes=3), Line(product, units=2, value=200_000, delivered=2))
    type(order).objects.filter(pk=order.pk).update(shipping_provider=f"Chuyển phát {mark}")
    order_builders.fold()
    keep_look(user=planner, purpose=LineLook.Purpose.LIST, seen={(shop.pk, maker.pk): 1})
    run = IntakeRun.objects.filter(shop=shop).latest("pk")
    IntakeRun.objects.filter(pk=run.pk).update(file_name=f"tệp-{mark}.csv")
    upload = RegistryUpload.objects.create(owner=keeper, file_name=f"danh-mục-{mark}.xlsx", rows=[], outcomes=[])
    type(product).objects.filter(pk=product.pk).update(gtin=trace_builders.gtin(int(number)))
    (code,) = trace_builders.codes(trace_builders.lot(type(product).objects.get(pk=product.pk), f"LO-{number}", place=f"Ruộng {mark}"))
    write_scans(scans=[Record(new_id(), timezone.now(), "vi", product.pk, code.lot_id, code.pk)])
    job, event = _captured(maker, mark)
    feedback, ticket = trace_builders.feedback(code_path(code), number=number, photo=b"made up")
    person = builders.member(maker, email=f"tv{number}@example.vn")
    User.objects.filter(pk=person.pk).update(full_name=f"Thành viên {mark}")
    token = builders.INVITATION if mark == OWN else ""
    labels = label_units(lot=code.lot, count=2, form="svg", sheet="", by=None)
    draw_run(run_id=labels.pk)
    revision = ListingRevision.objects.create(
        producer=maker,
        number=1,
        state=ListingRevision.State.SUBMITTED,
        content={"name": f"HTX {mark} mới"},
        author=keeper,
        saved_by=keeper,
        submitted_by=keeper,
        submitted_at=timezone.now(),
    )
    programme = builders.programme(f"CT{number}", province=seat.province_id)
    fair = builders.fair(f"SK{number}", timezone.localdate(), province=seat.province_id)
    made = trace_builders.lot(code.lot.product, f"LB-{number}", made_on=timezone.localdate(start))
    LotChoice.objects.create(line=order.lines.get(), lot=made)
    sold_recall = trace_builders.recall(made, by=None)
    allot_all()
    course = builders.course(f"TH{number}", timezone.localdate(), province=seat.province_id)
    return Things(
        province=seat.province_id,
        commune=seat.pk,
        producer=maker.code,
        product=product.code,
        session=session.code,
        host=host.code,
        plan=plan.code,
        slot=plan.slots.get().pk,
        guest=guest.code,
        need=builders.need(product, note=f"Mong {mark}").pk,
        organisation=builders.partner(f"DOITAC{number}").code,
        shop=shop.code,
        stall=(stall := _stall(number, mark, maker, keeper)).code,
        typed=builders.typed_order(stall, product).pk,
        order=order.pk,
        line=order.lines.get().pk,
        sold_recall=sold_recall.pk,
        run=run.pk,
        merged_run=run.pk,
        agreement=_paper(shop, mark),
        upload=upload.pk,
        live_upload=LiveUpload.objects.create(owner=planner, channel=session.channel, file_name=f"live-{mark}.xlsx").pk,
        capture_job=job,
        event=event,
        revision=revision.pk,
        lot=code.lot_id,
        step=trace_builders.step(code.lot, note=f"Ghi chú {mark}").pk,
        label_run=labels.pk,
        unit=code_path(UnitCode.objects.get(pk=code.pk)).removeprefix("/"),
        decision=rating.decision_id,
        rating=rating.pk,
        application=application.pk,
        air_link=builders.air_link(session, keeper, token=builders.AIR_TOKEN if mark == OWN else "").pk,
        feedback=feedback.pk,
        ticket=ticket,
        recall=trace_builders.recall(trace_builders.lot(code.lot.product, f"TH-{number}"), by=person).pk,
        person=person.pk,
        member=person.memberships.get().pk,
        invitation=builders.invitation(maker, keeper, token=token).pk,
        photo=builders.photo(product).pk,
        # Past: the page of data health tells of its product.
        paper=Paper.objects.create(product=product, kind=Paper.Kind.HACCP, number=mark, valid_until=date(2025, 6, 30)).pk,
        programme=programme.code,
        fair=fair.code,
        course=course.code,
        claim=session.claims.get().pk,
        # Of this year, which an order tells of; the neighbour's is of the year before, as a province has one report of a period.
        report=report_builders.scanned(report_builders.prepared(planner, year=timezone.localdate().year - (mark == NEIGHBOUR))).pk,
        mailing=report_builders.mailed(planner).pk,
        link=SalesLink.objects.create(product=product, floor=Platform.POSTMART, url=f"https://postmart.vn/{number}").pk,
    )


def _paper(shop: Shop, mark: str) -> int:
    """The shop's agreement with its signed paper."""
    shop.agreements.update(paper=builders.document(f"thỏa-thuận-{mark}.pdf"))
    return shop.agreements.get().pk


def _stall(number: str, mark: str, maker: Producer, keeper: User) -> Shop:
    stall = builders.stall(f"ZL{number}", maker, province=maker.seats.get().commune.province_id)
    Shop.objects.filter(pk=stall.pk).update(name=f"Sạp {mark}")
    builders.mapping(stall, by=keeper)
    return stall


def _captured(maker: Producer, mark: str) -> tuple[str, str]:
    document = epcis_documents.document(epcis_documents.object_event(**{"ocop:note": f"Nhận cua {mark}"}))
    job = capture_document(producer=maker, by=None, document=document)
    return str(job.pk), maker.epcis_events.get().event_id
