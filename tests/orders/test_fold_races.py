"""A mark inserted while a fold runs is never lost, wherever the fold stands; two folds, a rebuilding and a verification may meet.

Each test holds one transaction after each of its statements in turn and lets another one run there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import User
from catalog.members.making import make_producer
from catalog.models import ProducerSeat, Product, ProductFacts, StarRating
from livestreams.models import Session, Slot
from orders.doubles.services import merge_double
from orders.figures import fold_sql
from orders.figures.fold import fold_all, fold_once
from orders.figures.verify import rebuild_figures, verify_figures
from orders.intake import runs
from orders.intake.copying import copy_rows
from orders.intake.models import IntakeRun
from orders.marks.models import Mark
from orders.models import Contribution, LedgerEntry, Order, Shop, Snapshot
from orders.shops.hands import hand_over
from orders.shops.services import Said, map_sku, map_skus
from orders.shops.sessions import link_shops
from tests.orders import naive
from tests.orders.interleaving import Held, statements_of
from tests.orders.observations import EPOCH, File, Seen, hours, take_in
from tests.orders.test_fold import World

LOCKS = 3  # the fold's first statements: how long it may hang, its own lock, then that of the facts
BEFORE_MARKS = LOCKS + 2  # settings, tables of an earlier fold
FOLD = BEFORE_MARKS + 2 + len(fold_sql.MOVE) + 2  # marks, their count, what moves figures, what is done with, the snapshot

_numbers = count(1)


@pytest.fixture
def world(fresh_db: str) -> Iterator[World]:
    """Three orders in each of two shops, some of them within a livestream; folded. At the end all figures are recomputed naively."""
    made = World()
    for shop in made.shops[:2]:
        rows = tuple(
            Seen(number=f"{shop.code}{n}", key=key, state=3, units=2, gross=1000 + n, delivered=2, placed_at=EPOCH + hours(n))
            for n in range(3)
            for key in ("x", "y")
        )
        take_in(shop, File(EPOCH + hours(99), rows))
    fold_all()
    yield made
    all_is_right()
    lines = naive.contributions()
    assert naive.stored_figures() == naive.expected_figures(lines)
    assert naive.stored_orders() == naive.expected_orders(lines)


def mark_all() -> None:
    """Something for the fold to do: each order is read again."""
    Mark.objects.bulk_create(Mark(order=order, reason=Mark.Reason.RULE) for order in Order.objects.all())


def staged(shop: Shop, *rows: Seen) -> int:
    """A confirmed run that waits for its merge; its id."""
    moment = EPOCH + hours(100 + next(_numbers))
    run = IntakeRun.objects.create(
        shop=shop, platform=shop.platform, file_name="test.csv", exported_at=moment, state=IntakeRun.State.CONFIRMED
    )
    copy_rows(iter([[seen.row(run.pk, number) for number, seen in enumerate(rows, start=3)]]))
    return run.pk


def merge(world: World) -> Callable[[], object]:
    """A file with an order that changes, and one that is new."""
    number = next(_numbers)
    changed = Seen(number="own0", key="x", state=3, units=2, gross=2000 + number, delivered=2, returned=number % 3, placed_at=EPOCH)
    new = Seen(number=f"new{number}", key="y", state=1, placed_at=EPOCH + hours(1))
    run = staged(world.shops[0], changed, new)

    def work() -> None:
        assert runs.merge_run(run_id=run)

    return work


def correct_star(world: World) -> Callable[[], object]:
    """A product's star, from one to another."""
    stars = 3 + next(_numbers) % 3
    return lambda: StarRating.objects.filter(product=world.products[0]).update(stars=stars)


def correct_facts(world: World) -> Callable[[], object]:
    """What a product weighs."""
    grams = 1000 + next(_numbers)
    return lambda: ProductFacts.objects.filter(product=world.products[1]).update(net_weight_g=grams)


def move_seat(world: World) -> Callable[[], object]:
    """A producer moves to another commune."""
    commune = world.communes[next(_numbers) % 3]
    return lambda: ProducerSeat.objects.filter(producer=world.producers[0]).update(commune=commune)


def move_session(world: World) -> Callable[[], object]:
    """A livestream began later than planned, so that it sold other orders."""
    start = EPOCH + timedelta(minutes=30 * (next(_numbers) % 5))
    return lambda: Session.objects.filter(pk=world.sessions[0].pk).update(actual_start=start, actual_end=start + hours(1))


def change_slots(world: World) -> Callable[[], object]:
    """A slot comes, or goes."""
    session = world.sessions[0]

    def work() -> None:
        last = session.slots.order_by("-position").first()
        assert last is not None
        if next(_numbers) % 2:
            Slot.objects.create(session=session, position=last.position + 1, product=world.products[0], minutes=5)
        else:
            last.delete()

    return work


