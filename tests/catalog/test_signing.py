"""Who may sign: whoever leads the department, and those whom he or she lets; an administrator says who leads."""

from __future__ import annotations

import pytest

from accounts.models import Post, User
from catalog.members.signing import NotTheirsError, let_sign, set_leader
from tests import builders
from tests.builders import CA_MAU
from tests.dashboards.market import browser_of

pytestmark = pytest.mark.django_db
MAY_SIGN = "dashboards.sign_reports"


def post_of(user: User) -> Post:
    return Post.objects.get(user=user)


def may_sign(user: User) -> bool:
    return User.objects.get(pk=user.pk).has_perm(MAY_SIGN)


def act(by: User, on: User, what: str) -> int:
    return browser_of(by).post(f"/en/officials/{post_of(on).pk}/signing/", {"act": what}).status_code


def test_the_head_lets_somebody_sign_and_takes_it_back() -> None:
    head, other = builders.official(leads=True), builders.official()
    assert (may_sign(head), may_sign(other)) == (True, False)
    assert act(head, other, "sign") == 302
    post = post_of(other)
    assert (may_sign(other), post.signing_given_by) == (True, head)
    assert post.signing_given_at is not None
    assert f"given by {head}" in browser_of(other).get("/en/officials/").content.decode()
    assert act(head, other, "no_sign") == 302
    assert not may_sign(other)
    assert post_of(other).signing_given_by is None


def test_nobody_else_gives_the_right() -> None:
    head, one, other = builders.official(leads=True), builders.official(), builders.official()
    assert act(head, one, "sign") == 302
    # Who was let sign lets nobody else sign; neither does a stranger's head see the post.
    assert act(one, other, "sign") == 302
    assert not may_sign(other)
    assert act(builders.official(province=CA_MAU, leads=True), other, "sign") == 404
    assert act(head, other, "lead") == 302
    assert not post_of(other).leads
    assert act(builders.official(commune=builders.commune()), other, "sign") == 403
    assert act(head, other, "what") == 400
    agriculture = builders.official(builders.AGRICULTURE)
    with pytest.raises(NotTheirsError):
        let_sign(post=post_of(agriculture), by=builders.administrator(), signs=True)
    with pytest.raises(NotTheirsError):
        set_leader(post=post_of(other), by=head, leading=True)


def test_an_administrator_says_who_leads() -> None:
    administrator, official = builders.administrator(), builders.official()
    assert act(administrator, official, "lead") == 302
    assert may_sign(official)
    assert act(administrator, official, "no_lead") == 302
    assert not may_sign(official)
    assert act(administrator, official, "sign") == 302
    assert may_sign(official)


def test_buttons_for_whoever_may_press_them_alone() -> None:
    head, other = builders.official(leads=True), builders.official()
    pages = {user: browser_of(user).get("/en/officials/").content.decode() for user in (head, other)}
    assert ('value="sign"' in pages[head], 'value="sign"' in pages[other]) == (True, False)
    assert 'value="lead"' not in pages[head]
    administered = browser_of(builders.administrator()).get("/en/officials/").content.decode()
    assert 'value="lead"' in administered
