"""Batches over the API against one file: the same orders, once sent by programs, once taken in from a csv.

A TikTok Shop export is taken in as a command does it (orders.intake.services.take_in_file, into a new shop whose SKUs are mapped); then
the same orders are sent in batches of 200 by 8 clients, each with a key and connection of its own, to the web server of `make run` on the
same machine: each client to a shop of its own, and in another round all to one shop. Neither side folds: no worker runs. Everybody shares the
two processors: clients, web server, PostgreSQL.

- vs_bulk: orders a second over the API, a shop for each client ÷ orders a second of the file; medians of the rounds.
- one_shop: the same with all clients sending to one shop, whose batches are merged one after the other.

Then, told apart: 50 equal calls at once under one name; 10,000 small batches at once to two shops, as fast as the machine takes them (who is
told to wait does so and comes again; each must be accepted in the end, and the ledger hold exactly what was sent: flood_lost=0); and a body
of 50 MB.

OCOP_BENCH_LINES (54,000: 40,000 orders), OCOP_BENCH_ROUNDS (5) and OCOP_BENCH_FLOOD (10,000) make it smaller for a first look; `--flood N`
does the flood alone.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import count, groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._portal import ROOT, portal, seconds

LINES = int(os.environ.get("OCOP_BENCH_LINES", "54000"))
ROUNDS = int(os.environ.get("OCOP_BENCH_ROUNDS", "5"))
FLOOD = int(os.environ.get("OCOP_BENCH_FLOOD", "10000"))
CLIENTS, BATCH = 8, 200
CONNECTIONS, FLOOD_SHOPS = 64, 2
_numbers = count(1)

Call = tuple[str, str, bytes]
"""A key, a name, a body."""


def main() -> None:
    """Print a line a round, and the figures on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flood", type=int, metavar="N", help="only send N small batches at once")
    only = parser.parse_args().flood
    folder = Path(tempfile.mkdtemp(prefix="ocop-bench-api-"))
    try:
        with portal():
            from catalog.models import Producer, Product
            from orders.sampling import write_sample

            producer = Producer.objects.create(code="BENCH", name="Bench")
            Product.objects.create(code="BENCH", producer=producer, name_vi="Bench")
            if only:
                with web_server(folder) as port:
                    print(f"api flood_lost={flood(port, only)}")
                return
            file = folder / "orders.csv"
            write_sample(file, LINES, 1, "csv")
            run = take_in(file)
            bodies = batches_of(run)
            with web_server(folder) as port:
                measure(file, bodies, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(file: Path, bodies: list[bytes], port: int) -> None:
    """The rounds, then what is told apart."""
    orders = sum(body.count(b'"placed_at"') for body in bodies)
    taken: dict[str, list[float]] = {"file": [], "shops": [], "one": []}
    send(port, calls(bodies[:16], shops=CLIENTS))  # every thread of the server, once
    for turn in range(1, ROUNDS + 1):
        taken["file"].append(seconds(lambda: take_in(file)))
        for name, shops in (("shops", CLIENTS), ("one", 1)):
            made = calls(bodies, shops=shops)
            began = time.perf_counter()
            told = send(port, made)
            taken[name].append(time.perf_counter() - began)
            assert told.keys() == {201}, told
        print(f"round {turn}: " + ", ".join(f"{name} {orders / times[-1]:.0f} orders/s" for name, times in taken.items()), flush=True)
    check(orders)
    equal(port, bodies[0])
    lost = flood(port, FLOOD)
    large(port)
    median = {name: statistics.median(times) for name, times in taken.items()}
    print(f"api vs_bulk={median['file'] / median['shops']:.3f} one_shop={median['file'] / median['one']:.3f} flood_lost={lost}")


def shop_with_key() -> tuple[Any, str]:
    """A new shop whose SKUs are mapped, and a key of it."""
    from datetime import date

    from accounts.models import User
    from catalog.models import Producer, Product
    from orders.feeds.keys import make_key
    from orders.feeds.models import ShopKey
    from orders.models import Shop, SkuMapping
    from orders.sampling import sample_skus

    producer, product = Producer.objects.get(code="BENCH"), Product.objects.get(code="BENCH")
    by = User.objects.filter(email="bench@example.vn").first() or User.objects.create_user("bench@example.vn", "bench")
    shop = Shop.objects.create(code=f"BENCH-{next(_numbers)}", name="Bench", platform="tiktok", province_id="52", producer=producer)
    SkuMapping.objects.bulk_create(
        SkuMapping(shop=shop, line_key=sku.sku_id, product=product, since=date(2020, 1, 1)) for sku in sample_skus()
    )
    return shop, make_key(shop=shop, kind=ShopKey.Kind.API, by=by)[1]


def take_in(file: Path) -> Any:
    """The whole file into a new shop."""
    from orders.intake.services import take_in_file

    run = take_in_file(path=file, shop=shop_with_key()[0], file_name=file.name, commit=True)
    assert (run.rejected, run.lines_new, run.unmapped) == (0, run.rows, 0)
    return run


def batches_of(run: Any) -> list[bytes]:
    """The rows that the file's run staged, as bodies of BATCH orders."""
    texts = ("sku_id", "seller_sku", "product_name", "variation")
    numbers = ("units", "gross", "seller_discount", "platform_discount", "cancelled_units", "returned_units", "delivered_units")
    times = ("shipped_at", "delivered_at", "cancelled_at")
    states = ("placed", "shipped", "delivered", "completed", "cancelled")
    orders = []
    for number, rows in groupby(run.staged_rows.order_by("row"), key=lambda row: row.number):
        lines = []
        for row in rows:
            line = {"state": states[row.state], **{name: getattr(row, name) for name in (*texts, *numbers)}}
            lines.append(line | {name: getattr(row, name).isoformat() for name in times if getattr(row, name)})
        order = {"number": number, "placed_at": row.placed_at.isoformat(), "amount": row.order_amount, "refund": row.order_refund}
        place = {"delivery_province": row.delivery_province, "delivery_commune": row.delivery_commune}
        orders.append({**order, **place, "shipping_provider": row.shipping_provider, "lines": lines})
    at = run.exported_at.isoformat()
    parts = [orders[start : start + BATCH] for start in range(0, len(orders), BATCH)]
    return [json.dumps({"exported_at": at, "orders": part}, ensure_ascii=False).encode() for part in parts]


def calls(bodies: Sequence[bytes], *, shops: int) -> list[list[Call]]:
    """What each client sends: the bodies dealt out, to one of so many new shops."""
    keys = [shop_with_key()[1] for _ in range(shops)]
    return [[(keys[client % shops], f"bench-{next(_numbers)}", body) for body in bodies[client::CLIENTS]] for client in range(CLIENTS)]


def send(port: int, made: list[list[Call]]) -> Counter[int]:
    """Let each client send its calls one after the other; how often each status was answered."""

    def client(own: list[Call]) -> Counter[int]:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        told: Counter[int] = Counter()
        for key, name, body in own:
            told[post(connection, key, name, body)[0]] += 1
        connection.close()
        return told

    with ThreadPoolExecutor(len(made)) as pool:
        return sum(pool.map(client, made), Counter())


def post(connection: HTTPConnection, key: str, name: str, body: bytes) -> tuple[int, bytes, int]:
    """Status and body of one call's answer, and the seconds to wait before the next one where it says so."""
    headers = {"Host": "localhost", "Authorization": f"Bearer {key}", "Idempotency-Key": name, "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/orders", body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), int(answer.headers.get("Retry-After", "1"))


def check(orders: int) -> None:
    """Each shop's ledger says the same, however the orders came."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("""SELECT r.source, count(DISTINCT o.id), sum(e.units), sum(e.amount), count(*) FROM orders_ledgerentry e
            JOIN orders_orderline l ON l.id = e.line_id JOIN orders_order o ON o.id = l.order_id
            JOIN orders_intakerun r ON r.id = o.run_id GROUP BY 1 ORDER BY 1""")
        (_file, file_orders, *by_file), (_api, api_orders, *_by_api) = cursor.fetchall()
        assert file_orders == (ROUNDS + 1) * orders, (file_orders, orders)
        # Beside the rounds the 16 batches of the first one.
        assert api_orders == 2 * ROUNDS * orders + 16 * BATCH, (api_orders, orders)
        cursor.execute(
            """SELECT s.id, count(DISTINCT o.id), sum(e.units), sum(e.amount), count(*) FROM orders_ledgerentry e
            JOIN orders_orderline l ON l.id = e.line_id JOIN orders_order o ON o.id = l.order_id JOIN orders_shop s ON s.id = o.shop_id
            GROUP BY 1 HAVING count(DISTINCT o.id) = %s""",
            [orders],
        )
        whole = {row[1:] for row in cursor.fetchall()}
        assert len(whole) == 1, whole
    print(f"ledgers agree: {by_file[2] // (ROUNDS + 1)} entries of {orders} orders, by file and by API", flush=True)


def equal(port: int, body: bytes) -> None:
    """One call fifty times at once."""
    from orders.models import IntakeRun

    shop, key = shop_with_key()

    def call(_number: int) -> tuple[int, bytes]:
        return post(HTTPConnection("127.0.0.1", port, timeout=120), key, "the-same", body)[:2]

    with ThreadPoolExecutor(50) as pool:
        answers = set(pool.map(call, range(50)))
    assert [status for status, _body in answers] == [201], [status for status, _body in answers]
    assert IntakeRun.objects.filter(shop=shop).count() == 1
    print("50 equal calls at once: one run, 50 equal answers", flush=True)


def flood(port: int, batches: int) -> int:
    """Small batches of a few shops, all at once over so many connections; who is told to wait waits and comes again. How many were lost."""
    from django.db.models import Sum

    from orders.models import IntakeRun, LedgerEntry, Order

    shops, keys = zip(*(shop_with_key() for _ in range(FLOOD_SHOPS)), strict=True)
    line = {"state": "placed", "sku_id": "1", "units": 1, "gross": 1}
    order = {"placed_at": "2026-10-01T08:00:00Z", "lines": [line]}

    def client(first: int) -> list[tuple[float, int, int]]:
        """Of each of its batches: seconds until it was accepted, how often it was told to wait, how often its connection broke."""
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        told = []
        for number in range(first, batches, CONNECTIONS):
            body = json.dumps({"exported_at": "2026-10-01T09:00:00Z", "orders": [{"number": f"F{number}", **order}]}).encode()
            began, waited, broken = time.perf_counter(), 0, 0
            while True:
                try:
                    status, _body, wait = post(connection, keys[number % FLOOD_SHOPS], f"flood-{number}", body)
                except (OSError, HTTPException):
                    connection.close()  # the next call opens it anew; under its name the batch has one effect
                    status, wait, broken = 503, 1, broken + 1
                if status == 201:
                    break
                assert status in {429, 503}, (status, _body)
                waited += 1
                time.sleep(wait)
            told.append((time.perf_counter() - began, waited, broken))
        connection.close()
        return told

    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        told = [one for own in pool.map(client, range(CONNECTIONS)) for one in own]
    taken = time.perf_counter() - began
    slowed = sum(waited > 0 for _seconds, waited, _broken in told)
    found = Order.objects.filter(shop__in=shops).count()
    units = LedgerEntry.objects.filter(line__order__shop__in=shops).aggregate(units=Sum("units"))["units"]
    assert (len(told), found, units, IntakeRun.objects.filter(shop__in=shops).count()) == (batches,) * 4, (len(told), found, units)
    print(
        f"flood: {batches} batches over {CONNECTIONS} connections to {FLOOD_SHOPS} shops in {taken:.0f} s ({batches / taken:.0f} a second); "
        f"{slowed} were told to wait, {sum(waited for _seconds, waited, _broken in told)} times, {sum(broken for *_told, broken in told)} "
        f"connections broke, the slowest took {max(told)[0]:.0f} s; answered 201: {len(told)}, orders in the ledger: {found}",
        flush=True,
    )
    return batches - found


def large(port: int) -> None:
    """A body of 50 MB is refused long before it has come."""
    _shop, key = shop_with_key()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        head = f"POST /api/v1/orders HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: large\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {50 << 20}\r\n\r\n".encode())
        connection.sendall(b" " * 65_536)
        status = connection.recv(4096).split(b" ", 2)[1]
    assert status == b"413", status
    print("a body of 50 MB: 413 after the first 64 KB", flush=True)


@contextmanager
def web_server(folder: Path) -> Iterator[int]:
    """The web server of `make run` alone; its port."""
    from ocop_portal.run.children import portal_children

    port = 18_700 + os.getpid() % 1000
    web = next(child for child in portal_children(project=ROOT, data_dir=folder, host="127.0.0.1", port=port) if child.name == "web")
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(web.command, cwd=ROOT, stdout=log, stderr=log, process_group=0)
    try:
        _answers(port, (folder / "web.log").read_text)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(port: int, log: Callable[[], str]) -> None:
    for _attempt in range(300):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(log())


if __name__ == "__main__":
    main()
