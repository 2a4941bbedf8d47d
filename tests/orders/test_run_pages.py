"""The pages of runs: the history as it is narrowed, work under way, cancelling, undoing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders import tasks
from orders.intake import runs
from orders.intake.models import IntakeRun
from orders.leases.models import Lease
from orders.leases.overdue import end_overdue
from orders.leases.work import ask_to_stop
from orders.models import Order, Shop
from tests import builders
from tests.orders.observations import EPOCH, File, Seen, hours, take_in
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db
State = IntakeRun.State


@pytest.fixture
def shop() -> Shop:
    """A producer's TikTok shop in Gia Lai."""
    return builders.shop("TT-1", builders.producer("HTX-1"))


@pytest.fixture
def people(shop: Shop) -> People:
    """The people around its producer."""
    assert shop.producer
    return People.of(shop.producer)


@pytest.fixture
def client(people: People) -> Client:
    """The trade official's."""
    return client_of(people, Role.TRADE)


@pytest.fixture
def merged(shop: Shop) -> IntakeRun:
    """A file that was taken in."""
    return take_in(shop, File(EPOCH + hours(48), (Seen(key="x"), Seen(key="y", gross=5))))


def listed(client: Client, query: str) -> list[str]:
    """File names of the list, as it is narrowed."""
    page = client.get(f"/en/intake/?{query}")
    assert page.status_code == 200
    return [run.file_name for run in page.context["page"]]


def test_history_is_narrowed_by_shop_state_who_and_file(shop: Shop, people: People, client: Client) -> None:
    second = builders.shop("TT-2", shop.producer)
    for number, (of, state, by) in enumerate(
        ((shop, State.MERGED, Role.TRADE), (second, State.FAILED, Role.COOPERATIVE), (shop, State.CHECKED, Role.COOPERATIVE))
    ):
        IntakeRun.objects.create(
            shop=of, platform="tiktok", file_name=f"f{number}.csv", file_sha256=f"ab{number}", exported_at=EPOCH, state=state,
            by=people[by], rows=300, seconds=1.5, created_at=EPOCH + hours(number),
        )  # fmt: skip
    assert listed(client, "") == ["f2.csv", "f1.csv", "f0.csv"]
    assert listed(client, f"shop={shop.pk}") == ["f2.csv", "f0.csv"]
    assert listed(client, "state=failed") == ["f1.csv"]
    assert listed(client, f"who={people[Role.TRADE].email}") == ["f0.csv"]
    assert listed(client, "file=F1") == ["f1.csv"]
    assert listed(client, "file=ab2") == ["f2.csv"]
    assert listed(client, f"shop={shop.pk}&state=merged&who=&file=csv") == ["f0.csv"]
    page = client.get("/en/intake/?state=nonsense&shop=999&file=%00").content.decode()
    assert "There is a problem" in page
    page = client.get(f"/en/intake/?shop={shop.pk}&state=merged").content.decode()
    assert f'href="?shop={shop.pk}"' in page
    assert "200 rows per second" in page


def test_a_page_of_history_costs_the_same_at_one_and_three_rows(shop: Shop, client: Client) -> None:
    counts = []
    for number in range(3):
        by = builders.user(f"by{number}@example.vn")
        IntakeRun.objects.create(shop=shop, platform="tiktok", file_name=f"{number}", exported_at=EPOCH, by=by)
        with CaptureQueriesContext(connection) as queries:
            client.get("/intake/")
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_from_the_question_to_the_end_of_an_undo(merged: IntakeRun, people: People, client: Client) -> None:
    address = f"/en/intake/{merged.pk}/"
    assert f"{address}undo/" in client.get(address).content.decode()
    page = client.get(f"{address}undo/").content.decode()
    assert "−100,005" in page
    assert client.post(f"{address}undo/", {"reason": " "}).status_code == 422
    assert client.post(f"{address}undo/", {"reason": "x" * 301}).status_code == 422
    assert client.post(f"{address}undo/", {"reason": "a\x00b"}).status_code == 422
    assert IntakeRun.objects.get().state == State.MERGED

    assert client.post(f"{address}undo/", {"reason": "orders of <another> shop"}).headers["Location"] == address
    assert client.post(f"{address}undo/", {"reason": "twice"}).headers["Location"] == address
    assert "Undoing" in client.get(f"{address}progress/").content.decode()
    tasks.undo_run(merged.pk)
    tasks.undo_run(merged.pk)
    run = IntakeRun.objects.get()
    assert (run.state, run.undo_reason, run.undone_by) == (State.UNDONE, "orders of <another> shop", people[Role.TRADE])
    assert client.get(f"{address}progress/").headers["HX-Refresh"] == "true"
    page = client.get(address).content.decode()
    assert "orders of &lt;another&gt; shop" in page
    assert "/undo/" not in page
    assert client.get(f"{address}undo/").headers["Location"] == address
    assert not Order.objects.standing().exists()


