"""Packs outlive numbers: what was printed under an earlier GTIN, or before there was one, is known for ever; and so are events."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import FormerGtin, Producer, Product
from orders.doubles.services import merge_double
from tests import builders, trace_builders
from traceability.codes.paths import code_path, lot_path, product_path
from traceability.epcis.services import declare_error, record_event
from traceability.models import Event, Lot, UnitCode
from traceability.steps.events import lot_uris

pytestmark = pytest.mark.django_db
OLD, NEW = trace_builders.gtin(1), trace_builders.gtin(2)


def number(product: Product, gtin: str | None) -> Product:
    """The product under that number from now on, read anew."""
    Product.objects.filter(pk=product.pk).update(gtin=gtin)
    return Product.objects.select_related("producer").get(pk=product.pk)


@pytest.fixture
def code() -> UnitCode:
    product = number(builders.product("S", builders.producer("P")), OLD)
    return trace_builders.codes(trace_builders.lot(product, "LO-1"))[0]


def fresh(code: UnitCode) -> UnitCode:
    return UnitCode.objects.select_related("lot__product__producer").get(pk=code.pk)


def test_a_number_that_changes_is_remembered(code: UnitCode) -> None:
    product = code.lot.product
    for gtin in (NEW, OLD, None, NEW):
        number(product, gtin)
    assert sorted(FormerGtin.objects.values_list("gtin", flat=True)) == [OLD, NEW]
    # Any other change, or a first number, is none.
    FormerGtin.objects.all().delete()
    Product.objects.update(name_vi="Tên mới")
    number(builders.product("T", product.producer), trace_builders.gtin(3))
    assert not FormerGtin.objects.exists()


def test_old_codes_lead_to_the_number_of_today(code: UnitCode) -> None:
    lot = code.lot
    old = [product_path(lot.product), lot_path(lot), code_path(code), f"/01/0{OLD}/21/{code.serial}"]
    lot.product = number(lot.product, NEW)
    new = [product_path(lot.product), lot_path(lot), code_path(fresh(code)), f"/01/0{NEW}/21/{code.serial}"]
    for before, after in zip(old, new, strict=True):
        answer = Client().get(f"{before}?x=1")
        # It may change again: a browser must not remember it.
        assert (answer.status_code, answer["Location"]) == (307, f"{after}?x=1")
        assert Client().get(after).status_code == 200
        traced = Client().get(f"/trace{before}")
        assert (traced.status_code, traced["Location"]) == (302, f"/trace{after}")
    with CaptureQueriesContext(connection) as queries:
        Client().get(code_path(fresh(code)))
    assert not [query for query in queries if "formergtin" in query["sql"] and "unitcode" in query["sql"]]
    for strange in (f"/01/0{OLD}/10/LO-2", f"/01/0{trace_builders.gtin(9)}/21/{code.serial}"):
        assert Client().get(strange).status_code == 404


def test_without_a_number_the_old_code_stays_good(code: UnitCode) -> None:
    old = code_path(code)
    number(code.lot.product, None)
    # Browsers remember that /t/… led here: it must not lead back.
    assert Client().get(old).status_code == 200
    assert Client().get(f"/t/{code.serial}").status_code == 200


def test_a_number_that_was_mistyped_is_first_of_whom_it_belongs_to(code: UnitCode) -> None:
    lot = code.lot
    number(lot.product, NEW)
    owner = number(builders.product("T", lot.product.producer, name="Chủ mới"), OLD)
    mine = trace_builders.lot(owner, "LO-9")
    assert "Chủ mới" in Client().get(f"/01/0{OLD}").content.decode()
    assert Client().get(lot_path(mine)).status_code == 200
    # What was printed with it before is found by its lot.
    assert Client().get(f"/01/0{OLD}/10/LO-1")["Location"] == f"/01/0{NEW}/10/LO-1"
    assert Client().get(f"/01/0{OLD}/10/LO-1/21/{code.serial}")["Location"].startswith(f"/01/0{NEW}/")


def test_codes_of_a_double_lead_to_the_entry_that_was_kept(code: UnitCode) -> None:
    double = number(code.lot.product, NEW)
    kept = number(builders.product("T", double.producer), trace_builders.gtin(3))
    merge_double(kept=kept, double=double, ground="x", by=builders.official())
    for old in (OLD, NEW):
        for rest in ("", "/10/LO-1", f"/10/LO-1/21/{code.serial}", f"/21/{code.serial}"):
            answer = Client().get(f"/01/0{old}{rest}")
            assert (answer.status_code, answer["Location"]) == (307, f"/01/0{kept.gtin}{rest}")


# Events


def happened(lot: Lot, by: Producer, uri: str, day: int, *, step: str = "storing", public: bool = True, **more: Any) -> Event:
    event = {
        "type": "ObjectEvent",
        "eventTime": f"2026-11-{day:02}T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": step,
        "quantityList": [{"epcClass": uri, "quantity": 5}],
        **more,
    }
    return record_event(producer=by, by=None, event=event, public=public)


def way(lot: Lot) -> list[str]:
    Lot.objects.filter(pk=lot.pk).mark_changed()
    page = Client().get(lot_path(Lot.objects.select_related("product").get(pk=lot.pk)), headers={"Accept-Language": "en"}).content.decode()
    start = page.find('<ol class="way">')
    return [] if start < 0 else [part.split("</b>")[0] for part in page[start : page.index("</ol>", start)].split("<b>")[1:]]


def test_events_under_every_name_of_the_lot_are_one_way(code: UnitCode) -> None:
    lot, maker = code.lot, code.lot.product.producer
    number(lot.product, None)
    lot.product = number(lot.product, NEW)
    uris = lot_uris(lot)
    assert len(uris) == 3
    happened(lot, maker, uris[2], 3, step="receiving")
    trace_builders.step(lot)
    happened(lot, maker, uris[1], 4, step="transporting")
    # The same in another spelling.
    happened(lot, maker, f"https://portal.example/01/0{NEW}/10/LO-1", 5, step="retail_selling")
    assert way(lot) == ["Harvested or caught", "Received from somebody", "On the road", "Sold in a shop"]


def test_way_holds_what_its_own_people_tell_and_everybody_may_read(code: UnitCode) -> None:
    lot, maker = code.lot, code.lot.product.producer
    (uri, *_more) = lot_uris(lot)
    stranger, supplier = builders.producer("Q", nth_commune=1), builders.producer("R", name="HTX Nhân")
    happened(lot, stranger, uri, 3)
    happened(lot, maker, uri, 4, public=False)
    wrong = happened(lot, maker, uri, 5, step="packing")
    declare_error(event=wrong, by=None)
    assert way(lot) == []
    happened(lot, supplier, uri, 6, step="shipping")
    assert way(lot) == []
    lot.inputs.create(source=trace_builders.lot(builders.product("N", supplier)), quantity=1)
    assert way(lot) == ["Sent off – HTX Nhân"]


def test_linkset_offers_the_events_while_the_interface_is_open(code: UnitCode, settings: Any) -> None:
    path, voc = lot_path(code.lot), "https://ref.gs1.org/voc/epcis"
    settings.EPCIS_API = False
    assert voc not in Client().get(path, {"linkType": "linkset"}).json()["linkset"][0]
    settings.EPCIS_API = True
    (target,) = Client().get(path, {"linkType": "linkset"}).json()["linkset"][0][voc]
    assert target["href"].startswith("http://testserver/epcis/events?MATCH_anyEPCClass=https%3A%2F%2Fid.gs1.org%2F01%2F0")
    answer = Client().get(path, {"linkType": "gs1:epcis", "x": "1"})
    # What was asked of the resolver is no question to the interface.
    assert (answer.status_code, answer["Location"]) == (307, target["href"].removeprefix("http://testserver"))
    happened(code.lot, code.lot.product.producer, lot_uris(code.lot)[0], 4)
    assert len(Client().get(answer["Location"]).json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1
    # 01+21 does not name the lot.
    serial = Client().get(f"/01/0{OLD}/21/{code.serial}", {"linkType": "linkset"}).json()["linkset"][0]
    assert voc not in serial
