"""Agreements: what officials see of a shop's orders with one, without one, and after it ended; how one comes about."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Agency, Message, User
from orders.agreements import services
from orders.agreements.services import Terms
from orders.looks.services import LineLook, forget_looks, keep_look
from orders.models import IntakeRun, Order, RejectedRow, SharingAgreement, Shop
from orders.shops.hands import hand_over
from orders.shops.models import present_stretches
from tests import builders, order_builders
from tests.order_builders import Line
from tests.orders import order_files
from tests.roles import People, Role, client_of

TODAY = timezone.localdate


@pytest.fixture
def shop(people: People) -> Shop:
    """The shop of the cooperative of `people`, without any agreement."""
    producer = people[Role.COOPERATIVE].memberships.get().producer
    return builders.shop("CH-1", producer, sells=[builders.product("SP-1", producer)], shares=False)


@pytest.fixture
def order(shop: Shop) -> Order:
    """An order of the shop, of yesterday."""
    product = shop.sku_mappings.get().product
    made = order_builders.order(shop, "8100", timezone.now() - timedelta(days=1), Line(product, units=2, value=200_000))
    order_builders.fold()
    return made


def terms(*readers: str, since: date | None = None, days: int = 100) -> Terms:
    first = since or TODAY()
    return Terms("Báo cáo", list(readers or Agency.Kind.values), first, first + timedelta(days=days))


def answers(people: People, name: str, *args: object) -> dict[Role, tuple[int, bool]]:
    """Status, and whether the order's number is shown, by role."""
    found = {}
    for role in (Role.COOPERATIVE, Role.TRADE, Role.AGRICULTURE, Role.COMMUNE, Role.ADMINISTRATOR):
        answer = client_of(people, role).get(reverse(name, args=args))
        body = answer.getvalue() if answer.streaming else answer.content
        found[role] = (answer.status_code, b"8100" in body)
    return found


NOBODY_ELSE: dict[Role, Any] = {role: (200, role is Role.COOPERATIVE) for role in Role if role is not Role.NOBODY}


@pytest.mark.parametrize("name", ["line_list", "line_list_csv"])
def test_lines_are_listed_for_whom_the_agreement_names(people: People, shop: Shop, order: Order, name: str) -> None:
    assert answers(people, name) == NOBODY_ELSE
    builders.agreement(shop, readers=[Agency.Kind.COMMUNE])
    seen = {Role.COOPERATIVE, Role.COMMUNE, Role.ADMINISTRATOR}
    assert answers(people, name) == {role: (200, role in seen) for role in NOBODY_ELSE}
    services.withdraw(shop=shop, since=TODAY(), by=people[Role.COOPERATIVE])
    assert answers(people, name) == NOBODY_ELSE


def test_an_order_and_its_explanation_follow(people: People, shop: Shop, order: Order) -> None:
    withheld = {role: (200 if role is Role.COOPERATIVE else 403, role is Role.COOPERATIVE) for role in NOBODY_ELSE}
    assert answers(people, "order_detail", order.pk) == withheld
    builders.agreement(shop)
    assert answers(people, "order_detail", order.pk) == dict.fromkeys(NOBODY_ELSE, (200, True))
    services.withdraw(shop=shop, since=TODAY(), by=None)
    assert answers(people, "order_detail", order.pk) == withheld


def test_figures_in_sum_stay_and_what_is_not_listed_is_told(people: People, shop: Shop, order: Order) -> None:
    page = client_of(people, Role.TRADE).get(reverse("line_list")).context["page"]
    assert (page.totals.value.placed, page.totals.orders.placed, page.rows) == (200_000, 1, ())
    assert (page.withheld, page.withheld_shops, page.listed) == (1, 1, 0)
    own = client_of(people, Role.COOPERATIVE).get(reverse("line_list")).context["page"]
    assert (own.totals.value.placed, len(own.rows), own.withheld) == (200_000, 1, 0)


def test_asking_by_number_tells_nothing_of_a_withheld_order(people: People, shop: Shop, order: Order) -> None:
    page = client_of(people, Role.TRADE).get(reverse("line_list"), {"order": "8100"}).context["page"]
    assert (page.totals.lines, page.withheld, page.rows) == (0, 0, ())