def test_who_may_not_take_in_may_not_undo(merged: IntakeRun, people: People) -> None:
    for role, status in ((Role.AGRICULTURE, 403), (Role.COOPERATIVE, 302), (Role.COMMUNE, 302)):
        answer = client_of(people, role).post(f"/intake/{merged.pk}/undo/", {"reason": "mine"})
        assert answer.status_code == status, role
    stranger = People.of(builders.producer("HTX-9", nth_commune=1))
    assert client_of(stranger, Role.COOPERATIVE).post(f"/intake/{merged.pk}/undo/", {"reason": "mine"}).status_code == 404


def test_a_file_that_was_not_taken_in_is_not_undone(shop: Shop, client: Client) -> None:
    run = IntakeRun.objects.create(shop=shop, platform="tiktok", file_name="x", exported_at=EPOCH, state=State.CHECKED)
    for answer in (client.get(f"/intake/{run.pk}/undo/"), client.post(f"/intake/{run.pk}/undo/", {"reason": "r"})):
        assert answer.headers["Location"] == f"/intake/{run.pk}/"
    assert IntakeRun.objects.get().state == State.CHECKED


def test_an_undo_that_fails_leaves_the_file_counted_and_says_why(merged: IntakeRun, client: Client) -> None:
    runs.ask_undo(run_id=merged.pk, by=None, reason="r")
    IntakeRun.objects.update(attempts=runs.ATTEMPTS_AT_MOST)
    assert not runs.undo_run(run_id=merged.pk)
    run = IntakeRun.objects.get()
    assert (run.state, run.failure, run.attempts) == (State.MERGED, "given up after 5 attempts", 0)
    assert "The file was not undone" in client.get(f"/en/intake/{run.pk}/").content.decode()
    assert runs.ask_undo(run_id=run.pk, by=None, reason="again").failure == ""
    assert runs.undo_run(run_id=run.pk)


def test_progress_tells_rows_speed_and_time_left(shop: Shop, client: Client) -> None:
    run = IntakeRun.objects.create(shop=shop, platform="tiktok", file_name="x", exported_at=EPOCH, state=State.CONFIRMED, rows=50_000)
    now = timezone.now()
    lease = Lease.objects.create(
        kind=runs.LEASE, subject=run.pk, done=10_000, total=50_000, began_at=now - timedelta(seconds=5), until=now + timedelta(minutes=1)
    )
    page = client.get(f"/en/intake/{run.pk}/progress/").content.decode()
    assert "10,000 of 50,000" in page
    assert "rows per second, about 20 s left" in page
    Lease.objects.filter(pk=lease.pk).update(until=now)
    assert "rows per second" not in client.get(f"/en/intake/{run.pk}/progress/").content.decode(), "whoever that was works no more"


def test_requests_to_stop_what_had_ended_do_not_pile_up() -> None:
    for days in (0, 2):
        ask_to_stop(kind="reading", subject=days)
        Lease.objects.filter(subject=days).update(until=timezone.now() - timedelta(days=days))
    assert end_overdue() == 0
    assert [lease.subject for lease in Lease.objects.all()] == [0]


def test_cancelled_while_it_waits_for_its_merge(shop: Shop, client: Client) -> None:
    run = IntakeRun.objects.create(shop=shop, platform="tiktok", file_name="x", exported_at=EPOCH, state=State.CONFIRMED)
    assert f"/intake/{run.pk}/cancel/" in client.get(f"/intake/{run.pk}/").content.decode()
    client.post(f"/intake/{run.pk}/cancel/")
    client.post(f"/intake/{run.pk}/cancel/")
    assert (IntakeRun.objects.get().state, Lease.objects.count()) == (State.CANCELLED, 0)
