"""Passports for the national portal: what they hold, what is missing of them, how they are sent and sent again."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Paper, Producer, Product
from ocop_portal.celery import app
from ocop_portal.environment import portal_adapter
from tests import builders, trace_builders
from traceability.models import Lot, LotInput, PassportSending
from traceability.passport.fields import FIELDS
from traceability.passport.portal import HttpPortal, NoPortal, PortalError
from traceability.passport.services import WAITS, Ordered, due_sendings, order_sending, own_passports, send_passport
from traceability.steps.kinds import Kind
from traceability.tasks import send_passport as task
from traceability.tasks import sweep_passports

pytestmark = pytest.mark.django_db


class NationalPortal(BaseHTTPRequestHandler):
    """Takes passports as a real portal would."""

    taken: ClassVar[list[tuple[str, str, Any]]] = []

    def do_POST(self) -> None:
        """Keep what was posted, or do what the path says."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answers = {"/broken": (503, b"sau"), "/elsewhere": (302, b""), "/nul": (400, b"a\x00b")}
        status, text = answers.get(self.path, (201, "Đã nhận".encode()))
        if status == 201:
            self.taken.append((self.headers["Authorization"], self.headers["Idempotency-Key"], json.loads(body)))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/taken")
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self) -> None:
        """What a redirect would lead to."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def national(settings: Any) -> Iterator[str]:
    """A national portal on the loopback, to which the settings send; its address."""
    NationalPortal.taken.clear()
    with HTTPServer(("127.0.0.1", 0), NationalPortal) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.NATIONAL_PORTAL_ADAPTER = "traceability.passport.portal.HttpPortal"
        settings.NATIONAL_PORTAL_URL = f"http://chìa@127.0.0.1:{server.server_port}/take".replace("chìa", "key-1")
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def producer() -> Producer:
    """Of one product with a complete passport and a lot with one."""
    maker = builders.producer("P", name="HTX Cà phê")
    Producer.objects.filter(pk=maker.pk).update(address="12 đường Hùng Vương", tax_code="5900123456")
    product = builders.product("S", maker, name="Cà phê bột", stars=4)
    Product.objects.filter(pk=product.pk).update(
        gtin=trace_builders.gtin(), ingredients_vi="Cà phê", shelf_life_vi="12 tháng", storage_vi="Nơi khô, mát"
    )
    builders.photo(product, shown=True)
    Paper.objects.create(product=product, kind=Paper.Kind.SELF_DECLARATION, number="01/TCB", shown=True)
    lot = trace_builders.lot(Product.objects.get(pk=product.pk), "RANG-1", commune=maker.seats.get().commune)
    trace_builders.step(lot, Kind.HARVESTED)
    return Producer.objects.get(pk=maker.pk)


def missing(producer: Producer) -> list[list[str]]:
    return [[field.name for field in passport.missing] for passport in own_passports(producer)]


def test_passport_holds_what_the_law_asks_for(producer: Producer) -> None:
    product, lot = own_passports(producer)
    assert missing(producer) == [[], []]
    address = django_settings.PORTAL_ADDRESS
    told = {
        "product_name": "Cà phê bột",
        "gtin": f"0{trace_builders.gtin()}",
        "pack_size": "gói; 500 g",
        "producer_name": "HTX Cà phê",
        "producer_id": "5900123456",
        "producer_address": "12 đường Hùng Vương",
        "country": "VN",
        "stars": 4,
        "trace_code": f"{address}/01/0{trace_builders.gtin()}",
    }
    assert {name: product.values[name] for name in told} == told
    assert product.values["picture"].startswith(f"{address}/pictures/")
    assert product.values["certificates"] == [{"kind": "self_declaration", "name": "", "number": "01/TCB", "issuer": "", "valid_until": ""}]
    assert lot.values["trace_code"] == f"{address}/01/0{trace_builders.gtin()}/10/RANG-1"
    assert (lot.values["made_on"], lot.values["best_before"]) == ("2026-11-01", "2100-01-01")
    assert [step["at"] for step in lot.values["way"]] == ["2026-11-02T12:00+07:00"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"gtin": None}, "gtin"),
        ({"ingredients_vi": ""}, "ingredients"),
        ({"shelf_life_vi": ""}, "shelf_life"),
        ({"storage_vi": ""}, "warnings"),
    ],
)
def test_what_is_missing_is_named(producer: Producer, change: dict[str, Any], field: str) -> None:
    Product.objects.update(**change)
    for names in missing(producer):
        assert field in names


def test_what_is_missing_of_producer_papers_and_lots_is_named(producer: Producer) -> None:
    Producer.objects.update(address="", tax_code="")
    assert missing(producer) == [["producer_id", "producer_address"]] * 2
    Producer.objects.update(address="x", tax_code="1")
    # A paper that has run out, or that says nothing of the goods, is none; one of the producer's is.
    Paper.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    Paper.objects.create(producer=producer, kind=Paper.Kind.TRADEMARK, title="Cà phê Gia Lai", shown=True)
    assert missing(producer) == [["certificates"]] * 2
    assert own_passports(producer)[0].values["brand"] == "Cà phê Gia Lai"
    Paper.objects.create(producer=producer, kind=Paper.Kind.HACCP, shown=True)
    assert missing(producer) == [[], []]
    other = trace_builders.lot(Product.objects.get(), "RANG-2")
    assert missing(producer)[1:] == [["inputs", "way"], []]
    LotInput.objects.create(lot=other, words="Nhân cà phê")
    assert missing(producer)[1:] == [["way"], []]


def test_old_lots_and_drafts_have_no_passport_to_be_sent(producer: Producer) -> None:
    Lot.objects.update(best_before=timezone.localdate() - timedelta(days=1), made_on=timezone.localdate() - timedelta(days=9))
    assert [passport.lot for passport in own_passports(producer)] == [None]
    Product.objects.update(published_at=None)
    assert own_passports(producer) == []


def test_number_of_products_and_lots_does_not_change_the_number_of_statements(producer: Producer) -> None:
    counts = []
    for number in (0, 2):
        for extra in range(number):
            product = builders.product(f"S{extra}", producer, stars=3)
            lot = trace_builders.lot(product)
            LotInput.objects.create(lot=lot, source=trace_builders.lot(Product.objects.get(code="S"), f"Z{extra}"), quantity=1)
            trace_builders.step(lot)
        with CaptureQueriesContext(connection) as queries:
            own_passports(producer)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_files_hold_the_same_and_name_what_is_missing(producer: Producer) -> None:
    Product.objects.update(gtin=None, ingredients_vi="=1+1")
    client = Client()
    client.force_login(builders.member(producer))
    content = client.get("/en/passports/P.json").json()
    assert content["producer"] == "P"
    product, lot = content["passports"]
    assert [one["kind"] for one in (product, lot)] == ["product", "lot"]
    assert not product["complete"]
    remedies = {one["field"]: one["remedy"] for one in product["missing"]}
    assert remedies["gtin"] == "Apply for a GTIN at GS1 Vietnam and enter it in the listing."
    assert "lot_number" not in product
    table = list(csv.DictReader(io.StringIO(client.get("/en/passports/P.csv").content.decode("utf-8-sig"))))
    assert [row["kind"] for row in table] == ["product", "lot"]
    assert table[1]["lot_number"] == "RANG-1"
    assert table[0]["complete"] == "0"
    assert table[0]["ingredients"] == "'=1+1"
    assert "gtin: Apply" in table[0]["missing"]


def test_every_field_is_documented() -> None:
    text = (Path(django_settings.BASE_DIR) / "docs" / "passport.md").read_text()
    assert [field.name for field in FIELDS if f"| `{field.name}` |" not in text] == []


# Sending


def test_complete_passports_are_sent_with_the_token_and_their_answer_is_kept(producer: Producer, national: str) -> None:
    user = builders.member(producer)
    assert order_sending(producer=producer, by=user) == Ordered(waiting=2)
    assert NationalPortal.taken == []
    assert [send_passport(sending_id=pk) for pk in due_sendings()] == [True, True]
    assert {token for token, _key, _body in NationalPortal.taken} == {"Bearer key-1"}
    assert sorted(body["kind"] for _token, _key, body in NationalPortal.taken) == ["lot", "product"]
    for sending in PassportSending.objects.all():
        assert (sending.state, sending.attempts, sending.answer, sending.asked_by) == ("sent", 1, "201 Đã nhận", user)
        assert sending.digest in {key for _token, key, _body in NationalPortal.taken}
    # Again: nothing has changed. Then one thing has.
    assert order_sending(producer=producer, by=user) == Ordered(unchanged=2)
    Product.objects.update(storage_vi="Tránh nắng")
    assert order_sending(producer=producer, by=user) == Ordered(waiting=2)
    assert send_passport(sending_id=0) is False


def test_incomplete_ones_stay_unless_somebody_says_otherwise(producer: Producer, national: str) -> None:
    Product.objects.update(gtin=None)
    assert order_sending(producer=producer, by=None) == Ordered(incomplete=2)
    assert not PassportSending.objects.exists()
    assert order_sending(producer=producer, by=None, incomplete=True) == Ordered(waiting=2)
    sending = PassportSending.objects.get(lot=None)
    assert not sending.complete
    # The portal is Vietnamese, whoever asked.
    assert [one["field"] for one in sending.content["missing"]] == ["trace_code", "gtin"]


def test_what_waits_gives_way_to_what_is_newer(producer: Producer, national: str) -> None:
    order_sending(producer=producer, by=None)
    assert order_sending(producer=producer, by=None) == Ordered(unchanged=2)
    Product.objects.update(storage_vi="Tránh nắng")
    order_sending(producer=producer, by=None)
    assert [row.content["warnings"] for row in PassportSending.objects.all()] == ["Tránh nắng"] * 2


@pytest.mark.parametrize(("path", "answer"), [("/broken", "503 sau"), ("/elsewhere", "302"), ("/nul", "400 a\ufffdb")])
def test_a_portal_that_refuses_is_asked_again_and_then_no_more(
    producer: Producer, national: str, settings: Any, path: str, answer: str
) -> None:
    settings.NATIONAL_PORTAL_URL = f"{national}{path}"
    order_sending(producer=producer, by=None)
    sending = PassportSending.objects.get(lot=None)
    for attempt in range(1, len(WAITS) + 2):
        assert not send_passport(sending_id=sending.pk)
        sending.refresh_from_db()
        assert (sending.attempts, sending.answer) == (attempt, f"the portal answered {answer}")
        if attempt <= len(WAITS):
            assert sending.state == "waiting"
            # Not before its time.
            assert not send_passport(sending_id=sending.pk)
            assert sending.pk not in due_sendings()
            PassportSending.objects.filter(pk=sending.pk).update(due_at=timezone.now())
    assert sending.state == "failed"
    settings.NATIONAL_PORTAL_URL = f"{national}/take"
    # The lot still waits as it is; the product, which failed, is tried anew when asked for.
    assert order_sending(producer=producer, by=None) == Ordered(waiting=1, unchanged=1)
    assert NationalPortal.taken == []


def test_sweep_finds_what_nobody_was_woken_for(
    producer: Producer, national: str, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And wakes for no longer than until it comes by again: of a portal that is slow for an hour the queue would grow each minute."""
    woken: list[tuple[tuple[int, ...], int]] = []
    monkeypatch.setattr(task, "apply_async", lambda arguments, *, countdown, expires: woken.append((arguments, expires)))
    with django_capture_on_commit_callbacks(execute=True):
        order_sending(producer=producer, by=None)
    with django_capture_on_commit_callbacks(execute=True):
        sweep_passports()
    every = app.conf.beat_schedule["sweep_passports"]["schedule"]
    assert sorted(woken) == sorted([((pk,), every) for pk in due_sendings()] * 2)
    assert len(woken) == 4


