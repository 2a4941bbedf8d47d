"""Row 1: the nine months of 2025 of Gia Lai from the demo, every number of its tables reckoned anew by plain SQL over raw rows."""

from __future__ import annotations

from datetime import date
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.translation import override

from dashboards.models import PeriodReport
from dashboards.reports.document import Cell, Document, Table
from dashboards.reports.periods.content import document_of
from dashboards.reports.periods.remaking import remake

# Orders, lines, movements and dated facts as they came in; nothing that a fold wrote.
RAW = """
CREATE TEMP VIEW raw AS
SELECT o.id AS order_id, (o.placed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, o.placed_at, o.shop_id, p.id AS product_id,
    p.producer_id, seat.commune_id, coalesce(c.province_id, shop.province_id) AS province_id, e.*,
    e.placed_units * coalesce(m.units, 1) * coalesce(f.net_weight_g, 0) AS placed_grams,
    (e.placed_units - e.gone_units) * coalesce(m.units, 1) * coalesce(f.net_weight_g, 0) AS net_grams
FROM orders_order o
JOIN orders_shop shop ON shop.id = o.shop_id
JOIN orders_orderline l ON l.order_id = o.id
JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE kind = 1), 0) AS placed, coalesce(sum(amount) FILTER (WHERE kind = 2), 0) AS cancelled,
        coalesce(sum(amount) FILTER (WHERE kind = 3), 0) AS returned, coalesce(sum(amount) FILTER (WHERE kind = 4), 0) AS handed_over,
        coalesce(sum(units) FILTER (WHERE kind = 1), 0) AS placed_units, coalesce(sum(units) FILTER (WHERE kind IN (2, 3)), 0) AS gone_units
    FROM orders_ledgerentry WHERE line_id = l.id
) e ON true
LEFT JOIN LATERAL (
    SELECT product_id, units FROM orders_skumapping WHERE shop_id = o.shop_id AND line_key = l.key
    ORDER BY since <= o.placed_at::date DESC, CASE WHEN since <= o.placed_at::date THEN since END DESC, since LIMIT 1
) m ON true
LEFT JOIN catalog_product p ON p.id = m.product_id
LEFT JOIN LATERAL (
    SELECT net_weight_g FROM catalog_productfacts WHERE product_id = p.id
    ORDER BY since <= o.placed_at::date DESC, CASE WHEN since <= o.placed_at::date THEN since END DESC, since LIMIT 1
) f ON true
LEFT JOIN LATERAL (
    SELECT commune_id FROM catalog_producerseat WHERE producer_id = p.producer_id
    ORDER BY since <= o.placed_at::date DESC, CASE WHEN since <= o.placed_at::date THEN since END DESC, since LIMIT 1
) seat ON true
LEFT JOIN places_commune c ON c.code = seat.commune_id
"""
OURS = "province_id = '52' AND day BETWEEN '2025-01-01' AND '2025-09-30'"
SUMS = "sum(placed), sum(placed - cancelled - returned), sum(handed_over - returned)"


def rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.fixture(scope="module")
def nine(demo: str) -> Document:
    with connection.cursor() as cursor:
        cursor.execute(RAW)
    # Made once for the module, before any test's own language is set: whatever test came before may have left another one.
    with override("vi"):
        return document_of(PeriodReport.objects.get(kind="nine", province="52"))


def table(document: Document, key: str) -> list[tuple[Cell, ...]]:
    (found,) = (block for section in document.sections for block in section.blocks if isinstance(block, Table) and block.key == key)
    return [*found.rows, *filter(None, [found.foot])]


def values(document: Document, key: str, *columns: int) -> list[tuple[Any, ...]]:
    """The numbers of those columns, row by row."""
    return [tuple(row[column].value for column in columns) for row in table(document, key)]


