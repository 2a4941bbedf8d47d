"""Two at once: terms of a day are written once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from livestreams.models import HostTerms
from livestreams.people.services import TakenError, add_row
from tests import builders


@pytest.mark.usefixtures("fresh_db")
def test_terms_of_one_day_by_two_at_once_are_written_once() -> None:
    host = builders.host("A")
    start = Barrier(2)

    def add(rate: int) -> str:
        start.wait()
        try:
            add_row(HostTerms(host=host, since=date(2026, 1, 1), rate=rate))
        except TakenError:
            return "taken"
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, (5, 6))) == ["taken", "written"]
    assert HostTerms.objects.count() == 1
