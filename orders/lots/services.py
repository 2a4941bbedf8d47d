"""Setting lines against lots: the worker's verb, and the verbs of whoever chooses a lot for a line."""

from __future__ import annotations

import logging
from datetime import date, datetime, time

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from orders.figures.models import Contribution
from orders.ledger.models import OrderLine
from orders.lots import reading
from orders.lots.allotting import Set, allot, reserve
from orders.lots.models import LotAllocation, LotChoice, LotStale
from orders.lots.selling import tell_sales
from orders.recalls.services import keep_tasks
from traceability.models import Lot

log = logging.getLogger(__name__)

PRODUCT_LOCK = 5202  # advisory lock class: the second key is the product's id
AT_ONCE = 2000


class OtherProductError(ValueError):
    """The lot is of another product than the line."""


class RecalledLotError(ValueError):
    """The lot was recalled before the order was placed."""


def allot_all() -> int:
    """Set the lines of every product with stale rows; the number of products. One that another worker has is left to it."""
    done = 0
    passed: set[int] = set()
    while (product := LotStale.objects.exclude(product__in=passed).order_by("pk").values_list("product", flat=True).first()) is not None:
        passed.add(product)
        done += allot_product(product=product)
    return done


@transaction.atomic
def allot_product(*, product: int) -> bool:
    """Set the product's lines anew from its oldest stale moment on, and tell what follows from it; False where another worker has it.

    READ COMMITTED: the stale rows are taken in one statement and what they are about is read in later ones, so a change that
    is committed meanwhile is seen or leaves a row for the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [PRODUCT_LOCK, product])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("DELETE FROM orders_lotstale WHERE product_id = %s RETURNING since", [product])
        moments = [since for (since,) in cursor.fetchall()]
    if not moments:
        return False
    # Whoever recalls or changes one of these lots waits, or is waited for: in the order of their ids, as everybody holds lots.
    list(Lot.objects.select_for_update(of=("self",), no_key=True).filter(product=product).order_by("pk").values_list("pk"))
    changed = _allot(product, min(moments))
    tell_sales(product=product)
    keep_tasks(product=product)
    log.info("product %s: %s allocations changed", product, changed)
    return True


def _allot(product: int, since: datetime) -> int:
    """Rewrite what is set from `since` on; the number of allocations written or taken away."""
    lots = {stock.lot: stock for stock in reading.stock_of(product)}
    reserved = reserve(lots, reading.choices_of(product))
    since = min(since, *_reserved_otherwise(product, reserved), since)
    taken = LotAllocation.objects.filter(product=product, chosen=False, lot__isnull=False, line__order__placed_at__lt=since)
    for lot, units in taken.values_list("lot").annotate(units=Sum("units")).order_by():
        lots[lot].left -= units
    packs = {found.line: found.units for found in reserved}
    wanted = {found: found for found in (*reserved, *allot(lots.values(), reading.lines_of(product, since), packs))}
    later = LotAllocation.objects.filter(product=product).exclude(chosen=False, line__order__placed_at__lt=since)
    gone = []
    for pk, line, lot_id, units, chosen in later.values_list("pk", "line", "lot", "units", "chosen"):
        if wanted.pop(Set(line, lot_id, units, chosen), None) is None:
            gone.append(pk)
    LotAllocation.objects.filter(pk__in=gone).delete()
    LotAllocation.objects.bulk_create(
        [
            LotAllocation(line_id=found.line, product_id=product, lot_id=found.lot, units=found.units, chosen=found.chosen)
            for found in wanted
        ],
        batch_size=AT_ONCE,
    )
    return len(gone) + len(wanted)


def _reserved_otherwise(product: int, reserved: list[Set]) -> list[datetime]:
    """The moments from which on packs are missing, or free again, because choices give something else than they did."""
    stored = {Set(*row) for row in LotAllocation.objects.filter(product=product, chosen=True).values_list("line", "lot", "units", "chosen")}
    differing = stored.symmetric_difference(reserved)
    if not differing:
        return []
    made = Lot.objects.filter(pk__in={found.lot for found in differing}).values_list("made_on", flat=True)
    placed = OrderLine.objects.filter(pk__in={found.line for found in differing}).values_list("order__placed_at", flat=True)
    return [*(midnight(day) for day in made), *placed]


def midnight(day: date) -> datetime:
    """When the local day begins."""
    return timezone.make_aware(datetime.combine(day, time()))


@transaction.atomic
def choose_lot(*, line: OrderLine, lot: Lot, by: User | None) -> LotChoice:
    """Say that a line was packed from `lot`; another choice before it is replaced. The database makes its product stale.

    Raises OtherProductError, RecalledLotError.
    """
    # The lot's row is held: a recall at the same moment comes before it or after it.
    held = Lot.objects.select_for_update(of=("self",), no_key=True).get(pk=lot.pk)
    if not Contribution.objects.filter(line=line, product=held.product_id).exists():
        raise OtherProductError
    if held.recalled_at is not None and held.recalled_at <= line.order.placed_at:
        raise RecalledLotError
    choice, _new = LotChoice.objects.update_or_create(line=line, defaults={"lot": held, "by": by, "at": timezone.now()})
    return choice


def forget_choice(*, line: OrderLine) -> bool:
    """Let the days decide again; False where nobody had chosen."""
    gone, _kinds = LotChoice.objects.filter(line=line).delete()
    return bool(gone)
