"""A live session under load: 200 orders a second through the bulk intake, 50 control rooms open.

For 60 seconds a batch of 20 orders is taken in every tenth of a second, as a file of the platform (orders.intake.services), and the fold
is woken as after any merge. 50 rooms, each signed in with a cookie of its own, ask as the page does: every second for the part that
renews itself, with its ETag, and every 20 seconds for the sales by the minute. All on 2 cores: PostgreSQL and Valkey as in `make run`,
the web server (granian, 2 workers of 4 threads) and the Celery worker as the portal's supervisor starts them.

- p99_s: the 99th percentile, over all orders and all rooms, of the seconds from the commit of an order's batch to the end of the first
  answer of that room whose number of orders holds it.

Printed before it: the orders a second that were reached, the median, and how the answers divide. OCOP_BENCH_SECONDS makes it shorter.
"""

from __future__ import annotations

import asyncio
import bisect
import csv
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._portal import ROOT, portal

SECONDS = int(os.environ.get("OCOP_BENCH_SECONDS", "60"))
ROOMS, BATCH, PER_SECOND = 50, 20, 10
POLL, SALES = 1.0, 20.0  # seconds, as in templates/dashboards/air/body.html
WARM_UP, COOL_DOWN = 8, 6  # seconds of rooms alone before and after
CODE, PORT = "BENCH", 8391
ORDERS = re.compile(rb'data-orders="(\d+)"')


def main() -> None:
    """Print how it went, and the percentile on the last line."""
    with portal(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shop, cookies = set_stage()
        batches = list(islice(files(folder), SECONDS * PER_SECOND + 1))
        children = serve(folder)
        try:
            take_in(shop, batches.pop(0))  # the room knows of a file, and every plan is made once
            rooms = start_rooms(folder, cookies)
            time.sleep(WARM_UP)
            commits, took = feed(shop, batches)
            time.sleep(COOL_DOWN)
            (folder / "over").touch()
            rooms.wait(60)
        finally:
            for child in children:
                child.send_signal(signal.SIGTERM)
            for child in children:
                child.wait(30)
        answers = json.loads((folder / "answers.json").read_text())
    report(commits, took, answers)


def set_stage() -> tuple[Any, list[str]]:
    """A session on air with 16 slots, its shop, and a sign-in for each room."""
    from datetime import date
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from accounts.models import Agency, Post, User
    from catalog.models import Producer, Product
    from livestreams.models import Session, Slot
    from orders.models import Shop, ShopSession, SkuMapping
    from orders.sampling import sample_skus

    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    producer = Producer.objects.create(code="BENCH", name="Bench")
    products = [Product.objects.create(code=f"BENCH-{n}", producer=producer, name_vi=f"Sản phẩm {n}") for n in range(16)]
    session = Session.objects.create(
        code=CODE, name_vi="Bench", province_id="52", platform="tiktok",
        planned_start=start, planned_end=start + timedelta(days=2), actual_start=start,
    )  # fmt: skip
    for position, product in enumerate(products, 1):
        Slot.objects.create(session=session, position=position, product=product, offer_price=90_000)
    Slot.objects.filter(session=session, position=1).update(started_at=start)
    shop = Shop.objects.create(code="BENCH", name="Bench", platform="tiktok", province_id="52", producer=producer)
    ShopSession.objects.create(shop=shop, session=session)
    SkuMapping.objects.bulk_create(
        SkuMapping(shop=shop, line_key=sku.sku_id, product=products[n % 16], since=date(2020, 1, 1)) for n, sku in enumerate(sample_skus())
    )
    agency = Agency.objects.create(kind=Agency.Kind.INDUSTRY_TRADE, province_id="52", name_vi="Bench")
    engine = import_module(settings.SESSION_ENGINE)
    cookies = []
    for number in range(ROOMS):
        user = User.objects.create_user(f"bench{number}@example.vn", None)
        Post.objects.create(user=user, agency=agency, since=date(2020, 1, 1))
        store = engine.SessionStore()
        store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        store.create()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={store.session_key}")
    return shop, cookies


def files(folder: Path) -> Iterator[Path]:
    """Files of 20 orders placed while the session was on air, one after the other."""
    from django.utils import timezone

    from orders.sampling import write_sample

    source = folder / "all.csv"
    write_sample(source, SECONDS * PER_SECOND * BATCH * 3, 1, "csv", start=timezone.localdate() - timedelta(days=1), days=1)
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        heads = [next(rows), next(rows)]
        by_order: dict[str, list[list[str]]] = {}
        for row in rows:
            by_order.setdefault(row[0], []).append(row)
    orders = list(by_order.values())
    for number, first in enumerate(range(0, len(orders) - BATCH, BATCH)):
        path = folder / f"{number}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([*heads, *(row for order in orders[first : first + BATCH] for row in order)])
        yield path


def serve(folder: Path) -> list[subprocess.Popen[bytes]]:
    """The portal's web server and worker, as its supervisor starts them."""
    from django.conf import settings

    from ocop_portal.run.children import portal_children

    environment = os.environ | {"STATIC_ROOT": str(folder / "static"), "SECRET_KEY": settings.SECRET_KEY, "LOG_LEVEL": "WARNING"}
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"], env=environment, cwd=ROOT, check=True)
    log = (folder / "children.log").open("wb")
    web, worker, _beat = portal_children(project=ROOT, data_dir=folder, host="127.0.0.1", port=PORT)
    made = [subprocess.Popen(child.command, env=environment, cwd=ROOT, stdout=log, stderr=log) for child in (web, worker)]
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2)
            break
        except OSError:
            time.sleep(0.2)
    time.sleep(5)  # the worker
    return made


