"""Every board that adds up figures, as a page reads it, and the same numbers by GROUP BY over the ledger's entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bench._ledger import STATES

PERIOD = (date(2026, 6, 1), date(2026, 6, 30))
BEFORE = (date(2026, 5, 2), date(2026, 5, 31))
# What a peer's statement reads: the days of both periods, or those of the period alone.
_BOTH = "province_id = '52' AND day BETWEEN %(first)s AND %(last)s"
_PERIOD = "province_id = '52' AND day BETWEEN %(middle)s AND %(last)s"
_OWN_BOTH = f"{_BOTH} AND producer_id = %(producer)s"
_OWN_PERIOD = f"{_PERIOD} AND producer_id = %(producer)s"
_PROGRAMME = "province_id = '52' AND programme_id = %(programme)s"
_NOW = "day >= %(middle)s"
_OF_AN_ORDER = ", ".join(
    f"coalesce(sum({expression}) FILTER (WHERE kind = {kind}), 0) AS {state}_{name}"
    for state, kind in STATES.items()
    for name, expression in (("units", "units"), ("value", "amount"), ("grams", "units * grams"))
)
# Distinct orders that were placed, of which a unit is left, and of which a delivered unit is left: what a board tells as well. Those that
# are still open are not counted: the entries do not say.
_OF_ORDERS = ", ".join(
    [f"sum({state}_{name})" for state in STATES for name in ("units", "value", "grams")]
    + ["count(*)", "count(*) FILTER (WHERE placed_units > cancelled_units + returned_units)"]
    + ["count(*) FILTER (WHERE delivered_units > returned_units)"]
)


@dataclass(frozen=True)
class Board:
    """A board's rows, what of them must not be 0, and for each of its tables by what its peer groups which entries."""

    rows: Callable[[], Any]
    placed: Callable[[Any], int]
    tables: tuple[tuple[str, str], ...]

    def read(self) -> None:
        """The rows, uncached, in the transaction that a page would use."""
        from dashboards.readings import one_state

        with one_state():
            rows = self.rows()
        assert self.placed(rows) > 0

    def group(self, chosen: dict[str, int]) -> None:
        """The same numbers from the ledger: one statement for each table of the board."""
        from django.db import connection

        parameters = {"first": BEFORE[0], "middle": PERIOD[0], "last": PERIOD[1], **chosen}
        with connection.cursor() as cursor:
            cursor.execute("SET work_mem = '128MB'")
            for by, where in self.tables:
                cursor.execute(_grouped(by, where), parameters)
                assert cursor.fetchall()
            cursor.execute("RESET work_mem")


def _grouped(by: str, where: str) -> str:
    """Sums and distinct orders by these keys (none: of everything): first of each order, as only a whole order says what is left of it."""
    named = [f"{key} AS key{place}" for place, key in enumerate(by.split(", ") if by else [])]
    keys = [f"key{place}" for place in range(len(named))]
    orders = (
        f"SELECT {', '.join([*named, 'order_id', _OF_AN_ORDER])} FROM bench_ledger WHERE {where} GROUP BY {', '.join([*keys, 'order_id'])}"
    )
    return f"SELECT {', '.join([*keys, _OF_ORDERS])} FROM ({orders}) AS one" + (f" GROUP BY {', '.join(keys)}" if keys else "")


def busiest() -> dict[str, int]:
    """The producer and the programme of Gia Lai with most sales of the period: of a whole country's, one at hand may have none."""
    from django.db.models import Sum

    from orders.models import Figure

    sold = Figure.objects.filter(province="52", day__range=PERIOD)
    by = {"producer": "producer", "programme": "session__programme"}
    return {
        name: sold.values_list(path).annotate(sum=Sum("lines")).order_by("-sum", path).values_list(path, flat=True)[0]
        for name, path in by.items()
    }


def boards(chosen: dict[str, int]) -> dict[str, Board]:
    """By name; `chosen` as `busiest` gives it.

    What is told of single orders (delivery times of shipping partners, what came back to a producer or was sold below its floor) is
    read from lines, of which there are none here.
    """
    from django.utils import timezone

    from dashboards.boards.audience import Audience
    from dashboards.boards.my_page import my_page
    from dashboards.boards.overview import overview_rows
    from dashboards.boards.platforms import channel_board
    from dashboards.boards.products import product_board
    from dashboards.boards.programme_page import programme_page
    from dashboards.boards.rankings import commune_ranking, host_ranking, producer_ranking
    from dashboards.boards.session_list import session_rows
    from dashboards.boards.territory import Territory
    from dashboards.periods import Period
    from dashboards.readings import observe
    from dashboards.scanned.board import scanned_board
    from livestreams.models import Programme

    here, now, before, day = Audience(territory=Territory("52")), Period(*PERIOD), Period(*BEFORE), PERIOD[1]
    own = Audience(producers=(chosen["producer"],))
    programme = Programme.objects.get(pk=chosen["programme"])

    def sold(found: Any) -> int:
        return int(found.total.value.placed)

    def both(*keys: str) -> tuple[tuple[str, str], ...]:
        """By these keys, this period apart from the earlier one."""
        return tuple((f"{key}, {_NOW}" if key else _NOW, _BOTH) for key in keys)

    return {
        "overview": Board(
            lambda: overview_rows("52", now),
            lambda found: int(found.total.now.value.placed),
            both("", "day", "bucket", "session_id", "product_id", "producer_id", "commune_id", "ocop_set_id", "star"),
        ),
        "livestreams": Board(
            lambda: session_rows(here, *PERIOD),
            lambda found: sum(row.live.value.placed + row.after.value.placed for row in found),
            (("session_id, bucket", _PERIOD),),
        ),
        "products": Board(lambda: product_board(here, now, before, day), sold, both("product_id", "")),
        "producers": Board(lambda: producer_ranking(here, now, before, day), sold, both("producer_id", "")),
        "communes": Board(lambda: commune_ranking(here, now, before, day), sold, both("commune_id", "")),
        "hosts": Board(
            lambda: host_ranking(here, now, before),
            lambda found: sum(row.live.value.placed + row.after.value.placed for row in found),
            both("host_id, bucket"),
        ),
        "platforms": Board(lambda: channel_board(here, now, before, day), sold, both("shop_id", "")),
        "programmes": Board(
            lambda: programme_page(programme, here, observe()),
            lambda found: int(found.live.value.placed + found.after.value.placed),
            (("bucket", _PROGRAMME), ("session_id, bucket", _PROGRAMME)),
        ),
        "scans": Board(
            lambda: scanned_board(here, now, before, day),
            lambda found: sum(row.sold.value.placed for row in found.products) * found.total.scans,
            both("product_id", "commune_id", "day"),
        ),
        "own": Board(
            lambda: my_page(own, (now, before), timezone.now(), day),
            lambda found: int(found.now.value.placed),
            ((_NOW, _OWN_BOTH), ("product_id", _OWN_PERIOD), ("session_id, bucket", _OWN_PERIOD)),
        ),
    }
