"""What no page may do, whatever is asked: leave out the headers that protect it, carry inline code, load from elsewhere, break."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse

from tests import builders
from tests.access_cases import CASES, address_of, ask
from tests.roles import Role, looking
from tests.world import World

pytestmark = pytest.mark.no_cover
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# What makes a browser fetch something; a link to another site only leads there.
LOADING = {
    ("script", "src"),
    ("img", "src"),
    ("img", "srcset"),
    ("source", "src"),
    ("source", "srcset"),
    ("link", "href"),
    ("iframe", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("form", "action"),
    ("use", "href"),
    ("image", "href"),
    ("video", "src"),
    ("audio", "src"),
}
# A script of these types is data that is never run, and that the policy does not ask about.
DATA = {"application/json", "application/ld+json"}
# Where a value is expected, none of these may break a page.
NONSENSE = ["0", "-1", "9" * 40, "\x00", "2026-13-45", "' OR 1=1 --<script>", "%", "a" * 3000, "\u0661"]
# What any view reads out of an address.
PARAMETERS = ["after", "part", "reading", "province", "sort", "page", "size", "theme", "sku", "q", "state", "platform", "star", "metric"]
PARAMETERS += ["host", "shop", "session", "product", "producer", "commune", "group", "order", "source", "slot", "bucket", "basis", "by"]
PARAMETERS += ["period", "from", "to", "compare", "next", "lot", "linkType", "public", "perPage", "nextPageToken"]
PARAMETERS += ["floor", "price_from", "price_to", "day", "often", "view", "wish"]
PARAMETERS += ["partner", "programme", "about", "kind", "ticket", "show", "skus", "v", "rows", "language"]
ASKED = [name for name, case in CASES.items() if case.open_to and not name.startswith("account_")]


class Faults(HTMLParser):
    """Collects what the policy would block, from a page's HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src") and given.get("type") not in DATA):
            self.found.append(f"inline <{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{name}={value!r} on <{tag}>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"{name}={value!r}")
            # Where else a page stands is told with its whole address, and nothing is fetched from there.
            told = tag == "link" and given.get("rel") in {"canonical", "alternate"}
            if (tag, name) in LOADING and not told and (urlsplit(value or "").netloc or (value or "").startswith("//")):
                self.found.append(f"<{tag}> loads {value}")


def assert_protected(response: HttpResponse) -> None:
    """Headers and HTML of one answer keep the rules."""
    assert {name: response.get(name) for name in HEADERS} == HEADERS
    given = (directive.strip().partition(" ") for directive in response["Content-Security-Policy"].split(";"))
    assert {name: value for name, _, value in given} == POLICY
    if response["Content-Type"].startswith("text/html") and not response.streaming:
        assert Faults(response.content.decode()).found == []


def visitor(name: str) -> Role:
    """Somebody who may open the address; an administrator where no person may, but a key alone."""
    roles = (Role.NOBODY, Role.ADMINISTRATOR, Role.COOPERATIVE, Role.TRADE)
    return next((role for role in roles if role in CASES[name].open_to), Role.ADMINISTRATOR)


@pytest.mark.parametrize("name", CASES)
def test_every_answer_is_protected(world: World, name: str) -> None:
    for role in (visitor(name), Role.NOBODY, Role.AGRICULTURE):
        response = looking(world.people, role).get(address_of(name, world.own))
        assert_protected(response)
    # What GET answers, HEAD answers without a body (RFC 9110, 9.3.2).
    head = looking(world.people, Role.AGRICULTURE).head(address_of(name, world.own))
    assert (head.status_code, head.getvalue() if head.streaming else head.content) == (response.status_code, b"")


@pytest.mark.parametrize(
    "path", ["/there/is/no/such/page/", "/en/there/is/no/such/page/", "/account/login/extra", "/%00", "/..%2f..%2fetc/passwd"]
)
def test_missing_page_is_protected(world: World, path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 404
    assert_protected(response)


def test_failing_page_is_protected_and_says_so_in_both_languages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the secret of the database")

    monkeypatch.setattr("catalog.views.front_page", fail)
    for path, words in (("/", "Cổng gặp sự cố"), ("/en/", "Something went wrong on our side")):
        response = Client(raise_request_exception=False).get(path)
        assert response.status_code == 500
        assert words in response.content.decode()
        assert "secret" not in response.content.decode()
        assert_protected(response)


def test_refused_form_is_protected(world: World) -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert_protected(response)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    client = Client()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": world.people[Role.TRADE].email, "password": builders.PASSWORD})
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"] is True
        assert client.cookies[name]["samesite"] == "Lax"


@pytest.mark.parametrize("name", ASKED)
def test_nonsense_in_an_address_breaks_nothing(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """All parameters at once, and each that the view reads alone: a page may stop at the first one it refuses."""
    read = _note_what_is_read(monkeypatch)
    for query in [{}, *(dict.fromkeys(PARAMETERS, nonsense) for nonsense in NONSENSE)]:
        _ask_with(world, name, query)
    for number, parameter in enumerate(PARAMETERS):
        if parameter in read:
            _ask_with(world, name, {parameter: NONSENSE[number % len(NONSENSE)]})


def _note_what_is_read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that are looked up in any query or form from now on. Not what is asked by `in`: filling a query does that, too."""
    read: set[str] = set()
    for method in ("__getitem__", "getlist"):
        monkeypatch.setattr(QueryDict, method, _noting(getattr(QueryDict, method), read))

    class Noted(dict[str, Any]):
        """A query as a plain dictionary, for a form or a serializer: it looks up what it knows."""

        get, __getitem__ = (_noting(method, read) for method in (dict.get, dict.__getitem__))

    monkeypatch.setattr(QueryDict, "dict", lambda given: Noted({name: values[-1] for name, values in given.lists() if values}))
    return read


def _noting(original: Callable[..., Any], read: set[str]) -> Callable[..., Any]:
    def look_up(given: dict[str, Any], key: str, *rest: Any) -> Any:
        read.add(key)
        return original(given, key, *rest)

    return look_up


def _ask_with(world: World, name: str, query: dict[str, str]) -> None:
    response = ask(world.people, visitor(name), name, world.own, query=query)
    # A crowded machine may not draw a chart in time.
    expected = {200, 302, 400, 404, 405, 410, 414} | ({503} if "chart" in name else set())
    assert response.status_code in expected, query


def test_every_parameter_that_a_view_reads_is_tried() -> None:
    """So that a new parameter is met with nonsense too; those of forms are named by their fields."""
    read = {
        name
        for path in settings.BASE_DIR.glob("*/**/*.py")
        if "tests" not in path.parts and path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts
        for name in re.findall(r"(?:GET|query_params)(?:\.get\(|\[)\"(\w+)\"", path.read_text(encoding="utf-8"))
    }
    assert read - set(PARAMETERS) == set()
    assert len(read) > 5
