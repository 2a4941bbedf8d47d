"""The pages of listings: a member's on a phone, an official's with two contents side by side, and the history of both."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.listings.drafts import content_now, etag_of
from catalog.listings.review import send_back
from catalog.models import ListingRevision, ListPrice, Paper, Producer, Product, StoredDocument, StoredFile
from tests import builders
from tests.catalog.listing_makers import Bench, bench, seen, submitted, type_in

pytestmark = pytest.mark.django_db
State = ListingRevision.State


@pytest.fixture
def made() -> Bench:
    return bench()


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    return client


def address(name: str, made: Bench, **more: str) -> str:
    return reverse(name, kwargs={"kind": "listings", "code": made.product.code, **more})


def mark(made: Bench, *keys: str) -> str:
    return etag_of(content_now(made.product), keys)


def autosave(made: Bench, client: Client, etag: str, **values: str) -> HttpResponse:
    headers = {"Accept": "application/json", "If-Match": f'"{etag}"'}
    return client.post(address("listing_step", made, step="names"), values, headers=headers)


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_my_listings_tell_where_each_stands(made: Bench) -> None:
    waiting = bench("Q")
    revision = submitted(waiting.product, waiting.member, name_vi="Tiêu")
    builders.product("P-2", made.producer, name="Mật ong", public=False)
    type_in(made.product, made.member, name_vi="Cà phê rang")
    page = text_of(client_of(made.member).get("/my/listings/"))
    assert [word in page for word in ("Cà phê", "Mật ong", "Bản nháp", "Chưa công khai", "Tiêu")] == [True, True, True, True, False]
    assert "Đang chờ cán bộ" in text_of(client_of(waiting.member).get("/my/listings/"))
    assert client_of(made.member).get("/my/listings/", {"producer": "Q"}).status_code == 404
    assert revision.state == State.SUBMITTED


def test_one_and_three_products_take_the_same_queries(made: Bench) -> None:
    client = client_of(made.member)
    review, history = client_of(made.official), reverse("listing_history", kwargs={"kind": "listings", "code": "P-1"})

    def counted() -> list[int]:
        found = []
        for who, path in ((client, "/my/listings/"), (review, "/review/"), (review, history)):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert who.get(path).status_code == 200
            found.append(len(queries))
        return found

    submitted(made.product, made.member, name_vi="Một")
    counted()
    one = counted()
    for number in (2, 3):
        product = builders.product(f"P-{number}", made.producer, price=1000)
        Product.objects.filter(pk=product.pk).update(description_vi="Chuyện.")
        submitted(product, made.member, name_vi=f"Tên {number}")
        ListPrice.objects.create(product=made.product, since=f"2025-0{number}-01", price=1000 + number)
    assert counted() == one


def test_a_product_is_begun_with_its_name(made: Bench) -> None:
    client = client_of(made.member)
    answer = client.post("/my/listings/new/", {"producer": "P", "name": "Cà phê nhân Ia Boòng"})
    assert (answer.status_code, answer["Location"]) == (302, "/my/listings/P-N02/steps/story/")
    assert Product.objects.get(code="P-N02").published_at is None
    again = client.post("/my/listings/new/", {"producer": "P", "name": "cà phê nhân ia boòng"})
    assert (again.status_code, "Đã có sản phẩm tên này" in text_of(again)) == (422, True)
    bench("Q")
    for form in ({"producer": "Q", "name": "x"}, {"producer": "P", "name": " "}, {}):
        assert client.post("/my/listings/new/", form).status_code == 422
    assert Product.objects.filter(published_at=None).count() == 1


def test_a_step_is_saved_by_its_button_and_leads_to_the_next(made: Bench) -> None:
    client = client_of(made.member)
    form = {"name_vi": "Cà phê rang", "name_en": "", "etag": mark(made, "name_vi", "name_en")}
    assert client.post(address("listing_step", made, step="names"), form)["Location"] == address("listing_step", made, step="story")
    form = {"list_price": "120.000", "floor_price": "", "etag": mark(made, "list_price", "floor_price")}
    assert client.post(address("listing_step", made, step="prices"), form)["Location"] == address("listing", made)
    held = content_now(made.product)
    assert (held["name_vi"], held["list_price"]) == ("Cà phê rang", "120000")


def test_what_is_wrong_stays_in_its_field_and_in_the_draft(made: Bench) -> None:
    keys = ("ocop_set", "unit", "net_weight_g", "gtin")
    form = {"ocop_set": "2.03", "unit": "gói", "net_weight_g": "nửa cân", "gtin": "8934563138166", "etag": mark(made, *keys)}
    answer = client_of(made.member).post(address("listing_step", made, step="facts"), form)
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'value="nửa cân"' in page
    assert "Chữ số cuối" in page
    assert content_now(made.product)["gtin"] == "8934563138166"


def test_whoever_edits_second_sees_both_texts(made: Bench) -> None:
    form = {"name_vi": "Của tôi", "name_en": "", "etag": mark(made, "name_vi", "name_en")}
    colleague = builders.member(made.producer, email="dong-nghiep@example.vn")
    type_in(made.product, colleague, name_vi="Của người kia")
    client = client_of(made.member)
    answer = client.post(address("listing_step", made, step="names"), form)
    page = text_of(answer)
    assert answer.status_code == 409
    assert ("Của tôi" in page, "Của người kia" in page, "dong-nghiep@example.vn" in page) == (True, True, True)
    assert content_now(made.product)["name_vi"] == "Của người kia"
    # Having seen it, the second one decides.
    form["etag"] = answer.context["etag"]
    assert client.post(address("listing_step", made, step="names"), form).status_code == 302
    assert content_now(made.product)["name_vi"] == "Của tôi"


def test_a_step_saves_itself(made: Bench) -> None:
    client = client_of(made.member)
    opened = mark(made, "name_vi", "name_en")
    saved = autosave(made, client, opened, name_vi="Cà phê rang", name_en="")
    assert (saved.status_code, saved.json()) == (200, {"etag": mark(made, "name_vi", "name_en"), "errors": {}})
    assert saved["ETag"] == f'"{mark(made, "name_vi", "name_en")}"'
    assert autosave(made, client, opened, name_vi="Cà phê rang", name_en="").status_code == 200  # the answer was lost
    stale = autosave(made, client, opened, name_vi="Khác", name_en="")
    assert (stale.status_code, stale.json()["values"]["name_vi"], stale.json()["by"]) == (412, "Cà phê rang", made.member.email)
    assert autosave(made, client, saved.json()["etag"], name_vi="x" * 10_001).status_code == 413
    submitted(made.product, made.member)
    assert autosave(made, client, saved.json()["etag"], name_vi="Muộn", name_en="").status_code == 409
    assert content_now(made.product)["name_vi"] == "Cà phê rang"


def test_submitting_tells_what_is_missing_and_where(made: Bench) -> None:
    client = client_of(made.member)
    type_in(made.product, made.member, unit="")
    answer = client.post(address("listing_submit", made))
    assert answer.status_code == 422
    assert f'href="{address("listing_step", made, step="facts")}#id_unit"' in text_of(answer)
    type_in(made.product, made.member, unit="hộp")
    assert client.post(address("listing_submit", made)).status_code == 302
    assert client.post(address("listing_submit", made)).status_code == 302  # twice is once
    assert ListingRevision.objects.get().state == State.SUBMITTED
    page = text_of(client.get(address("listing", made)))
    assert address("listing_take_back", made) in page
    client.post(address("listing_take_back", made))
    assert ListingRevision.objects.get().state == State.DRAFT
    client.post(address("listing_withdraw", made))
    assert ListingRevision.objects.get().state == State.WITHDRAWN


def test_an_official_sees_both_sides_and_sends_it_back(made: Bench) -> None:
    revision = submitted(made.product, made.member, name_vi="Cà phê <b>rang</b>", list_price="120000")
    client, path = client_of(made.official), reverse("review_revision", args=[ListingRevision.objects.get().pk])
    page = text_of(client.get(path))
    assert "<ins>&lt;b&gt;rang&lt;/b&gt;</ins>" in page.replace("<ins> ", "<ins>")
    assert ("100.000\u00a0₫" in page, "120.000\u00a0₫" in page) == (True, True)
    form = {"seen": seen(revision), "send_back": "yes", "remark-name_vi": " ", "remark-": ""}
    refused = client.post(path, form)
    assert (refused.status_code, "Hãy ghi ít nhất một ý kiến" in text_of(refused)) == (422, True)
    long = client.post(path, form | {"remark-name_vi": "x" * 1001})
    assert (long.status_code, "x" * 1001 in text_of(long)) == (422, True)
    assert client.post(path, form | {"remark-name_vi": "Bỏ thẻ HTML."})["Location"] == "/review/"
    mine = text_of(client_of(made.member).get(address("listing", made)))
    assert "Bỏ thẻ HTML." in mine
    assert "Bỏ thẻ HTML." in text_of(client_of(made.member).get(address("listing_step", made, step="names")))
    late = client.post(path, form | {"remark-": "Nữa", "remark-unit": "Gói?"})  # decided already: what was typed is not lost
    assert (late.status_code, [word in text_of(late) for word in ("Nữa", "Gói?")]) == (409, [True, True])
    assert ListingRevision.objects.get().remarks.count() == 1


def test_of_a_new_product_there_is_one_side_and_its_name_is_that_of_the_draft() -> None:
    made = bench(public=False)
    type_in(made.product, made.member, name_vi="Cà phê hạt", floor_price="90000")
    mine = text_of(client_of(made.member).get(address("listing", made)))
    assert [word in mine for word in ("Cà phê hạt", "Cà phê của xã.", "Có thay đổi")] == [True, True, False]
    assert "chỉ bạn và cán bộ thấy" in mine  # everybody sees the rest, never the lowest price accepted
    type_in(made.product, made.member, name_vi="x" * 201)
    assert Product.objects.get().name_vi == "Cà phê hạt"  # too long: kept in the draft alone
    submitted(made.product, made.member, name_vi="Cà phê hạt mộc")
    page = text_of(client_of(made.official).get(reverse("review_revision", args=[ListingRevision.objects.get().pk])))
    assert [word in page for word in ("Cà phê hạt mộc", "Cà phê của xã.", "Đang công khai")] == [True, True, False]
    public = bench("Q")
    type_in(public.product, public.member, name_vi="Khác")
    assert Product.objects.get(pk=public.product.pk).name_vi == "Cà phê"


def test_remarks_on_photos_papers_and_links_stand_where_they_are_mended(made: Bench) -> None:
    Paper.objects.create(product=made.product, kind="vietgap", number="VG-1", valid_until=timezone.localdate())
    revision = submitted(made.product, made.member, name_en="Coffee")
    page = text_of(client_of(made.official).get(reverse("review_revision", args=[revision.pk])))
    assert [word in page for word in ("VietGAP VG-1", f"đến {timezone.localdate():%d/%m/%Y}", "Không có tệp")] == [True, True, True]
    send_back(revision_id=revision.pk, seen=seen(revision), remarks={"papers": "Thiếu tệp VietGAP."}, by=made.official)
    client = client_of(made.member)
    assert "Thiếu tệp VietGAP." in text_of(client.get(address("listing", made)))
    there = [
        name for name in ("kept_photos", "kept_papers", "kept_links") if "Thiếu tệp VietGAP." in text_of(client.get(address(name, made)))
    ]
    assert there == ["kept_papers"]
    submitted(made.product, made.member, name_en="Coffee of ours")
    assert "Thiếu tệp" not in text_of(client.get(address("kept_papers", made)))


def test_an_official_opens_the_file_of_a_paper_that_is_not_public_yet(made: Bench) -> None:
    stored = StoredFile.objects.create(digest="a" * 64, media_type="application/pdf", size=4, content=b"%PDF")
    document = StoredDocument.objects.create(file=stored, name="giấy.pdf")
    paper = Paper.objects.create(product=made.product, kind="haccp", number="1", document=document)
    waiting = submitted(made.product, made.member, name_vi="Cà phê rang")
    official = client_of(made.official)
    assert f'href="/papers/{paper.pk}/file/"' in text_of(official.get(f"/review/{waiting.pk}/"))
    assert official.get(f"/papers/{paper.pk}/file/").content == b"%PDF"


def test_an_official_who_read_something_else_looks_again(made: Bench) -> None:
    revision = submitted(made.product, made.member, name_vi="Cà phê rang")
    path, client = reverse("review_revision", args=[revision.pk]), client_of(made.official)
    form = {"seen": seen(revision), "publish": "yes", "remark-unit": "Ghi chú dở"}
    Producer.objects.filter(pk=made.producer.pk).update(name="HTX đổi tên")
    Product.objects.filter(pk=made.product.pk).update(name_en="Changed by the registry")
    answer = client.post(path, form)
    assert (answer.status_code, "Ghi chú dở" in text_of(answer)) == (409, True)
    assert Product.objects.get(pk=made.product.pk).name_vi == "Cà phê"
    assert client.post(path, form | {"seen": answer.context["seen"]})["Location"] == "/review/"
    product = Product.objects.get(pk=made.product.pk)
    assert (product.name_vi, product.name_en) == ("Cà phê rang", "Changed by the registry")


def test_history_tells_who_did_what(made: Bench) -> None:
    member, official = client_of(made.member), client_of(made.official)
    form = {"list_price": "120.000", "floor_price": "", "etag": mark(made, "list_price", "floor_price")}
    member.post(address("listing_step", made, step="prices"), form)
    member.post(address("listing_submit", made))
    revision = ListingRevision.objects.get()
    official.post(reverse("review_revision", args=[revision.pk]), {"seen": seen(revision), "publish": "yes"})
    entries = member.get(reverse("listing_history", kwargs={"kind": "listings", "code": "P-1"})).context["page"].object_list
    (price,) = [entry for entry in entries if str(entry.what) == "Giá niêm yết" and entry.who]
    differences = [(one.key, one.before, one.after) for one in price.differences]
    assert (price.who, differences) == (made.official, [("since", None, timezone.localdate()), ("price", None, 120_000)])
    labels = [(str(entry.label), entry.who) for entry in entries if str(entry.what) == "Hồ sơ giới thiệu"]
    assert labels == [("Đã đăng", made.official), ("Đã gửi duyệt", made.member), ("Bản nháp", made.member)]
    for who, status in ((made.official, 200), (builders.official(province=builders.CA_MAU), 404), (builders.user(), 403)):
        assert client_of(who).get(reverse("listing_history", kwargs={"kind": "listings", "code": "P-1"})).status_code == status


def test_another_producers_listing_does_not_exist(made: Bench) -> None:
    stranger = client_of(builders.member(builders.producer("Q")))
    for name, more in (("listing", {}), ("listing_step", {"step": "names"})):
        assert stranger.get(address(name, made, **more)).status_code == 404
    for name, more in (("listing_step", {"step": "names"}), ("listing_submit", {}), ("listing_take_back", {}), ("listing_withdraw", {})):
        assert stranger.post(address(name, made, **more), {"name_vi": "x"}).status_code == 404
    assert client_of(made.member).get(address("listing_step", made, step="nowhere")).status_code == 404
    assert not ListingRevision.objects.exists()
