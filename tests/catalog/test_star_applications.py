"""An application's way: prepared and sent by the producer, checked by the commune, given points, ended by a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Message, User
from catalog.criteria import criteria_on
from catalog.models import Product, StarApplication, StoredDocument
from catalog.stars import applications as verbs
from catalog.stars.decisions import record_decision
from catalog.stars.planning import Head
from catalog.stars.territory import NotTheirsError
from tests import builders

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Scene:
    product: Product
    member: User
    commune: User
    department: User


@pytest.fixture
def scene() -> Scene:
    maker = builders.producer("HTX-01")
    return Scene(
        builders.product("GL-1", maker),
        builders.member(maker),
        builders.official(commune=builders.commune()),
        builders.official(builders.AGRICULTURE),
    )


def opened(scene: Scene, stars: int = 4) -> StarApplication:
    return verbs.open_application(product=scene.product, stars_wanted=stars, by=scene.member)


def complete(scene: Scene, application: StarApplication) -> None:
    papers = criteria_on(timezone.localdate()).dossier
    entries = {paper.key: verbs.PaperEntry(provided=paper.needed, note="số 1") for paper in papers}
    verbs.save_dossier(application_id=application.pk, entries=entries, by=scene.member)


def sent(scene: Scene) -> StarApplication:
    application = opened(scene)
    complete(scene, application)
    return verbs.send_application(application_id=application.pk, by=scene.member)


def forwarded(scene: Scene) -> StarApplication:
    application = sent(scene)
    yes = {"origin": True, "labour": True, "identity": True}
    return verbs.check_application(application_id=application.pk, by=scene.commune, **yes)


def points(scene: Scene, application: StarApplication, a: str = "33.5", b: str = "20", c: str = "30") -> StarApplication:
    parts = {"points_a": Decimal(a), "points_b": Decimal(b), "points_c": Decimal(c)}
    return verbs.assess_application(application_id=application.pk, by=scene.department, **parts)


def test_the_whole_way(scene: Scene) -> None:
    application = points(scene, forwarded(scene))
    head = Head("recognition", "1/QĐ", timezone.localdate(), "UBND tỉnh", "province", "52")
    record_decision(head=head, text="GL-1", by=scene.department)
    application.refresh_from_db()
    assert application.rating is not None
    assert (application.state, application.kind, application.is_open) == ("recognised", "first", False)
    assert (application.rating.stars, application.rating.points) == (4, Decimal("83.5"))
    steps = list(application.steps.values_list("state", "by"))
    assert steps == [
        ("draft", scene.member.pk),
        ("submitted", scene.member.pk),
        ("forwarded", scene.commune.pk),
        ("assessed", scene.department.pk),
        ("recognised", scene.department.pk),
    ]
    told = list(Message.objects.filter(kind="star_application").order_by("pk").values_list("user", "subject"))
    assert told == [
        (scene.commune.pk, "Hồ sơ đề nghị phân hạng, Sản phẩm GL-1: Xã đang kiểm tra"),
        (scene.member.pk, "Hồ sơ đề nghị phân hạng, Sản phẩm GL-1: Sở đang xử lý"),
        (scene.department.pk, "Hồ sơ đề nghị phân hạng, Sản phẩm GL-1: Sở đang xử lý"),
        (scene.member.pk, "Hồ sơ đề nghị phân hạng, Sản phẩm GL-1: Đã chấm điểm, chờ quyết định"),
    ]


def test_what_kind_it_is_follows_from_the_stars(scene: Scene) -> None:
    assert verbs.kind_for(scene.product, 3) == "first"
    rating = builders.rate(scene.product, 3)
    assert [verbs.kind_for(scene.product, stars) for stars in (3, 4)] == ["reassessment", "upgrade"]
    type(rating).objects.filter(pk=rating.pk).update(valid_until=date(2021, 1, 1))
    assert verbs.kind_for(scene.product, 4) == "reassessment"


def test_a_product_has_one_application_that_runs(scene: Scene) -> None:
    first = opened(scene)
    with pytest.raises(verbs.AlreadyRunningError):
        opened(scene)
    with pytest.raises(NotTheirsError):  # the commune prepares for those without a phone; it takes nothing back from members
        verbs.withdraw_application(application_id=first.pk, by=scene.commune)
    verbs.withdraw_application(application_id=first.pk, by=scene.member)
    assert opened(scene).pk != first.pk


def test_needed_papers_are_asked_for_before_it_leaves(scene: Scene) -> None:
    application = opened(scene)
    with pytest.raises(verbs.MissingPapersError) as missing:
        verbs.send_application(application_id=application.pk, by=scene.member)
    assert [paper.key for paper in missing.value.papers] == [
        "registration", "business_plan", "organisation", "business_licence", "sample", "quality_declaration", "origin",
    ]  # fmt: skip


def test_what_the_commune_does_not_confirm_goes_back_with_words(scene: Scene) -> None:
    application = sent(scene)
    no = {"origin": True, "labour": False, "identity": True}
    with pytest.raises(verbs.NoWordsError):
        verbs.check_application(application_id=application.pk, by=scene.commune, **no)
    assert not application.checks.exists()
    back = verbs.check_application(application_id=application.pk, by=scene.commune, note="Thiếu hợp đồng", **no)
    assert (back.state, back.steps.latest("pk").note) == ("returned", "Thiếu hợp đồng")
    verbs.send_application(application_id=application.pk, by=scene.member)
    yes = {"origin": True, "labour": True, "identity": True}
    assert verbs.check_application(application_id=application.pk, by=scene.commune, **yes).state == "forwarded"
    assert [check.passed for check in application.checks.all()] == [False, True]


@pytest.mark.parametrize(("part", "given"), [("A", ("40.1", "20", "30")), ("B", ("33", "25.5", "30")), ("C", ("33", "20", "-1"))])
def test_no_part_has_more_points_than_the_criteria_say(scene: Scene, part: str, given: tuple[str, str, str]) -> None:
    with pytest.raises(verbs.PointsError) as error:
        points(scene, forwarded(scene), *given)
    assert (error.value.part, error.value.most) == (part, {"A": 40, "B": 25, "C": 35}[part])


def test_points_give_stars_by_the_criteria_under_which_they_were_given(scene: Scene) -> None:
    application = forwarded(scene)
    points(scene, application, "40", "25", "35")
    points(scene, application, "20", "10", "10")
    assert [(given.total, given.stars) for given in application.assessments.all()] == [(Decimal(100), 5), (Decimal(40), None)]
    refused = verbs.refuse_application(application_id=application.pk, by=scene.department, note="Chưa đủ 50 điểm")
    assert (refused.state, refused.is_open) == ("refused", False)


def test_nobody_acts_out_of_turn_or_for_others(scene: Scene) -> None:
    application = sent(scene)
    yes = {"application_id": application.pk, "origin": True, "labour": True, "identity": True}
    trade = builders.official(builders.TRADE)
    other_commune, other_province = builders.official(commune=builders.commune(nth=1)), builders.official(builders.AGRICULTURE, "96")
    for user in (scene.member, trade, scene.department, other_commune):
        with pytest.raises(NotTheirsError):
            verbs.check_application(by=user, **yes)
    with pytest.raises(verbs.ApplicationStateError):
        points(scene, application)
    verbs.check_application(by=scene.commune, **yes)
    for user in (scene.member, trade, scene.commune, other_province):
        with pytest.raises(NotTheirsError):
            verbs.refuse_application(application_id=application.pk, by=user, note="x")
    with pytest.raises(verbs.ApplicationStateError):
        verbs.check_application(by=scene.commune, **yes)
    with pytest.raises(NotTheirsError):
        verbs.open_application(product=scene.product, stars_wanted=3, by=builders.member())
    with pytest.raises(verbs.NoWordsError):
        verbs.return_application(application_id=application.pk, by=scene.department, note="")


def test_an_official_who_belongs_to_the_producer_neither_checks_nor_gives_points(scene: Scene) -> None:
    application = sent(scene)
    for official in (scene.commune, scene.department):
        official.memberships.create(producer=scene.product.producer)
    check = {"application_id": application.pk, "origin": True, "labour": True, "identity": True}
    points = {"points_a": Decimal(30), "points_b": Decimal(20), "points_c": Decimal(30)}
    with pytest.raises(NotTheirsError):
        verbs.check_application(by=scene.commune, **check)
    verbs.check_application(by=builders.official(commune=builders.commune()), **check)
    with pytest.raises(NotTheirsError):
        verbs.assess_application(application_id=application.pk, by=scene.department, **points)
    verbs.assess_application(application_id=application.pk, by=builders.official(builders.AGRICULTURE), **points)


def test_pages_lead_from_the_product_to_the_points(client: Client, scene: Scene) -> None:
    client.force_login(scene.member, backend=BACKEND)
    assert "/en/stars/applications/new/GL-1/" in client.get("/en/my/stars/").content.decode()
    where = client.post("/en/stars/applications/new/GL-1/", {"stars_wanted": "3"}).headers["Location"]
    data = {f"{paper.key}-provided": "on" for paper in criteria_on(timezone.localdate()).dossier if paper.needed}
    hostile = SimpleUploadedFile("bản.pdf", b"MZ not a pdf at all")
    page = client.post(where, {**data, "origin-provided": "", "label-note": "<b>nhãn</b>", "label-file": hostile, "act": "send"})
    assert page.status_code == 422
    application = StarApplication.objects.get()
    assert (application.state, application.dossier.filter(provided=True).count(), StoredDocument.objects.count()) == ("draft", 6, 0)
    assert "&lt;b&gt;nhãn&lt;/b&gt;" in page.content.decode()
    incomplete = client.post(where, {**data, "origin-provided": "", "act": "send"}).content.decode()
    assert "Saved, but not sent: Proof of the origin of raw materials still missing." in incomplete
    client.post(where, {**data, "act": "send"})
    # The page that the member still has open comes too late.
    late = client.post(where, {**data, "act": "save"}, follow=True).content.decode()
    assert "This is no longer possible: the application has moved on." in late
    client.force_login(scene.commune, backend=BACKEND)
    assert "Record the check" in client.get(where).content.decode()
    assert client.post(where, {"origin": "on", "labour": "on", "act": "check"}).status_code == 422
    client.post(where, {"origin": "on", "labour": "on", "identity": "on", "act": "check"})
    client.force_login(scene.department, backend=BACKEND)
    too_many = client.post(where, {"points_a": "41", "points_b": "20", "points_c": "20", "act": "assess"})
    assert (too_many.status_code, application.assessments.count()) == (422, 0)
    client.post(where, {"points_a": "30", "points_b": "15,5", "points_c": "20", "act": "assess"})
    assert "GL-1; 3; 65.5" in client.get("/en/stars/decisions/new/recognition/?state=assessed").content.decode()
    application.refresh_from_db()
    assert application.state == "assessed"


def test_a_paper_opens_for_those_who_see_the_application(client: Client, scene: Scene) -> None:
    application = opened(scene)
    application.dossier.filter(item="origin").update(document=builders.document("nguồn-gốc.pdf"))
    address = f"/en/stars/applications/{application.pk}/papers/origin/"
    for user, status in ((scene.member, 200), (scene.department, 200), (builders.member(builders.producer("HTX-02")), 404)):
        client.force_login(user, backend=BACKEND)
        assert client.get(address).status_code == status
    client.force_login(scene.member, backend=BACKEND)
    assert client.get(address.replace("origin", "labour")).status_code == 404
    assert client.get(address.replace("origin", "nothing")).status_code == 404


def test_lists_take_the_same_queries_at_one_and_three_rows(client: Client, scene: Scene) -> None:
    seen = []
    for codes in (("GL-2",), ("GL-3", "GL-4")):
        for code in codes:
            product = builders.product(code, scene.product.producer)
            builders.rate(product, 3, number=f"{code}/QĐ")
            verbs.open_application(product=product, stars_wanted=4, by=scene.member)
        for user, address in ((scene.department, "/en/stars/applications/"), (scene.member, "/en/my/stars/")):
            client.force_login(user, backend=BACKEND)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            seen.append(len(queries))
    assert seen[:2] == seen[2:]
