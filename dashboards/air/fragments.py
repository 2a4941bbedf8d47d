"""The part of a room that renews itself: drawn once for each state and language, and shared by all who look.

Rooms ask every second, so the question "is there anything new?" costs one statement over a session's own few rows and the number of the
newest snapshot; what is drawn is kept in Valkey under its answer. It holds nothing of the reader: forms and addresses stand around it.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from redis.exceptions import RedisError

from dashboards.air.replay import Replay, replay_of
from dashboards.air.room import Moment, Room, room_of
from livestreams.models import Session
from orders.models import IntakeRun

log = logging.getLogger(__name__)

KEPT = 60  # seconds
AGES = 20  # seconds after which a room is drawn anew although nothing happened: what it says of ages goes on
TEMPLATES = {"room": "dashboards/air/now.html", "wall": "dashboards/air/wall_now.html"}

# Marks and samples are never changed nor taken away, so their number says it all.
_VERSION = """
SELECT md5(concat_ws('|',
    (SELECT count(*) FROM livestreams_airmark WHERE session_id = %(session)s),
    (SELECT count(*) FROM livestreams_metricsample WHERE session_id = %(session)s),
    (SELECT max(number) FROM orders_snapshot),
    (SELECT max(r.id) FROM orders_shopsession k JOIN orders_intakerun r ON r.shop_id = k.shop_id
        WHERE k.session_id = %(session)s AND r.state = %(merged)s),
    (SELECT s::text FROM livestreams_session s WHERE s.id = %(session)s),
    (SELECT string_agg(t::text, '|' ORDER BY t.position) FROM livestreams_slot t WHERE t.session_id = %(session)s)))
"""

# Of those who ask at once in this process one draws, the others wait for it.
_drawing = threading.Lock()


@dataclass(frozen=True)
class Fragment:
    """HTML with its ETag (unquoted), and the time that it is for: the present, or where a replay is."""

    html: str
    etag: str
    at: datetime


def moment_of(session: Session) -> tuple[Moment, Replay | None]:
    """The time for which the session's room is shown now, and the replay that runs there, if one does."""
    now = timezone.now()
    replay = replay_of(session)
    if replay is None:
        return Moment(now), None
    at = replay.moment(now)
    return Moment(at, as_of=at), replay


def fragment_of(session: Session, part: str) -> Fragment:
    """The part (`room` or `wall`) as it is now, in the active language."""
    moment, replay = moment_of(session)
    kept = _kept(_key(part, session, moment, replay))
    if kept is None:
        with _drawing:
            # Asked again: while orders pour in there is something new with each turn, and what was drawn meanwhile serves all who waited.
            moment, replay = moment_of(session)
            key = _key(part, session, moment, replay)
            # As it stands now: whoever asks may remember the session from some seconds ago.
            kept = _kept(key) or _keep(key, _drawn(part, room_of(Session.objects.get(pk=session.pk), moment), replay))
    html, etag = kept
    return Fragment(html, etag, moment.at)


def _key(part: str, session: Session, moment: Moment, replay: Replay | None) -> str:
    return f"air:{part}:{session.pk}:{get_language()}:{_version(session, moment, replay)}"


def _version(session: Session, moment: Moment, replay: Replay | None) -> str:
    if replay is not None:
        return f"replay-{replay.began.timestamp()}-{moment.at.timestamp():.0f}"
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, {"session": session.pk, "merged": IntakeRun.State.MERGED})
        (version,) = cursor.fetchone()
    return f"{version}-{int(moment.at.timestamp()) // AGES}"


def _drawn(part: str, room: Room, replay: Replay | None) -> tuple[str, str]:
    html = render_to_string(TEMPLATES[part], {"room": room, "session": room.session, "replay": replay})
    return html, sha256(html.encode()).hexdigest()[:24]


def _kept(key: str) -> tuple[str, str] | None:
    try:
        found: tuple[str, str] | None = cache.get(key)
    except (RedisError, OSError) as error:
        log.warning("the room is drawn anew, the cache is away: %s", error)
        return None
    return found


def _keep(key: str, drawn: tuple[str, str]) -> tuple[str, str]:
    try:
        cache.set(key, drawn, timeout=KEPT)
    except (RedisError, OSError) as error:
        log.warning("the room is not kept, the cache is away: %s", error)
    return drawn
