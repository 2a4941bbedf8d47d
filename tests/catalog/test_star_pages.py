"""Pages of stars: the work list, taking a decision in, the history of a product."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import User
from catalog.criteria import criteria_on
from catalog.models import Product, RecognitionDecision, StarRating, StoredDocument
from catalog.spreadsheets import spreadsheet_rows
from catalog.stars.application_forms import PointsForm
from tests import builders
from tests.catalog.registry_files import write
from tests.folded import unfolded

pytestmark = pytest.mark.django_db
NEW = "/en/stars/decisions/new/recognition/"
HEAD = {"number": " 3981/QĐ-UBND ", "decided_on": "2026-03-15", "issuer": "UBND tỉnh Gia Lai", "authority": "province"}


@pytest.fixture
def keeper(client: Client) -> User:
    made = builders.official(builders.AGRICULTURE)
    client.force_login(made, backend="allauth.account.auth_backends.AuthenticationBackend")
    return made


def products(*codes: str) -> list[Product]:
    maker = builders.producer("HTX-01")
    return [builders.product(code, maker) for code in codes]


def rows_of(html: str, table: str) -> list[str]:
    """The text of each body row of a table."""
    region = unfolded(html).split(f'id="{table}"', 1)[1].split("</table>", maxsplit=1)[0].split("<tbody>")[1]
    plain = (re.sub(r"<[^>]+>", " ", row) for row in region.split("</tr>"))
    return [" ".join(text.split()) for text in plain if text.strip()]


def test_the_work_list_says_what_ends_when(client: Client, keeper: User, tmp_path: Path) -> None:
    today = timezone.localdate()
    for product, left in zip(products("GL-1", "GL-2", "GL-3", "GL-4"), (20, 80, 170, 300), strict=True):
        builders.rate(product, 4 if left == 80 else 3, until=today + timedelta(days=left))
    foreign = builders.product("CM-1", builders.producer("HTX-CM", province=builders.CA_MAU))
    builders.rate(foreign, 3, until=today + timedelta(days=20))
    html = client.get("/en/stars/").content.decode()
    assert re.findall(r'class="value"[^>]*>(\d+)', html) == ["4", "1", "2", "3"]
    assert [row.split(" HTX")[0] for row in rows_of(html, "ending")] == ["Product GL-1", "Product GL-2", "Product GL-3"]
    assert "3 stars would be gone: 0 of five, 1 of four, 2 of three stars." in html
    later = client.get("/en/stars/", {"by": f"{today + timedelta(days=301)}", "star": "3"}).content.decode()
    assert [row.split(" HTX")[0] for row in rows_of(later, "ending")] == ["Product GL-1", "Product GL-3", "Product GL-4"]
    assert "Choose a day after today." in client.get("/en/stars/", {"by": f"{today}"}).content.decode()
    path = tmp_path / "list.xlsx"
    path.write_bytes(client.get("/en/stars/ending.xlsx", {"star": "4"}).content)
    with spreadsheet_rows(path, "list.xlsx") as found:
        cells = [row for _sheet, _number, row in found]
    assert cells[1] == ["GL-2", "Product GL-2", "HTX HTX-01", cells[1][3], 4, "01/QĐ-UBND", today + timedelta(days=80), 80, "None"]
    assert len(cells) == 2


def test_a_commune_follows_its_own_stars_alone(client: Client) -> None:
    today = timezone.localdate()
    (own,) = products("GL-1")
    other = builders.product("GL-2", builders.producer("HTX-02", nth_commune=1))
    for product in (own, other):
        builders.rate(product, 3, until=today + timedelta(days=20))
    client.force_login(builders.official(commune=builders.commune()), backend="allauth.account.auth_backends.AuthenticationBackend")
    html = client.get("/en/stars/").content.decode()
    assert [row.split(" HTX")[0] for row in rows_of(html, "ending")] == ["Product GL-1"]
    assert client.get(NEW).status_code == 403


def test_a_decision_is_checked_mended_and_recorded(client: Client, keeper: User) -> None:
    products("GL-1", "GL-2")
    wrong = client.post(NEW, {**HEAD, "lines": "GL-1; 3\nGL-9; 3"})
    assert wrong.status_code == 422
    assert rows_of(wrong.content.decode(), "problems") == ["2 GL-9 There is no product with this code in the territory."]
    assert "1 line cannot be taken; nothing is recorded." in wrong.content.decode()
    checked = client.post(NEW, {**HEAD, "lines": "GL-1; 3; 62,5\nGL-2; 4", "step": "check"})
    assert checked.status_code == 200
    assert [row[:17] for row in rows_of(checked.content.decode(), "planned")] == ["Product GL-1 GL-1", "Product GL-2 GL-2"]
    assert not StarRating.objects.exists()
    recorded = client.post(NEW, {**HEAD, "lines": "GL-1; 3; 62,5\nGL-2; 4", "step": "record"}, follow=True)
    decision = RecognitionDecision.objects.get()
    assert (decision.number, decision.recorded_by, decision.province_id) == ("3981/QĐ-UBND", keeper, "52")
    assert "The decision is recorded, and the stars follow it." in recorded.content.decode()
    twice = client.post(NEW, {**HEAD, "lines": "GL-1; 3; 62,5\nGL-2; 4", "step": "record"})
    assert (twice.status_code, StarRating.objects.count()) == (422, 2)


def test_a_decision_that_takes_stars_away_says_so_before_it_is_recorded(client: Client, keeper: User) -> None:
    products("GL-1", "GL-2", "GL-3")
    client.post(NEW, {**HEAD, "lines": "GL-1; 4\nGL-2; 3", "step": "record"})
    checked = client.post(NEW, {**HEAD, "number": "2/QĐ", "lines": "GL-1; 3\nGL-2; 4\nGL-3; 3", "step": "check"}).content.decode()
    assert ["Fewer stars than before" in row for row in rows_of(checked, "planned")] == [True, False, False]


def test_points_outside_their_part_are_refused_in_a_whole_sentence() -> None:
    with translation.override("vi"):
        form = PointsForm({"points_a": "41", "points_b": "x", "points_c": "33,55"}, criteria=criteria_on(timezone.localdate()))
        said = {name: errors[0] for name, errors in form.errors.items()}
    assert said == {
        "points_a": "Điểm phải từ 0 đến 40.",
        "points_b": "Ghi điểm bằng số, ví dụ 33,5.",
        "points_c": "Sau dấu phẩy chỉ có một chữ số.",
    }


def test_a_spreadsheets_rows_are_put_into_the_field(client: Client, keeper: User, tmp_path: Path) -> None:
    products("GL-1", "GL-2")
    path = write(tmp_path / "qd.xlsx", [{"code": "GL-1", "stars": 3, "points": 62.5}, {"code": "GL-2", "stars": 4}])
    with path.open("rb") as file:
        page = client.post(NEW, {**HEAD, "lines": "", "file": file})
    assert (page.status_code, len(rows_of(page.content.decode(), "planned"))) == (200, 2)
    assert "GL-1; 3; 62.5\nGL-2; 4</textarea>" in page.content.decode()
    picture = client.post(NEW, {**HEAD, "lines": "GL-1; 3", "file": SimpleUploadedFile("x.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 50)})
    assert picture.status_code == 422
    assert "x.xlsx is not an .xlsx spreadsheet." in picture.content.decode()


def test_the_forms_of_the_other_kinds_and_of_none(client: Client, keeper: User) -> None:
    (product,) = products("GL-1")
    builders.rate(product, 3, until=date(2027, 1, 1))
    builders.rate(product, 4, since=date(2019, 1, 1), until=date(2026, 12, 1), number="0/QĐ")
    head = {"number": "9/QĐ", "decided_on": "2026-10-01", "issuer": "UBND tỉnh"}
    client.post("/en/stars/decisions/new/extension/", {**head, "valid_until": "2027-09-30", "lines": "GL-1", "step": "record"})
    assert StarRating.objects.get(stars=3).valid_until == date(2027, 9, 30)
    ground = "<script>alert(1)</script> vi phạm"
    client.post("/en/stars/decisions/new/revocation/", {**head, "number": "10/QĐ", "lines": "GL-1", "ground": ground, "step": "record"})
    page = client.get(f"/en/stars/decisions/{RecognitionDecision.objects.get(number='10/QĐ').pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; vi phạm" in page
    assert client.get("/en/stars/decisions/new/other/").status_code == 404
    history = rows_of(client.get("/en/stars/products/GL-1/").content.decode(), "history")
    assert [row.split(" vi phạm")[0].split(" 9/QĐ")[0] for row in history] == [
        "01/10/2026 Revoked &lt;script&gt;alert(1)&lt;/script&gt;",
        "01/10/2026 Extended valid until 30/09/2027 instead of 01/01/2027",
        "01/01/2020 Recognised Revoked valid until 01/01/2027 01/QĐ-UBND",
        "01/01/2019 Recognised Revoked valid until 01/12/2026 0/QĐ",
    ]


def test_the_star_of_any_day(client: Client, keeper: User) -> None:
    (product,) = products("GL-1")
    builders.rate(product, 3, since=date(2020, 1, 1), until=date(2023, 1, 1))
    builders.rate(product, 4, since=date(2022, 6, 1), until=date(2025, 6, 1), number="2/QĐ")
    said = {
        "2019-12-31": "On 31/12/2019 the product had no star.",
        "2021-05-01": "by decision 01/QĐ-UBND",
        "2022-06-01": "by decision 2/QĐ",
        "2025-06-02": "On 02/06/2025 the product had no star.",
    }
    for day, words in said.items():
        html = client.get("/en/stars/products/GL-1/", {"on": day}).content.decode()
        assert words in html.split('role="status"')[1].split("</p>")[0], day
    assert "Enter a valid date." in client.get("/en/stars/products/GL-1/", {"on": "x"}).content.decode()


def test_scans_are_checked_kept_and_shown_to_those_who_see_the_product(client: Client, keeper: User) -> None:
    (product,) = products("GL-1")
    rating = builders.rate(product, 3)
    there = f"/en/stars/ratings/{rating.pk}/certificate/new/"
    refused = client.post(there, {"document": SimpleUploadedFile("x.pdf", b"GIF89a not a pdf")})
    assert (refused.status_code, StoredDocument.objects.count()) == (422, 0)
    StarRating.objects.filter(pk=rating.pk).update(certificate=builders.document("gcn.pdf"))
    shown = client.get(f"/en/stars/ratings/{rating.pk}/certificate/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "application/pdf")
    client.force_login(builders.member(product.producer), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/en/stars/ratings/{rating.pk}/certificate/").status_code == 200
    assert client.post(there).status_code == 403
    client.force_login(builders.member(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/en/stars/ratings/{rating.pk}/certificate/").status_code == 403


def test_an_official_who_belongs_to_a_producer_elsewhere_keeps_no_stars_there(client: Client, keeper: User) -> None:
    elsewhere = builders.producer("HTX-CM", province=builders.CA_MAU)
    keeper.memberships.create(producer=elsewhere)
    rating = builders.rate(builders.product("CM-1", elsewhere), 3)
    assert client.get(f"/en/stars/ratings/{rating.pk}/certificate/new/").status_code == 403
    assert client.post(NEW, {**HEAD, "lines": "CM-1; 3"}).status_code == 422


def test_lists_take_the_same_queries_at_one_and_three_rows(client: Client, keeper: User) -> None:
    today = timezone.localdate()
    maker, seen = builders.producer("HTX-01"), []
    for codes in (("GL-1",), ("GL-2", "GL-3")):
        for code in codes:
            builders.rate(builders.product(code, maker), 3, until=today + timedelta(days=20), number=f"{code}/QĐ")
        for address in ("/en/stars/", "/en/stars/decisions/", "/en/stars/ending.xlsx"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            seen.append(len(queries))
    assert seen[:3] == seen[3:]
    assert max(seen) <= 16