def correct_mapping(world: World) -> Callable[[], object]:
    """A SKU is another product, in packs of another size."""
    number = next(_numbers)
    since = EPOCH.date()
    return lambda: map_sku(shop=world.shops[1], line_key="x", product=world.products[number % 3], units=1 + number % 4, since=since)


FACTS = (correct_star, correct_facts, move_seat, move_session, change_slots, correct_mapping)
Change = Callable[[World], Callable[[], object]]


def in_transaction(work: Callable[[], object]) -> Callable[[], object]:
    """The same, and a last statement within its transaction at which it can be held before it commits."""

    def whole() -> object:
        with transaction.atomic():
            result = work()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        return result

    return whole


def all_is_right() -> None:
    """Figures and pending marks agree with the ledger; so do, once nothing is marked, figures alone."""
    assert verify_figures().differences == []
    fold_all()
    verdict = verify_figures()
    assert (verdict.differences, verdict.pending) == ([], 0)


def test_the_fold_is_held_at_each_of_its_statements(world: World) -> None:
    mark_all()
    assert statements_of(fold_once) == FOLD


def test_an_intake_that_commits_while_a_fold_runs_is_folded_next(world: World) -> None:
    for point in range(1, FOLD + 1):
        mark_all()
        with Held(fold_once, after=point) as fold, Held(merge(world)) as intake:
            assert not intake.blocked(), "an intake waits for no fold"
            assert fold.is_held
            fold.let_go()
        pending = Mark.objects.count()
        assert pending == (2 if point > BEFORE_MARKS else 0), "what came after the marks were taken stays for the next fold"
        all_is_right()


def test_an_intake_that_commits_after_a_fold_it_met_is_folded_next(world: World) -> None:
    for point in count(1):
        mark_all()
        with Held(merge(world), after=point) as intake:
            if not intake.is_held:  # it ran to its end: that was the last of its statements
                break
            fold_all()
            assert not Mark.objects.exists()
            intake.let_go()
        assert Mark.objects.count() == 2
        all_is_right()
    assert point > 10


@pytest.mark.parametrize("change", FACTS, ids=lambda change: change.__name__)
def test_a_fact_corrected_while_a_fold_runs_is_in_it_or_in_the_next(world: World, change: Change) -> None:
    for point in (1, LOCKS, BEFORE_MARKS, BEFORE_MARKS + 1, *range(BEFORE_MARKS + 3, FOLD + 1, 2), FOLD):
        mark_all()
        with Held(fold_once, after=point) as fold, Held(change(world)) as correction:
            # A fold that has the facts' lock keeps them still; one that stands before it finds the fact, and its marks.
            assert correction.blocked() == (point >= LOCKS)
            fold.let_go()
            correction.let_go()
        assert Mark.objects.exists() == (point >= LOCKS)
        all_is_right()


@pytest.mark.parametrize("change", FACTS, ids=lambda change: change.__name__)
def test_a_fold_waits_for_a_fact_that_is_being_corrected(world: World, change: Change) -> None:
    work = in_transaction(change(world))
    for point in range(1, statements_of(work) + 1):
        fold_all()
        mark_all()
        with Held(in_transaction(change(world)), after=point) as correction, Held(fold_once) as fold:
            if fold.blocked():  # the correction has written: whatever the fold reads must be what it leaves
                assert not fold.ended
            correction.let_go()
            fold.let_go()
        all_is_right()


def map_suggestions(world: World) -> Callable[[], object]:
    """A suggestion for a SKU is accepted: the shop's row is held first."""
    said = [Said("z", world.products[2], 1)]
    return lambda: map_skus(shop=world.shops[0], said=said, since=EPOCH.date())


def sell_shop(world: World) -> Callable[[], object]:
    """The shop changes hands: its row is held first."""
    by = User.objects.create(full_name="Ba", email="ba@example.vn")
    return lambda: hand_over(shop=world.shops[0], since=EPOCH.date(), to=world.producers[1], ground="1", by=by)


def unlink_shop(world: World) -> Callable[[], object]:
    """The shop sells no more through a livestream: its row is held first."""
    return lambda: link_shops(session=world.sessions[0], shops=[], among=Shop.objects.all())


def found_producer(world: World) -> Callable[[], object]:
    """A producer is entered: its commune's row is held first."""
    return lambda: make_producer(name="Mới", kind="cooperative", commune=world.communes[0])


def upload_registry(world: World) -> Callable[[], object]:
    """A registry file changes a product and its facts: an upsert with the number among its columns, then the facts."""

    def work() -> None:
        with transaction.atomic():
            product = Product.objects.get(pk=world.products[0].pk)
            product.name_vi = "Tên mới"
            Product.objects.bulk_create([product], update_conflicts=True, unique_fields=["id"], update_fields=["name_vi", "gtin"])
            ProductFacts.objects.filter(product=product).update(net_weight_g=777)

    return work


