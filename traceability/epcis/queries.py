"""The query language of EPCIS 2.0 (section 8.2.7.1), as parameters of an address: which events, in what order, how many.

Values of one parameter are alternatives and stand with `|` between them; parameters narrow one another down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from traceability.epcis import vocabulary
from traceability.epcis.identifiers import canonical, pattern_prefix
from traceability.epcis.models import EventItem, EventQuerySet

PER_PAGE, MOST_PER_PAGE = 30, 500
MOST_VALUES = 100


class QueryError(ValueError):
    """A parameter that the query interface does not have, or a value that it cannot have."""


@dataclass(frozen=True)
class Matching:
    """What a MATCH_ parameter looks at."""

    roles: frozenset[str]
    types: frozenset[str] | None = None
    classes: bool = False


_WHAT = frozenset({"epc", "child"})
MATCHING = {
    "MATCH_epc": Matching(_WHAT),
    "MATCH_anyEPC": Matching(frozenset(EventItem.Role.values)),
    "MATCH_epcClass": Matching(_WHAT, classes=True),
    "MATCH_anyEPCClass": Matching(frozenset({"epc", "child", "input", "output"}), classes=True),
    "MATCH_parentID": Matching(frozenset({"parent"})),
    "MATCH_inputEPC": Matching(frozenset({"input"})),
    "MATCH_outputEPC": Matching(frozenset({"output"})),
    "MATCH_inputEPCClass": Matching(frozenset({"input"}), classes=True),
    "MATCH_outputEPCClass": Matching(frozenset({"output"}), classes=True),
}
# Parameter → column, and how a value of it is written there.
EQUAL: dict[str, tuple[str, Callable[[str], str]]] = {
    "eventType": ("type", str),
    "EQ_action": ("action", str),
    "EQ_bizStep": ("biz_step", lambda word: vocabulary.bare(word, vocabulary.BIZ_STEP)),
    "EQ_disposition": ("disposition", lambda word: vocabulary.bare(word, vocabulary.DISPOSITION)),
    "EQ_readPoint": ("read_point", canonical),
    "EQ_bizLocation": ("biz_location", canonical),
    "EQ_eventID": ("event_id", str),
    "EQ_transformationID": ("transformation_id", canonical),
}
TIMES = {
    "GE_eventTime": "event_time__gte",
    "LT_eventTime": "event_time__lt",
    "GE_recordTime": "record_time__gte",
    "LT_recordTime": "record_time__lt",
}
ORDERS = {"eventTime": "event_time", "recordTime": "record_time"}
# Which page of the answer, not which answer.
PAGING = frozenset({"perPage", "nextPageToken"})
OTHERS = frozenset({"orderBy", "orderDirection", "eventCountLimit", "maxEventCount", *PAGING})


@dataclass(frozen=True)
class EventQuery:
    """A query that has been understood. `limit` cuts the answer off, `most` refuses a larger one."""

    where: Q
    order: str = "event_time"
    descending: bool = True
    limit: int | None = None
    most: int | None = None
    per_page: int = PER_PAGE

    def of(self, events: EventQuerySet) -> EventQuerySet:
        """Those of the events that the query asks for, in its order; events of one time in that of their capture."""
        sign = "-" if self.descending else ""
        return events.filter(self.where).order_by(f"{sign}{self.order}", f"{sign}id")


def read_query(given: Mapping[str, str]) -> EventQuery:
    """The query that the parameters of an address ask for. Raises QueryError naming the parameter."""
    where = Q()
    for name, text in given.items():
        if name in EQUAL:
            column, written = EQUAL[name]
            where &= Q(**{f"{column}__in": [written(value) for value in _values(name, text)]})
        elif name in MATCHING:
            where &= Q(Exists(_named(MATCHING[name], _values(name, text))))
        elif name in TIMES:
            where &= Q(**{TIMES[name]: _moment(name, text)})
        elif name not in OTHERS:
            raise QueryError(f"{name!r} is no parameter of this query interface")
    limit, most = _count(given, "eventCountLimit"), _count(given, "maxEventCount")
    if limit is not None and most is not None:
        raise QueryError("eventCountLimit and maxEventCount exclude each other")
    return EventQuery(
        where=where,
        order=ORDERS[_one_of(given, "orderBy", tuple(ORDERS))],
        descending=_one_of(given, "orderDirection", ("DESC", "ASC")) == "DESC",
        limit=limit,
        most=most,
        per_page=read_per_page(given),
    )


def read_per_page(given: Mapping[str, str]) -> int:
    """How many things a page holds: as asked, up to MOST_PER_PAGE. Raises QueryError."""
    return min(_count(given, "perPage") or PER_PAGE, MOST_PER_PAGE)


def _values(name: str, text: str) -> list[str]:
    values = [value for value in text.split("|") if value]
    if not values:
        raise QueryError(f"{name} has no value")
    if len(values) > MOST_VALUES:
        raise QueryError(f"{name} has more than {MOST_VALUES} values")
    if any("\x00" in value for value in values):
        raise QueryError(f"{name} holds a character that is no text")
    return values


def _named(match: Matching, values: list[str]) -> Any:
    """The items of an event that are one of the values, or fit one of the patterns among them (`urn:epc:idpat:…*`)."""
    asked = Q()
    for value in values:
        prefix = pattern_prefix(value)
        if prefix is None or match.classes:
            asked |= Q(canonical=canonical(value))
        elif prefix.startswith("urn:"):
            asked |= Q(uri__startswith=prefix)
        else:
            asked |= Q(canonical__startswith=prefix)
    return EventItem.objects.filter(asked, event=OuterRef("pk"), role__in=match.roles, is_class=match.classes)


def _moment(name: str, text: str) -> datetime:
    # A "+" that was not encoded arrives as a blank.
    try:
        when = datetime.fromisoformat(text.strip().upper().replace(" ", "+"))
        if when.tzinfo is None:
            raise QueryError(f"{name}: {text!r} says no time zone")
        return when.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise QueryError(str(error) if isinstance(error, QueryError) else f"{name}: {text[:60]!r} is no time") from None


def _count(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) < 1:
        raise QueryError(f"{name}: {text[:60]!r} is no number of at least 1")
    return int(text)


def _one_of(given: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = given.get(name, choices[0])
    if text not in choices:
        raise QueryError(f"{name}: {text[:60]!r} is none of {', '.join(choices)}")
    return text


# Top-level resources of the interface → the query parameter that narrows events down to a value of theirs.
RESOURCES = {
    "eventTypes": "eventType",
    "epcs": "",
    "bizSteps": "EQ_bizStep",
    "bizLocations": "EQ_bizLocation",
    "readPoints": "EQ_readPoint",
    "dispositions": "EQ_disposition",
}


def having(resource: str, value: str) -> Q:
    """Events that have a value of a top-level resource; `epcs` are single things and classes of them, named in any role."""
    if resource == "epcs":
        return Q(Exists(EventItem.objects.filter(event=OuterRef("pk"), canonical=canonical(value))))
    column, written = EQUAL[RESOURCES[resource]]
    return Q(**{column: written(value)})


def is_value(resource: str, value: str) -> bool:
    """Whether text is anything that a resource can have: event types are given by the standard, or a URI of somebody's own."""
    return "\x00" not in value and (resource != "eventTypes" or value in vocabulary.EVENT_TYPES or ":" in value)
