"""Pages of lots and steps: what a member does on the phone, and what is refused with which sentence."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from catalog.models import Producer, Product
from tests import builders, trace_builders
from tests.roles import People, Role, client_of
from traceability.codes.paths import code_path, lot_path
from traceability.models import Event, ExtraLink, Lot, LotInput, Step
from traceability.steps.kinds import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(people: People) -> Product:
    """A product of the member's producer."""
    made = builders.product("CF", Producer.objects.get(), name="Cà phê bột")
    Product.objects.filter(pk=made.pk).update(gtin=trace_builders.gtin())
    return Product.objects.get(pk=made.pk)


@pytest.fixture
def member(people: People) -> Client:
    return client_of(people, Role.COOPERATIVE)


def lot_form(product: Product, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What the browser sends to open a lot."""
    today = timezone.localdate()
    form = {
        "product": product.pk,
        "number": "RANG-1",
        "made_on": today.isoformat(),
        "best_before": "2100-01-01",
        "quantity": "500",
        "unit": "H87",
    }
    sent: dict[str, Any] = {**form, **fields, "in-TOTAL_FORMS": "3", "in-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        sent |= {f"in-{number}-{name}": value for name, value in row.items()}
    return sent


def step_form(**fields: Any) -> dict[str, Any]:
    """What the browser sends to record a step now."""
    return {"happened_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", **fields}


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_from_a_lot_to_the_page_behind_its_code(member: Client, product: Product) -> None:
    answer = member.post(
        # A browser sends the rows that were left as they came, too.
        reverse("lot_new"),
        lot_form(
            product,
            {"told": "Cà phê nhân", "quantity": "300", "unit": "KGM"},
            {"own": "", "told": "", "quantity": "", "unit": "KGM"},
            place="Xưởng rang",
        ),
    )
    lot = Lot.objects.get()
    assert answer["Location"] == reverse("lot_detail", args=[lot.pk])
    assert (lot.commune, lot.opened_by.memberships.get().producer) == (product.producer.seats.get().commune, product.producer)
    assert [(one.words, one.quantity) for one in lot.inputs.all()] == [("Cà phê nhân", Decimal(300))]
    sent = step_form(quantity="480", note="Rang mộc <b>đậm</b>", temperature="212.5", commune=lot.commune_id)
    answer = member.post(reverse("step_new", args=[lot.pk, "packed"]), sent)
    assert answer["Location"] == reverse("lot_detail", args=[lot.pk])
    step = Step.objects.get()
    assert (step.kind, step.quantity, step.recorded_by) == (Kind.PACKED, Decimal(480), lot.opened_by)
    page = text(Client().get(lot_path(lot)))
    for told in ("Đóng gói", "Rang mộc &lt;b&gt;đậm&lt;/b&gt;", "212,5 °C", "Cà phê nhân", "Xưởng rang"):
        assert told in page, told


def test_one_lot_twice_among_what_went_in_is_told(member: Client, product: Product) -> None:
    source = trace_builders.lot(product, "RANG-0")
    rows = [{"own": source.pk, "quantity": quantity, "unit": "H87"} for quantity in ("1", "2")]
    answer = member.post(reverse("lot_new"), lot_form(product, *rows))
    assert (answer.status_code, "RANG-0 được ghi hai lần" in text(answer)) == (422, True)
    assert Lot.objects.get() == source


@pytest.mark.parametrize("address", ["/lots/links/A%00B/", "/step-photos/a%00b.webp", f"/step-photos/{'g' * 64}.webp"])
def test_no_address_takes_what_no_code_can_be(member: Client, address: str) -> None:
    assert member.get(address).status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"number": "MẺ 1"}, "Chỉ dùng chữ cái không dấu"),
        ({"number": "A" * 21}, "20"),
        ({"number": "rang-0"}, "Sản phẩm này đã có lô mang số đó"),
        ({"quantity": "0"}, "0.001"),
        ({"quantity": "1.5"}, "Số gói phải là số nguyên"),
        ({"quantity": "NaN"}, ""),
        ({"quantity": "1e99"}, ""),
        ({"made_on": "2999-01-01"}, "Ngày này chưa tới"),
        ({"best_before": "2020-01-01"}, "Hàng sẽ hết hạn trước cả ngày sản xuất"),
        ({"number": "A\x00"}, ""),
    ],
)
def test_a_lot_that_cannot_be(member: Client, product: Product, fields: dict[str, Any], sentence: str) -> None:
    trace_builders.lot(product, "RANG-0")
    answer = member.post(reverse("lot_new"), lot_form(product, **fields))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Lot.objects.count() == 1


def test_a_lot_of_somebody_elses_product(member: Client, product: Product) -> None:
    foreign = builders.product("F", builders.producer("F", nth_commune=1))
    assert member.post(reverse("lot_new"), lot_form(foreign)).status_code == 422
    assert member.post(reverse("lot_new"), lot_form(product) | {"product": "999999"}).status_code == 422
    lot = trace_builders.lot(foreign)
    for name, sent in (("step_new", step_form()), ("lot_close", {})):
        arguments = [lot.pk, "packed"] if name == "step_new" else [lot.pk]
        assert member.post(reverse(name, args=arguments), sent).status_code == 404
    step = trace_builders.step(lot)
    assert member.post(reverse("step_wrong", args=[step.pk]), {"reason": "did_not_occur"}).status_code == 404
    assert not Step.objects.filter(wrong_at__isnull=False).exists()


def test_a_department_reads_and_does_not_write(people: People, product: Product) -> None:
    lot = trace_builders.lot(product)
    for role in (Role.TRADE, Role.AGRICULTURE):
        client = client_of(people, role)
        assert "step_new" not in text(client.get(reverse("lot_detail", args=[lot.pk])))
        assert client.post(reverse("lot_close", args=[lot.pk])).status_code == 403
    assert client_of(people, Role.COMMUNE).post(reverse("lot_close", args=[lot.pk])).status_code == 302
    assert not Lot.objects.get().is_open


def test_ingredients_by_choice_by_code_and_by_words(member: Client, product: Product) -> None:
    today = timezone.localdate()
    own = trace_builders.lot(product, "NHAN-1", unit="KGM", quantity=Decimal(100), made_on=today - timedelta(days=9))
    supplier = trace_builders.lot(builders.product("S", builders.producer("S", nth_commune=1)), "S-1", made_on=today - timedelta(days=9))
    trace_builders.step(supplier, Kind.SHIPPED, happened_at=timezone.now() - timedelta(days=1), quantity=Decimal(70))
    typed = f" https://truyxuat.example.vn/t/{supplier.code.lower()}?x=1 "
    rows = ({"own": own.pk, "quantity": "60"}, {"told": typed, "quantity": "70"}, {"told": "Củi"})
    member.post(reverse("lot_new"), lot_form(product, *rows))
    made = LotInput.objects.filter(lot__number="RANG-1")
    assert {(one.source, one.words, one.quantity) for one in made} == {(own, "", 60), (supplier, "", 70), (None, "Củi", None)}
    # One step back and one step forward, from either side.
    detail = text(member.get(reverse("lot_detail", args=[own.pk])))
    assert "RANG-1" in detail
    lot = Lot.objects.get(number="RANG-1")
    page = text(Client().get(lot_path(lot)))
    assert "NHAN-1" in page
    assert "S-1" in page


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"own": "{own}", "quantity": "101"}, "không còn nhiều như vậy"),
        ({"own": "{own}"}, "Hãy ghi đã dùng bao nhiêu"),
        ({"own": "{own}", "told": "Củi", "quantity": "1"}, "Chỉ chọn một lô hoặc gõ vào ô"),
        ({"told": "{foreign}", "quantity": "1"}, "không còn nhiều như vậy"),
        ({"quantity": "5"}, "Hãy ghi số lượng này là của cái gì"),
        ({"own": "999999", "quantity": "5"}, ""),
    ],
)
def test_ingredients_that_cannot_be(member: Client, product: Product, row: dict[str, str], sentence: str) -> None:
    own = trace_builders.lot(product, "NHAN-1", unit="KGM", quantity=Decimal(100))
    foreign = trace_builders.lot(builders.product("S", builders.producer("S", nth_commune=1)), "S-1")
    filled = {name: value.format(own=own.pk, foreign=foreign.code) for name, value in row.items()}
    answer = member.post(reverse("lot_new"), lot_form(product, filled))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Lot.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"happened_at": "2020-01-01T08:00"}, "trước đó chưa thể có việc gì xảy ra"),
        ({"happened_at": "2999-01-01T08:00"}, "tương lai"),
        ({"happened_at": "hôm qua"}, ""),
        ({"quantity": "1001"}, "tối đa 1000"),
        ({"quantity": "0"}, "Phải lớn hơn 0"),
        ({"quantity": "-3"}, "Phải lớn hơn 0"),
        ({"temperature": "9999"}, ""),
        ({"commune": "00000"}, ""),
        ({"note": "x" * 501}, ""),
    ],
)
def test_a_step_that_cannot_be(member: Client, product: Product, fields: dict[str, str], sentence: str) -> None:
    lot = trace_builders.lot(product)
    answer = member.post(reverse("step_new", args=[lot.pk, "packed"]), step_form(**fields))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Event.objects.exists()


def test_no_kind_of_step(member: Client, product: Product) -> None:
    assert member.get(reverse("step_new", args=[trace_builders.lot(product).pk, "eaten"])).status_code == 404


def photo(size: int = 900) -> SimpleUploadedFile:
    """A photo as a phone would send it."""
    content = io.BytesIO()
    Image.new("RGB", (size, size), "olive").save(content, "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00")
    return SimpleUploadedFile("ảnh.jpg", content.getvalue(), content_type="image/jpeg")


def test_the_photo_of_a_step_is_written_anew_and_goes_with_the_step(member: Client, product: Product) -> None:
    lot = trace_builders.lot(product)
    member.post(reverse("step_new", args=[lot.pk, "inspected"]), step_form(photo=photo()))
    step = Step.objects.get()
    address = reverse("step_photo", args=[step.photo_id])
    assert address in text(Client().get(lot_path(lot)))
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"], answer.content[8:12]) == (200, "image/webp", b"WEBP")
    member.post(reverse("step_wrong", args=[step.pk]), {"reason": "did_not_occur"})
    assert Client().get(address).status_code == 404
    assert address not in text(Client().get(lot_path(lot)))
    # Its keepers still see that it was told, and that it is wrong.
    assert "Đã khai báo sai" in text(member.get(reverse("lot_detail", args=[lot.pk])))


def test_what_is_no_photo_is_refused_with_a_sentence(member: Client, product: Product) -> None:
    lot = trace_builders.lot(product)
    file = SimpleUploadedFile("ảnh.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
    answer = member.post(reverse("step_new", args=[lot.pk, "inspected"]), step_form(photo=file))
    assert answer.status_code == 422
    assert "ảnh.jpg" in text(answer)
    assert not Step.objects.exists()


def test_whom_one_deals_with_is_not_told_to_everybody(member: Client, product: Product) -> None:
    lot = trace_builders.lot(product)
    (code,) = trace_builders.codes(lot)
    member.post(reverse("step_new", args=[lot.pk, "sold"]), step_form(partner="Bà Tư chợ Pleiku", number="HD-77", quantity="5"))
    assert Event.objects.get().public is False
    page = text(Client().get(code_path(code)))
    assert "Giao hàng theo hóa đơn" in page
    assert "Bà Tư" not in page
    assert "HD-77" not in page
    assert "Bà Tư" in text(member.get(reverse("lot_detail", args=[lot.pk])))


def test_links_are_added_shown_and_removed(member: Client, product: Product) -> None:
    lot = trace_builders.lot(product)
    here = reverse("extra_links", args=["CF"])
    good = {"link_type": "recipeInfo", "title": "Cách pha", "url": "https://example.vn/pha", "language": "vi", "lot": lot.pk}
    assert member.post(here, good)["Location"] == here
    assert member.post(here, good).status_code == 422
    for url in ("javascript:alert(1)", "ftp://example.vn/", "example", ""):
        assert member.post(here, {**good, "url": url}).status_code == 422
    link = ExtraLink.objects.get()
    assert "https://example.vn/pha" in text(Client().get(lot_path(lot)))
    assert member.get("/lots/links/%00/").status_code == 404
    foreign = builders.product("F", builders.producer("F", nth_commune=1))
    assert member.post(reverse("extra_link_remove", args=[foreign.code, link.pk])).status_code == 404
    (target,) = Client().get(f"{lot_path(lot)}?linkType=linkset").json()["linkset"][0]["https://ref.gs1.org/voc/recipeInfo"]
    assert target["type"] == "text/html"
    ExtraLink.objects.create(product=product, link_type="certificationInfo", url="https://example.vn/giay.pdf?x=1", title="Giấy")
    (target,) = Client().get(f"{lot_path(lot)}?linkType=linkset").json()["linkset"][0]["https://ref.gs1.org/voc/certificationInfo"]
    assert target["type"] == "application/pdf"
    other = ExtraLink.objects.create(product=foreign, link_type="homepage", url="https://example.com/", title="x")
    member.post(reverse("extra_link_remove", args=["CF", other.pk]))
    assert ExtraLink.objects.filter(pk=other.pk).exists()
    member.post(reverse("extra_link_remove", args=["CF", link.pk]))
    assert not ExtraLink.objects.filter(pk=link.pk).exists()


def test_pages_take_as_many_statements_for_many_rows_as_for_one(
    member: Client, product: Product, django_assert_max_num_queries: Any
) -> None:
    lot = trace_builders.lot(product)
    for number in range(4):
        trace_builders.step(lot, note=str(number))
        LotInput.objects.create(lot=lot, source=trace_builders.lot(product, f"S{number}"), quantity=1)
        LotInput.objects.create(lot=trace_builders.lot(product, f"O{number}"), source=lot, quantity=1, unit="H87")
    with django_assert_max_num_queries(18):
        member.get(reverse("lot_detail", args=[lot.pk]))
    with django_assert_max_num_queries(12):
        member.get(reverse("lot_list"))
