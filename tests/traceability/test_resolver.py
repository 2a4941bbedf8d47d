"""The resolver: the table of `resolver_cases`, the linkset, the headers of every answer, the description file."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from catalog.models import SalesLink
from tests import builders, trace_builders
from tests.traceability.resolver_cases import CASES, LINKSET, LOT, PRODUCT, UNIT, Case
from traceability.codes.paths import product_path
from traceability.models import ExtraLink

pytestmark = pytest.mark.django_db
VOC = "https://ref.gs1.org/voc/"


@pytest.fixture
def names() -> dict[str, str]:
    """Two products with lots, units and links, one with a GTIN and one without; by the letters of the table."""
    maker = builders.producer("X")
    product = builders.product("A", maker, name="Sản phẩm A")
    product.gtin = trace_builders.gtin(7)
    product.save()
    lot, second = trace_builders.lot(product, "LO-1"), trace_builders.lot(product, "LO-2")
    bare = builders.product("B", maker)
    other = trace_builders.lot(bare, "LO-B")
    for link_type, url, of_lot, language in (
        ("recipeInfo", "https://example.vn/mon?a=1", None, ""),
        ("recipeInfo", "https://example.vn/mon-lo", lot, ""),
        ("certificationInfo", "https://example.vn/lo-1.pdf", lot, ""),
        ("instructions", "https://example.vn/huong-dan", None, ""),
        ("relatedVideo", "https://example.vn/phim#t=10", None, ""),
        ("homepage", "https://example.vn/vi", None, "vi"),
        ("homepage", "https://example.vn/en", None, "en"),
    ):
        ExtraLink.objects.create(product=product, lot=of_lot, link_type=link_type, url=url, language=language, title=f"Trang {link_type}")
    SalesLink.objects.create(product=product, floor="shopee", url="https://shop.example.vn/", shown=True)
    SalesLink.objects.create(product=product, floor="lazada", url="https://hidden.example.vn/")
    serials = [trace_builders.codes(one)[0].serial for one in (lot, second, other)]
    own = product_path(bare).removeprefix("/t/")
    return {
        "G": f"0{product.gtin}",
        "G13": product.gtin,
        "L": lot.number,
        "LC": lot.code,
        "S": serials[0],
        "S2": serials[1],
        "T": serials[2],
        "B": other.number,
        "U": serials[2],
        "u": serials[2].lower(),
        "C": other.code,
        "P": own,
    }


def ask(case: Case, names: dict[str, str]) -> HttpResponse:
    """The answer to the case's request."""
    path, _, query = case.asked.format(**names).partition("?")
    client: Any = Client()
    answer: HttpResponse = client.generic(case.method, path, QUERY_STRING=query, headers=case.headers)
    return answer


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.method} {case.asked}")
def test_rule(case: Case, names: dict[str, str]) -> None:
    answer = ask(case, names)
    assert answer.status_code == case.status
    assert answer.get("Location", "") == case.location.format(**names)
    if case.reason:
        problem = answer.json()
        assert answer["Content-Type"] == "application/problem+json"
        assert (problem["reason"], problem["status"]) == (case.reason, 400)
        assert case.ai is None or problem["ai"] == case.ai
    text = answer.content.decode()
    assert [word for word in case.holds if word.format(**names) not in text] == []
    assert [word for word in case.lacks if word.format(**names) in text] == []
    if case.status != 405:
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert {"Accept", "Accept-Language"} <= {name.strip() for name in answer["Vary"].split(",")}
    if case.status in {200, 301, 307}:
        assert 'rel="linkset"' in answer["Link"]


def test_the_table_is_long_enough() -> None:
    assert len({(case.asked, case.method, str(case.headers)) for case in CASES}) >= 120


def linkset_of(path: str, names: dict[str, str], **headers: str) -> dict[str, Any]:
    """The single context of the linkset at the path."""
    answer = Client().get(path.format(**names), {} if headers else {"linkType": "linkset"}, headers=headers or {})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/linkset+json")
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer["Link"]
    (context,) = answer.json()["linkset"]
    return context


