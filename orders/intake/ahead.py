"""Reading ahead: the next items are made in a thread while the database works on the last ones.

A thread is enough for two processors: whoever waits for the database server lets the other threads of the process run. It must then get
the interpreter back at once: with Python's usual 5 ms, each of the hundreds of statements and pieces of a COPY waits as long for a thread
that is busy reading, and the server for the next one.

What is read are tuples by the ten thousand, none of which refers back: meanwhile the collector of garbage looks for cycles seldom.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import Generic, NamedTuple, TypeVar

USUAL, QUICK = sys.getswitchinterval(), 0.0001  # seconds
OFTEN, SELDOM = gc.get_threshold(), (100_000, *gc.get_threshold()[1:])  # new objects that nothing has let go

Item = TypeVar("Item")


class _Last(NamedTuple):
    """The end of the items, and what ended them where they did not end by themselves."""

    error: BaseException | None


class _Made(NamedTuple, Generic[Item]):
    item: Item


def ahead(items: Iterator[Item], *, most: int = 3) -> Iterator[Item]:
    """The same items; up to `most` of them wait before they are asked for. Making them must not touch the database.

    What making them raises is raised here in its place. Closing this iterator (or leaving it to die) ends the thread.
    """
    made: SimpleQueue[_Made[Item] | _Last] = SimpleQueue()
    room = Semaphore(most)
    unwanted = Event()

    def make() -> None:
        try:
            while room.acquire() and not unwanted.is_set():
                made.put(_Made(next(items)))
        except StopIteration:
            made.put(_Last(None))
        except BaseException as error:
            made.put(_Last(error))

    maker = Thread(target=make, name="read ahead", daemon=True)
    sys.setswitchinterval(QUICK)
    gc.set_threshold(*SELDOM)
    maker.start()
    try:
        while not isinstance(next_one := made.get(), _Last):
            room.release()
            yield next_one.item
        if next_one.error is not None:
            raise next_one.error
    finally:
        unwanted.set()
        room.release()
        maker.join()
        # Of two at once the first to end makes the other one slower, and the last leaves all as it was.
        sys.setswitchinterval(USUAL)
        gc.set_threshold(*OFTEN)