def merge_double_products(world: World) -> Callable[[], object]:
    """Two products turn out to be one, under the number of the double."""
    Product.objects.filter(pk=world.products[2].pk).update(gtin="8930000000019")
    map_sku(shop=world.shops[1], line_key="z", product=world.products[2], units=1, since=EPOCH.date())
    fold_all()
    by = User.objects.create(full_name="An", email="an@example.vn")
    return lambda: merge_double(kept=world.products[0], double=world.products[2], ground="1", by=by)


def test_a_fold_that_names_a_row_and_a_change_that_holds_it_do_not_lock_each_other_out(world: World) -> None:
    for change in (map_suggestions, unlink_shop, found_producer, upload_registry, merge_double_products, sell_shop):
        work = change(world)
        # New lines: their contributions name shop, session, product and commune, and that is checked at the commit.
        for shop in world.shops[:2]:
            rows = (Seen(number=change.__name__, key=key, state=1, placed_at=EPOCH + hours(1)) for key in ("x", "y", "z"))
            assert runs.merge_run(run_id=staged(shop, *rows))
        with Held(fold_once, after=FOLD) as fold, Held(work) as correction:
            assert correction.blocked(), "the fold has the facts' lock"
            fold.let_go()
            correction.let_go()
        all_is_right()


def test_a_correction_that_is_taken_back_leaves_nothing(world: World) -> None:
    class TakenBackError(Exception):
        pass

    def work() -> None:
        with transaction.atomic():
            correct_facts(world)()
            raise TakenBackError

    before = naive.stored_figures()
    mark_all()
    with Held(fold_once, after=FOLD) as fold, Held(work) as correction:
        assert correction.blocked()
        fold.let_go()
        with pytest.raises(TakenBackError):
            correction.let_go()
    assert not Mark.objects.exists()
    assert naive.stored_figures() == before
    all_is_right()


def test_two_folds_take_turns_and_an_impatient_one_goes_home(world: World) -> None:
    for point in range(LOCKS - 1, FOLD + 1, 3):
        mark_all()
        snapshots = Snapshot.objects.count()
        with Held(lambda: fold_once(limit=2), after=point) as first, Held(fold_all) as second:
            assert second.blocked()
            assert fold_once(wait=False) == 0
            first.let_go()
        assert (first.result, second.result) == (2, 4)
        assert Snapshot.objects.count() == snapshots + 2
        all_is_right()


def test_a_fold_and_a_rebuilding_take_turns(world: World) -> None:
    for point in range(LOCKS - 1, FOLD + 1, 3):
        mark_all()
        with Held(fold_once, after=point) as fold, Held(rebuild_figures) as rebuilding:
            assert rebuilding.blocked()
            fold.let_go()
        all_is_right()
    length = statements_of(rebuild_figures)
    for point in range(1, length + 1, 4):
        mark_all()
        with Held(rebuild_figures, after=point) as rebuilding, Held(fold_all) as fold, Held(correct_star(world)) as correction:
            assert fold.blocked()
            assert correction.blocked() == (point >= LOCKS)
            merge(world)()
            figures = naive.stored_figures()
            assert figures, "readers see the old figures until it commits"
            rebuilding.let_go()
            fold.let_go()
            correction.let_go()
        all_is_right()


def test_figures_are_right_at_any_moment_of_a_fold(world: World) -> None:
    for point in range(1, FOLD + 1, 2):
        merge(world)()
        correct_star(world)()
        before = naive.stored_figures()
        with Held(fold_once, after=point) as fold:
            verdict = verify_figures()
            assert verdict.differences == []
            assert verdict.pending > 0
            assert naive.stored_figures() == before
            assert fold.is_held
        all_is_right()


def test_a_verification_sees_one_moment_whatever_commits_meanwhile(world: World) -> None:
    for point in range(2, statements_of(verify_figures) + 1, 3):
        merge(world)()
        with Held(verify_figures, after=point) as verification:
            fold_all()
            merge(world)()
            correct_facts(world)()
            fold_all()
            rebuild_figures()
        assert verification.result.differences == []
        all_is_right()


def test_a_fold_that_is_ended_between_statements_leaves_everything_as_it_was(world: World) -> None:
    def state() -> tuple[object, ...]:
        tables = (Mark, Snapshot, LedgerEntry, Contribution)
        return naive.stored_figures(), naive.stored_orders(), *(table.objects.count() for table in tables)

    for point in range(1, FOLD + 1, 2):
        merge(world)()
        before = state()
        with Held(fold_once, after=point) as fold:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [fold.backend])
            with pytest.raises(OperationalError):
                fold.let_go()
        assert state() == before
        all_is_right()
