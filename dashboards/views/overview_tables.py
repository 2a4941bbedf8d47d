"""The tables of the overview in words: where sales come from, rankings, products by group and star."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import formats
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.lines import lines_address
from dashboards.boards.names import Name
from dashboards.boards.overview import Broadcasts, Compared, OverviewRows, Ranked, Ranking
from dashboards.boards.registry_counts import STARS
from dashboards.filters.overview import Asked
from orders.attribution.models import Bucket

# Shown cumulatively: what was sold so long after a session.
AFTER = (
    ("after_24h", (Bucket.AFTER_24H,)),
    ("within_7d", (Bucket.AFTER_24H, Bucket.AFTER_7D)),
    ("after", (Bucket.AFTER_24H, Bucket.AFTER_7D, Bucket.AFTER_30D)),
)

# What has a page of its own.
PAGES = frozenset({"product", "producer"})


def origins(asked: Asked, rows: OverviewRows) -> list[dict[str, Any]]:
    """Where sales come from. What followed a session is shown cumulatively, so its three rows are not added to the others."""

    def row(word: str, words: str, buckets: tuple[int, ...], *, part: bool = False) -> dict[str, Any]:
        sold = sum((rows.buckets.get(bucket, NOTHING) for bucket in buckets), NOTHING)
        return {
            "words": words,
            "sold": sold,
            "share": formats.share(sold.value.net, rows.total.now.value.net),
            "href": lines_address(asked.period, asked.territory, bucket=word) if not sold.is_empty else "",
            "part": part,
        }

    after_words = (_("Within 24 hours after"), _("Within 7 days after"), _("Within 30 days after"))
    return [
        row("live", _("During a livestream"), (Bucket.LIVE,)),
        *(row(word, words, buckets, part=word != "after") for (word, buckets), words in zip(AFTER, after_words, strict=True)),
        row("event", str(Bucket.EVENT.label), (Bucket.EVENT,)),
        row("other", _("Everything else"), (Bucket.OTHER,)),
    ]


def broadcasts(asked: Asked, rows: OverviewRows) -> list[dict[str, Any]]:
    return [
        {
            "key": "sessions",
            "title": _("Livestreams"),
            "of": rows.sessions.of,
            "all": f"{reverse('session_list')}{_address(asked)}",
            "most": rows.sessions.most,
            "gist": _leading([(row.name, row.live) for row in rows.sessions.top]),
            "rows": _broadcast_rows(asked, "session", rows.sessions),
        },
        {
            "key": "hosts",
            "title": _("Hosts"),
            "of": rows.hosts.of,
            "all": f"{reverse('host_list')}{asked.address()}",
            "most": rows.hosts.most,
            "gist": _leading([(row.name, row.live) for row in rows.hosts.top]),
            "rows": _broadcast_rows(asked, "host", rows.hosts),
        },
    ]


def _address(asked: Asked) -> str:
    # The list of livestreams chooses by when they began; those of an earlier month also sell in this one.
    return f"?province={asked.territory.province}" if asked.territory.chosen else ""


def _broadcast_rows(asked: Asked, kind: str, found: Broadcasts) -> list[dict[str, Any]]:
    def address(code: str, bucket: str) -> str:
        return lines_address(asked.period, asked.territory, **{kind: code, "bucket": bucket})

    return [
        {
            "row": row,
            "page": reverse("session_detail", args=[row.name.code]) if kind == "session" else "",
            "live": address(row.name.code, "live") if not row.live.is_empty else "",
            "after": address(row.name.code, "after") if not row.after.is_empty else "",
        }
        for row in found.top
    ]


def rankings(asked: Asked, rows: OverviewRows) -> list[dict[str, Any]]:
    named = (
        ("product", _("Products"), _("Product"), rows.products, _("No product: nobody has said yet which product the SKU is")),
        ("producer", _("Producers"), _("Producer"), rows.producers, _("No producer: the SKU belongs to no product yet")),
        ("commune", _("Communes of the producers"), _("Commune"), rows.communes, _("No commune")),
    )
    return [{**_ranking(asked, kind, ranking, none), "title": title, "heading": heading} for kind, title, heading, ranking, none in named]


def _ranking(asked: Asked, kind: str, ranking: Ranking, none: str) -> dict[str, Any]:
    def row(found: Ranked, words: str = "") -> dict[str, Any]:
        code = found.name.code if found.name else "absent"
        return {
            "words": words or str(found.name),
            "page": f"{reverse(f'{kind}_detail', args=[code])}{asked.address()}" if kind in PAGES and found.name else "",
            "sold": found.sold,
            "href": lines_address(asked.period, asked.territory, **{kind: code}) if not found.sold.now.is_empty else "",
        }

    others = ranking.of - len(ranking.top)
    return {
        "key": f"{kind}s",
        "of": ranking.of,
        "all": f"{reverse(f'{kind}_list')}{asked.address()}",
        "most": ranking.most,
        "gist": _leading([(row.name, row.sold.now) for row in ranking.top]),
        "rows": [row(found) for found in ranking.top],
        "others": {"words": _others(others), "sold": ranking.others, "href": "", "page": ""} if others else None,
        "none": row(ranking.none, none) if ranking.none and not ranking.none.sold.now.is_empty else None,
    }


def _leading(rows: Sequence[tuple[Name | None, Measures]]) -> str:
    """What a phone says of a list whose rows are folded: the first row, where it sold anything."""
    name, sold = rows[0] if rows else (None, None)
    if name is None or sold is None or sold.value.net <= 0:
        return ""
    return _("Leading: %(name)s, %(value)s") % {"name": name, "value": formats.vnd(sold.value.net)}


def _others(count: int) -> str:
    return ngettext("%(count)s other", "%(count)s others", count) % {"count": formats.number(count)}


def registry(asked: Asked, rows: OverviewRows) -> dict[str, Any]:
    in_all = _("Stars in all")

    def cells(group: str, counts: Any) -> list[tuple[str, str, str]]:
        address = f"{reverse('product_list')}{asked.address()}"
        group_part = f"&group={group}" if group else ""
        starred = [
            (_("%(stars)s stars") % {"stars": stars}, formats.number(count), f"{address}{group_part}&star={stars}" if count else "")
            for stars, count in zip(STARS, counts.by_star, strict=True)
        ]
        return [
            *starred,
            (in_all, formats.number(counts.starred), ""),
            *(
                (words, formats.number(count), f"{address}{group_part}&star={star}" if count else "")
                for words, count, star in ((_("Expired or revoked"), counts.lapsed, "lapsed"), (_("Never a star"), counts.never, "none"))
            ),
        ]

    empty = Compared(NOTHING, NOTHING)
    return {
        "in_all": in_all,
        "headings": [words for words, _text, _href in cells("", rows.registry.total)],
        "rows": [
            {
                "words": str(counts.group) if counts.group else _("No group yet"),
                "cells": cells(counts.group.code if counts.group else "", counts),
                "sold": rows.groups.get(counts.group.code if counts.group else "", empty),
                "href": lines_address(asked.period, asked.territory, group=counts.group.code if counts.group else "absent"),
            }
            for counts in rows.registry.groups
        ],
        "total": cells("", rows.registry.total),
    }
