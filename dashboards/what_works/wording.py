"""The board in words: what is asked, what each level is called, and what may be said of a difference."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards import formats
from dashboards.what_works.board import HOURS, LENGTHS, LevelRow, WhatWorks
from dashboards.what_works.reckoning import LEAST, LEAST_TOGETHER, Effect, Side


@dataclass(frozen=True, slots=True)
class Shown:
    """A row: a level beside the others (None: what it is compared with has no turns of its own)."""

    label: str
    level: Side
    others: Side | None
    effect: Effect

    @property
    def words(self) -> str:
        """What may be said, which is never that one thing makes the other."""
        if not self.effect.told:
            return _("no difference can be told")
        return _("goes with more") if self.effect.value > 0 else _("goes with less")


@dataclass(frozen=True, slots=True)
class Section:
    """A question with its rows; `counted` heads the column of what is counted, `together` that of what it comes from."""

    key: str
    title: str
    meaning: str
    rate: str
    counted: str
    together: str
    rows: tuple[Shown, ...]
    silence: str

    @property
    def chart(self) -> list[dict[str, str | int]]:
        """The rows of its chart."""
        return [{"label": row.label, "value": row.effect.value, "low": row.effect.low, "high": row.effect.high} for row in self.rows]


_TITLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "pair": (gettext_lazy("Host and product group"), gettext_lazy("Turns of a host with products of a group, beside all other turns.")),
    "length": (gettext_lazy("Length of a turn"), gettext_lazy("Turns of a length, beside all others.")),
    "hour": (gettext_lazy("Hour of day"), gettext_lazy("Turns that began in these hours, beside all others.")),
    "leader": (gettext_lazy("A leader on air"), gettext_lazy("Turns of livestreams with a leader as guest, beside those without.")),
}


def sections_of(rows: WhatWorks) -> list[Section]:
    """All questions, stars first."""
    sections = [_stars(rows)]
    for question in rows.questions:
        title, meaning = _TITLES[question.key]
        shown = tuple(_shown(question.key, row) for row in question.rows)
        silence = ngettext(
            "Nothing is said of %(count)s level with too little.", "Nothing is said of %(count)s levels with too little.", question.silent
        )
        sections.append(
            Section(
                question.key,
                str(title),
                str(meaning),
                _("Net value a minute (VND)"),
                _("Turns"),
                _("Livestreams"),
                shown,
                silence % {"count": formats.number(question.silent)} if question.silent else "",
            )
        )
    return sections


def _stars(rows: WhatWorks) -> Section:
    labels = {"all": _("All rises"), "first": _("First star"), "more": _("More stars than before")}
    shown = tuple(Shown(labels[key], side, None, effect) for key, side, effect in rows.rises if effect is not None)
    silent = [labels[key] for key, _side, effect in rows.rises if effect is None]
    return Section(
        "stars",
        _("Before and after a star"),
        _(
            "The change of a product's net value from the 8 weeks before it had more stars to the 8 weeks after, less that of the other "
            "products of its group in the same weeks whose star did not change; "
            "only of products all of whose shops handed in files of these weeks."
        ),
        _("Change a week (VND)"),
        _("Products"),
        _("Producers"),
        shown,
        _("Too little to say anything: %(levels)s.") % {"levels": ", ".join(silent).lower()} if silent else "",
    )


def _shown(key: str, row: LevelRow) -> Shown:
    assert row.comparison.effect is not None
    return Shown(_label(key, row), row.comparison.level, row.comparison.others, row.comparison.effect)


def _label(key: str, row: LevelRow) -> str:
    if key == "pair":
        return " – ".join(str(name) for name in row.names)
    if key == "leader":
        return _("With a leader")
    if key == "length":
        if row.key == len(LENGTHS):
            return _("over %(minutes)s minutes") % {"minutes": LENGTHS[-1]}
        if row.key == 0:
            return _("up to %(minutes)s minutes") % {"minutes": LENGTHS[0]}
        return _("over %(from)s to %(to)s minutes") % {"from": LENGTHS[row.key - 1], "to": LENGTHS[row.key]}
    if row.key == 0:
        return _("before %(hour)s:00") % {"hour": HOURS[0]}
    if row.key == len(HOURS):
        return _("from %(hour)s:00 on") % {"hour": HOURS[-1]}
    return f"{HOURS[row.key - 1]}:00–{HOURS[row.key]}:00"


def threshold() -> str:
    """When the board is silent."""
    return _(
        "Something is said only where %(least)s turns of %(together)s livestreams stand on either side, or %(least)s products of "
        "%(together)s producers beside those of %(together)s others."
    ) % {"least": LEAST, "together": LEAST_TOGETHER}
