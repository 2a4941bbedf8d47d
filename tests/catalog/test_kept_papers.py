"""Papers: entering, changing, removing, and who opens their files."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalog.keeping.papers import PaperFacts, change_paper, remove_paper
from catalog.keeping.waiting import ChangedMeanwhileError
from catalog.models import Paper, Product, StoredDocument
from tests import builders
from tests.catalog.kept import SOON, address, file, of, problems, said, submitted
from tests.catalog.upload_files import pdf

pytestmark = pytest.mark.django_db


def test_a_paper_is_entered_with_its_file(client: Client, keeper: User, coffee: Product) -> None:
    response = client.post(address("kept_papers"), {**SOON, "file": file(pdf(), "giấy.pdf")}, follow=True)
    paper = Paper.objects.get()
    assert (paper.owner, paper.number, paper.valid_until, paper.shown) == (coffee, "HACCP 12/2026", date(2029, 1, 4), False)
    assert "The paper was entered." in said(response)
    assert "HACCP HACCP 12/2026" in said(response)
    assert client.get(of("paper_file", paper)).content == pdf()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": ""}, "This field is required."),
        ({"kind": "magic"}, "Select a valid choice."),
        ({"number": ""}, "number, or its file below"),
        ({"kind": "other", "title": ""}, "Say what kind of paper it is."),
        ({"valid_until": "2025-01-01"}, "The last day is before the first one."),
        ({"valid_from": "0026-01-05"}, "This day cannot be right"),
        ({"valid_from": "soon"}, "Enter a valid date."),
        ({"number": "1" * 101}, "at most 100 characters"),
        ({"file": file(b"", "a.pdf")}, "The submitted file is empty."),
        ({"file": file(b"MZ" + bytes(99), "a.pdf")}, "a.pdf is neither a PDF nor a photo"),
        ({"file": file(pdf(b"<< /JS (x) >>"), "a.pdf")}, "a.pdf holds a script."),
        ({"number": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_wrong_paper_is_refused_and_what_was_typed_stays(client: Client, keeper: User, wrong: dict[str, Any], sentence: str) -> None:
    response = client.post(address("kept_papers"), {**SOON, **wrong})
    assert any(sentence in found for found in problems(response))
    assert not Paper.objects.exists()
    assert not StoredDocument.objects.exists()
    if "number" not in wrong:
        assert 'value="HACCP 12/2026"' in said(response)


def test_a_paper_that_nobody_saw_is_changed_in_place(client: Client, keeper: User, coffee: Product) -> None:
    client.post(address("kept_papers"), {**SOON, "file": file(pdf(), "a.pdf")})
    paper = Paper.objects.get()
    client.post(of("paper_change", paper), {**SOON, "number": "2"})
    changed = Paper.objects.get()
    assert (changed.pk, changed.number, changed.document) == (paper.pk, "2", paper.document)
    client.post(of("paper_remove", paper))
    assert not Paper.objects.exists()


@pytest.mark.parametrize("state", ["shown", "submitted"])
def test_a_paper_that_somebody_sees_stays_until_the_change_is_published(client: Client, keeper: User, coffee: Product, state: str) -> None:
    paper = Paper.objects.create(product=coffee, kind="haccp", number="1", shown=state == "shown")
    if state == "submitted":
        submitted(coffee, keeper)
    response = client.post(of("paper_change", paper), {**SOON, "number": "2"}, follow=True)
    assert "once an official has published" in said(response)
    paper.refresh_from_db()
    later = paper.replaced_by
    assert (paper.number, paper.shown, later.number, later.shown, later.owner) == ("1", state == "shown", "2", False, coffee)
    assert client.get(of("paper_change", paper)).status_code == 404
    with pytest.raises(ChangedMeanwhileError):
        change_paper(paper=paper, facts=PaperFacts("haccp"))

    client.post(of("paper_remove", later))
    paper.refresh_from_db()
    assert paper.withdrawn_at is not None
    assert not paper.shown
    assert not Paper.objects.current().exists()
    with pytest.raises(ChangedMeanwhileError):
        remove_paper(paper=paper)


def test_a_papers_file_is_everybodys_only_where_the_producer_says_so(client: Client, keeper: User, coffee: Product) -> None:
    client.post(address("kept_papers"), {**SOON, "file": file(pdf(), "a.pdf")})
    paper = Paper.objects.get()
    there = of("paper_file", paper)

    def answers() -> list[int]:
        found = []
        for user in (None, builders.member(builders.producer(f"P{Paper.objects.count()}{timezone.now():%f}")), keeper):
            visitor = Client()
            if user is not None:
                visitor.force_login(user)
            found.append(visitor.get(there).status_code)
        return found

    assert answers() == [404, 404, 200]
    Paper.objects.update(shown=True)
    assert answers() == [404, 404, 200]
    Paper.objects.update(public_file=True)
    assert answers() == [200, 200, 200]
    Paper.objects.update(shown=False)
    assert answers() == [404, 404, 200]


def test_papers_tell_whether_they_hold_today(coffee: Product) -> None:
    paper = Paper(product=coffee, kind="haccp", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
    days = ["2025-12-31", "2026-01-01", "2026-10-01", "2026-10-02", "2026-12-31", "2027-01-01"]
    states = ["planned", "valid", "valid", "expiring", "expiring", "expired"]
    assert [paper.state_on(date.fromisoformat(day)).value for day in days] == states
    assert Paper(kind="haccp").state_on(date(2026, 1, 1)) == Paper.State.VALID
