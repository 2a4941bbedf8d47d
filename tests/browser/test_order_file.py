"""An order file in a browser: buyers' columns stay on the device, and a spreadsheet of one's own is explained once."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from orders.models import IntakeRun, Shop, StagedRow
from tests.browser.chromium import PHONE, Visit
from tests.browser.conftest import Opener, Site
from tests.browser.hands import in_database
from tests.orders import order_files, own_files
from tests.roles import Role

pytestmark = pytest.mark.browser

ROWS = 6_000
RUN, TYPED = re.compile(r"/intake/\d+/$"), re.compile(r"/orders/typed/\d+/$")
BUYER = "Khách Giả Định Cắm"


def planted(path: Path) -> Path:
    """A TikTok csv of several slices, a name, a phone and an address in each row, some of them over two lines and with commas."""
    rows = (
        order_files.row(
            order_id=f"5764614148{number:08d}",
            product_name="Muối ba khía, “hũ” " if number % 7 else 'Muối "đặc biệt", hũ',
            recipient=f"{BUYER} {number}",
            phone=f"(+84)0905{number:06d}",
            detail_address=f"Số {number}, Đường Không Có Thật\nTổ 3" if number % 50 == 0 else f"Số {number}, Đường Không Có Thật",
        )
        for number in range(ROWS)
    )
    return order_files.write_csv(path, rows)


def test_buyers_columns_stay_on_the_device(site: Site, open_as: Opener, tmp_path: Path) -> None:
    path = planted(tmp_path / "don-tiktok.csv")
    visit = Visit.on(open_as(Role.TRADE, viewport=PHONE), site.address)
    visit.open("/en/intake/new/")
    page = visit.page
    bodies: list[bytes] = []

    def seen(route: Any) -> None:
        if route.request.method == "POST":
            bodies.append(route.request.post_data_buffer or b"")
        route.continue_()

    page.route("**/intake/new/", seen)
    shop = in_database(lambda: Shop.objects.get(code=site.things.shop).pk)
    page.select_option("#id_shop", str(shop))
    page.set_input_files("#id_file", path)
    page.get_by_text("Left out on this device").wait_for()
    assert page.locator("[data-strip-state]").inner_text().endswith("32")
    page.get_by_role("button", name="Upload and check").click()
    page.wait_for_url(RUN)
    (body,) = bodies
    assert b"576461414800000000" in body
    assert len(body) > 1_000_000
    whole = body.decode()
    assert not any(text in whole for text in (BUYER, "(+84)0905", "Đường Không Có Thật", "Recipient", "Phone #"))

    def stored() -> tuple[Any, ...]:
        run = IntakeRun.objects.filter(file_name=path.name).latest("pk")
        rows = StagedRow.objects.filter(run=run).order_by("row")
        first, last = rows[0], rows.last()
        assert last
        return run.rows, run.rejected, run.original_sha256, (first.row, first.product_name), (last.row, last.number)

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert in_database(stored) == (
        ROWS, 0, digest, (3, 'Muối "đặc biệt", hũ'), (ROWS + 2, f"5764614148{ROWS - 1:08d}"),
    )  # fmt: skip
    assert (visit.complaints, visit.strangers()) == ([], [])


def test_a_spreadsheet_is_explained_once_without_choosing_it_again(site: Site, open_as: Opener, tmp_path: Path) -> None:
    path = tmp_path / "tat-ca-don-hang.csv"
    headers = ["Số đơn", *own_files.HEADERS[1:]]
    path.write_bytes(own_files.content([own_files.line(), own_files.line("A-02", state="Chờ gom")], headers=headers))
    visit = Visit.on(open_as(Role.COOPERATIVE, viewport=PHONE), site.address)
    visit.open(f"/en/shops/{site.things.stall}/columns/")
    page = visit.page
    page.set_input_files("#id_file", path)
    page.get_by_role("button", name="Look at its columns").click()
    page.get_by_text("Buyers' data stay out").wait_for()
    assert not any(value in page.content() for value in own_files.BUYER)
    assert page.evaluate("document.querySelector('#id_file').files[0].name") == path.name
    assert visit.violations() == []
    assert visit.overflow() == []
    page.get_by_label("“chờ gom”").select_option(label="Placed")
    page.get_by_role("button", name="Look at the first rows").click()
    page.locator("#preview").wait_for()
    assert visit.violations() == []
    assert visit.overflow() == []
    page.get_by_role("button", name="Remember this").click()
    page.wait_for_url(RUN)
    run = in_database(lambda: IntakeRun.objects.filter(file_name=path.name).latest("pk"))
    assert (run.rows, run.rejected) == (2, 0)
    assert visit.complaints == []


def test_a_typed_order_outlives_a_lost_line(site: Site, open_as: Opener) -> None:
    context = open_as(Role.COOPERATIVE, viewport=PHONE)
    visit = Visit.on(context, site.address)
    address = f"/en/orders/typed/new/?shop={site.things.stall}"
    visit.open(address)
    page = visit.page
    page.locator("#id_product_0").select_option(index=1)
    page.fill("#id_units_0", "3")
    page.fill("#id_price_0", "90000")
    context.set_offline(True)
    page.get_by_role("button", name="Save the order").click()
    page.get_by_text("No connection").wait_for()
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(site.address + address)
    page.get_by_text("What you typed before is back.").wait_for()
    assert page.input_value("#id_units_0") == "3"
    page.get_by_role("button", name="Save the order").click()
    page.wait_for_url(TYPED)
    assert "270,000" in page.locator("#lines").inner_text()
    page.goto(site.address + address)
    assert page.input_value("#id_units_0") == "1"
