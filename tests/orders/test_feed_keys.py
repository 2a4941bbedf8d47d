"""Keys of a shop: who has one opens that shop alone; replaced, revoked, and the page on which that is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from accounts.models import User
from orders.feeds.keys import MOST, KeyEndedError, TooManyKeysError, key_of, make_key, replace_key, revoke_key
from orders.feeds.models import ShopKey
from orders.models import IntakeRun, Order, Shop
from orders.shops.hands import hand_over
from tests import builders
from tests.orders.feed_calls import batch, order, send

pytestmark = pytest.mark.django_db
API, SIGNING = ShopKey.Kind.API, ShopKey.Kind.SIGNING


@pytest.fixture
def shop() -> Shop:
    """A host's shop."""
    return builders.shop("GIAN-1", builders.host("SAMMY"))


@pytest.fixture
def official() -> User:
    """Who manages the shop."""
    return builders.official()


def test_only_what_the_key_hashes_to_is_kept(shop: Shop, official: User) -> None:
    made, text = make_key(shop=shop, kind=API, by=official)
    assert len(text) == len("ock_") + 43  # 256 bits in base 64
    assert made.prefix == text[:10]
    assert text not in str(ShopKey.objects.values().get())
    found = key_of(text)
    assert found == made
    assert key_of(text[:-1]) is None
    assert key_of(made.kept) is None


def test_signing_secret_is_in_no_row_and_depends_on_the_secret_key(shop: Shop, official: User, settings: object) -> None:
    made, text = make_key(shop=shop, kind=SIGNING, by=official)
    assert len(text) == len("ocs_") + 64
    assert text[4:] not in str(ShopKey.objects.values().get())
    assert ShopKey.derived(made.kept) == text
    settings.SECRET_KEY = "another one"  # type: ignore[attr-defined]
    assert ShopKey.derived(made.kept) != text
    assert key_of(text) is None  # it is no key of the API


def test_a_shop_that_changes_hands_takes_no_orders_from_the_former_owners_program(shop: Shop, official: User) -> None:
    (first, _), (_second, text) = (make_key(shop=shop, kind=API, by=official) for _number in range(2))
    today = timezone.localdate()
    hand_over(shop=shop, since=today - timedelta(days=9), to=shop.owner, ground="1", by=official)
    assert key_of(text) is not None, "it is the same owner's"
    hand_over(shop=shop, since=today, to=builders.host("B"), ground="2", by=official)
    assert key_of(text) is None
    assert send(text, batch()).status_code == 401
    with pytest.raises(KeyEndedError):
        replace_key(shop=shop, pk=first.pk, grace=timedelta(days=1), by=official)


def test_old_key_opens_beside_the_new_one_until_its_grace_is_over(shop: Shop, official: User) -> None:
    old, old_text = make_key(shop=shop, kind=API, by=official)
    new, new_text = replace_key(shop=shop, pk=old.pk, grace=timedelta(days=7), by=official)
    assert {key_of(old_text), key_of(new_text)} == {old, new}
    with pytest.raises(KeyEndedError):
        replace_key(shop=shop, pk=old.pk, grace=timedelta(days=30), by=official)
    assert shop.keys.count() == 2
    old.refresh_from_db()
    assert old.ends_at is not None
    ShopKey.objects.filter(pk=old.pk).update(ends_at=old.ends_at - timedelta(days=7))
    assert key_of(old_text) is None
    assert key_of(new_text) == new


def test_revoked_key_opens_nothing(shop: Shop, official: User) -> None:
    made, text = make_key(shop=shop, kind=API, by=official)
    assert send(text, batch()).status_code == 201
    revoke_key(shop=shop, pk=made.pk, by=official)
    answer = send(text, batch(order("A2")))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="orders"')
    with pytest.raises(KeyEndedError):
        revoke_key(shop=shop, pk=made.pk, by=official)
    assert Order.objects.count() == 1


def test_keys_of_one_kind_are_few(shop: Shop, official: User) -> None:
    for _ in range(MOST):
        make_key(shop=shop, kind=API, by=official)
    with pytest.raises(TooManyKeysError):
        make_key(shop=shop, kind=API, by=official)
    make_key(shop=shop, kind=SIGNING, by=official)


def test_last_use_is_kept_to_the_minute(shop: Shop, official: User) -> None:
    made, text = make_key(shop=shop, kind=API, by=official)
    before = timezone.now()
    key_of(text)
    made.refresh_from_db()
    first = made.used_at
    assert first is not None
    assert first >= before
    key_of(text)
    made.refresh_from_db()
    assert made.used_at == first
    ShopKey.objects.update(used_at=first - timedelta(minutes=1))
    key_of(text)
    made.refresh_from_db()
    assert made.used_at > first


def test_key_opens_its_own_shop_alone(shop: Shop, official: User) -> None:
    other = builders.shop("GIAN-2", builders.host("KHAC"))
    key, other_key = (make_key(shop=one, kind=API, by=official)[1] for one in (shop, other))
    run = send(key, batch(order("A1"))).json()["run"]
    # Another shop's number is another order.
    assert send(other_key, batch(order("A1"))).json()["orders"] == [{"number": "A1", "result": "new"}]
    assert list(Order.objects.order_by("pk").values_list("shop", "number")) == [(shop.pk, "A1"), (other.pk, "A1")]
    address = reverse("api_orders_run", args=[run])
    answers = {one: Client().get(address, headers={"Authorization": f"Bearer {one}"}) for one in (key, other_key)}
    assert [answer.status_code for answer in answers.values()] == [200, 404]
    told = answers[key].json()
    assert (told["run"], told["state"], told["orders_new"], told["lines"]) == (run, "merged", 1, 1)


