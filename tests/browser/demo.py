"""What the demo offers a visitor: accounts of each role, and things for the addresses that name one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from accounts.models import User
from catalog.models import ListingRevision, Paper, Photo, Platform, RegistryUpload, SalesLink, StarApplication
from catalog.registry.services import check_upload
from dashboards.mailing.sending import send_mail
from dashboards.mailing.services import send_once
from dashboards.models import MailDispatch, MailSchedule, MailSending, PeriodReport
from livestreams.analytics.services import read_upload
from livestreams.models import Claim, Course, Guest, LiveUpload, Need, OfflineEvent, Organisation, Programme, Session, Slot
from livestreams.sessions.run_of_show import add_slot
from ocop_portal.demo.people import PASSWORD
from orders.feeds.keys import make_key, replace_key
from orders.feeds.models import ShopKey
from orders.intake import runs
from orders.intake.staging import stage_file
from orders.lots.services import allot_all
from orders.models import IntakeRun, LotChoice, Order, SharingAgreement, Shop
from tests import builders, report_builders, trace_builders
from tests.catalog import registry_files
from tests.livestreams import live_files
from tests.orders import order_files
from tests.roles import Role
from tests.things import Things
from traceability.codes.paths import code_path
from traceability.labels.services import label_units
from traceability.models import Step, UnitCode

EMAILS = {
    Role.COOPERATIVE: "caphe@demo.ocop.example",
    Role.TRADE: "congthuong.gialai@demo.ocop.example",
    Role.AGRICULTURE: "nongnghiep.gialai@demo.ocop.example",
    Role.COMMUNE: "xa.iaboong@demo.ocop.example",
    Role.ADMINISTRATOR: "admin@demo.ocop.example",
}
__all__ = ["EMAILS", "PASSWORD", "demo_things"]


def demo_things() -> Things:
    """Of the producer of the coffee account: its shop, its product on Sammy's livestream, an order of that livestream, and so on."""
    slots = Slot.objects.filter(product__producer__members__email=EMAILS[Role.COOPERATIVE], session__host__isnull=False)
    slot = slots.select_related("session__host", "product__producer").earliest("pk")
    producer, host = slot.product.producer, slot.session.host
    assert host is not None
    shop = Shop.objects.exclude(platform=Platform.ZALO).get(producer=producer)
    for kind in ShopKey.Kind:
        key, _text = make_key(shop=shop, kind=kind, by=User.objects.get(email=EMAILS[Role.TRADE]))
    replace_key(shop=shop, pk=key.pk, grace=timedelta(days=7), by=User.objects.get(email=EMAILS[Role.TRADE]))
    rating = slot.product.ratings.latest("valid_from")
    seat = producer.seats.latest("since").commune
    code = UnitCode.objects.select_related("lot__product").filter(lot__product__producer=producer).earliest("pk")
    member = producer.memberships.get(user__email=EMAILS[Role.COOPERATIVE])
    inviter = User.objects.get(email=EMAILS[Role.TRADE])
    stall = builders.stall("ZALO-CA-PHE", producer, province=shop.province_id)
    builders.mapping(stall, by=inviter)
    written, ticket = trace_builders.feedback(code_path(code), number="browser")
    plan = Slot.objects.select_related("session").get(session__code="GL-KH1", product=slot.product)
    # The demo plans no session with this producer's products: one of the province takes one in.
    planned = Session.objects.get(province=seat.province_id, commune__isnull=False, actual_start=None, is_demo=True)
    plan = add_slot(session=planned, product=slot.product, by=inviter)
    order = Order.objects.filter(lines__contribution__product=slot.product, attribution__session=slot.session).earliest("pk")
    lot = trace_builders.lot(slot.product, "DA-BAN", made_on=timezone.localdate(order.placed_at))
    LotChoice.objects.create(line=order.lines.get(contribution__product=slot.product), lot=lot)
    sold_recall = trace_builders.recall(lot, by=member.user)
    allot_all()
    return Things(
        province=seat.province_id,
        commune=seat.pk,
        producer=producer.code,
        product=slot.product.code,
        session=slot.session.code,
        host=host.code,
        plan=plan.session.code,
        slot=plan.pk,
        need=Need.objects.unmet().filter(producer=producer).earliest("pk").pk,
        guest=Guest.objects.kept_by(inviter).order_by("pk")[0].code,
        organisation=Organisation.objects.order_by("pk")[0].code,
        shop=shop.code,
        order=order.pk,
        line=order.lines.get(contribution__product=slot.product).pk,
        sold_recall=sold_recall.pk,
        stall=stall.code,
        typed=builders.typed_order(stall, slot.product).pk,
        run=_run(shop).pk,
        merged_run=IntakeRun.objects.filter(shop=shop, state=IntakeRun.State.MERGED).latest("pk").pk,
        agreement=_proposed(shop).pk,
        upload=_upload().pk,
        live_upload=_live_upload(slot.session).pk,
        # Of addresses that no browser looks at.
        capture_job="",
        event="",
        lot=code.lot_id,
        step=Step.objects.filter(lot=code.lot).earliest("pk").pk,
        label_run=label_units(lot=code.lot, count=2, form="svg", sheet="", by=None).pk,
        unit=code_path(code).removeprefix("/"),
        decision=rating.decision_id,
        rating=rating.pk,
        application=StarApplication.objects.get(product__producer=producer, state="draft").pk,
        person=member.user_id,
        member=member.pk,
        invitation=builders.invitation(producer, inviter, token=builders.INVITATION).pk,
        photo=Photo.objects.of(slot.product).earliest("pk").pk,
        paper=Paper.objects.of(slot.product).earliest("pk").pk,
        revision=ListingRevision.objects.get(producer=producer, state=ListingRevision.State.SUBMITTED).pk,
        feedback=written.pk,
        ticket=ticket,
        recall=trace_builders.recall(trace_builders.lot(slot.product, "THU-HOI"), by=member.user).pk,
        programme=Programme.objects.filter(is_demo=True, province=seat.province_id).latest("starts_on").code,
        fair=OfflineEvent.objects.filter(is_demo=True, province=seat.province_id).latest("starts_on").code,
        course=Course.objects.filter(province=seat.province_id, attendances__isnull=False).latest("starts_on").code,
        report=PeriodReport.objects.get(province=seat.province_id, state=PeriodReport.State.PREPARED).pk,
        claim=Claim.objects.filter(province=seat.province_id).earliest("pk").pk,
        mailing=_mailed(inviter).pk,
        air_link=builders.air_link(slot.session, inviter, token=builders.AIR_TOKEN).pk,
        link=SalesLink.objects.of(slot.product).earliest("pk").pk,
    )


