"""What is wrong with a plan before it goes on air: one function for each rule. What `blocks` must not go on air; the rest is warned of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Paper
from livestreams.needs.models import Need
from livestreams.sessions.models import Session, Slot
from livestreams.sessions.sheet import Sheet, sheet_of
from traceability.lots.models import Unit

SPIRITS = Decimal(15)
"""% by volume. Law 44/2019/QH14 (art. 11, 12) and the Advertising Law (art. 7) keep drinks from this strength on off such broadcasts."""
ALCOHOLIC_SETS = frozenset({"2.01", "2.02"})
# Decree 15/2018/NĐ-CP art. 27 (special foods) and the Advertising Law (cosmetics): the content is confirmed before it is advertised.
CONFIRMED_SETS = frozenset({"3.01", "3.02"})
GRAMS = {Need.Unit.KILOGRAM: 1_000, Need.Unit.TONNE: 1_000_000}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: `words` in the reader's language name the product where it is about one `slot`."""

    code: str
    blocks: bool
    words: str
    slot: Slot | None = None


def faults_of(session: Session, *, today: date | None = None) -> list[Fault]:
    """Everything wrong with the session's plan as seen `today`: what blocks first, else in the order of rules and slots."""
    return faults_in(sheet_of(session, today=today))


def faults_in(sheet: Sheet) -> list[Fault]:
    """The same of a plan that was read already."""
    return sorted((fault for rule in RULES for fault in rule(sheet)), key=lambda fault: not fault.blocks)


def recalled_lots(sheet: Sheet) -> Iterator[Fault]:
    """Recalled goods are not sold; where lots of a product were recalled, the slot says from which lot it sells."""
    for slot in _slots(sheet):
        recalled = sheet.recalled.get(slot.product_id, {})
        if slot.lot_id in recalled:
            yield _of(slot, "recalled_lot", True, _("%(product)s: lot %(lot)s is recalled."), lot=recalled[slot.lot_id])
        elif slot.lot_id is None and recalled:
            words = _("%(product)s: lots of it were recalled (%(lots)s). Say from which lot it is sold.")
            yield _of(slot, "lot_not_told", False, words, lots=", ".join(sorted(recalled.values())))


def strong_drinks(sheet: Sheet) -> Iterator[Fault]:
    """From 15% on a drink is kept off; of unknown strength it is asked about."""
    for slot in _slots(sheet):
        percent = slot.product.alcohol_percent
        if percent is not None and percent >= SPIRITS:
            words = _("%(product)s: %(percent)s%% alcohol. Drinks of 15%% and more must not be advertised here.")
            yield _of(slot, "strong_drink", True, words, percent=f"{percent:f}".removesuffix(".0"))
        elif percent is None and _set(sheet, slot) in ALCOHOLIC_SETS:
            yield _of(
                slot, "alcohol_unknown", False, _("%(product)s: how much alcohol it holds is not known. From 15%% on it must not be shown.")
            )


def marks_without_star(sheet: Sheet) -> Iterator[Fault]:
    """The OCOP mark stands for a star in force on the day of the broadcast."""
    for slot in _slots(sheet):
        star = sheet.stars.get(slot.product_id)
        if not slot.shows_mark or (star is not None and star.in_force):
            continue
        if star is None:
            yield _of(
                slot, "mark_without_star", True, _("%(product)s shows the OCOP mark and has no star. Without the mark it is welcome.")
            )
        else:
            words = _("%(product)s shows the OCOP mark, and its star ended on %(day)s. Without the mark it is welcome.")
            yield _of(slot, "mark_expired", True, words, day=f"{star.until:%d/%m/%Y}")


def claims_without_paper(sheet: Sheet) -> Iterator[Fault]:
    """What is claimed on air rests on a paper that everybody may see and that is valid on that day."""
    for slot in _slots(sheet):
        for point in slot.points.all():
            if not point.is_claim:
                continue
            said = point.text
            if point.paper is None:
                yield _of(slot, "claim_without_paper", False, _("%(product)s: “%(said)s” has no paper."), said=said)
            elif point.paper.state_on(sheet.day) in {Paper.State.EXPIRED, Paper.State.NOT_YET}:
                words = _("%(product)s: the paper for “%(said)s” is not valid on that day.")
                yield _of(slot, "claim_paper_expired", False, words, said=said)
            elif not point.paper.shown:
                words = _("%(product)s: the paper for “%(said)s” is not public, or no longer.")
                yield _of(slot, "claim_paper_hidden", False, words, said=said)


def advertising_not_confirmed(sheet: Sheet) -> Iterator[Fault]:
    """Health food and cosmetics need their advertising confirmed."""
    for slot in _slots(sheet):
        papers = sheet.ad_papers.get(slot.product_id, [])
        valid = any(paper.state_on(sheet.day) in {Paper.State.VALID, Paper.State.EXPIRING} for paper in papers)
        if _set(sheet, slot) in CONFIRMED_SETS and not valid:
            words = _("%(product)s: health food and cosmetics need a confirmation of their advertising content.")
            yield _of(slot, "advertising_not_confirmed", False, words)


