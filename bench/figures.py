"""Every board's rows from figures: as the ledger grows, against GROUP BY over the ledger, and in a whole country; and a long XLSX.

The figures lie as the fold leaves them, by the day of their last change; what the peer reads, its index alone, lies in order by itself.

- growth: two databases of one server hold the same 100,000 cells of (day, product, session, shop) over 3 years, 343 products and 2,000
  sessions: one made of 100,000 ledger entries, one of 10,000,000. Median time of a board over 30 days (and the 30 before) in the large
  one ÷ in the small one; the worst board.
- vs_groupby: median time of the same numbers by GROUP BY over the 10,000,000 entries ÷ that of the board; the worst board. The peer is
  spared all joins: its ledger is one wide table that already names product, producer, commune, set, star, session, host, programme, shop
  and bucket, with a covering index on (province, day), vacuumed, so that it is read by index alone. It asks once for each table of the
  board, sums and distinct orders (placed, net, delivered), and for nothing else that a board reads: names, stars, plans, seats.
- national_growth: the same for 1,000,000 and 10,000,000 entries of 34 provinces with 17,000 products and 34,000 sessions; here cells grow
  with the ledger (ten entries each), as more is sold in more places. The worst board.
- xlsx_s: seconds for the XLSX of 50,000 order lines, in a process of its own, whose peak memory is printed above it.

What each board took, with its 95th percentile at 10,000,000 entries, is printed before. `--quick` is a first look: a tenth of the
entries, one round. The whole wants some gigabytes of disk.
"""

from __future__ import annotations

import gc
import statistics
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._boards import boards, busiest
from bench._ledger import NATION, PROVINCE, Market, fill, fill_facts
from bench._lines_file import lines_file
from bench._portal import administer, connected, portal, seconds

QUICK = "--quick" in sys.argv[1:]
ENTRIES = 1_000_000 if QUICK else 10_000_000
CELLS = 20_000 if QUICK else 100_000
ROUNDS = 1 if QUICK else 7
GROUPED = 1 if QUICK else 3  # rounds in which the peer takes part: it takes seconds
CALLS = 5  # timed calls of a board a round and database; one before them warms up
LINES = 2_000 if QUICK else 50_000
ENTRIES_A_CELL = 10  # in the country

Times = dict[tuple[str, str], list[float]]


def main() -> None:
    """Print what is made and measured, and the ratios on the last line."""
    with portal():
        from django.conf import settings

        # As in a worker of the web server, which collects no garbage from what it loaded (ocop_portal.wsgi).
        gc.collect()
        gc.freeze()
        empty = settings.DATABASES["default"]["NAME"]
        province = measured(empty, PROVINCE, {"small": (CELLS, CELLS), "large": (CELLS, ENTRIES)})
        sizes = {f"{name} nation": (size // ENTRIES_A_CELL, size) for name, size in (("small", ENTRIES // 10), ("large", ENTRIES))}
        nation = measured(empty, NATION, sizes)
        administer(f"CREATE DATABASE lines TEMPLATE {empty}")
        with connected("lines"):
            taken, megabytes = lines_file(LINES)
        print(f"xlsx: {LINES:,} lines in {taken:.1f} s, {megabytes:.0f} MB", flush=True)
    names = sorted({name for name, _ in province})
    growth = {name: ratio(province, name, "large", "small") for name in names}
    versus = {name: ratio(province, name, "group by", "large") for name in names}
    national = {name: ratio(nation, name, "large nation", "small nation") for name in names}
    for name in names:
        large = province[name, "large"]
        print(
            f"{name}: {statistics.median(large) * 1000:.1f} ms (p95 {p95(large) * 1000:.1f}), growth {growth[name]:.2f},"
            f" GROUP BY {versus[name]:.0f} times as long; in the country {statistics.median(nation[name, 'large nation']) * 1000:.1f} ms,"
            f" growth {national[name]:.2f}"
        )
    print(
        f"figures growth={max(growth.values()):.3f} vs_groupby={min(versus.values()):.1f}"
        f" national_growth={max(national.values()):.3f} xlsx_s={taken:.1f}"
    )


def measured(empty: str, market: Market, sizes: dict[str, tuple[int, int]]) -> Times:
    """The seconds of each board in databases of (cells, entries), in turns; and of its peer in the one called `large`. They go afterwards."""
    names = {label: label.replace(" ", "_") for label in sizes}
    administer(f"CREATE DATABASE facts TEMPLATE {empty}")
    with connected("facts"):
        fill_facts(market)
    for label, (cells, entries) in sizes.items():
        administer(f"CREATE DATABASE {names[label]} TEMPLATE facts")
        with connected(names[label]):
            print(f"{label}: {fill(market, cells=cells, entries=entries, peer=label == 'large')}", flush=True)
    times: Times = defaultdict(list)
    for turn in range(1, ROUNDS + 1):
        for label, name in names.items():
            with connected(name):
                take_times(times, label, peer=label == "large" and turn <= GROUPED)
        print(
            f"round {turn}: " + ", ".join(f"{board} {label} {taken[-1] * 1000:.1f}" for (board, label), taken in times.items()), flush=True
        )
    for name in ("facts", *names.values()):
        administer(f"DROP DATABASE {name}")
    return times


def take_times(times: Times, label: str, *, peer: bool) -> None:
    """One round in the database at hand."""
    chosen = busiest()
    for name, board in boards(chosen).items():
        board.read()
        times[name, label] += [seconds(board.read) for _ in range(CALLS)]
        if peer:
            times[name, "group by"].append(seconds(lambda board=board: board.group(chosen)))


def ratio(times: Times, name: str, one: str, other: str) -> float:
    """Of the medians of one board."""
    return statistics.median(times[name, one]) / statistics.median(times[name, other])


def p95(taken: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(taken, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
