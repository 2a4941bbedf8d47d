"""Open data: what is published when, what everybody may read of it, and that it stays as it was."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from catalog.models import OcopGroup, Product
from dashboards.models import PublishedCell, PublishedMonth
from dashboards.open_data.publishing import publish_due
from dashboards.tasks import publish_months
from orders.models import Shop
from tests import builders
from tests.builders import CA_MAU, GIA_LAI, at
from tests.dashboards.market import browser_of, forget_readings
from tests.dashboards.test_open_data_protection import determined
from tests.order_builders import Line, fold, order, run

pytestmark = pytest.mark.django_db
SECRET = 777_000


@pytest.fixture
def shop() -> Shop:
    """May 2025 in Gia Lai: of groups 1 and 3 ten orders of three producers, of group 2 one of a fourth producer, worth SECRET.

    The files begin on 28 April, so April is known in part only.
    """
    makers = [builders.producer(f"GL{number}", nth_commune=number % 2) for number in range(1, 5)]
    food = [builders.product(f"F{number}", makers[number], stars=3 + number % 2) for number in range(3)]
    herbs = [builders.product(f"H{number}", makers[number], set_code="3.01") for number in range(3)]
    rum = builders.product("RUM", makers[3], stars=5, set_code="2.01", name="=Rượu cần")
    made = builders.shop("S", builders.partner("P"), sells=[*food, *herbs, rum])
    exported = at("2025-07-20 08:00")
    order(made, "FIRST", at("2025-04-28 09:00"), Line(food[0]), exported_at=exported)
    for number in range(10):
        lines = [*(Line(one, 1, 100_000) for one in food), *(Line(one, 1, 50_000) for one in herbs)]
        order(made, f"N{number}", at("2025-05-10 09:00"), *lines, exported_at=exported)
    order(made, "SECRET", at("2025-05-11 09:00"), Line(rum, 7, SECRET), exported_at=exported)
    fold()
    return made


def publish(when: str = "2025-07-21 03:10") -> int:
    made = publish_due(at=at(when))
    forget_readings()
    return made


def rows_of(table: str, province: str = GIA_LAI) -> list[dict[str, Any]]:
    answer = Client().get(f"/api/v1/statistics/{province}/{table}/")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def csv_rows(table: str) -> list[dict[str, str]]:
    answer = Client().get(f"/open-data/{GIA_LAI}/{table}.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_month_is_published_with_its_small_numbers_hidden(shop: Shop) -> None:
    assert publish() == 1
    total = {"orders": 11, "units": 67, "net_vnd": 4_500_000 + SECRET}
    facts = {"published_on": "2025-07-21", "shops": 1, "shops_complete": 1, "withdrawn_on": None}
    assert rows_of("months") == [{"month": "2025-05", "mark": "shown", **total, **facts}]
    groups = {row["group"]: (row["mark"], row["orders"], row["units"], row["net_vnd"]) for row in rows_of("groups")}
    assert groups == {
        "1": ("shown", 10, 30, 3_000_000),
        "2": ("hidden", None, None, None),
        # Hidden as well: else the total would tell of group 2.
        "3": ("hidden", None, None, None),
        **dict.fromkeys("456", ("shown", 0, 0, 0)),
    }
    assert not PublishedCell.objects.filter(hidden=True, net__isnull=False).exists()


def test_hidden_figures_cannot_be_reckoned_from_the_documents(shop: Shop) -> None:
    publish()
    for amount in ("orders", "units", "net_vnd"):
        equations = []
        for month in rows_of("months"):
            parts = [row for row in rows_of("groups") if row["month"] == month["month"]]
            equations.append({(0, row["group"]): Fraction(1) for row in parts if row[amount] is None})
        assert equations[0].keys() == {(0, "2"), (0, "3")}
        assert determined(equations) == set()


def test_page_csv_and_json_say_the_same_and_none_says_what_is_hidden(shop: Shop) -> None:
    publish()
    for table in ("registry", "livestreams", "months", "groups"):
        told = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows_of(table)]
        assert csv_rows(table) == told, table
    for address in (f"/open-data/{GIA_LAI}/", f"/en/open-data/{GIA_LAI}/?show=units"):
        text = Client().get(address).content.decode()
        assert "777" not in text.replace(".", "").replace(",", "").replace("4500", "")
        assert text.count("ẩn</span>" if "/en/" not in address else "hidden</span>") == 2
    page = Client().get(f"/en/open-data/{GIA_LAI}/").context
    places = [(commune.code, group.code, [count for _stars, count in counts]) for commune, group, counts in page["registry"]]
    first, second = builders.commune(nth=0).code, builders.commune(nth=1).code
    assert sorted(places) == sorted([(first, "1", [0, 1, 0]), (first, "2", [1, 0, 0]), (second, "1", [0, 0, 2])])
    assert page["months"][0][1] == [
        ("shown", 5_277_000), ("shown", 3_000_000), ("hidden", None), ("hidden", None), ("shown", 0), ("shown", 0), ("shown", 0),
    ]  # fmt: skip


def test_a_published_month_stays_as_it_was(shop: Shop) -> None:
    """One more order would else be known by the difference."""
    publish()
    before = rows_of("months"), rows_of("groups")
    order(shop, "LATE", at("2025-05-12 09:00"), Line(Product.objects.get(code="F0"), 1, 123_456), exported_at=at("2025-07-22 08:00"))
    fold()
    assert publish("2025-07-23 03:10") == 0
    assert (rows_of("months"), rows_of("groups")) == before
    cell = PublishedCell.objects.filter(hidden=False).first()
    assert cell is not None
    cells = PublishedCell.objects.filter(pk=cell.pk)
    for forbidden in (lambda: cells.update(net=1), cell.delete, lambda: PublishedMonth.objects.update(shops=9)):
        with pytest.raises(DatabaseError, match=r"pgtrigger: Cannot|never changed"), transaction.atomic():
            forbidden()


def test_a_month_that_proves_wrong_is_withdrawn_for_good(shop: Shop) -> None:
    publish()
    call_command("withdraw_month", GIA_LAI, "2025-05", reason="tệp nộp nhầm")
    assert publish("2025-07-23 03:10") == 0
    withdrawn = {"mark": "no_data", "orders": None, "units": None, "net_vnd": None, "published_on": None, "shops": None}
    today = timezone.localdate().isoformat()
    assert rows_of("months") == [{"month": "2025-05", **withdrawn, "shops_complete": None, "withdrawn_on": today}]
    assert {row["mark"] for row in rows_of("groups")} == {"no_data"}
    assert f"rút ngày {timezone.localdate():%d/%m/%Y}" in Client().get(f"/open-data/{GIA_LAI}/").content.decode()
    for month, complaint in (("2025-05", "No such month"), ("2025-04", "No such month"), ("2025-13", "2025-13")):
        with pytest.raises(CommandError, match=complaint):
            call_command("withdraw_month", GIA_LAI, month, reason="lần nữa")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        PublishedMonth.objects.update(withdrawn_at=None, withdrawn_reason="")


def test_a_month_waits_until_it_has_settled_and_every_shop_is_there(shop: Shop) -> None:
    assert publish("2025-07-15 23:00") == 0  # 45 days after
    late = builders.shop("LATE", builders.partner("P2"))
    assert publish("2025-07-16 00:10") == 0
    assert publish("2025-08-29 23:00") == 0
    # Ninety days after, it is published with what there is, and says so. June is known to have nothing, but of one shop alone.
    assert publish("2025-08-30 00:10") == 1
    assert [(row["month"], row["shops"], row["shops_complete"]) for row in rows_of("months")] == [("2025-05", 2, 1)]
    run(late, at("2025-08-30 07:00"))
    assert publish("2025-08-31 03:10") == 1
    assert rows_of("months")[0] == {
        "month": "2025-06",
        "mark": "shown",
        "orders": 0,
        "units": 0,
        "net_vnd": 0,
        "published_on": "2025-08-31",
        "shops": 2,
        "shops_complete": 2,
        "withdrawn_on": None,
    }


def test_a_month_of_which_a_part_is_not_known_is_never_published(shop: Shop) -> None:
    """Neither April, which the files reach from its 28th on, nor July and August, nor September from its 15th on.

    That nothing was sold in June the file of July tells, which shows orders of May.
    """
    publish()
    coffee = Product.objects.get(code="F0")
    for day in ("2025-09-15", "2025-10-31"):
        order(shop, day, at(f"{day} 09:00"), Line(coffee), exported_at=at("2025-11-10 08:00"))
    fold()
    assert publish("2025-12-31 03:10") == 2
    assert [(row["month"], row["mark"], row["orders"]) for row in rows_of("months")] == [
        ("2025-10", "hidden", None),
        *((f"2025-0{month}", "no_data", None) for month in (9, 8, 7)),
        ("2025-06", "shown", 0),
        ("2025-05", "shown", 11),
    ]


def test_a_file_tells_of_the_ninety_days_before_it(shop: Shop) -> None:
    """After a long silence it says that nothing was sold of the whole months it reaches back to, and of none before."""
    publish()
    run(shop, at("2026-03-01 08:00"))
    assert publish("2026-03-02 03:10") == 2
    assert [(row["month"], row["mark"], row["orders"]) for row in rows_of("months")] == [
        ("2025-12", "shown", 0),
        *((f"2025-{month:02}", "no_data", None) for month in range(11, 6, -1)),
        ("2025-06", "shown", 0),
        ("2025-05", "shown", 11),
    ]


def test_each_figure_stands_under_its_group_also_where_months_have_other_groups(shop: Shop) -> None:
    publish()
    april = PublishedMonth.objects.create(
        province_id=GIA_LAI, month=date(2025, 4, 1), published_at=timezone.now(), reading_number=1, shops=1, complete=1
    )
    groups = OcopGroup.objects.in_bulk(field_name="code")
    cells = [("total", None, 60), ("group", groups["3"], 30), ("group", groups["6"], 20), ("no_group", None, 10)]
    for part, group, amount in cells:
        PublishedCell.objects.create(month=april, part=part, group=group, hidden=False, orders=10, units=amount, net=amount)
    forget_readings()
    context = Client().get(f"/en/open-data/{GIA_LAI}/").context
    assert [group.code if group else None for group in context["groups"]] == ["1", "2", "3", "4", "5", "6", None]
    found = {row.total.month.month: [amount for _mark, amount in cells] for row, cells in context["months"]}
    assert found == {5: [5_277_000, 3_000_000, None, None, 0, 0, 0, None], 4: [60, None, None, 30, None, None, 20, 10]}
    assert [mark for mark, _amount in context["months"][0][1]][-1] == "no_data"


def test_orders_on_their_way_into_the_figures_are_waited_for(shop: Shop) -> None:
    order(shop, "NEW", at("2025-05-12 09:00"), Line(Product.objects.get(code="F0")), exported_at=at("2025-07-20 09:00"))
    assert publish() == 0
    fold()
    publish_months()
    assert PublishedMonth.objects.get(month=date(2025, 5, 1)).cells.get(part="total").orders == 12


def test_no_data_is_neither_nothing_nor_hidden(shop: Shop) -> None:
    publish()
    july = PublishedMonth.objects.create(
        province_id=GIA_LAI, month=date(2025, 7, 1), published_at=timezone.now(), reading_number=1, shops=1, complete=1
    )
    PublishedCell.objects.create(month=july, part="total", hidden=False, orders=0, units=0, net=0)
    forget_readings()
    assert [(row["month"], row["mark"], row["net_vnd"]) for row in rows_of("months")] == [
        ("2025-07", "shown", 0),
        ("2025-06", "no_data", None),
        ("2025-05", "shown", 5_277_000),
    ]
    assert {(row["mark"], row["orders"]) for row in rows_of("groups") if row["month"] == "2025-06"} == {("no_data", None)}
    assert [(row["month"], row["mark"], row["net_vnd"]) for row in csv_rows("months")][1] == ("2025-06", "no_data", "")


def test_registry_counts_are_those_of_the_public_catalogue_today(shop: Shop) -> None:
    gone = builders.product("GONE", Product.objects.get(code="F0").producer)
    builders.rate(gone, 4, since=date(2020, 1, 2), until=date(2021, 1, 1), number="2")
    builders.product("DRAFT", gone.producer, stars=4, public=False)
    builders.product("CM", builders.producer("CM1", province=CA_MAU), stars=4)
    first, second = builders.commune(nth=0).code, builders.commune(nth=1).code
    found = {(row["commune_code"], row["group"], row["stars"]): row["products"] for row in rows_of("registry")}
    # F0 (3 stars) and F2 (3) of GL1 and GL3, F1 (4) of GL2, RUM (5) of GL4.
    assert found == {(second, "1", 3): 2, (first, "1", 4): 1, (first, "2", 5): 1}
    listed = csv.DictReader(io.StringIO(b"".join(Client().get("/open-data/catalogue.csv")).decode("utf-8-sig")))
    assert sum(found.values()) == sum(1 for row in listed if row["star_state"] == "valid" and row["province_code"] == GIA_LAI)


def test_livestreams_are_those_that_were_on_air(shop: Shop) -> None:
    builders.session("ON", at("2025-05-10 20:00"), hosted_by=builders.host("H", name="@Sammy"))
    off = builders.session("OFF", at("2025-05-11 20:00"), aired=False)
    off.cancelled_at, off.cancelled_reason = at("2025-05-10 08:00"), "bão"
    off.save()
    builders.session("PLAN", timezone.now() + timedelta(days=3), aired=False)
    # Its hour has passed, and nobody says that it began.
    builders.session("NEVER", at("2025-05-12 20:00"), aired=False)
    assert [(row["code"], row["start"], row["host_name"]) for row in rows_of("livestreams")] == [
        ("ON", "2025-05-10T20:00:00+07:00", "@Sammy")
    ]
    # Text that a spreadsheet would compute stays text.
    assert csv_rows("livestreams")[0]["host_name"] == "'@Sammy"


def test_the_page_is_light(shop: Shop) -> None:
    """With the style sheets and the script of every page at most 150 KB, nothing compressed."""
    publish()
    text = Client().get(f"/open-data/{GIA_LAI}/").content.decode()
    linked = [text] + [
        Path(finders.find(name) or "").read_text() for name in re.findall(r'(?:href|src)="/static/([^"#]+\.(?:css|js|svg))"', text)
    ]
    assert len(linked) > 4
    assert sum(len(one.encode()) for one in linked) <= 100 * 1024  # a province's 150 communes and 24 months need the rest


def test_who_has_it_already_is_told_so_and_only_a_page_without_a_name_is_kept_by_others(shop: Shop) -> None:
    publish()
    for address in ("/open-data/", f"/open-data/{GIA_LAI}/", f"/open-data/{GIA_LAI}/groups.csv", f"/api/v1/statistics/{GIA_LAI}/months/"):
        first = Client().get(address)
        assert first["Cache-Control"].startswith("public, max-age="), address
        cache.clear()
        again = Client().get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
        assert Client().head(address).status_code == 200
    signed_in = browser_of(builders.official()).get(f"/open-data/{GIA_LAI}/")
    assert (signed_in["Cache-Control"], signed_in.status_code) == ("private, no-cache", 200)


def test_of_other_codes_nothing_is_published() -> None:
    builders.product("F", builders.producer("GL1"))
    for code in ("00", "GL", "5%00", "%00", "x" * 300, "52'"):
        for address in (f"/open-data/{code}/", f"/open-data/{code}/months.csv", f"/api/v1/statistics/{code}/months/"):
            assert Client().get(address).status_code == 404, address
    assert Client().get(f"/open-data/{GIA_LAI}/secrets.csv").status_code == 404
    assert Client().get(f"/open-data/{GIA_LAI}/?show=secrets&page=x").status_code == 200
    assert Client().get(f"/api/v1/statistics/{GIA_LAI}/months/?all=1").status_code == 400


def test_the_schema_describes_every_address() -> None:
    paths = Client().get("/api/v1/schema/?format=json").json()["paths"]
    tables = ("registry", "livestreams", "months", "groups")
    assert {"/api/v1/statistics/", *(f"/api/v1/statistics/{{code}}/{table}/" for table in tables)} <= paths.keys()
