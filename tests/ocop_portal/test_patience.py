"""How long a statement may take: in a web server's process not for ever, elsewhere as long as the work does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ocop_portal.environment import database_options
from tests.measuring import unmeasured

from .service_clients import PROJECT

SHOW = "from django.db import connection as c; k = c.cursor(); k.execute('SHOW statement_timeout'); print(k.fetchone()[0])"


@pytest.mark.parametrize(
    ("begin", "patience"), [("import ocop_portal.wsgi", "1min"), ("import django; django.setup()", "0")], ids=["web", "worker"]
)
def test_a_page_waits_a_minute_for_a_statement_and_a_worker_as_long_as_it_takes(fresh_db: str, begin: str, patience: str) -> None:
    environment = unmeasured() | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": fresh_db}
    environment.pop("STATEMENT_TIMEOUT", None)
    done = subprocess.run(
        [sys.executable, "-c", f"{begin}; {SHOW}"], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [patience]


def test_options_of_the_address_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgres://ocop@/ocop?host=/run&options=-c%20lock_timeout%3D5s"
    monkeypatch.delitem(os.environ, "STATEMENT_TIMEOUT", raising=False)
    assert database_options(address)["OPTIONS"] == {"options": "-c lock_timeout=5s"}
    monkeypatch.setenv("STATEMENT_TIMEOUT", "30s")
    assert database_options(address)["OPTIONS"] == {"options": "-c lock_timeout=5s -c statement_timeout=30s"}
    assert database_options("postgres://ocop@/ocop?host=/run")["OPTIONS"] == {"options": "-c statement_timeout=30s"}
