"""A market and a trade to read, each made once; where the mails of a test go."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, connections

from tests import databases
from tests.dashboards.market import Market, make_market
from tests.dashboards.trade import Trade, make_trade
from tests.mail_server import MailServer, free_port, listening


@pytest.fixture(scope="session")
def market_made(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, Market]]:
    """The database of `market` and what is in it."""
    connections.close_all()
    with databases.clone(connection.settings_dict["NAME"]) as name:
        with django_db_blocker.unblock(), databases.connected_to(name):
            made = make_market()
        yield name, made


@pytest.fixture(scope="session")
def trade_made(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, Trade]]:
    """The database of `trade` and what is in it."""
    connections.close_all()
    with databases.clone(connection.settings_dict["NAME"]) as name:
        with django_db_blocker.unblock(), databases.connected_to(name):
            made = make_trade()
        yield name, made


@pytest.fixture
def market(market_made: tuple[str, Market], db: None) -> Iterator[Market]:
    """The market of `tests/dashboards/market.py`; what the test adds to it is taken back."""
    name, made = market_made
    with databases.on_top_of(name):
        yield deepcopy(made)


@pytest.fixture
def trade(trade_made: tuple[str, Trade], db: None) -> Iterator[Trade]:
    """The trade of `tests/dashboards/trade.py`; what the test adds to it is taken back."""
    name, made = trade_made
    with databases.on_top_of(name):
        yield deepcopy(made)


@pytest.fixture
def absent_mail_server(settings: Any) -> MailServer:
    """The SMTP server that mails are handed to; it listens once the test lets it (`listening`)."""
    made = MailServer(free_port())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    settings.EMAIL_TIMEOUT = settings.MAIL_ANSWER_TIMEOUT = 0.3
    return made


@pytest.fixture
def mail_server(absent_mail_server: MailServer) -> Iterator[MailServer]:
    """The same, listening."""
    with listening(absent_mail_server):
        yield absent_mail_server