def test_overall(nine: Document) -> None:
    ((placed, cancelled, returned, handed_over, orders, placed_grams, net_grams),) = rows(
        f"""SELECT sum(placed), sum(cancelled), sum(returned), sum(handed_over), count(DISTINCT order_id), sum(placed_grams), sum(net_grams)
        FROM raw WHERE {OURS}"""
    )
    net, delivered = placed - cancelled - returned, handed_over - returned
    amounts = [placed, cancelled, returned, net, delivered, orders, float(placed_grams) / 1000, float(net_grams) / 1000]
    assert [value for (value,) in values(nine, "overall", 1)] == amounts
    # What the articles told of May 2025, and Sammy's session (SEEDS: S4, S5); the rest are the weeks around Tết.
    ((around_tet,),) = rows(
        "SELECT count(DISTINCT order_id) FROM raw WHERE province_id = '52' AND day BETWEEN '2025-01-01' AND '2025-02-13'"
    )
    assert (orders, around_tet > 0) == (12_700 + 391 + around_tet, True)
    assert rows("SELECT count(*) FROM raw WHERE province_id = '52' AND day BETWEEN '2024-01-01' AND '2024-09-30'") == [(0,)]
    assert {row[3].text for row in table(nine, "overall")} == {"chưa có số liệu kỳ trước"}
    plan = rows("SELECT metric, value FROM dashboards_yeartarget WHERE province_id = '52' AND year = 2025")
    reached = {"net": net, "orders": orders, "weight": float(net_grams) / 1000}
    assert sorted(values(nine, "plan", 1, 2, 3)) == sorted(
        (value, reached[metric], pytest.approx(float(reached[metric]) / value, abs=1e-6)) for metric, value in plan
    )


def test_by_part_and_way(nine: Document) -> None:
    by_month = {
        row[0]: row[1:]
        for row in rows(f"SELECT extract(month FROM day)::int, count(DISTINCT order_id), {SUMS} FROM raw WHERE {OURS} GROUP BY 1")
    }
    # A shop tells of the days between two of its orders with at most 90 between them, and of those after an order until a file is exported
    # that shows it, as many later at most: nothing sold is 0 there, and elsewhere not known.
    ours = f"(SELECT shop_id FROM raw WHERE {OURS} UNION SELECT id FROM orders_shop WHERE province_id = '52')"
    days = rows(f"SELECT DISTINCT shop_id, day FROM raw WHERE shop_id IN {ours} ORDER BY 1, 2")
    shown = """SELECT DISTINCT (s.placed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
        (r.exported_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1
        FROM orders_stagedrow s JOIN orders_intakerun r ON r.id = s.run_id AND r.state = 'merged'"""
    told = [(day, before) for day, before in rows(f"{shown} WHERE r.shop_id IN {ours}") if 0 <= (before - day).days <= 90]
    told += [(day, later) for (shop, day), (other, later) in pairwise(days) if shop == other and (later - day).days <= 90]
    known = [
        any(day < date(2025, month + 1, 1) and later >= date(2025, month, 1) for day, later in told) or month in by_month
        for month in range(1, 10)
    ]
    assert {True, False} == set(known)
    months = [by_month.get(month, (0 if known[month - 1] else None,) * 4) for month in range(1, 10)]
    assert values(nine, "parts", 1, 2, 3, 4) == [*months, tuple(map(sum, zip(*by_month.values(), strict=True)))]
    # On air: from the start to 30 minutes after the end, in a linked shop, with a product of the run-of-show.
    on_air = """EXISTS (SELECT FROM livestreams_session s JOIN orders_shopsession k ON k.session_id = s.id AND k.shop_id = raw.shop_id
        JOIN livestreams_slot t ON t.session_id = s.id AND t.product_id = raw.product_id
        WHERE raw.placed_at >= s.actual_start AND raw.placed_at < s.actual_end + interval '30 minutes')"""
    ways = [rows(f"SELECT count(DISTINCT order_id), {SUMS} FROM raw WHERE {OURS} AND {where}")[0] for where in (on_air, f"NOT {on_air}")]
    assert values(nine, "ways", 1, 2, 3, 4) == [*ways, tuple(map(sum, zip(*ways, strict=True)))]


def test_livestreams(nine: Document) -> None:
    found = rows(
        f"""SELECT s.name_vi, count(DISTINCT r.order_id), {SUMS} FROM livestreams_session s
        LEFT JOIN orders_shopsession k ON k.session_id = s.id
        LEFT JOIN raw r ON r.shop_id = k.shop_id AND r.placed_at >= s.actual_start AND r.placed_at < s.actual_end + interval '30 minutes'
            AND EXISTS (SELECT FROM livestreams_slot t WHERE t.session_id = s.id AND t.product_id = r.product_id)
        WHERE s.province_id = '52' AND s.actual_start >= '2025-01-01 00:00+07' AND s.actual_start < '2025-10-01 00:00+07'
        GROUP BY s.id, s.name_vi, s.actual_start ORDER BY s.actual_start"""
    )
    told = [row for row in table(nine, "sessions") if row[0].text != "Tổng cộng"]
    assert [row[0].text.split(" – ")[0] for row in told] == [name.split(" – ")[0] for name, *_sums in found]
    known = [tuple(cell.value for cell in row[2:6]) for row in told]
    assert known == [(orders, *sums) if orders else (None,) * 4 for _name, orders, *sums in found]


