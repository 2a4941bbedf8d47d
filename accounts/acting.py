"""Who acts, told to the database: its triggers write the acting user beside every change that they record (django-pghistory)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pghistory
from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware

from accounts.models import User


class ActingUserMiddleware(HistoryMiddleware):
    """Names the signed-in user, or the one whom an API's token names, for the length of a request that may write.

    The address stays out of it, unlike in the class above: it can hold a secret, such as an invitation's.
    """

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """What is kept beside each change: the user's id, None for a visitor."""
        return {"user": request.user.pk}


def acting(user: User, **more: str) -> AbstractContextManager[Any]:
    """Changes within are those of `user`, wherever they are made: a command, a task, a test. `more` is kept beside them.

    PostgreSQL remembers it to the end of the transaction: around a whole transaction, never around a part of one.
    """
    return pghistory.context(user=user.pk, **more)
