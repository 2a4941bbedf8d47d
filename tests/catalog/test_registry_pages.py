"""The registry on the page and on the command line."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import User
from catalog.models import Product, RegistryUpload
from catalog.registry.services import NoTerritoryError, confirm_upload, registry_scope
from tests import builders
from tests.catalog.registry_files import FULL, GOOD, RATED, write
from tests.roles import People, Role

pytestmark = pytest.mark.django_db
HERE = "/en/registry/"


@pytest.fixture
def keeper(client: Client) -> User:
    """An official of Gia Lai's agriculture and environment, signed in."""
    user = builders.official(builders.AGRICULTURE, "52")
    client.force_login(user)
    return user


def upload(client: Client, path: Path) -> Any:
    return client.post(HERE, {"file": SimpleUploadedFile(path.name, path.read_bytes())})


def figures(html: str) -> dict[str, int]:
    found = re.findall(r"<div class=\"label\">(\w+)</div>\s*<div class=\"amount\"><p class=\"value\">(\d+)</p>", html)
    return {label: int(number) for label, number in found}


def test_who_may_open_it(client: Client, people: People) -> None:
    for address in (HERE, f"{HERE}template.xlsx"):
        assert client.get(address).headers["Location"].startswith("/en/account/login/")
        for role in (Role.TRADE, Role.COMMUNE, Role.COOPERATIVE):
            client.force_login(people[role])
            assert client.get(address).status_code == 403, role
        for role in (Role.AGRICULTURE, Role.ADMINISTRATOR):
            client.force_login(people[role])
            assert client.get(address).status_code == 200, role
        client.logout()


def test_upload_check_confirm_result(client: Client, keeper: User, tmp_path: Path) -> None:
    builders.product("GL-009", builders.producer("P9"))
    path = write(tmp_path / "danh mục.xlsx", [FULL, {**GOOD, "code": "GL-002", "unit": ""}, {**GOOD, "code": "GL-009", "name_vi": "Mới"}])
    response = upload(client, path)
    assert response.status_code == 302
    kept = RegistryUpload.objects.get()
    assert (kept.owner, kept.file_name, len(kept.rows), kept.applied_at) == (keeper, "danh mục.xlsx", 3, None)
    assert Product.objects.count() == 1

    page = client.get(response.headers["Location"]).content.decode()
    assert figures(page) == {"Rejected": 1, "Updated": 1, "Created": 1, "Unchanged": 0}
    assert "Nothing is changed yet." in page
    assert "<b>Unit</b>: The cell is empty, but needed." in page
    assert "Confirm: take in 2 rows" in page
    only = client.get(f"{response.headers['Location']}?state=updated").content.decode()
    assert "GL-009" in only
    assert "GL-002" not in only

    confirmed = client.post(f"{HERE}{kept.pk}/confirm/")
    assert confirmed.headers["Location"] == f"{HERE}{kept.pk}/"
    kept.refresh_from_db()
    # The rejected row alone is still there, to be had as a file to mend.
    assert [(number, cells["code"]) for number, cells in kept.rows] == [(3, "GL-002")]
    assert kept.applied_at is not None
    assert sorted(Product.objects.values_list("code", "name_vi")) == [("GL-001", "Cà phê bột Ia Boòng"), ("GL-009", "Mới")]
    result = client.get(confirmed.headers["Location"]).content.decode()
    assert figures(result) == {"Rejected": 1, "Updated": 1, "Created": 1, "Unchanged": 0}
    assert "Some rows were left out" in result
    assert "Confirm" not in result

    again = client.post(f"{HERE}{kept.pk}/confirm/", follow=True).content.decode()
    assert "This upload was applied already." in again
    assert "danh mục.xlsx" in client.get(HERE).content.decode()


def test_the_same_file_again_has_nothing_to_confirm(client: Client, keeper: User, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [FULL])
    client.post(f"{upload(client, path).headers['Location']}confirm/")
    page = client.get(upload(client, path).headers["Location"]).content.decode()
    assert figures(page)["Unchanged"] == 1
    assert "The registry holds all of this already." in page
    assert "Confirm" not in page


def test_a_file_without_a_good_row_cannot_be_confirmed(client: Client, keeper: User, tmp_path: Path) -> None:
    page = client.get(upload(client, write(tmp_path / "a.xlsx", [{**GOOD, "commune": "32182"}])).headers["Location"]).content.decode()
    assert "No row can be taken in" in page
    assert "Xã Quách Phẩm lies outside your province." in page
    assert "Confirm" not in page


def test_reasons_are_read_in_the_language_of_the_page(client: Client, keeper: User, tmp_path: Path) -> None:
    where = upload(client, write(tmp_path / "a.xlsx", [{**GOOD, "unit": ""}])).headers["Location"]
    assert "<b>Đơn vị tính</b>:" in client.get(where.removeprefix("/en")).content.decode()


def test_a_price_that_changes_is_written_as_a_price(client: Client, keeper: User, tmp_path: Path) -> None:
    builders.product("GL-001", builders.producer("P9"), price=124_000)
    where = upload(client, write(tmp_path / "a.xlsx", [{**GOOD, "list_price": "1250000"}])).headers["Location"]
    assert "124.000\u00a0₫ → 1.250.000\u00a0₫" in client.get(where.removeprefix("/en")).content.decode()


def test_a_file_that_cannot_be_read_is_said_at_the_field(client: Client, keeper: User, tmp_path: Path) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    page = upload(client, path)
    assert page.status_code == 200
    html = page.content.decode()
    assert "photo.xlsx is not an .xlsx spreadsheet." in html
    assert 'aria-invalid="true"' in html
    assert "<title>Error: " in html
    assert client.post(HERE, {}).status_code == 200
    assert not RegistryUpload.objects.exists()