@pytest.mark.parametrize("path", [PRODUCT, LOT, UNIT, "/01/{G}/21/{S}", "/t/{U}", "/t/{P}"])
def test_linkset_keeps_the_profile(names: dict[str, str], path: str) -> None:
    context = linkset_of(path, names)
    assert context["anchor"] == "http://testserver" + path.format(**names)
    assert context["itemDescription"] == context["description"]
    (default,) = context[f"{VOC}defaultLink"]
    assert set(default) == {"href", "title"}
    multi = context[f"{VOC}defaultLinkMulti"]
    assert [target["hreflang"] for target in multi] == [["vi"], ["en"]]
    types = {name: targets for name, targets in context.items() if name.startswith(VOC)}
    for name, targets in types.items():
        for target in targets:
            assert target["href"].startswith(("http://testserver/", "https://")), name
            assert target["title"]
            assert name == f"{VOC}defaultLink" or target["type"] in {"text/html", "application/pdf", "application/ld+json"}
    described = [target["href"] for name, targets in types.items() if "default" not in name for target in targets]
    assert {default["href"], *(target["href"] for target in multi)} <= set(described)
    # Every target of ours is there.
    for target in described:
        if target.startswith("http://testserver/"):
            assert Client().get(target.removeprefix("http://testserver")).status_code == 200


def test_linkset_holds_each_level_that_the_link_names(names: dict[str, str]) -> None:
    def types(path: str) -> set[str]:
        return {name.removeprefix(VOC) for name in linkset_of(path, names) if name.startswith(VOC)} - {"defaultLink", "defaultLinkMulti"}

    of_product = {"pip", "recipeInfo", "instructions", "relatedVideo", "homepage", "hasRetailers"}
    assert types(PRODUCT) == of_product
    assert types(LOT) == types(UNIT) == of_product | {"traceability", "certificationInfo", "epcis"}
    assert types("/01/{G}/21/{S}") == of_product | {"traceability"}
    hrefs = [target["href"] for target in linkset_of(PRODUCT, names)[f"{VOC}hasRetailers"]]
    assert hrefs == ["https://shop.example.vn/"]


@pytest.mark.parametrize(
    ("accept", "linkset"),
    [
        ("application/linkset+json", True),
        ("application/linkset+json, text/html;q=0.5", True),
        ("text/html, application/linkset+json;q=0.5", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        ("application/linkset+json;q=0", False),
    ],
)
def test_linkset_is_negotiated(names: dict[str, str], accept: str, linkset: bool) -> None:
    answer = Client().get(UNIT.format(**names), headers={"Accept": accept})
    assert (answer["Content-Type"] == "application/linkset+json") is linkset


def test_linkset_and_page_do_not_redirect(names: dict[str, str]) -> None:
    assert Client().get(UNIT.format(**names), headers=LINKSET).status_code == 200


def test_link_header_names_the_linkset_of_the_link_itself(names: dict[str, str]) -> None:
    path = UNIT.format(**names)
    for query in ("", "?linkType=gs1:pip", "?linkType=gs1:nothing", "?17=261231"):
        assert (
            Client().get(path + query)["Link"]
            == f'<http://testserver{path}?linkType=linkset>; rel="linkset"; type="application/linkset+json"'
        )


def test_malformed_link_is_told_in_words_to_a_person(names: dict[str, str]) -> None:
    answer = Client().get("/01/09520000000074", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert answer.status_code == 400
    assert "The check digit does not fit the other digits" in answer.content.decode()
    assert "(01)" in answer.content.decode()


def test_description_file() -> None:
    answer = Client().get("/.well-known/gs1resolver")
    assert (answer.status_code, answer["Content-Type"], answer["Access-Control-Allow-Origin"]) == (200, "application/json", "*")
    content = answer.json()
    assert content["resolverRoot"] == "http://testserver"
    assert content["supportedPrimaryKeys"] == ["01"]
    assert content["supportedLinkType"] == [{"namespace": VOC, "prefix": "gs1:"}]
    assert content["name"]
