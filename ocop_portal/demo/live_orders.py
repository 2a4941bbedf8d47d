"""The orders of the sessions we were told of: exactly as many, and of exactly the value, as was reported (S4, S5).

12,700 orders and 1,800,000,000 VND placed in the two mega lives; 391 orders ("more than 390") in Sammy's session. Every one of them is
placed while its session is on air; some are cancelled or sent back later, so that net and delivered are less than placed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from livestreams.models import Session, Slot
from ocop_portal.demo.catalogue import Catalogue
from ocop_portal.demo.sales import Line, Order, moment_between, on_air
from ocop_portal.demo.sessions import MEGA_1, MEGA_2
from ocop_portal.demo.shops import Counter

# Orders and VND placed of each mega live: 12,700 and 1,800,000,000 in all.
MEGA = {MEGA_1: (5_900, 820_000_000), MEGA_2: (6_800, 980_000_000)}
SAMMY_ORDERS = 391


def sell_mega_live(session: Session, slots: Sequence[Slot], counters: Sequence[Counter], catalogue: Catalogue) -> None:
    """Make a mega live's orders in the shops it sold through, each product in every shop."""
    number, value = MEGA[session.code]
    chance = random.Random(session.code)  # noqa: S311  (repeatable on purpose)
    prices = catalogue.price_on(session.start.date())
    runs = [counter.run_of_show(slots, prices) for counter in counters]
    orders = []
    for _ in range(number):
        (place,) = chance.choices(range(len(counters)))
        moment = moment_between(session.start, session.end, chance)
        first = on_air(runs[place], moment, chance)
        lines = [Line(first)]
        if chance.random() < 0.12:
            _, other = chance.choice(runs[place])
            if other.product != first.product:
                lines.append(Line(other))
        orders.append(counters[place].maker.order(moment, lines))
    bring_to_value(orders, value, chance)


def sell_sammys_session(session: Session, slots: Sequence[Slot], counters: dict[str, Counter], catalogue: Catalogue) -> None:
    """Make Sammy's orders, each in the shop of the producer whose product was bought (`counters` by product code)."""
    chance = random.Random(session.code)  # noqa: S311  (repeatable on purpose)
    prices = catalogue.price_on(session.start.date())
    run = [shown for slot in slots for shown in counters[slot.product.code].run_of_show([slot], prices)]
    for _ in range(SAMMY_ORDERS):
        moment = moment_between(session.start, session.end, chance)
        item = on_air(run, moment, chance)
        counters[item.product.code].maker.order(moment, [Line(item, units=chance.choice((1, 1, 1, 2)))])


def bring_to_value(orders: Sequence[Order], value: int, chance: random.Random) -> None:
    """Raise the orders to exactly `value` VND: more units, until it is passed, then 1,000 VND off one line after the other.

    Prices and `value` are whole thousands; the orders must be worth less than `value`.
    """
    missing = value - sum(order.value for order in orders)
    if missing < 0:
        raise ValueError(f"the orders are worth {-missing} VND too much already")
    while missing > 0:
        line = chance.choice(chance.choice(orders).lines)
        line.units += 1
        missing -= line.item.price
    for order in chance.sample(orders, -missing // 1000):
        order.lines[0].rebate += 1000
