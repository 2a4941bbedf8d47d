"""Made-up values for the page `/style/` that shows every component in every state; they are nobody's figures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.templatetags.look import BADGES

# The symbols of static/img/icons.svg.
ICONS = [
    *("star", "check", "cross", "clock", "warning", "info", "quote", "wave", "live", "calendar", "menu", "filter", "search"),
    *("sort", "sort-up", "sort-down", "up", "down", "left", "right", "download", "upload", "print", "external", "document", "user"),
]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=gettext_lazy("Name of the product"), help_text=gettext_lazy("As it stands on the packaging."), max_length=80
    )
    price = forms.IntegerField(label=gettext_lazy("List price (₫)"), min_value=0)
    kind = forms.ChoiceField(label=gettext_lazy("Platform"), choices=[("tt", "TikTok Shop"), ("sp", "Shopee")])
    since = forms.DateField(label=gettext_lazy("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(label=gettext_lazy("Order file"), required=False)
    bucket = forms.ChoiceField(
        label=gettext_lazy("Sales"),
        widget=forms.RadioSelect,
        choices=[("live", gettext_lazy("During the livestream")), ("after", gettext_lazy("After it"))],
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label=gettext_lazy("The figures were checked"), required=False)


class SampleFilter(forms.Form):
    """A filter bar of four fields."""

    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    commune = forms.ChoiceField(label=gettext_lazy("Commune"), required=False, choices=[("", "–"), ("1", "Xã Quách Phẩm")])
    words = forms.CharField(label=gettext_lazy("Product"), required=False)


PRODUCTS = [
    # name, producer, stars, state, net, net of the period before, orders, grams
    ("Ba khía muối Đầm Dơi", "HTX Ba khía Đầm Dơi", 4, "valid", 182_450_000, 161_200_000, 1_204, 842_500),
    ("Trà nhàu túi lọc", "SK Noni", 4, "expiring", 96_300_000, 104_000_000, 688, 210_250),
    ("Bánh lá gai", "Hoàng Đông", 3, "expired", 41_870_500, 12_100_000, 512, 307_200),
    ("Muối B’Rê", "B’Rê", 3, "revoked", 8_120_000, None, 96, 48_000),
    ("Mật ong rừng U Minh Hạ nguyên chất đóng chai thủy tinh", "HTX Mật ong U Minh", 5, "valid", 1_204_000, 0, 7, 3_500),
]


def samples(data: Any = None) -> dict[str, Any]:
    """Return the context of templates/style.html; `data` is the sent sample form, if any."""
    rows: list[dict[str, Any]] = [
        dict(zip(("name", "producer", "stars", "state", "net", "before", "orders", "grams"), row, strict=True)) for row in PRODUCTS
    ]
    filled = SampleForm(data if data is not None else {"name": "", "price": "-5", "kind": "tt"}, auto_id="filled_%s")
    return {
        "trail": [("/", _("Overview")), ("/style/", _("Products")), ("", _("Components"))],
        "actions": [("?", "XLSX", "download"), ("?", _("Print"), "print")],
        "rows": rows,
        "most": max(row["net"] for row in rows),
        "total": sum(row["net"] for row in rows),
        "page": Paginator(range(343), 20).page(3),
        "first": date(2026, 11, 1),
        "last": date(2026, 11, 21),
        "now": datetime(2026, 11, 21, 7, 5, tzinfo=UTC),
        "filter": SampleFilter(),
        "chips": [("Xã Quách Phẩm", "?"), ("01/11–21/11/2026", "?")],
        "blank_form": SampleForm(),
        "filled_form": filled,
        "badges": list(BADGES),
        "icons": ICONS,
        "facts": [(_("Producer"), "HTX Ba khía Đầm Dơi"), (_("Commune"), "Xã Quách Phẩm, Cà Mau"), (_("Decision"), "3981/QĐ-UBND")],
        "charts": [
            ("daily_net", 21, False, _("Net value by day")),
            ("season_weeks", 24, False, _("Net value by week from Tết")),
            ("placed_net_delivered", 3, False, _("Placed, net and delivered value")),
            ("stars_by_group", 12, False, _("Products by group and star")),
            ("slot_sales", 17, True, _("Sales by slot")),
            ("ranked", 5, True, _("Ranking by value")),
            ("minute_sales", 43, False, _("Sales by the minute")),
            ("net_by_part", 3, True, _("Net value by part of the period")),
            ("effects", 3, True, _("Differences with intervals")),
        ],
        "definition": _("Placed less cancelled less returned; may still be on the road."),
    }


CHART_ROWS: dict[str, list[dict[str, Any]]] = {
    "daily_net": [
        {
            "day": f"2026-11-{n:02d}",
            "net": 4_000_000 + (n * 7919 % 13) * 1_350_000,
            "before": 3_500_000 + (n * 104729 % 11) * 1_200_000,
            "holiday": "Ngày Nhà giáo Việt Nam" if n in {7, 8, 20} else "",
        }
        for n in range(1, 22)
    ],
    "season_weeks": [
        {"week": week, "year": year, "net": None if (year, week) == (2025, -9) else 9_000_000 + (week * year * 7919 % 17) * 1_100_000}
        for year in (2026, 2025)
        for week in range(-9, 3)
    ],
    "daily_scans": [{"day": f"2026-11-{n:02d}", "scans": 40 + n * 7919 % 130, "visits": 20 + n * 104729 % 17} for n in range(1, 22)],
    "ranked": [{"label": name, "value": net} for name, _producer, _stars, _state, net, *_rest in PRODUCTS],
    "ranked_beside": [{"label": name, "value": net, "before": net // 2} for name, _producer, _stars, _state, net, *_rest in PRODUCTS],
    "ranked_count": [
        {"label": f"Xã {name}", "value": n, "unit": "đơn"} for name, n in (("Quách Phẩm", 12_700), ("Trần Văn Thời", 691), ("Ia Boòng", 0))
    ],
    "stars_by_group": [
        {"group": group, "stars": stars, "products": count}
        for group, counts in (
            ("Thực phẩm", (201, 52, 2)),
            ("Đồ uống", (31, 14, 0)),
            ("Dược liệu", (9, 4, 0)),
            ("Thủ công mỹ nghệ", (25, 5, 0)),
        )
        for stars, count in zip((3, 4, 5), counts, strict=True)
    ],
    "slot_sales": [{"slot": n, "product": PRODUCTS[n % 5][0], "value": 900_000 * ((n * 31) % 17)} for n in range(1, 17)]
    + [{"slot": None, "product": "", "value": 450_000}],
    "minute_sales": [
        {"kind": "zero", "clock": "20:00"},
        *({"kind": "slot", "slot": n, "from": (n - 1) * 5, "to": n * 5} for n in range(1, 9)),
        *({"kind": "minute", "from": n, "value": 120_000 * (n * 37 % 11)} for n in range(34)),
    ],
    "placed_net_delivered": [
        {"state": "placed", "value": 1_800_000_000, "before": 1_240_000_000},
        {"state": "net", "value": 1_612_000_000, "before": 1_101_000_000},
        {"state": "delivered", "value": 988_000_000, "before": 1_090_000_000},
    ],
    "net_by_part": [
        {"label": "07/2026", "value": 412_000_000, "before": 388_000_000},
        {"label": "08/2026", "value": 655_000_000, "before": None},
        {"label": "09/2026", "value": 0, "before": 241_000_000},
    ],
    "effects": [
        {"label": "20:00–22:00", "value": 120_000, "low": 41_000, "high": 230_000},
        {"label": "14:00–18:00", "value": -15_000, "low": -70_000, "high": 38_000},
        {"label": "11:00–14:00", "value": -64_000, "low": -101_000, "high": -22_000},
    ],
}
