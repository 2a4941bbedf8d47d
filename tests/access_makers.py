"""What a case of `access_cases` is made of: who it is open to, what it is, and what fills it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.roles import Role
from tests.things import Things

EVERYBODY = frozenset(Role)
SIGNED_IN = EVERYBODY - {Role.NOBODY}
OFFICIALS = frozenset({Role.TRADE, Role.AGRICULTURE, Role.COMMUNE, Role.ADMINISTRATOR})
INTAKE = frozenset({Role.TRADE, Role.COMMUNE, Role.COOPERATIVE, Role.ADMINISTRATOR})
TRADE = frozenset({Role.TRADE, Role.ADMINISTRATOR})
PLANNERS = TRADE | {Role.COMMUNE}
REGISTRY = frozenset({Role.AGRICULTURE, Role.ADMINISTRATOR})
STARS = frozenset({Role.AGRICULTURE, Role.COMMUNE, Role.ADMINISTRATOR})
SALES = OFFICIALS | {Role.COOPERATIVE}
KEEPERS = frozenset({Role.COMMUNE, Role.COOPERATIVE, Role.ADMINISTRATOR})
MAPPERS = TRADE | {Role.COOPERATIVE}
MEMBERS = frozenset({Role.COOPERATIVE})
DEPARTMENTS = frozenset({Role.TRADE, Role.AGRICULTURE, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
RECALLERS = frozenset({Role.AGRICULTURE, Role.COMMUNE, Role.COOPERATIVE, Role.ADMINISTRATOR})
LOT_KEEPERS = frozenset({Role.COMMUNE, Role.COOPERATIVE, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Case:
    """What is true of one address."""

    open_to: frozenset[Role]
    args: Callable[[Things], dict[str, Any]] | None = None
    # Fills in what names no thing of anybody's.
    fixed: dict[str, str] = field(default_factory=dict)
    status: int = 200
    # Roles that may open such addresses and get another answer for this one.
    statuses: dict[Role, int] = field(default_factory=dict)
    query: str = ""
    # Whether rows of several producers are on the page, so that it must leave out those of others.
    rows: bool = False
    # Not a page: nothing for a browser to look at.
    page: bool = True
    # Asked with a token instead of a session.
    api: bool = False
    # Asks more of somebody who sends something than of a reader.
    writes: bool = False
    # Names a thing that everybody may see, whoever's it is.
    public: bool = False

    def status_for(self, role: Role) -> int:
        """What a GET for the role's own thing answers."""
        if role in self.open_to:
            return self.statuses.get(role, self.status)
        if role is Role.NOBODY:
            return 401 if self.api else 302
        return 403


def page(open_to: frozenset[Role], args: Callable[[Things], dict[str, Any]] | None = None, **more: Any) -> Case:
    """A page."""
    return Case(open_to, args, **more)


def part(open_to: frozenset[Role], args: Callable[[Things], dict[str, Any]] | None = None, **more: Any) -> Case:
    """A file, a picture, or a fragment of a page."""
    return Case(open_to, args, page=False, **more)


def action(open_to: frozenset[Role], args: Callable[[Things], dict[str, Any]] | None = None, **more: Any) -> Case:
    """An address for POST alone."""
    return Case(open_to, args, status=405, page=False, **more)


def code(thing: str) -> Callable[[Things], dict[str, Any]]:
    """Fills in `code` with that of the thing."""
    return lambda things: {"code": getattr(things, thing)}


def pk(thing: str) -> Callable[[Things], dict[str, Any]]:
    """Fills in `pk` with that of the thing."""
    return lambda things: {"pk": getattr(things, thing)}


def province(things: Things) -> dict[str, Any]:
    """Fills in `code` with that of the thing's province."""
    return {"code": things.province}


def pair(thing: str) -> Callable[[Things], dict[str, Any]]:
    """Fills in `code` with the producer's and `pk` with that of the thing."""
    return lambda things: {"code": things.producer, "pk": getattr(things, thing)}


def of_listing(things: Things) -> dict[str, Any]:
    """Fills in whose photos, papers or links: those of the product's listing."""
    return {"kind": "listings", "code": things.product}


def of_recall(things: Things) -> dict[str, Any]:
    """Fills in a recall and the shop whose orders it concerns."""
    return {"pk": things.sold_recall, "code": things.shop}
