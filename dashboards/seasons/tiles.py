"""The figures at the head of the seasons: what the season looked at sold, beside the one before."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards import formats
from dashboards.boards.amounts import Measures, Orders
from dashboards.boards.lines import lines_address
from dashboards.boards.territory import Territory
from dashboards.periods import Period
from dashboards.seasons.board import Season
from dashboards.seasons.weeks import OFFSETS
from dashboards.views.tiles import Tile


def season_tiles(chosen: Season, earlier: Season | None, territory: Territory, asked: dict[str, str]) -> list[Tile]:
    """Net value, net weight and, where they are counted, orders. Changes are those of the days known in both seasons, as in the table."""
    whole = chosen.whole()
    pair = chosen.compared(earlier, OFFSETS) if earlier else None

    def tile(
        key: str, label: str, of: Callable[[Measures], int], definition: str, *, write: Callable[[int], str] = formats.vnd, state: str = ""
    ) -> Tile:
        sold = of(whole.sold)
        now, before = (of(one) for one in pair) if pair else (sold, 0)
        against = ""
        if earlier and before:
            told = {"year": earlier.year, "value": write(before)}
            against = _("against Tết %(year)s: %(value)s") % told
            if now != sold:
                against = _("against Tết %(year)s: %(value)s, on the days known in both") % told
        href = lines_address(Period(whole.first, whole.last), territory, **asked, state=state or None) if whole.sold.lines else ""
        return Tile(key, label, write(sold), now, before, against, "", href, definition, main=key == "net")

    tiles = [
        tile(
            "net",
            _("Net value"),
            lambda sold: sold.value.net,
            _("Placed, less cancelled and returned; may still be on the road."),
            state="net",
        ),
        tile("weight", pgettext("sold", "Net weight"), lambda sold: sold.grams.net, "", write=formats.weight, state="net"),
    ]
    if whole.sold.orders is not None:
        orders = _("Distinct orders placed, whatever became of them.")
        tiles.append(tile("orders", _("Orders"), lambda sold: (sold.orders or Orders()).placed, orders, write=formats.number))
    return tiles
