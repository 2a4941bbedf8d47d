"""Every address of the portal × every role: read from the URL configuration itself, so that none is forgotten."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from accounts.access import public
from tests.access_cases import CASES, Case, address_of
from tests.roles import Role, client_of
from tests.url_walk import addresses, undeclared
from tests.world import FOREIGN, NEIGHBOUR, OWN, World

NAMES = [address.name for address in addresses()]
LANGUAGES = [code for code, _ in settings.LANGUAGES]
# Whose rows a role must never meet.
HIDDEN = {
    Role.COOPERATIVE: (NEIGHBOUR, FOREIGN),
    Role.COMMUNE: (NEIGHBOUR, FOREIGN),
    Role.TRADE: (FOREIGN,),
    Role.AGRICULTURE: (FOREIGN,),
}


def expected(case: Case, role: Role) -> int:
    """What the role's GET must answer."""
    if role in case.open_to:
        return case.status
    return 302 if role is Role.NOBODY else 403


def test_every_address_has_a_case_and_every_case_an_address() -> None:
    assert sorted(NAMES) == sorted(CASES)


def test_every_view_declares_its_access() -> None:
    assert undeclared(addresses()) == []


def test_walk_fails_on_a_view_without_declaration() -> None:
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    patterns: list[URLPattern] = [path("open/", public(forgotten), name="open"), path("forgotten/<int:pk>/", forgotten)]
    assert undeclared(addresses([*patterns])) == ["forgotten/<int:pk>/"]
    assert undeclared(addresses([path("posted/", require_POST(public(forgotten)))])) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_role_gets_what_is_declared(world: World, name: str, language: str) -> None:
    case, target = CASES[name], address_of(name, world.own, language)
    answers = {}
    for role in Role:
        response = client_of(world.people, role).get(target)
        answers[role.value] = response.status_code
        if role is Role.NOBODY and role not in case.open_to:
            assert response.url.startswith(reverse("account_login") + "?next=")
    assert answers == {role.value: expected(case, role) for role in Role}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if Role.NOBODY not in case.open_to])
def test_fragment_of_a_closed_page_sends_the_whole_page_to_sign_in(world: World, name: str) -> None:
    response = client_of(world.people, Role.NOBODY).get(address_of(name, world.own), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"]) == (401, "true")


@pytest.mark.parametrize("name", NAMES)
def test_post_without_token_is_refused(world: World, name: str) -> None:
    for role in (Role.NOBODY, Role.ADMINISTRATOR):
        response = client_of(world.people, role, enforce_csrf_checks=True).post(address_of(name, world.own))
        assert response.status_code == 403


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.names_a_thing and Role.NOBODY not in case.open_to])
def test_things_of_another_province_do_not_exist(world: World, name: str) -> None:
    case, target = CASES[name], address_of(name, world.foreign)
    answers = {role: client_of(world.people, role).get(target).status_code for role in case.open_to}
    assert answers == {role: case.status if role is Role.ADMINISTRATOR else 404 for role in case.open_to}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.rows])
def test_rows_of_others_never_appear(world: World, name: str) -> None:
    case, target = CASES[name], address_of(name, world.own)
    for role in case.open_to:
        shown = client_of(world.people, role).get(target).content.decode()
        if role is Role.ADMINISTRATOR:
            assert FOREIGN in shown, "the page shows such rows at all, so that their absence means something"
        else:
            assert OWN in shown
            assert [mark for mark in HIDDEN[role] if mark in shown] == [], role