def test_an_earlier_reading_shows_nothing_after_withdrawal(people: People, shop: Shop, order: Order) -> None:
    builders.agreement(shop)
    client = client_of(people, Role.TRADE)
    (url, _words), _csv = client.get(reverse("line_list")).context["exports"]
    services.withdraw(shop=shop, since=TODAY(), by=None)
    assert client.get(url.replace(".xlsx", ".csv")).getvalue().count(b"8100") == 0


@pytest.mark.parametrize(
    ("days", "ended_on", "shown"),
    [((0, 0), None, True), ((1, 9), None, False), ((-9, -1), None, False), ((-9, 9), 0, False), ((-9, 9), 1, True)],
)
def test_an_agreement_holds_from_its_first_day_to_its_last(shop: Shop, days: tuple[int, int], ended_on: int | None, shown: bool) -> None:
    today = TODAY()
    since, until = (today + timedelta(days=count) for count in days)
    made = builders.agreement(shop, since=since, until=until)
    if ended_on is not None:
        ended = {"ended_on": today + timedelta(days=ended_on), "ended_at": timezone.now(), "ending": "withdrawn"}
        SharingAgreement.objects.filter(pk=made.pk).update(**ended)
        made.refresh_from_db()
    assert Shop.objects.sharing_with({Agency.Kind.COMMUNE}).filter(pk=shop.pk).exists() is shown
    assert (made.state == "holds") is shown


# Taking in


def test_officials_take_in_no_file_without_agreement_and_are_told_why(people: People, shop: Shop, tmp_path: Any) -> None:
    file = order_files.write_csv(tmp_path / "don-hang.csv", [order_files.row()])
    for role, status in ((Role.TRADE, 422), (Role.COMMUNE, 422), (Role.COOPERATIVE, 302)):
        upload = SimpleUploadedFile("don-hang.csv", file.read_bytes())
        answer = client_of(people, role).post(reverse("intake_new"), {"shop": shop.pk, "file": upload})
        assert answer.status_code == status
        if status == 422:
            assert shop.name in answer.context["form"].errors["shop"][0]
            assert reverse("sharing", args=[shop.code]) in answer.content.decode()
    assert IntakeRun.objects.count() == 1


def test_after_withdrawal_officials_see_the_shops_runs_no_longer(people: People, shop: Shop, order: Order) -> None:
    builders.agreement(shop)
    seen = {role: IntakeRun.objects.visible_to(people[role]).count() for role in (Role.TRADE, Role.COOPERATIVE)}
    services.withdraw(shop=shop, since=TODAY(), by=people[Role.COOPERATIVE])
    after = {role: IntakeRun.objects.visible_to(people[role]).count() for role in (Role.TRADE, Role.COOPERATIVE)}
    assert (seen, after) == ({Role.TRADE: 1, Role.COOPERATIVE: 1}, {Role.TRADE: 0, Role.COOPERATIVE: 1})


# How one comes about


def send(client: Client, shop: Shop, act: str, **fields: Any) -> Any:
    return client.post(reverse("sharing", args=[shop.code]), {"act": act, **fields}, follow=True)


def offer(**fields: Any) -> dict[str, Any]:
    today = TODAY()
    return {"purpose": "Báo cáo", "readers": ["commune"], "since": today, "until": today + timedelta(days=30)} | fields


def test_an_office_proposes_the_owner_signs_and_withdraws(people: People, shop: Shop) -> None:
    office, owner = client_of(people, Role.COMMUNE), client_of(people, Role.COOPERATIVE)
    assert send(office, shop, "propose", **offer()).status_code == 200
    (proposal,) = SharingAgreement.objects.all()
    assert Message.objects.filter(user=people[Role.COOPERATIVE], kind="sharing").count() == 1
    assert send(owner, shop, "sign", proposal=proposal.pk).status_code == 422  # not ticked
    send(owner, shop, "sign", proposal=proposal.pk, agreed="on")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.signed_by, proposal.on_paper) == ("holds", people[Role.COOPERATIVE], False)
    assert Message.objects.filter(user=people[Role.TRADE], kind="sharing").count() == 1
    assert send(owner, shop, "withdraw", since=TODAY() - timedelta(days=1)).status_code == 422
    send(owner, shop, "withdraw", since=TODAY(), reason="Đổi ý")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.ending, proposal.end_reason) == ("ended", "withdrawn", "Đổi ý")


