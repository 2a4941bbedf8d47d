"""Roles come from posts held today, scopes from their agencies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.models import Agency, Post, User
from accounts.rules import is_administrator, is_agriculture_official, is_commune_official, is_official, is_trade_official
from accounts.scopes import AGRICULTURE, COMMUNE, TRADE, Scope, scope_of
from catalog.rules import is_member
from tests import builders
from tests.roles import People, Role

pytestmark = pytest.mark.django_db
PREDICATES = (is_administrator, is_official, is_trade_official, is_agriculture_official, is_commune_official, is_member)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.ADMINISTRATOR, {"is_administrator"}),
        (Role.TRADE, {"is_official", "is_trade_official"}),
        (Role.AGRICULTURE, {"is_official", "is_agriculture_official"}),
        (Role.COMMUNE, {"is_official", "is_commune_official"}),
        (Role.COOPERATIVE, {"is_member"}),
    ],
)
def test_each_role_is_what_it_is_and_nothing_else(people: People, role: Role, expected: set[str]) -> None:
    assert {predicate.name for predicate in PREDICATES if predicate.test(people[role])} == expected


def test_nobody_holds_no_role() -> None:
    assert not any(predicate.test(AnonymousUser()) for predicate in PREDICATES)
    assert not any(predicate.test(builders.user()) for predicate in PREDICATES)


def test_a_post_counts_from_its_first_to_its_last_day() -> None:
    today, day = timezone.localdate(), timedelta(days=1)
    agency = builders.agency()
    for since, until, held in (
        (today, None, True),
        (today - day, today, True),
        (today + day, None, False),
        (today - 2 * day, today - day, False),
    ):
        user = builders.user()
        Post.objects.create(user=user, agency=agency, since=since, until=until)
        assert is_official.test(user) is held, (since, until)
        assert (scope_of(user) == Scope(province="52")) is held


def test_roles_are_read_once_for_a_user_object(django_assert_num_queries: Any) -> None:
    official = User.objects.get(pk=builders.official().pk)
    with django_assert_num_queries(2):
        for _ in range(3):
            assert is_trade_official.test(official)
            assert not is_commune_official.test(official)
            assert not is_member.test(official)


def test_scopes() -> None:
    commune = builders.commune("52", 3)
    assert scope_of(builders.administrator()) == Scope()
    assert scope_of(builders.official(province="96")) == Scope(province="96")
    assert scope_of(builders.official(commune=commune)) == Scope(province="52", commune=commune.pk)
    assert scope_of(builders.user()) is None
    both = builders.official(commune=commune)
    Post.objects.create(user=both, agency=builders.agency(builders.AGRICULTURE, "96"), since=builders.LONG_AGO)
    assert scope_of(both) == Scope(province="96")
    assert scope_of(both, kinds=COMMUNE) == Scope(province="52", commune=commune.pk)
    assert scope_of(both, kinds=AGRICULTURE) == Scope(province="96")
    assert scope_of(both, kinds=TRADE) is None


def test_what_a_scope_covers() -> None:
    assert Scope().everything
    assert Scope().covers("52", "23575")
    province, commune = Scope("52"), Scope("52", "23575")
    assert not province.everything
    assert [province.covers("52"), province.covers("52", "23575"), province.covers("96", "23575")] == [True, True, False]
    assert [commune.covers("52", "23575"), commune.covers("52", "23576"), commune.covers("52")] == [True, False, False]


def test_a_department_has_no_commune_and_a_commune_one() -> None:
    commune = builders.commune()
    for kind, place in ((Agency.Kind.COMMUNE, None), (Agency.Kind.INDUSTRY_TRADE, commune)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agency.objects.create(kind=kind, name_vi="x", province_id="52", commune=place)
    Agency.objects.create(kind=Agency.Kind.INDUSTRY_TRADE, name_vi="Sở Công Thương", name_en="Department of Trade", province_id="52")
    with pytest.raises(IntegrityError), transaction.atomic():
        Agency.objects.create(kind=Agency.Kind.INDUSTRY_TRADE, name_vi="again", province_id="52")


def test_names() -> None:
    agency = Agency(kind=Agency.Kind.INDUSTRY_TRADE, name_vi="Sở Công Thương", name_en="Department of Trade", province_id="52")
    user = User(email="a@example.vn")
    assert (str(agency), str(user), str(Post(user=user, agency=agency))) == (
        "Sở Công Thương",
        "a@example.vn",
        "a@example.vn – Sở Công Thương",
    )
    with translation.override("en"):
        assert str(agency) == "Department of Trade"


def test_users_are_known_by_their_e_mail() -> None:
    user = User.objects.create_user("An@Example.VN", "mật khẩu thử")
    assert user.email == "an@example.vn"
    assert user.check_password("mật khẩu thử")
    assert not User.objects.create_user("b@example.vn").has_usable_password()
    assert User.objects.create_superuser("c@example.vn", "mật khẩu thử").is_superuser
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


def test_permissions_are_those_of_the_rules_for_administrators_too(people: People) -> None:
    own = {role for role in people.by_role if people[role].has_perm("dashboards.view_own_sales")}
    assert own == {Role.COOPERATIVE}
    assert people[Role.ADMINISTRATOR].has_perm("catalog.import_registry")
    assert not people[Role.ADMINISTRATOR].has_perm("no.such_permission")


def test_a_closed_account_may_nothing(people: People) -> None:
    user = people[Role.ADMINISTRATOR]
    user.is_active = False
    assert not user.has_perm("catalog.import_registry")