def test_run_of_a_file_is_not_the_programs(shop: Shop, official: User) -> None:
    key = make_key(shop=shop, kind=API, by=official)[1]
    run = IntakeRun.objects.create(shop=shop, platform=shop.platform, file_name="tệp.csv", exported_at=timezone.now())
    assert Client().get(reverse("api_orders_run", args=[run.pk]), headers={"Authorization": f"Bearer {key}"}).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer ock_nobody", "Bearer \xff", "Basic b2NrXw==", "Bearer " + "x" * 5000])
def test_without_a_key_nothing_opens(shop: Shop, header: str) -> None:
    answer = Client().post("/api/v1/orders", b"{}", content_type="application/json", headers={"Authorization": header})
    assert answer.status_code == 401


def test_persons_token_is_no_key(shop: Shop) -> None:
    token = Token.objects.create(user=builders.administrator())
    answer = Client().post("/api/v1/orders", b"{}", content_type="application/json", headers={"Authorization": f"Token {token.key}"})
    assert answer.status_code == 403


# The page


def test_page_shows_a_new_key_once(shop: Shop, official: User) -> None:
    client = Client()
    client.force_login(official)
    address = reverse("shop_keys", args=[shop.code])
    answer = client.post(address, {"kind": "api"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    text = answer.context["fresh"]
    assert f'<code class="address">{text}</code>' in answer.content.decode()
    again = client.get(address).content.decode()
    assert text not in again
    assert f"{text[:10]}…" in again
    assert key_of(text) is not None
    assert shop.keys.get().created_by == official


def test_page_replaces_and_revokes(shop: Shop, official: User) -> None:
    client = Client()
    client.force_login(official)
    made, text = make_key(shop=shop, kind=API, by=official)
    address = reverse("shop_key_replace", args=[shop.code, made.pk])
    for wrong in ("", "-1", "365", "x"):
        assert client.post(address, {"grace": wrong}).status_code == 302
    assert key_of(text) == made
    answer = client.post(address, {"grace": "0"})
    new = answer.context["fresh"]
    assert (key_of(text), key_of(new)) == (None, shop.keys.open().get())
    # Sent a second time it makes no second one.
    assert client.post(address, {"grace": "7"}, follow=True).status_code == 200
    assert shop.keys.count() == 2
    assert client.post(reverse("shop_key_revoke", args=[shop.code, shop.keys.open().get().pk])).status_code == 302
    assert key_of(new) is None
    assert shop.keys.first().revoked_by == official


def test_page_costs_no_more_queries_for_many_keys(shop: Shop, official: User) -> None:
    client = Client()
    client.force_login(official)
    address = reverse("shop_keys", args=[shop.code])

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    for kind in ShopKey.Kind:
        revoke_key(shop=shop, pk=make_key(shop=shop, kind=kind, by=official)[0].pk, by=official)
    make_key(shop=shop, kind=API, by=official)
    queries()
    one = queries()
    for _ in range(2):
        make_key(shop=shop, kind=API, by=builders.official())
        revoke_key(shop=shop, pk=make_key(shop=shop, kind=SIGNING, by=official)[0].pk, by=builders.official())
    assert queries() == one


def test_page_says_what_is_wrong(shop: Shop, official: User) -> None:
    client = Client()
    client.force_login(official)
    for _ in range(MOST):
        make_key(shop=shop, kind=API, by=official)
    for kind in ("api", "nothing", ""):
        answer = client.post(reverse("shop_keys", args=[shop.code]), {"kind": kind})
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {"kind"}
    assert shop.keys.count() == MOST


def test_keys_of_a_shop_that_one_does_not_manage_do_not_exist(shop: Shop, official: User) -> None:
    made, text = make_key(shop=shop, kind=API, by=official)
    other = builders.shop("GIAN-2", builders.host("KHAC"))
    client = Client()
    client.force_login(builders.official(province=builders.CA_MAU))
    for name in ("shop_key_replace", "shop_key_revoke"):
        assert client.post(reverse(name, args=[shop.code, made.pk]), {"grace": "0"}).status_code == 404
    client.force_login(official)
    for name in ("shop_key_replace", "shop_key_revoke"):
        assert client.post(reverse(name, args=[other.code, made.pk]), {"grace": "0"}).status_code == 404
    assert key_of(text) == made


def test_refusals_are_told_in_vietnamese(client: Client, shop: Shop, official: User) -> None:
    _made, key = make_key(shop=shop, kind=API, by=official)
    answers = [
        client.post("/api/v1/orders", b"{}", content_type="application/json"),
        client.get("/api/v1/orders/runs/9", headers={"Authorization": f"Bearer {key}"}),
    ]
    assert [(answer.status_code, answer.json()["detail"]) for answer in answers] == [
        (401, "Chưa có khóa hay mã đăng nhập kèm theo."),
        (404, "Gian hàng không gửi lô nào như vậy."),
    ]