def _proposed(shop: Shop) -> SharingAgreement:
    """What the shop's owner is asked to sign."""
    today = timezone.localdate()
    return builders.agreement(shop, signed_on=None, on_paper=False, since=today, until=today + timedelta(days=365))


def _mailed(to: User) -> MailSchedule:
    """Products by e-mail, with a mail of each kind of result."""
    made = report_builders.mailed(to, filters="star=4")
    wanted = send_once(schedule=made).wanted
    send_mail(sending_id=MailSending.objects.get(dispatch__schedule=made).pk)
    for number, state in enumerate((MailSending.State.REFUSED, MailSending.State.UNCLEAR, MailSending.State.WITHHELD), start=1):
        due_at = timezone.now() - timedelta(days=7 * number)
        dispatch = MailDispatch.objects.create(schedule=made, due_at=due_at, occasion=MailDispatch.Occasion.DUE, wanted=wanted)
        failure = "550 no such mailbox" if state == MailSending.State.REFUSED else ""
        MailSending.objects.create(dispatch=dispatch, recipient=to, name=str(to), address=to.email or "", state=state, failure=failure)
    return made


def _run(shop: Shop) -> IntakeRun:
    """An order file of the shop that waits for confirmation, with a good row and two bad ones."""
    rows = [order_files.row(Order_ID="576461414838990001"), order_files.row(Order_ID="576461414838990002", Quantity="-1")]
    rows.append(order_files.row(Order_ID="576461414838990003", Created_Time="31 tháng 5"))
    with TemporaryDirectory() as folder:
        file = order_files.write_csv(Path(folder) / "don-hang.csv", rows)
        run = stage_file(path=file, shop=shop, file_name=file.name, by=User.objects.get(email=EMAILS[Role.TRADE]))
    runs.check_run(run_id=run.pk)
    return run


def _upload() -> RegistryUpload:
    """A registry file of the agriculture official, checked and not yet confirmed, with a good row and a bad one."""
    rows = [registry_files.FULL, {**registry_files.GOOD, "code": "GL-002", "stars": 7}]
    with TemporaryDirectory() as folder:
        file = registry_files.write(Path(folder) / "danh-muc.xlsx", rows)
        return check_upload(user=User.objects.get(email=EMAILS[Role.AGRICULTURE]), path=file, file_name=file.name)


def _live_upload(session: Session) -> LiveUpload:
    """A LIVE analytics file of the session's channel, read and not yet confirmed: its broadcast, one of another day, a bad one."""
    began = timezone.localtime(session.start).strftime("%Y-%m-%d %H:%M")
    rows = [live_files.broadcast(Start_Time=began, End_Time=None), live_files.broadcast(Room_ID="7508812345678901235")]
    rows.append(live_files.broadcast(Room_ID="7508812345678901236", Views="?"))
    with TemporaryDirectory() as folder:
        file = live_files.write(Path(folder) / "live.xlsx", rows)
        owner = User.objects.get(email=EMAILS[Role.TRADE])
        return read_upload(user=owner, channel=session.channel, path=file, file_name=file.name)
