"""The decorators by which a view says who may open it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.access import Access, allowed, public, signed_in
from tests.roles import People, Role

pytestmark = pytest.mark.django_db


def _view(request: HttpRequest) -> HttpResponse:
    """The page."""
    return HttpResponse("opened")


def ask(view: object, user: object, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/somewhere/?a=1", headers=headers)
    request.user = user  # type: ignore[assignment]
    return view(request)  # type: ignore[operator, no-any-return]


def test_public_opens_to_everybody(people: People) -> None:
    assert public(_view).access == Access(anonymous=True)  # type: ignore[attr-defined]
    for user in (AnonymousUser(), people[Role.COOPERATIVE]):
        assert ask(public(_view), user).content == b"opened"


def test_signed_in_sends_strangers_to_the_sign_in_and_back(people: People) -> None:
    assert ask(signed_in(_view), people[Role.COOPERATIVE]).content == b"opened"
    response = ask(signed_in(_view), AnonymousUser())
    assert (response.status_code, response.headers["Location"]) == (302, "/account/login/?next=/somewhere/%3Fa%3D1")


def test_a_fragment_makes_the_page_reload_instead_of_showing_the_sign_in_inside() -> None:
    response = ask(signed_in(_view), AnonymousUser(), **{"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Refresh"]) == (401, "true")


def test_a_permission_opens_to_those_who_hold_it(people: People) -> None:
    view = allowed("catalog.import_registry")(_view)
    assert view.access == Access(permission="catalog.import_registry")  # type: ignore[attr-defined]
    for role in (Role.AGRICULTURE, Role.ADMINISTRATOR):
        assert ask(view, people[role]).content == b"opened"
    for role in (Role.TRADE, Role.COMMUNE, Role.COOPERATIVE):
        with pytest.raises(PermissionDenied):
            ask(view, people[role])
    assert ask(view, AnonymousUser()).status_code == 302


def test_a_decorated_view_keeps_its_name() -> None:
    assert (signed_in(_view).__name__, signed_in(_view).__doc__) == ("_view", "The page.")