@pytest.mark.parametrize(
    ("key", "column", "names"),
    [
        ("products", "product_id", "(SELECT name_vi FROM catalog_product WHERE id = raw.product_id)"),
        ("producers", "producer_id", "(SELECT name FROM catalog_producer WHERE id = raw.producer_id)"),
        ("communes", "commune_id", "(SELECT name FROM places_commune WHERE code = raw.commune_id)"),
    ],
)
def test_rankings(nine: Document, key: str, column: str, names: str) -> None:
    found = rows(f"SELECT {names}, count(DISTINCT order_id), {SUMS} FROM raw WHERE {OURS} GROUP BY {column} ORDER BY 4 DESC, 3 DESC")
    told = table(nine, key)
    assert [row[0].text.split(". ", 1)[1] for row in told[:10]] == [name for name, *_sums in found[:10]]
    assert values(nine, key, 1, 2, 3, 4)[:10] == [tuple(sums) for _name, *sums in found[:10]]
    others = [tuple(map(sum, zip(*(sums[1:] for _name, *sums in part), strict=True))) for part in (found[10:], found)]
    assert values(nine, key, 2, 3, 4)[10:] == others


def test_stars(nine: Document) -> None:
    here = """SELECT r.*, p.id AS product FROM catalog_starrating r
        JOIN catalog_product p ON p.id = r.product_id AND p.merged_into_id IS NULL
        JOIN LATERAL (SELECT commune_id FROM catalog_producerseat WHERE producer_id = p.producer_id ORDER BY since <= '2025-09-30' DESC,
            CASE WHEN since <= '2025-09-30' THEN since END DESC, since LIMIT 1) s ON true
        JOIN places_commune c ON c.code = s.commune_id AND c.province_id = '52'"""
    span = "BETWEEN '2025-01-01' AND '2025-09-30'"
    expected = []
    for stars in (5, 4, 3):
        ((valid, given, expired, revoked),) = rows(
            f"""SELECT (SELECT count(*) FROM (SELECT DISTINCT ON (product) stars FROM ({here}) v WHERE valid_from <= '2025-09-30'
                    AND valid_until >= '2025-09-30' AND coalesce(revoked_on > '2025-09-30', true)
                    ORDER BY product, valid_from DESC, id DESC) best WHERE stars = {stars}),
                count(*) FILTER (WHERE valid_from {span}),
                count(*) FILTER (WHERE valid_until + 1 {span} AND coalesce(revoked_on > valid_until, true)),
                count(*) FILTER (WHERE revoked_on {span} AND revoked_on <= valid_until)
            FROM ({here}) r WHERE stars = {stars}"""
        )
        expected.append((valid, given, expired, revoked))
    assert values(nine, "stars", 1, 2, 3, 4) == [*expected, tuple(map(sum, zip(*expected, strict=True)))]


def test_claims_stand_apart(nine: Document) -> None:
    """S4 and S8 side by side: each with its own scope, no total below them."""
    found = rows(
        "SELECT value FROM livestreams_claim WHERE province_id = '52' AND period_from <= '2025-09-30' AND period_to >= '2025-01-01'"
    )
    told = table(nine, "claims-told")
    assert len(told) == len(found)
    words = [f"{row[0].text} {row[1].text}".replace("\N{NO-BREAK SPACE}", " ") for row in told]
    assert any("1.234 đơn" in one for one in words)
    assert any("12.700 đơn" in one for one in words)
    assert any("1.800.000.000 ₫" in one for one in words)
    assert all(row[0].text != "Tổng cộng" for row in told)


def test_made_again(nine: Document) -> None:
    """The ledger as it was known at the reading gives every figure again, by the command too."""
    for report in PeriodReport.objects.all():
        assert all(figure.is_equal for figure in remake(report))
    out = StringIO()
    call_command("remake_report", PeriodReport.objects.get(kind="nine").pk, stdout=out)
    assert out.getvalue().endswith("equal to the đồng\n")
