"""What the demo offers a visitor: accounts of each role, and things for the addresses that name one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from accounts.models import User
from catalog.models import ListingRevision, Paper, Photo, RegistryUpload, SalesLink, StarApplication
from catalog.registry.services import check_upload
from livestreams.analytics.services import read_upload
from livestreams.models import Claim, Course, Guest, LiveUpload, Need, OfflineEvent, Organisation, Programme, Session, Slot
from livestreams.sessions.run_of_show import add_slot
from ocop_portal.demo.people import PASSWORD
from orders.intake import runs
from orders.intake.staging import stage_file
from orders.models import IntakeRun, Order, Shop
from tests import builders, trace_builders
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
    shop = Shop.objects.get(producer=producer)
    rating = slot.product.ratings.latest("valid_from")
    seat = producer.seats.latest("since").commune
    code = UnitCode.objects.select_related("lot__product").filter(lot__product__producer=producer).earliest("pk")
    member = producer.memberships.get(user__email=EMAILS[Role.COOPERATIVE])
    inviter = User.objects.get(email=EMAILS[Role.TRADE])
    written, ticket = trace_builders.feedback(code_path(code), number="browser")
    plan = Slot.objects.select_related("session").get(session__code="GL-KH1", product=slot.product)
    # The demo plans no session with this producer's products: one of the province takes one in.
    planned = Session.objects.get(province=seat.province_id, commune__isnull=False, actual_start=None, is_demo=True)
    plan = add_slot(session=planned, product=slot.product, by=inviter)
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
        order=Order.objects.filter(lines__contribution__product=slot.product, attribution__session=slot.session).earliest("pk").pk,
        run=_run(shop).pk,
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
        claim=Claim.objects.filter(province=seat.province_id).earliest("pk").pk,
        air_link=builders.air_link(slot.session, inviter, token=builders.AIR_TOKEN).pk,
        link=SalesLink.objects.of(slot.product).earliest("pk").pk,
    )


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