def test_nothing_made_up_leaves_in_production(producer: Producer, national: str, settings: Any) -> None:
    Product.objects.update(is_demo=True)
    settings.PRODUCTION = True
    assert order_sending(producer=producer, by=None) == Ordered()
    settings.PRODUCTION = False
    assert order_sending(producer=producer, by=None) == Ordered(waiting=2)


def test_which_adapter_the_environment_chooses(settings: Any) -> None:
    assert portal_adapter("", production=False).endswith(".ConsolePortal")
    assert portal_adapter("", production=True).endswith(".NoPortal")
    assert portal_adapter("https://t@portal.example/x", production=True).endswith(".HttpPortal")
    with pytest.raises(ImproperlyConfigured, match="NATIONAL_PORTAL_URL"):
        portal_adapter("http://portal.example/x", production=True)
    settings.NATIONAL_PORTAL_URL = "http://127.0.0.1:9/x"
    with pytest.raises(PortalError, match="cannot be reached"):
        HttpPortal().send({}, "")
    with pytest.raises(PortalError, match="not set"):
        NoPortal().send({}, "")


# Pages


def test_page_says_what_is_missing_and_sends(producer: Producer, national: str, settings: Any) -> None:
    Product.objects.update(gtin=None)
    client = Client()
    client.force_login(builders.member(producer))
    page = client.get("/en/passports/P/").content.decode()
    assert "Products with a complete passport: 0 of 1." in page
    assert "Apply for a GTIN at GS1 Vietnam" in page
    assert "Left out because something is missing: 2." in client.post("/en/passports/P/send/", follow=True).content.decode()
    told = client.post("/en/passports/P/send/", {"incomplete": "on"}, follow=True).content.decode()
    assert "2 passports are being sent." in told
    assert PassportSending.objects.count() == 2
    settings.NATIONAL_PORTAL_ADAPTER = "traceability.passport.portal.NoPortal"
    assert "Send to the national portal" not in client.get("/en/passports/P/").content.decode()
    assert "There is no national portal to send to." in client.post("/en/passports/P/send/", follow=True).content.decode()


def test_whoever_reads_may_not_send(producer: Producer, national: str) -> None:
    neighbour = builders.producer("Q", nth_commune=1)
    for user, statuses in (
        (builders.official(), (200, 403)),
        (builders.member(neighbour), (404, 404)),
        (builders.official(builders.TRADE, builders.CA_MAU), (404, 403)),
    ):
        client = Client()
        client.force_login(user)
        assert (client.get("/passports/P/").status_code, client.post("/passports/P/send/").status_code) == statuses
    assert not PassportSending.objects.exists()


def test_list_counts_what_is_complete(producer: Producer) -> None:
    builders.product("T", producer)
    client = Client()
    client.force_login(builders.official())
    assert ">HTX Cà phê</a>" in client.get("/passports/").content.decode()
    assert client.get("/passports/").context["rows"] == [(producer, 1, 2)]