def test_an_upload_is_its_owners_alone(client: Client, keeper: User, tmp_path: Path) -> None:
    upload(client, write(tmp_path / "a.xlsx", [GOOD]))
    kept = RegistryUpload.objects.get()
    client.force_login(builders.official(builders.AGRICULTURE, "96"))
    assert client.get(f"{HERE}{kept.pk}/").status_code == 404
    response = client.post(f"{HERE}{kept.pk}/confirm/", follow=True)
    assert "This upload is no longer kept." in response.content.decode()
    assert not Product.objects.exists()
    assert "a.xlsx" not in client.get(HERE).content.decode()


def test_who_lost_the_post_between_check_and_confirmation_changes_nothing(client: Client, keeper: User, tmp_path: Path) -> None:
    upload(client, write(tmp_path / "a.xlsx", [GOOD]))
    keeper.posts.all().delete()
    kept = RegistryUpload.objects.get()
    assert client.post(f"{HERE}{kept.pk}/confirm/").status_code == 403
    with pytest.raises(NoTerritoryError):
        confirm_upload(upload_id=kept.pk, user=User.objects.get(pk=keeper.pk))
    assert not Product.objects.exists()


def test_the_confirmation_sees_what_changed_since_the_check(client: Client, keeper: User, tmp_path: Path) -> None:
    first = upload(client, write(tmp_path / "a.xlsx", [FULL])).headers["Location"]
    second = upload(client, write(tmp_path / "b.xlsx", [FULL, {**FULL, "code": "GL-002", "gtin": ""}])).headers["Location"]
    client.post(f"{first}confirm/")
    client.post(f"{second}confirm/")
    assert figures(client.get(second).content.decode()) == {"Rejected": 0, "Updated": 0, "Created": 1, "Unchanged": 1}


def test_forgotten_uploads_go_with_the_next_one(client: Client, keeper: User, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [GOOD])
    for _ in range(2):
        upload(client, path)
    old = RegistryUpload.objects.order_by("pk")[0]
    RegistryUpload.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(days=2))
    upload(client, path)
    assert not RegistryUpload.objects.filter(pk=old.pk).exists()
    assert RegistryUpload.objects.count() == 2


def test_pages_take_the_same_queries_at_one_and_three_rows(client: Client, keeper: User, tmp_path: Path) -> None:
    seen = []
    for count in (1, 3):
        path = write(tmp_path / "a.xlsx", [{**GOOD, "code": f"GL-{number}"} for number in range(count)])
        while RegistryUpload.objects.count() < count:
            where = upload(client, path).headers["Location"]
        for address in (where, HERE):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            seen.append(len(queries))
    assert seen[:2] == seen[2:]
    assert max(seen) <= 10


def test_the_template_downloads(client: Client, keeper: User) -> None:
    response = client.get(f"{HERE}template.xlsx")
    assert response.headers["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response.headers["Content-Disposition"] == 'attachment; filename="ocop-registry.xlsx"'
    assert response.content.startswith(b"PK")


def run(*args: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    with translation.override("vi"):
        call_command("import_registry", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_changes_nothing_without_commit(tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.xlsx", [RATED, {**GOOD, "code": "GL-002", "unit": ""}]))
    out, err = run(path, "--province", "52", "--json")
    assert json.loads(out.splitlines()[-1]) == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    assert err.startswith("row 3, Đơn vị tính: ")
    assert not Product.objects.exists()
    out, _ = run(path, "--province", "52")
    assert out.splitlines()[0] == "1 created, 0 updated, 0 unchanged, 1 rejected"
    assert "--commit" in out

    out, _ = run(path, "--province", "52", "--commit", "--json")
    assert json.loads(out) == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    assert Product.objects.get().code == "GL-001"
    assert json.loads(run(path, "--province", "52", "--commit", "--json")[0])["unchanged"] == 1


def test_the_command_keeps_to_its_province_and_names_bad_input(tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.xlsx", [GOOD]))
    assert json.loads(run(path, "--province", "96", "--commit", "--json")[0])["rejected"] == 1
    with pytest.raises(CommandError, match="no province with the code 53"):
        run(path, "--province", "53")
    with pytest.raises(CommandError, match="No such file"):
        run(str(tmp_path / "none.xlsx"))
    (tmp_path / "empty.xlsx").write_bytes(b"")
    with pytest.raises(CommandError, match=r"empty\.xlsx"):
        run(str(tmp_path / "empty.xlsx"))


def test_who_keeps_which_registry() -> None:
    assert registry_scope(builders.administrator()).everything
    assert registry_scope(builders.official(builders.AGRICULTURE, "96")).province == "96"
    with pytest.raises(NoTerritoryError):
        registry_scope(builders.official(builders.TRADE, "96"))


def test_a_registry_of_343_products_stands_on_the_front_page(tmp_path: Path, client: Client) -> None:
    stars = [5] * 2 + [4] * 75 + [3] * 266
    rows = [
        {
            **RATED,
            "code": f"CM-{number:03d}",
            "producer_code": f"CM-P{number % 90:02d}",
            "commune": "Xã Quách Phẩm",
            "stars": given,
            "decided_on": timezone.localdate() - timedelta(days=30),
        }
        for number, given in enumerate(stars)
    ]
    path = str(write(tmp_path / "a.xlsx", rows))
    assert json.loads(run(path, "--province", "96", "--commit", "--json")[0])["created"] == 343
    page = client.get("/en/").content.decode()
    assert "OCOP products of Cà Mau" in page
    row = re.search(r'<th scope="row">(?:<a [^>]*>)?Cà Mau(?:</a>)?</th>(.*?)</tr>', page, re.S)
    assert row is not None
    assert re.findall(r">(\d+)</td>", row[1]) == ["2", "75", "266", "343"]