def host_not_ready(sheet: Sheet) -> Iterator[Fault]:
    """The platform knows who the host is, and the host says that it is advertising."""
    host = sheet.session.host
    if host is None:
        return
    if host.verified_on is None:
        words = _("%(host)s: no platform has verified the identity yet.")
        yield Fault("host_not_verified", False, words % {"host": host})
    if host.disclosure_agreed_on is None:
        words = _("%(host)s has not agreed on to say that it is advertising.")
        yield Fault("host_not_disclosing", False, words % {"host": host})


def prices_below_floor(sheet: Sheet) -> Iterator[Fault]:
    """The producer accepts no less. How much that is, is the producer's own to tell."""
    for slot in _slots(sheet):
        floor = sheet.floors.get(slot.product_id)
        if floor is not None and slot.offer_price is not None and slot.offer_price < floor:
            words = _("%(product)s: the offer price is below the lowest price that the producer accepts.")
            yield _of(slot, "below_floor", False, words)


def stock_short(sheet: Sheet) -> Iterator[Fault]:
    """There is as much to sell as was wished for, and no more than the lot holds."""
    for slot in _slots(sheet):
        if slot.stock is None:
            continue
        wished = _wished_units(sheet, slot)
        if wished is not None and slot.stock < wished:
            words = _("%(product)s: stock for %(stock)d, and the need speaks of %(wished)d.")
            yield _of(slot, "stock_short", False, words, stock=slot.stock, wished=wished)
        if slot.lot is not None and slot.lot.unit == Unit.PIECE and slot.lot.quantity < slot.stock:
            words = _("%(product)s: stock for %(stock)d, and lot %(lot)s holds %(held)d.")
            yield _of(slot, "lot_too_small", False, words, stock=slot.stock, lot=slot.lot.number, held=int(slot.lot.quantity))


def samples_missing(sheet: Sheet) -> Iterator[Fault]:
    """From the day before on the sample is to be there."""
    if sheet.today < sheet.day - timedelta(days=1):
        return
    for slot in _slots(sheet):
        if slot.sample_arrived_on is None or slot.sample_arrived_on > sheet.today:
            yield _of(slot, "sample_missing", False, _("%(product)s: the sample has not arrived."))


def too_long(sheet: Sheet) -> Iterator[Fault]:
    """All slots are over when the session is."""
    outside = next((turn for turn in sheet.turns if turn.outside), None)
    if outside is None:
        return
    words = ngettext(
        "The slots take %(minutes)d minute, the session has %(planned)d: from slot %(position)d on it is too late.",
        "The slots take %(minutes)d minutes, the session has %(planned)d: from slot %(position)d on it is too late.",
        sheet.minutes,
    )
    said = {"minutes": sheet.minutes, "planned": sheet.planned_minutes, "position": outside.slot.position}
    yield Fault("too_long", False, words % said)


def answers_missing(sheet: Sheet) -> Iterator[Fault]:
    """The producers said yes."""
    for slot in _slots(sheet):
        if slot.answer == Slot.Answer.DECLINED:
            yield _of(slot, "declined", False, _("%(product)s: the producer declined: %(reason)s"), reason=slot.declined_reason)
        elif slot.answer == Slot.Answer.ASKED:
            yield _of(slot, "unanswered", False, _("%(product)s: the producer has not answered yet."))
        elif not slot.answer:
            yield _of(slot, "not_asked", False, _("%(product)s: the producer has not been asked yet."))


def no_slots(sheet: Sheet) -> Iterator[Fault]:
    """There is something to show."""
    if not sheet.turns:
        yield Fault("no_slots", False, _("The run-of-show is empty."))


def clashes(sheet: Sheet) -> Iterator[Fault]:
    """Nobody is in two places at once."""
    for clash in sheet.clashes:
        yield Fault(f"{clash.kind}_clash", False, clash.words)


RULES: tuple[Callable[[Sheet], Iterator[Fault]], ...] = (
    recalled_lots,
    strong_drinks,
    marks_without_star,
    claims_without_paper,
    advertising_not_confirmed,
    host_not_ready,
    clashes,
    prices_below_floor,
    stock_short,
    samples_missing,
    too_long,
    answers_missing,
    no_slots,
)


def _slots(sheet: Sheet) -> list[Slot]:
    return [turn.slot for turn in sheet.turns]


def _set(sheet: Sheet, slot: Slot) -> str:
    facts = sheet.facts.get(slot.product_id)
    return facts.ocop_set.code if facts is not None and facts.ocop_set is not None else ""


def _wished_units(sheet: Sheet, slot: Slot) -> int | None:
    """The need's quantity in units of the product; None where it names none, or a weight and the unit's weight is not known."""
    need = slot.need
    if need is None or need.quantity is None:
        return None
    if need.unit == Need.Unit.PACK:
        return int(need.quantity)
    facts = sheet.facts.get(slot.product_id)
    if facts is None or not facts.net_weight_g:
        return None
    return int(need.quantity * GRAMS[Need.Unit(need.unit)] // facts.net_weight_g)


def _of(slot: Slot, code: str, blocks: bool, words: str, **said: object) -> Fault:
    return Fault(code, blocks, words % {"product": slot.product, **said}, slot)