def test_only_the_proposal_that_was_read_is_signed(people: People, shop: Shop) -> None:
    first = services.propose(shop=shop, terms=terms("commune"), by=people[Role.TRADE])
    second = services.propose(shop=shop, terms=terms(), by=people[Role.TRADE])
    send(client_of(people, Role.COOPERATIVE), shop, "sign", proposal=first.pk, agreed="on")
    assert list(SharingAgreement.objects.values_list("pk", "signed_on")) == [(second.pk, None)]
    with pytest.raises(services.NotOpenError):
        services.sign(agreement=first, by=people[Role.COOPERATIVE])


def test_signing_ends_what_held_before(people: People, shop: Shop) -> None:
    before = builders.agreement(shop)
    later = services.propose(shop=shop, terms=terms("commune", since=TODAY() + timedelta(days=5)), by=None)
    services.sign(agreement=later, by=people[Role.COOPERATIVE])
    before.refresh_from_db()
    assert (before.state, before.ended_on, before.ending) == ("holds", TODAY() + timedelta(days=5), "replaced")
    assert len(services.withdraw(shop=shop, since=TODAY(), by=None)) == 2
    with pytest.raises(services.NothingToEndError):
        services.withdraw(shop=shop, since=TODAY(), by=None)


@pytest.mark.parametrize("who", [Role.TRADE, Role.COMMUNE, Role.ADMINISTRATOR, "colleague", "other owner"])
def test_nobody_signs_for_the_owner(people: People, shop: Shop, who: Role | str) -> None:
    proposal = services.propose(shop=shop, terms=terms(), by=None)
    user: User
    if isinstance(who, Role):
        user = people[who]
    else:
        user = builders.member(builders.producer("HTX-2") if who == "other owner" else proposal.shop.producer, email="khac@example.vn")
        user.memberships.filter(producer=proposal.shop.producer).update(leads=False)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    send(client, shop, "sign", proposal=proposal.pk, agreed="on")
    assert SharingAgreement.objects.open().get() == proposal
    with pytest.raises(services.NotTheOwnerError):
        services.sign(agreement=proposal, by=user)


def test_a_shop_of_a_host_is_agreed_on_paper_alone(people: People) -> None:
    shop = builders.shop("CH-KOL", builders.host("KOL-1"), shares=False)
    office = client_of(people, Role.TRADE)
    assert "signed_on" in send(office, shop, "propose", **offer()).context["forms"]["propose"].errors
    paper = SimpleUploadedFile("ky.pdf", b"not a document")
    assert "paper" in send(office, shop, "propose", **offer(signed_on=TODAY(), paper=paper)).context["forms"]["propose"].errors
    assert "paper" in send(office, shop, "propose", **offer(signed_on=TODAY())).context["forms"]["propose"].errors
    send(office, shop, "propose", **offer(signed_on=TODAY(), paper=photographed()))
    made = SharingAgreement.objects.get()
    assert (made.on_paper, made.signed_by, made.state) == (True, people[Role.TRADE], "holds")


def photographed() -> SimpleUploadedFile:
    picture = BytesIO()
    Image.new("RGB", (300, 400), "white").save(picture, "JPEG")
    return SimpleUploadedFile("ky.jpg", picture.getvalue())


