"""Section I: what was sold in the whole period, beside last year and the plan; by part of the period and by the way it was sold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import Measures, Orders
from dashboards.reports.document import Block, Cell, Chart, Column, Remarks, Table, text
from dashboards.reports.periods.rows import Part, PeriodRows
from dashboards.reports.periods.wording import ABOVE, change, kilograms, money, number, part_of
from dashboards.targets.models import YearTarget
from dashboards.wording import untold
from orders.attribution.models import Bucket

Write = Callable[[int | None, str], Cell]


@dataclass(frozen=True)
class Line:
    """A figure of the first table: how it is read and written, and how it follows from the lines above it."""

    key: str
    label: str
    read: Callable[[Measures], int]
    write: Write
    formula: str = ""


def lines() -> tuple[Line, ...]:
    """The figures, in the order of the table; net follows from the three above it."""
    return (
        Line("placed", _("Placed value (VND)"), lambda sold: sold.value.placed, money),
        Line("cancelled", _("Cancelled (VND)"), lambda sold: sold.value.cancelled, money),
        Line("returned", _("Returned (VND)"), lambda sold: sold.value.returned, money),
        Line("net", _("Net value (VND)"), lambda sold: sold.value.net, money, "R[-3]C-R[-2]C-R[-1]C"),
        Line("delivered", _("Revenue: delivered, less returned (VND)"), lambda sold: sold.value.delivered, money),
        Line("orders", _("Orders placed"), lambda sold: (sold.orders or Orders()).placed, number),
        Line("weight_placed", _("Weight placed (kg)"), lambda sold: sold.grams.placed, kilograms),
        Line("weight", _("Weight less cancelled and returned (kg)"), lambda sold: sold.grams.net, kilograms),
    )


def overall_blocks(rows: PeriodRows) -> tuple[Block, ...]:
    """Everything of the section."""
    blocks: list[Block] = [Remarks(tuple(_sentences(rows))), overall_table(rows)]
    if rows.plan:
        blocks.append(_plan_table(rows))
    else:
        blocks.append(Remarks((_("No plan of the year is on record, so no share of it can be told."),)))
    if rows.known:
        blocks += [_parts_chart(rows), _parts_table(rows), _bucket_table(rows)]
    return tuple(blocks)


def _sentences(rows: PeriodRows) -> list[str]:
    span = rows.span
    if not rows.known:
        return [_("No order file reaches into the period: its figures are not known, and they are not 0.")]
    whole, before = rows.whole, rows.before
    values = {
        "placed": formats.vnd(whole.value.placed),
        "orders": formats.number((whole.orders or Orders()).placed),
        "net": formats.vnd(whole.value.net),
        "delivered": formats.vnd(whole.value.delivered),
        "change": formats.change(whole.value.net, before.value.net),
    }
    told = [
        _("Goods for %(placed)s were ordered in %(orders)s orders; less cancelled and returned goods %(net)s. Revenue is %(delivered)s.")
        % values
    ]
    if before.is_empty:
        told.append(_("The ledger holds no figure of the same period of last year."))
    elif not rows.freshness.comparable:
        told.append(_("Not comparable with the same period of last year: not all days are known."))
    else:
        told.append(_("Compared with the same period of last year, net value changed by %(change)s.") % values)
    if missing := untold(rows.freshness.unknown, rows.freshness.unknown_before):
        told += [f"{sentence[:1].upper()}{sentence[1:]}." for sentence in missing]
        told.append(_("What was sold on these days is not known, which is not 0."))
    if rows.estimate is not None:
        told.append(
            _(
                "Figures are actual to %(day)s; the %(count)s days after it are an estimate: the mean of a day that is known times the "
                "days left. Actual figures will take its place."
            )
            % {"day": formats.day(span.counted_to), "count": formats.number(span.days_left)}
        )
    elif span.days_left:
        told.append(
            _("Figures are actual to %(day)s; there is nothing by which the days after it could be estimated.")
            % {"day": formats.day(span.counted_to)}
        )
    return told


def overall_table(rows: PeriodRows) -> Table:
    """The figures of the period; with an estimate it stands apart, and the sum is compared."""
    before, span, estimate = rows.before, rows.span, rows.estimate
    labels = [_("Period")]
    if estimate is not None:
        to, left = formats.day(span.counted_to), formats.number(span.days_left)
        labels = [_("Actual to %(day)s") % {"day": to}, _("Estimate, %(count)s days") % {"count": left}, _("Actual and estimate")]
    labels += [_("Same period of last year"), _("Change")]
    made = []
    for line in lines():
        now = line.read(rows.total) if rows.known else None
        then = None if before.is_empty else line.read(before)
        cells = [line.write(now, line.formula)]
        if estimate is not None and now is not None:
            guessed = line.read(estimate)
            now += guessed
            cells += [line.write(guessed, line.formula), line.write(now, "RC[-2]+RC[-1]")]
        changed = change(now, then, "RC[-2]/RC[-1]-1", comparable=rows.freshness.comparable)
        cells += [line.write(then, line.formula if then is not None else ""), changed]
        made.append((text(line.label), *cells))
    columns = (Column(_("Figure")), *(Column(label, number=True) for label in labels))
    return Table("overall", _("Figures of the period"), columns, tuple(made))


def _plan_table(rows: PeriodRows) -> Table:
    known = {line.key: line for line in lines()}
    words = dict(YearTarget.Metric.choices)
    sold = rows.reached
    made = []
    for plan in rows.plan:
        line = known[plan.metric]
        reached = None if sold is None else line.read(sold)
        made.append(
            (
                text(words[YearTarget.Metric(plan.metric)]),
                line.write(plan.target, ""),
                line.write(reached, ""),
                part_of(reached, plan.target, "RC[-1]/RC[-2]"),
                text(plan.source),
            )
        )
    estimated = rows.estimate is not None and rows.programme is None
    reached_words = _("Reached, estimate included") if estimated else _("Reached")
    columns = (
        Column(_("Figure")),
        Column(_("Plan"), number=True),
        Column(reached_words, number=True),
        Column(_("Share of the plan"), number=True),
        Column(_("Paper that sets it"), wide=True),
    )
    caption = (
        _("Beside the targets of the programme")
        if rows.programme
        else _("Beside the plan of the year %(year)s") % {"year": str(rows.span.last.year)}
    )
    return Table("plan", caption, columns, tuple(made))


def _part_words(part: Part) -> str:
    whole_month = part.first.day == 1 and (part.last - part.first).days >= 27
    return part.first.strftime("%m/%Y") if whole_month else formats.days(part.first, part.last)


def _part_named(rows: PeriodRows, part: Part) -> str:
    """The part, and how many of its days are not known where its figure is of the others alone; a part without figures has dashes."""
    partly = []
    if part.known and part.unknown:
        count = {"unknown": formats.number(part.unknown), "days": formats.number(part.days)}
        partly.append(_("%(unknown)s of %(days)s days not known") % count)
    if _before(rows, part) is not None and part.unknown_before:
        count = {"unknown": formats.number(part.unknown_before), "days": formats.number(part.days_before)}
        partly.append(_("last year %(unknown)s of %(days)s days not known") % count)
    return f"{_part_words(part)} ({'; '.join(partly)})" if partly else _part_words(part)


def _before(rows: PeriodRows, part: Part) -> int | None:
    """Net value (VND) of the part's days of last year; None where the ledger holds nothing of that year's period, or of these days."""
    return None if rows.before.is_empty or not part.known_before else part.sold.before.value.net


def _parts_chart(rows: PeriodRows) -> Chart:
    drawn = tuple(
        {
            "label": _part_words(part),
            "value": part.sold.now.value.net if part.known else None,
            "before": _before(rows, part),
        }
        for part in rows.parts
    )
    return Chart("net_by_part", _("Net value by part of the period"), _("The same figures stand in the table below."), drawn, "parts")


def _parts_table(rows: PeriodRows) -> Table:
    def cells(part: Part) -> tuple[Cell, ...]:
        now = part.sold.now
        amounts = ((now.orders or Orders()).placed, now.value.placed, now.value.net, now.value.delivered)
        orders, *values = amounts if part.known else (None,) * len(amounts)
        return (text(_part_named(rows, part)), number(orders), *map(money, values), money(_before(rows, part)))

    # Last year's parts, known or not this year, make last year's whole.
    before = None if rows.before.is_empty else rows.before.value.net
    foot = (
        text(_("Total")),
        number((rows.total.orders or Orders()).placed, ABOVE),
        *(money(amount, ABOVE) for amount in (rows.total.value.placed, rows.total.value.net, rows.total.value.delivered)),
        money(before, ABOVE if before is not None else ""),
    )
    columns = (
        Column(_("Part of the period")),
        *(Column(label, number=True) for label in _headings()),
        Column(_("Net value, last year (VND)"), number=True),
    )
    note = (
        _("Actual figures; the last part reaches to %(day)s.") % {"day": formats.day(rows.span.counted_to)} if rows.span.days_left else ""
    )
    return Table("parts", _("By part of the period"), columns, tuple(map(cells, rows.parts)), note, foot)


def _headings() -> Sequence[str]:
    return (_("Orders"), _("Placed (VND)"), _("Net (VND)"), _("Revenue (VND)"))


def _bucket_table(rows: PeriodRows) -> Table:
    words = {
        Bucket.LIVE: _("Livestreams, on air"),
        Bucket.AFTER_24H: _("Livestreams, 24 hours after"),
        Bucket.AFTER_7D: _("Livestreams, from 24 hours to 7 days after"),
        Bucket.AFTER_30D: _("Livestreams, from 7 to 30 days after"),
        Bucket.EVENT: _("Fairs and booths"),
        Bucket.OTHER: _("Other online sales"),
    }

    def cells(label: str, sold: Measures, formula: str = "") -> tuple[Cell, ...]:
        amounts = (sold.value.placed, sold.value.net, sold.value.delivered)
        return (text(label), number((sold.orders or Orders()).placed, formula), *(money(amount, formula) for amount in amounts))

    made = tuple(cells(label, rows.buckets[bucket]) for bucket, label in words.items() if bucket in rows.buckets)
    columns = (Column(_("Way of selling")), *(Column(label, number=True) for label in _headings()))
    note = _("Each order is counted once. What follows a livestream is not all caused by it.")
    return Table("ways", _("By the way of selling"), columns, made, note, cells(_("Total"), rows.total, ABOVE))
