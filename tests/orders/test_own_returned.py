"""A word for a state that says the goods were delivered and came back."""

from __future__ import annotations

from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orders import tasks
from orders.figures.verify import verify_figures
from orders.intake.mapping.guessing import state_of
from orders.intake.models import IntakeRun
from orders.models import OrderLine
from tests import builders
from tests.orders.own_files import content, line
from tests.orders.test_mapping import ANSWERS
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db
LABEL = "Returned after delivery, all pieces of the row"


@pytest.mark.parametrize(
    ("word", "state"),
    [("trả hàng", 5), ("hoàn trả", 5), ("đã trả lại", 5), ("returned", 5), ("hoàn", None), ("hoàn thành", 3), ("package returned", 4)],
)
def test_words_for_returns(word: str, state: int | None) -> None:
    """“Hoàn” is said of undelivered parcels too, so it is not guessed."""
    assert state_of(word) == state


def test_a_returned_row_is_sold_delivered_and_sent_back_whole() -> None:
    shop = builders.stall("ZL-1", builders.producer("HTX-1"))
    assert shop.producer
    client: Client = client_of(People.of(shop.producer), Role.COOPERATIVE)
    name = "state_" + format(crc32("hoàn".encode()), "08x")
    rows = [line(), line("A-02", state="Trả hàng"), line("A-03", units=3, state="Hoàn")]

    def post(**more: str) -> object:
        return client.post(f"/en/shops/{shop.code}/columns/", {"file": SimpleUploadedFile("so.csv", content(rows)), **more})

    form = post().context["form"]  # type: ignore[attr-defined]
    assert [(str(field.label), field.value()) for field in form.words()] == [("“hoàn”", ""), ("“trả hàng”", "5"), ("“đã giao”", "2")]
    assert ([value for value, _words in form.fields[name].choices], form.fields[name].choices[-1][1]) == (["", 0, 1, 2, 3, 4, 5], LABEL)
    assert [value for value, _words in form.fields["default_state"].choices] == [0, 1, 2, 3, 4]
    looked = post(**ANSWERS, **{name: "5"}, answered="look")
    shown = [row["state_words"] for row in looked.context["preview"].rows]  # type: ignore[attr-defined]
    assert shown == ["Delivered", LABEL, LABEL]
    post(**ANSWERS, **{name: "5"}, answered="save")
    run = IntakeRun.objects.get()
    tasks.check_run(run.pk)
    assert client.get(f"/en/intake/{run.pk}/").content.decode().count(LABEL) == 2
    assert client.get(f"/en/shops/{shop.code}/columns/").content.decode().count(LABEL) == 2
    client.post(f"/intake/{run.pk}/confirm/")
    tasks.merge_run(run.pk)
    taken = OrderLine.objects.order_by("order__number").values_list(
        "order__number", "units", "state", "cancelled_units", "returned_units", "delivered_units"
    )
    assert list(taken) == [("A-01", 2, 2, 0, 0, 2), ("A-02", 2, 3, 0, 2, 2), ("A-03", 3, 3, 0, 3, 3)]
    tasks.fold_figures()
    assert verify_figures().differences == []
