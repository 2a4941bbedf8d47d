"""Two people, or one impatient thumb, at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

from django.db import connection, transaction

from catalog.keeping.papers import PaperFacts, change_paper
from catalog.keeping.waiting import ChangedMeanwhileError
from catalog.listings.errors import ProblemsError
from catalog.listings.review import publish
from catalog.media.errors import TooManyError
from catalog.media.photos import MOST_PHOTOS, add_photo
from catalog.models import Paper, Photo, Product
from tests import builders
from tests.catalog.listing_makers import bench, seen, submitted
from tests.catalog.upload_files import photo, written


def test_photos_at_once_never_exceed_ten_and_papers_change_once(fresh_db: str, tmp_path: Path) -> None:
    coffee = builders.product("GL-1", builders.producer("GL"))
    for _ in range(MOST_PHOTOS - 2):
        builders.photo(coffee)
    paths = [written(tmp_path, photo(120, 120, colour=colour), f"{colour}.jpg") for colour in ("red", "green", "blue", "blue")]

    def add(path: Path) -> str:
        try:
            add_photo(owner=Product.objects.get(pk=coffee.pk), path=path, name=path.name)
        except TooManyError:
            return "full"
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(add, paths))
    # The same photo twice is one: three different ones for two places.
    assert Photo.objects.of(coffee).count() == MOST_PHOTOS
    assert answers in (["full", "taken", "taken", "taken"], ["full", "full", "taken", "taken"])
    assert Photo.objects.of(coffee).values("large").distinct().count() == MOST_PHOTOS

    paper = Paper.objects.create(product=coffee, kind="haccp", number="1", shown=True)

    def change(number: str) -> str:
        try:
            change_paper(paper=Paper.objects.get(pk=paper.pk), facts=PaperFacts("haccp", number=number))
        except ChangedMeanwhileError:
            return "changed meanwhile"
        finally:
            connection.close()
        return "changed"

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(change, "234")) == ["changed", "changed meanwhile", "changed meanwhile"]
    assert Paper.objects.current().get().replaces == paper


def test_two_listings_get_one_number_at_the_same_moment(fresh_db: str) -> None:
    """The check sees no other product with the number, because the other one's is not committed yet: the key of the database does."""
    made = bench()
    other = builders.product("X", made.producer)
    waiting = submitted(made.product, made.member, gtin="8934563138165")
    mark = seen(waiting)

    def decide() -> str:
        try:
            publish(revision_id=waiting.pk, seen=mark, by=made.official)
        except ProblemsError as error:
            return error.problems[0].field.key
        finally:
            connection.close()
        return "published"

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            Product.objects.filter(pk=other.pk).update(gtin="8934563138165")
            answer = thread.submit(decide)
            with connection.cursor() as cursor:
                for _ in range(200):
                    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                    if cursor.fetchone() != (0,):
                        break
                    sleep(0.05)
        assert answer.result() == "gtin"
    waiting.refresh_from_db()
    assert waiting.state == waiting.State.SUBMITTED
