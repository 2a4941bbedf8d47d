"""Mails that go wrong: a server that is away, refuses or falls silent, workers that die, hang or come at once, times that were missed.

None is lost, and none is sent twice by itself.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dashboards import tasks
from dashboards.mailing import sending, services
from dashboards.models import MailDispatch, MailParcel, MailSchedule, MailSending
from tests import builders
from tests.dashboards.mailing_stage import DAY, attached, schedule, work
from tests.dashboards.market import browser_of, make_market
from tests.mail_server import MailServer, listening


@pytest.mark.usefixtures("fresh_db")
def test_four_workers_at_once_send_each_mail_once(mail_server: MailServer) -> None:
    make_market()
    people = [builders.official() for _person in range(3)]
    kept = schedule(*people)
    now = timezone.now()
    start = Barrier(4)

    def run(_number: int) -> None:
        try:
            start.wait()
            services.dispatch_due(now=now)
            for pk in MailSending.objects.values_list("pk", flat=True):
                sending.send_mail(sending_id=pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    work()
    assert mail_server.readers == sorted(str(person.email) for person in people)
    assert (MailDispatch.objects.count(), MailParcel.objects.count()) == (1, 1)
    kept.refresh_from_db()
    assert kept.next_due is not None
    assert kept.next_due > now


@pytest.mark.django_db
def test_a_server_that_is_away_delays_and_loses_nothing(absent_mail_server: MailServer) -> None:
    make_market()
    official = builders.official()
    schedule(official)
    pauses = []
    services.dispatch_due(now=timezone.now())
    for _attempt in range(6):
        MailSending.objects.update(try_at=timezone.now())
        before = timezone.now()
        work()
        waiting = MailSending.objects.get()
        assert (waiting.state, waiting.handed_at, waiting.held_until) == ("waiting", None, None)
        assert "refused" in waiting.failure.lower()
        pauses.append(round((waiting.try_at - before).total_seconds() / 60))
        # Not before its time.
        work()
        assert MailSending.objects.get().attempts == waiting.attempts
    assert pauses == [1, 5, 15, 60, 60, 60]
    made = MailParcel.objects.get()
    MailSending.objects.update(try_at=timezone.now())
    with listening(absent_mail_server):
        work()
    (_address, letter), sent = absent_mail_server.letters[0], MailSending.objects.get()
    assert (sent.state, sent.attempts, sent.failure, len(absent_mail_server.letters)) == ("sent", 7, "", 1)
    # The file of the first attempt, with the figures of when it was due.
    assert sha256(attached(letter)[1]).hexdigest() == made.sha256


@pytest.mark.django_db
def test_a_refused_recipient_is_told_of_and_the_others_get_theirs(mail_server: MailServer) -> None:
    make_market()
    first, refused, later = (builders.official() for _person in range(3))
    mail_server.refuses = {str(refused.email): "550 no such mailbox", str(later.email): "450 mailbox busy"}
    schedule(first, refused, later)
    work()
    found = {one.recipient_id: (one.state, one.failure) for one in MailSending.objects.all()}
    assert found == {first.pk: ("sent", ""), refused.pk: ("refused", "550 no such mailbox"), later.pk: ("waiting", "450 mailbox busy")}
    mail_server.refuses.clear()
    MailSending.objects.update(try_at=timezone.now())
    work()
    assert mail_server.readers == sorted([str(first.email), str(later.email)])


@pytest.mark.django_db
def test_a_server_that_falls_silent_before_the_text_is_tried_again(mail_server: MailServer) -> None:
    make_market()
    mail_server.silent_at = "RCPT"
    schedule(builders.official())
    work()
    assert MailSending.objects.get().state == "waiting"
    mail_server.silent_at = ""
    MailSending.objects.update(try_at=timezone.now())
    work()
    assert (MailSending.objects.get().state, len(mail_server.letters)) == ("sent", 1)


@pytest.mark.django_db
def test_a_server_that_falls_silent_after_the_text_may_have_it_so_a_person_decides(mail_server: MailServer) -> None:
    make_market()
    official = builders.official()
    mail_server.silent_at = "DATA"
    kept = schedule(official)
    work()
    unclear = MailSending.objects.get()
    assert (unclear.state, len(mail_server.letters)) == ("unclear", 1)
    mail_server.silent_at = ""
    MailSending.objects.update(try_at=timezone.now())
    work()
    assert len(mail_server.letters) == 1
    browser = browser_of(official)
    assert "Gửi lại" in browser.get(kept.get_absolute_url()).content.decode()
    browser.post(f"/mailings/sendings/{unclear.pk}/again/")
    work()
    assert (MailSending.objects.get().state, len(mail_server.letters)) == ("sent", 2)
    assert len({letter["Message-ID"] for _address, letter in mail_server.letters}) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("handed", "state", "letters"), [(False, "sent", 1), (True, "unclear", 0)])
def test_a_worker_that_died(mail_server: MailServer, handed: bool, state: str, letters: int) -> None:
    """Before the text went over another one takes its place; in the midst of that nobody does."""
    make_market()
    schedule(builders.official())
    services.dispatch_due(now=timezone.now())
    died = timezone.now() - DAY
    MailSending.objects.update(attempts=1, held_until=died, handed_at=died if handed else None)
    work()
    assert (MailSending.objects.get().state, len(mail_server.letters)) == (state, letters)


@pytest.mark.django_db
def test_a_worker_that_hung_until_another_took_over_hands_nothing_over(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    make_market()
    schedule(builders.official())
    services.dispatch_due(now=timezone.now())
    (pk,) = services.due_sendings(now=timezone.now())
    ready = sending._message

    def overtaken(*given: Any) -> Any:
        monkeypatch.setattr(sending, "_message", ready)
        MailSending.objects.update(held_until=timezone.now() - DAY)
        assert sending.send_mail(sending_id=pk)
        return ready(*given)

    monkeypatch.setattr(sending, "_message", overtaken)
    assert not sending.send_mail(sending_id=pk)
    assert (MailSending.objects.get().state, MailSending.objects.get().attempts, len(mail_server.letters)) == ("sent", 2, 1)


@pytest.mark.django_db
def test_what_was_missed_while_nothing_ran_is_sent_once(mail_server: MailServer) -> None:
    make_market()
    kept = schedule(builders.official())
    MailSchedule.objects.filter(pk=kept.pk).update(next_due=timezone.now() - DAY * 30)
    work()
    work()
    assert len(mail_server.letters) == 1
    # The last of the Mondays.
    assert timezone.now() - DAY * 7 <= MailDispatch.objects.get().due_at <= timezone.now()


@pytest.mark.django_db
def test_mails_that_wait_do_not_pile_up_before_the_workers(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """Of 21 the sweep wakes workers for 20, and no worker begins one later than the next sweep."""
    schedule(*(builders.official() for _person in range(21)))
    services.dispatch_due(now=timezone.now())
    woken: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.send_mail, "apply_async", lambda ids, **options: woken.append((*ids, options["expires"])))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_mailings()
    assert woken == [(pk, 30) for pk in MailSending.objects.order_by("try_at", "pk").values_list("pk", flat=True)[:20]]
