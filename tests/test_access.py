"""Every address of the portal × every role: read from the URL configuration itself, so that none is forgotten."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from accounts.access import public
from tests.access_cases import CASES, address_of, ask
from tests.roles import Role, client_of
from tests.url_walk import addresses, undeclared
from tests.world import FOREIGN, NEIGHBOUR, OWN, World

pytestmark = pytest.mark.no_cover
NAMES = [address.name for address in addresses()]
LANGUAGES = [code for code, _ in settings.LANGUAGES]
# An API's address is the same in every language.
SPOKEN = [(name, language) for name in NAMES for language in (LANGUAGES[:1] if name in CASES and CASES[name].api else LANGUAGES)]
# Whose rows a role must never meet.
HIDDEN = {
    Role.COOPERATIVE: (NEIGHBOUR, FOREIGN),
    Role.COMMUNE: (NEIGHBOUR, FOREIGN),
    Role.TRADE: (FOREIGN,),
    Role.AGRICULTURE: (FOREIGN,),
}


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


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_each_role_gets_what_is_declared(world: World, name: str, language: str) -> None:
    answers = {role: ask(world.people, role, name, world.own, language=language) for role in Role}
    assert {role: answer.status_code for role, answer in answers.items()} == {role: CASES[name].status_for(role) for role in Role}
    if CASES[name].status_for(Role.NOBODY) == 302 and Role.NOBODY not in CASES[name].open_to:
        assert answers[Role.NOBODY]["Location"].startswith(reverse("account_login") + "?next=")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if Role.NOBODY not in case.open_to and not case.api])
def test_fragment_of_a_closed_page_sends_the_whole_page_to_sign_in(world: World, name: str) -> None:
    response = Client().get(address_of(name, world.own), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"]) == (401, "true")


@pytest.mark.parametrize("name", NAMES)
def test_post_without_token_is_refused(world: World, name: str) -> None:
    """Neither a stranger nor another site can make somebody's browser send a form; an API knows no session at all."""
    for role in (Role.NOBODY, Role.ADMINISTRATOR):
        response = client_of(world.people, role, enforce_csrf_checks=True).post(address_of(name, world.own))
        read_only = Role.NOBODY in CASES[name].open_to and not CASES[name].writes
        assert response.status_code == (403 if not CASES[name].api else 405 if read_only else 401)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.args and not case.public])
def test_things_of_another_province_do_not_exist(world: World, name: str) -> None:
    case, elsewhere = CASES[name], world.foreign
    # An administrator says which province a board is to show.
    chosen = {Role.ADMINISTRATOR: {"province": elsewhere.province}}
    answers = {role: ask(world.people, role, name, elsewhere, query=chosen.get(role)).status_code for role in case.open_to}
    wanted = {role: case.status_for(role) if role is Role.ADMINISTRATOR or case.status == 405 else 404 for role in case.open_to}
    assert answers == wanted


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.args and not case.public and case.status != 405])
def test_things_of_a_neighbour_do_not_exist_for_a_member(world: World, name: str) -> None:
    answer = ask(world.people, Role.COOPERATIVE, name, world.neighbour)
    assert answer.status_code == (404 if Role.COOPERATIVE in CASES[name].open_to else 403)


@pytest.mark.parametrize("asked", [False, True], ids=["as it is", "asking for the other province"])
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.rows])
def test_rows_of_others_never_appear(world: World, name: str, asked: bool) -> None:
    for role in CASES[name].open_to - {Role.ADMINISTRATOR}:
        answer = ask(world.people, role, name, world.own, query={"province": world.foreign.province} if asked else None)
        shown = text_of(answer)
        assert [mark for mark in HIDDEN[role] if mark in shown] == [], role
        if not asked:
            assert OWN in shown, role


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if case.rows and not case.args and Role.ADMINISTRATOR in case.open_to]
)
def test_an_administrator_sees_the_rows_that_others_do_not(world: World, name: str) -> None:
    """So the pages show such rows at all, and their absence above means something."""
    answer = ask(world.people, Role.ADMINISTRATOR, name, world.own, query={"province": world.foreign.province})
    assert FOREIGN in text_of(answer)


def text_of(answer: HttpResponse) -> str:
    """The body of an answer."""
    return (answer.getvalue() if answer.streaming else answer.content).decode()
