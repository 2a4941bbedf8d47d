"""How many batches a shop may send: counted in Valkey, so that one program that runs wild does not take the portal from everybody.

Without Valkey nobody is counted and all are let in: what then slows a shop down is that its batches are merged one after the other, and
that whoever waits too long for his turn is sent away (`receiving.PATIENCE`). Nothing accepted depends on this count.
"""

from __future__ import annotations

import time

from traceability import valkey

WINDOW = 10
"""Seconds for which is counted."""
BATCHES = 300
"""In a window: with 200 orders in each 6,000 orders a second, more than a whole province sells."""


def wait_before(shop_id: int) -> int:
    """0 where the shop's batch may come in, which counts it; else the seconds until it may be tried again."""
    now = time.time()
    window, passed = divmod(now, WINDOW)
    name = f"ocop:feed:{shop_id}:{int(window)}"
    try:
        count, _ = valkey.ask(("INCR", name), ("EXPIRE", name, 2 * WINDOW))
    except valkey.AwayError:
        return 0
    return 0 if count <= BATCHES else max(1, round(WINDOW - passed))