def take_in(shop: Any, path: Path) -> int:
    """One batch, committed, and the fold woken; how many orders were new."""
    from accounts.waking import wake
    from orders.intake.services import take_in_file
    from orders.tasks import fold_figures

    run = take_in_file(path=path, shop=shop, file_name=path.name, exported_at=datetime.now(UTC), commit=True)
    assert run.rejected == 0, run.rejected
    wake(fold_figures)
    return int(run.orders_new)


def feed(shop: Any, batches: list[Path]) -> tuple[list[tuple[float, int]], float]:
    """Take the batches in at their times; when each was committed with how many orders there were then, and how long it took in all."""
    from orders.models import Order

    total = Order.objects.count()
    commits: list[tuple[float, int]] = []
    began = time.time()
    for number, path in enumerate(batches):
        time.sleep(max(0.0, began + number / PER_SECOND - time.time()))
        total += take_in(shop, path)
        commits.append((time.time(), total))
    return commits, time.time() - began


def start_rooms(folder: Path, cookies: list[str]) -> subprocess.Popen[bytes]:
    """The rooms, in a process of their own."""
    (folder / "cookies.json").write_text(json.dumps(cookies))
    return subprocess.Popen([sys.executable, __file__, "rooms", str(folder)], cwd=ROOT)


async def room(number: int, cookie: str, over: Path, seen: list[tuple[float, int]], counts: dict[str, int]) -> None:
    """One open room: asks at the page's pace over a connection that stays open, as a browser does."""
    await asyncio.sleep(POLL * number / ROOMS)
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    etag, turn = "", 0
    while not over.exists():
        due = time.time() + POLL
        paths = ["now/"] + (["sales/"] if turn % int(SALES / POLL) == number % int(SALES / POLL) else [])
        turn += 1
        for path in paths:
            known = f"If-None-Match: {etag}\r\n" if etag and path == "now/" else ""
            writer.write(
                f"GET /sessions/{CODE}/air/{path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nHX-Request: true\r\n{known}\r\n".encode()
            )
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            fields = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in head.split("\r\n")[1:] if ":" in line}
            status = head.split(" ", 2)[1]
            body = b""
            if status != "304":
                body = await reader.readexactly(int(fields["content-length"]))
            counts[f"{path} {status}"] = counts.get(f"{path} {status}", 0) + 1
            if path == "now/" and status == "200":
                etag = fields["etag"]
                found = ORDERS.search(body)
                assert found, body[:200]
                seen.append((time.time(), int(found[1])))
        await asyncio.sleep(max(0.0, due - time.time()))
    writer.close()


async def all_rooms(folder: Path) -> None:
    """Open them all until the file `over` is there, and write down what each saw."""
    cookies = json.loads((folder / "cookies.json").read_text())
    seen: list[list[tuple[float, int]]] = [[] for _ in cookies]
    counts: dict[str, int] = {}
    over = folder / "over"
    await asyncio.gather(*(room(number, cookie, over, seen[number], counts) for number, cookie in enumerate(cookies)))
    (folder / "answers.json").write_text(json.dumps({"seen": seen, "counts": counts}))


def report(commits: list[tuple[float, int]], took: float, answers: dict[str, Any]) -> None:
    """The figures."""
    waits: list[float] = []
    unseen = 0
    for seen in answers["seen"]:
        totals = [total for _at, total in seen]
        assert totals == sorted(totals)
        for at, total in commits:
            place = bisect.bisect_left(totals, total)
            if place == len(seen):
                unseen += 1
            else:
                waits.append(max(0.0, seen[place][0] - at))
    waits.sort()
    orders = commits[-1][1] - commits[0][1] + BATCH
    print(f"{orders / took:.0f} orders/s over {took:.0f} s; answers {answers['counts']}; never seen {unseen}")
    print(f"median {waits[len(waits) // 2]:.2f} s, greatest {waits[-1]:.2f} s")
    assert unseen == 0
    print(f"control_room p99_s={waits[int(len(waits) * 0.99)]:.2f} rooms={ROOMS}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["rooms"]:
        asyncio.run(all_rooms(Path(sys.argv[2])))
    else:
        main()
