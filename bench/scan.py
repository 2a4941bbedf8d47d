"""The page behind a code against an empty view behind the same middleware, on the product's own server, in one run, in turn.

10,000 different packs of 1,000 lots are each scanned once a round, by 16 connections; web server, worker and beat are those of
`make run`, PostgreSQL and Valkey durable. A round of scans is measured until its last answer; the next one begins when the worker has
written what waits, so that no side pays for the other. In the last round Valkey is killed in the middle (SIGKILL) and started again.

- vs_empty_view: requests a second, median of the rounds of scans ÷ median of the rounds of the empty view. The pages of the lots are
  made in a first round that is told apart.
- p99_ms: of all scans of the measured rounds.
- lost: scans answered − scans in PostgreSQL, over all rounds, also that of the kill; the counts must say the same number.

Then the dump of the database, everything in Valkey, its files and all logs are searched for the address and the device of the scans.
OCOP_BENCH_ROUNDS (3), OCOP_BENCH_LOTS (1000) and OCOP_BENCH_PACKS (10 a lot) make it smaller for a first look.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._portal import ROOT, portal

ROUNDS = int(os.environ.get("OCOP_BENCH_ROUNDS", "3"))
LOTS = int(os.environ.get("OCOP_BENCH_LOTS", "1000"))
PACKS = int(os.environ.get("OCOP_BENCH_PACKS", "10"))
CONNECTIONS = 16
PRODUCTS = 50
ADDRESS, DEVICE, COOKIE = "203.0.113.77", "bench-device-5d1c9f4e77", "bench-cookie-0a8e61"


def main() -> None:
    """Print a line a round, and the figures on the last line."""
    folder = Path(tempfile.mkdtemp(prefix="ocop-bench-scan-"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench._scan_settings"
    os.environ["STATIC_ROOT"] = str(folder / "static")
    try:
        with portal() as servers, ExitStack() as stack:
            packs = _packs()
            _collect_static()
            server = stack.enter_context(_Server(folder))
            _measure(server, servers, packs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(server: _Server, servers: Any, packs: list[str], folder: Path) -> None:
    from traceability.models import Scan, ScanCount

    empty = ["/empty"] * len(packs)
    answered = 0
    rates: dict[str, list[float]] = {"scan": [], "empty": []}
    latencies: list[float] = []
    # Every worker of the server, and every page, once.
    first = server.ask(packs)
    answered += first["statuses"]["200"]
    server.ask(empty[:2000])
    server.drained()
    print(f"first round: {len(packs) / first['seconds']:.0f} scans/s, {LOTS} pages made, p99 {_p99(first['latencies']):.1f} ms", flush=True)
    for turn in range(1, ROUNDS + 1):
        for name, paths in (("empty", empty), ("scan", packs)):
            told = server.ask(paths)
            rates[name].append(len(paths) / told["seconds"])
            assert told["statuses"] == {"200": len(paths)}, told["statuses"]
            if name == "scan":
                answered += len(paths)
                latencies += told["latencies"]
            server.drained()
        print(
            f"round {turn}: empty view {rates['empty'][-1]:.0f}/s, scans {rates['scan'][-1]:.0f}/s, p99 {_p99(told['latencies']):.1f} ms",
            flush=True,
        )
    told = server.ask(packs, halfway=lambda: _kill(servers))
    answered += told["statuses"].get("200", 0)
    print(f"Valkey killed: {told['statuses']}, {told['broken']} broken, p99 {_p99(told['latencies']):.1f} ms", flush=True)
    server.drained()
    scans, counted = Scan.objects.count(), ScanCount.objects.all().total()[0]
    assert counted == scans, (counted, scans)
    _search(servers, folder, answered)
    ratio = statistics.median(rates["scan"]) / statistics.median(rates["empty"])
    print(f"scan vs_empty_view={ratio:.3f} p99_ms={_p99(sorted(latencies)):.1f} lost={answered - scans}")


def _p99(latencies: list[float]) -> float:
    return latencies[int(len(latencies) * 0.99)]


def _kill(servers: Any) -> None:
    servers.kill_valkey()
    servers.start_valkey()


class _Server:
    """The web server, worker and beat of `make run`, their output in files."""

    def __init__(self, folder: Path) -> None:
        from ocop_portal.run.children import portal_children

        self.folder = folder
        self.port = 18_700 + os.getpid() % 1000
        self.children = portal_children(project=ROOT, data_dir=folder, host="127.0.0.1", port=self.port)
        self.running: list[subprocess.Popen[bytes]] = []
        self.headers = folder / "headers"
        lines = ("Host: localhost", f"X-Forwarded-For: {ADDRESS}", f"User-Agent: {DEVICE}", f"Cookie: seen={COOKIE}", "Accept-Language: vi")
        self.headers.write_text("".join(f"{line}\r\n" for line in lines))

    def __enter__(self) -> _Server:
        for child in self.children:
            with (self.folder / f"{child.name}.log").open("wb") as log:
                self.running.append(subprocess.Popen(child.command, cwd=ROOT, stdout=log, stderr=log, process_group=0))
        for _attempt in range(300):
            try:
                urllib.request.urlopen(f"http://localhost:{self.port}/healthz", timeout=5).close()
                return self
            except OSError:
                time.sleep(0.2)
        raise RuntimeError((self.folder / "web.log").read_text())

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def ask(self, paths: list[str], halfway: Any = None) -> dict[str, Any]:
        """What the client tells of these; `halfway` is called in the middle, by the time that the last rounds took."""
        command = [sys.executable, "-m", "bench._client", str(self.port), str(CONNECTIONS), str(self.headers)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
            assert client.stdin is not None
            assert client.stdout is not None
            client.stdin.write("\n".join(paths).encode())
            client.stdin.close()
            if halfway:
                time.sleep(self.seconds / 2)
                halfway()
            told: dict[str, Any] = json.loads(client.stdout.read())
        self.seconds = told["seconds"]
        return told

    def drained(self) -> None:
        """Return when nothing waits: what is cut off the list is committed."""
        from traceability import valkey
        from traceability.scans.queue import WAITING

        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            # After the kill the first question finds a broken connection.
            with contextlib.suppress(valkey.AwayError):
                if valkey.ask(("LLEN", WAITING)) == [0]:
                    return
            valkey.forget_failure()
            time.sleep(0.2)
        raise RuntimeError((self.folder / "worker.log").read_text()[-3000:])


def _packs() -> list[str]:
    """Paths of all packs, mixed."""
    from datetime import date, timedelta
    from decimal import Decimal

    from django.utils import timezone

    from catalog.gtin import check_digit
    from catalog.models import OcopSet, Producer, ProducerSeat, Product, ProductFacts
    from places.models import Commune
    from traceability.codes.paths import lot_path
    from traceability.codes.services import issue_codes
    from traceability.models import Lot, UnitCode
    from traceability.steps.kinds import Kind
    from traceability.steps.services import record_step
    from traceability.steps.told import Told

    commune = Commune.objects.order_by("pk")[0]
    made = timezone.localdate() - timedelta(days=10)
    lots = []
    for number in range(PRODUCTS):
        producer = Producer.objects.create(
            code=f"P{number}", name=f"Hợp tác xã Nông nghiệp số {number}", address="Thôn 1", tax_code="5900000000"
        )
        ProducerSeat.objects.create(producer=producer, since=date(2020, 1, 1), commune=commune)
        body = f"952{number:09d}"
        product = Product.objects.create(
            code=f"S{number}",
            producer=producer,
            name_vi="Cà phê rang xay nguyên chất",
            gtin=f"{body}{check_digit(body)}",
            description_vi="Rang mộc. " * 30,
        )
        ProductFacts.objects.create(product=product, since=date(2020, 1, 1), ocop_set=OcopSet.objects.first(), unit="gói", net_weight_g=500)
        for lot_number in range(LOTS // PRODUCTS):
            lot = Lot.objects.create(
                product=product,
                number=f"L{lot_number:03d}",
                made_on=made,
                best_before=date(2100, 1, 1),
                quantity=Decimal(PACKS),
                commune=commune,
                place="Xưởng rang",
            )
            for hours, kind in enumerate((Kind.HARVESTED, Kind.PROCESSED, Kind.PACKED)):
                at = timezone.now() - timedelta(days=5, hours=-hours)
                record_step(lot=lot, by=None, told=Told(kind, at, commune, place="Xưởng rang", note="Rang mộc, không tẩm"))
            issue_codes(lot=lot, count=PACKS)
            lots.append(lot)
    paths = [f"{lot_path(code.lot)}/21/{code.serial}" for code in UnitCode.objects.select_related("lot__product")]
    random.Random(1).shuffle(paths)
    return paths


def _collect_static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def _search(servers: Any, folder: Path, answered: int) -> None:
    """Fails where the address, the device or the cookie of the scans, or a plain hash of one of them, was kept anywhere."""
    from django.conf import settings

    from ocop_portal.embedded.binaries import installed
    from traceability import valkey

    database = settings.DATABASES["default"]
    dump = subprocess.run(
        [
            installed().postgres.with_name("pg_dump"),
            "--host",
            database["HOST"],
            "--port",
            database["PORT"],
            "--username",
            database["USER"],
            database["NAME"],
        ],
        check=True,
        capture_output=True,
    ).stdout
    haystacks = {"database": dump}
    for number in (0, 1):
        valkey.ask(("SELECT", number))
        keys = valkey.ask(("KEYS", "*"))[0]
        haystacks[f"Valkey {number}"] = b"\n".join(part for key in keys for part in (key, *_held(key)))
    valkey.ask(("SELECT", 0))
    files = [*folder.glob("*.log"), *servers.data_dir.rglob("*.log"), *servers.data_dir.rglob("*.aof")]
    haystacks |= {str(file.name): file.read_bytes() for file in files}
    needles = [ADDRESS, DEVICE, COOKIE]
    digests = [hashlib.new(name, needle.encode()) for needle in needles for name in ("md5", "sha1", "sha256")]
    sought = [needle.encode() for needle in needles]
    sought += [form for digest in digests for form in (digest.digest(), digest.hexdigest().encode())]
    found = [(place, needle) for place, text in haystacks.items() for needle in sought if needle in text]
    assert not found, found
    size = sum(map(len, haystacks.values())) / 1_000_000
    print(f"searched {size:.0f} MB in {len(haystacks)} places after {answered} scans: no address, device or cookie", flush=True)


def _held(key: bytes) -> list[bytes]:
    """What Valkey holds under a key, as it is: a dump would be compressed."""
    from traceability import valkey

    (kind,) = valkey.ask(("TYPE", key))
    read = {b"list": ("LRANGE", key, 0, -1), b"set": ("SMEMBERS", key), b"zset": ("ZRANGE", key, 0, -1), b"hash": ("HGETALL", key)}
    (reply,) = valkey.ask(read.get(kind, ("GET", key)))
    return reply if isinstance(reply, list) else [reply or b""]


if __name__ == "__main__":
    main()
