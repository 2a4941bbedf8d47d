"""The figures at the head of a page: what was sold in a period, beside the period before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import Measures, Orders
from dashboards.periods import Period

Writer = Callable[..., str]


@dataclass(frozen=True)
class Tile:
    """A figure as `{% figure %}` takes it."""

    key: str
    label: str
    value: str
    now: int
    before: int
    before_text: str
    note: str
    href: str
    definition: str
    main: bool = False


def sales_tiles(now: Measures, before: Measures, earlier: Period, links: Callable[..., str]) -> list[Tile]:
    """Orders, placed, net, delivered and units; `links(state=…)` is the address of the lines behind each."""
    orders, orders_before = now.orders or Orders(), before.orders or Orders()
    gone = _("%(cancelled)s cancelled, %(returned)s returned") % {
        "cancelled": formats.vnd(now.value.cancelled),
        "returned": formats.vnd(now.value.returned),
    }
    open_share = _("%(share)s of orders not final") % {"share": formats.share(orders.open, orders.placed)} if orders.placed else ""

    def tile(
        key: str,
        label: str,
        amounts: tuple[int, int],
        *,
        href: str,
        definition: str,
        write: Callable[..., str] = formats.vnd,
        note: str = "",
    ) -> Tile:
        # Without a line before there is no figure to compare with, and it is not told as 0.
        days = formats.days(earlier.first, earlier.last)
        compared = "" if before.is_empty else _("against %(days)s: %(value)s") % {"days": days, "value": write(amounts[1])}
        return Tile(key, label, write(amounts[0]), *amounts, compared, note, href, definition, main=key == "net")

    value, value_before = now.value, before.value
    return [
        tile(
            "orders",
            _("Orders"),
            (orders.placed, orders_before.placed),
            write=formats.number,
            href=links(),
            definition=_("Distinct orders placed, whatever became of them."),
            note=open_share,
        ),
        tile(
            "placed",
            _("Placed value"),
            (value.placed, value_before.placed),
            href=links(),
            definition=_("All lines as placed, whatever became of them (platforms call it GMV)."),
        ),
        tile(
            "net",
            _("Net value"),
            (value.net, value_before.net),
            href=links(state="net"),
            definition=_("Placed, less cancelled and returned; may still be on the road."),
            note=gone,
        ),
        tile(
            "delivered",
            _("Revenue (delivered, less returns)"),
            (value.delivered, value_before.delivered),
            href=links(state="delivered"),
            definition=_("Delivered or completed, less returned."),
        ),
        tile(
            "units",
            _("Units"),
            (now.units.placed, before.units.placed),
            write=formats.number,
            href=links(),
            definition=_("Units of product as placed; a pack counts as the units in it."),
            note=formats.weight(now.grams.placed),
        ),
    ]