def test_an_office_lets_itself_in_neither_without_a_paper_nor_unseen(people: People, shop: Shop) -> None:
    office, owner = client_of(people, Role.COMMUNE), people[Role.COOPERATIVE]
    assert "paper" in send(office, shop, "propose", **offer(signed_on=TODAY())).context["forms"]["propose"].errors
    assert (SharingAgreement.objects.count(), Message.objects.filter(user=owner).count()) == (0, 0)
    send(office, shop, "propose", **offer(signed_on=TODAY(), paper=photographed()))
    told = Message.objects.get(user=owner, kind="sharing")
    assert ("chia sẻ dòng đơn hàng" in told.subject, reverse("sharing", args=[shop.code]) in told.body) == (True, True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"readers": []}, "readers"),
        ({"readers": ["police"]}, "readers"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "a\0b"}, "purpose"),
        ({"purpose": "a" * 501}, "purpose"),
        ({"until": "hôm nay"}, "until"),
        ({"since": "2020-01-01", "until": "2020-02-01"}, "until"),
        ({"until": "2099-01-01"}, "until"),
        ({"signed_on": "2099-01-01"}, "signed_on"),
        ({"signed_on": "2026-01-02"}, "paper"),
    ],
)
def test_terms_that_cannot_be_are_told_at_their_field(people: People, shop: Shop, wrong: dict[str, Any], field: str) -> None:
    answer = send(client_of(people, Role.TRADE), shop, "propose", **offer(**wrong))
    assert (answer.status_code, list(answer.context["forms"]["propose"].errors)) == (422, [field])
    assert not SharingAgreement.objects.exists()


def test_what_one_owner_agreed_on_does_not_bind_the_next(people: People, shop: Shop) -> None:
    held = builders.agreement(shop)
    hand_over(shop=shop, since=TODAY(), to=builders.producer("HTX-2"), ground="Hợp đồng", by=people[Role.TRADE])
    held.refresh_from_db()
    assert (held.state, held.ending) == ("ended", "new_owner")


def test_what_the_next_owner_agrees_on_shows_nothing_of_the_one_before(people: People, shop: Shop, order: Order) -> None:
    next_owner = builders.producer("HTX-2")
    hand_over(shop=shop, since=TODAY(), to=next_owner, ground="Hợp đồng", by=people[Role.TRADE])
    later = builders.product("SP-2", next_owner)
    order_builders.order(shop, "9200", timezone.now(), Line(later, units=1, value=70_000))
    order_builders.fold()
    builders.agreement(shop)
    page = client_of(people, Role.TRADE).get(reverse("line_list")).context["page"]
    assert [row.number for row in page.rows] == ["9200"]
    assert (page.totals.value.placed, page.withheld, page.withheld_shops) == (270_000, 1, 1)
    assert client_of(people, Role.TRADE).get(reverse("order_detail", args=[order.pk])).status_code == 403
    # Who had it before still sees what he sold, and officials do again once it is his and he agrees.
    assert client_of(people, Role.COOPERATIVE).get(reverse("order_detail", args=[order.pk])).status_code == 200
    former = people[Role.COOPERATIVE].memberships.get().producer
    hand_over(shop=shop, since=TODAY() + timedelta(days=1), to=former, ground="Hợp đồng", by=people[Role.TRADE])
    assert list(present_stretches(Shop.objects.all())) == [(shop.pk, TODAY(), TODAY())]
    Shop.objects.filter(pk=shop.pk).update(producer=former)
    assert list(present_stretches(Shop.objects.all())) == [
        (shop.pk, date.min, TODAY() - timedelta(days=1)),
        (shop.pk, TODAY() + timedelta(days=1), date.max),
    ]
    assert client_of(people, Role.TRADE).get(reverse("order_detail", args=[order.pk])).status_code == 200


# Looks


def looks() -> list[tuple[User, str | None, str, int]]:
    return [(look.user, look.agency and look.agency.kind, look.purpose, look.lines) for look in LineLook.objects.order_by("pk")]


def test_each_look_by_virtue_of_a_post_is_written_down(people: People, shop: Shop, order: Order) -> None:
    builders.agreement(shop)
    for role in (Role.COOPERATIVE, Role.TRADE, Role.ADMINISTRATOR):
        client = client_of(people, role)
        for name in ("line_list", "line_list_xlsx", "line_list_csv"):
            client.get(reverse(name))
            client.head(reverse(name))
        client.get(reverse("order_detail", args=[order.pk]))
    kinds = ["list", "xlsx", "csv", "order"]
    trade, administrator = people[Role.TRADE], people[Role.ADMINISTRATOR]
    assert looks() == [(trade, "industry_trade", kind, 1) for kind in kinds] + [(administrator, None, kind, 1) for kind in kinds]


def test_typed_orders_and_refused_rows_are_looked_into_too(people: People, shop: Shop) -> None:
    assert shop.producer
    stall = builders.stall("ZL-1", shop.producer)
    for one in (shop, stall):
        builders.agreement(one)
    typed = builders.typed_order(stall, builders.product("SP-9", shop.producer))
    run = IntakeRun.objects.create(shop=shop, platform=shop.platform, file_name="a.csv", exported_at=timezone.now(), state="merged")
    RejectedRow.objects.create(run=run, row=2, column="Quantity", code="empty")
    for role in (Role.COOPERATIVE, Role.TRADE):
        client = client_of(people, role)
        for name, thing in (("typed_list", None), ("typed_order", typed), ("intake_run", run), ("intake_rejected_csv", run)):
            assert client.get(reverse(name, args=[thing.pk] if thing else [])).status_code == 200
    told = ["list", "order", "list", "csv"]
    assert looks() == [(people[Role.TRADE], "industry_trade", purpose, 1) for purpose in told]
    assert set(LineLook.objects.values_list("shop", "producer")) == {(shop.pk, shop.producer_id), (stall.pk, None)}, "nothing is folded yet"


def test_a_long_export_is_counted_before_it_begins(people: People, shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.agreement(shop)
    monkeypatch.setattr("dashboards.boards.line_rows.KEPT_WHOLE", 0)
    client_of(people, Role.TRADE).get(reverse("line_list_csv"))
    client_of(people, Role.TRADE).get(reverse("line_list_xlsx"))
    assert [(purpose, lines) for _user, _agency, purpose, lines in looks()] == [("csv", 1), ("xlsx", 1)]


def test_no_line_is_shown_where_the_look_cannot_be_written(
    people: People, shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.agreement(shop)

    def broken(*_args: object, **_more: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(LineLook.objects, "bulk_create", broken)
    unseen = {role: (200, True) if role is Role.COOPERATIVE else (503, False) for role in NOBODY_ELSE}
    for name, args in (("line_list", []), ("line_list_csv", []), ("order_detail", [order.pk])):
        assert answers(people, name, *args) == unseen


def test_the_producer_sees_who_looked_day_by_day(people: People, shop: Shop, order: Order) -> None:
    producer = shop.producer
    assert producer is not None
    for _time in range(2):
        keep_look(user=people[Role.TRADE], purpose="list", seen={(shop.pk, producer.pk): 3, (shop.pk, None): 1})
    other = builders.shop("CH-2", builders.producer("HTX-2"))
    keep_look(user=people[Role.TRADE], purpose="csv", seen={(other.pk, other.producer_id): 9})
    answer = client_of(people, Role.COOPERATIVE).get(reverse("look_list"))
    ((day, (look,)),) = answer.context["days"]
    assert (day, look["looks"], look["seen"], look["shop__name"]) == (TODAY(), 2, 8, shop.name)


def test_lines_of_a_producer_in_another_owners_shop_are_its_lines_too(people: People, shop: Shop) -> None:
    common = builders.shop("CH-CHUNG", builders.host("KOL-1"))
    keep_look(user=people[Role.TRADE], purpose="list", seen={(common.pk, shop.producer_id): 1, (common.pk, None): 5})
    assert [look.lines for look in LineLook.objects.visible_to(people[Role.COOPERATIVE])] == [1]


def test_looks_are_kept_for_three_years_and_never_changed(people: People, shop: Shop) -> None:
    keep_look(user=people[Role.TRADE], purpose="list", seen={(shop.pk, None): 1})
    old = LineLook(user=people[Role.TRADE], purpose="list", shop=shop, lines=1, at=timezone.now() - timedelta(days=3 * 365 + 1))
    old.save()
    assert forget_looks() == 1
    (left,) = LineLook.objects.all()
    with pytest.raises(DatabaseError, match="kept for years"):
        left.delete()


def test_lists_of_shops_cost_the_same_for_one_and_for_three(people: People, shop: Shop) -> None:
    client = client_of(people, Role.TRADE)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("sharing_list")).status_code == 200
        return len(seen)

    queries()
    one = queries()
    for code in ("CH-2", "CH-3"):
        services.propose(shop=builders.shop(code, builders.producer(f"HTX-{code}")), terms=terms(), by=None)
    assert queries() == one
