"""The verbs of LIVE analytics files: read one and keep it until it is confirmed, take it in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from livestreams.analytics.columns import COLUMNS
from livestreams.analytics.matching import OPEN, TAKEN, Match, matches
from livestreams.analytics.models import LiveFigures, LiveUpload
from livestreams.analytics.reading import read_live_file
from livestreams.people.models import Channel

ROOMS_LOCK = 5201107  # pg_advisory_xact_lock: two files of one room, taken in at once, follow one another


class AppliedAlreadyError(Exception):
    """The upload was taken in already."""


class NoSuchChoiceError(Exception):
    """A row was given to a session that does not fit it; `row` is its number in the file."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def read_upload(*, user: User, channel: Channel | None, path: Path, file_name: str) -> LiveUpload:
    """Read a file and keep its rows until they are confirmed; nothing else changes. Raises UnreadableFileError."""
    file = read_live_file(path, file_name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with transaction.atomic():
        LiveUpload.objects.forgotten().delete()
        return LiveUpload.objects.create(
            owner=user,
            channel=channel,
            file_name=file_name[:200],
            file_sha256=digest,
            covers_from=file.covers[0],
            covers_to=file.covers[1],
            missing=list(file.missing),
            rows=[broadcast.as_json() for broadcast in file.broadcasts],
        )


@transaction.atomic
def take_upload(*, upload_id: int, user: User, chosen: Mapping[int, str]) -> LiveUpload:
    """Take the rows in that say something new, each for the session chosen; keep what became of every row.

    `chosen`: row → code of the session, empty to leave the row out. Raises LiveUpload.DoesNotExist for another's upload,
    AppliedAlreadyError, NoSuchChoiceError (then nothing is taken in).
    """
    upload = LiveUpload.objects.select_for_update().get(pk=upload_id, owner=user)
    if upload.applied_at is not None:
        raise AppliedAlreadyError
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROOMS_LOCK])
    now = timezone.now()
    found = matches(upload, user, chosen)
    for match in found:
        asked = chosen.get(match.broadcast.row)
        if asked and match.state in OPEN and (match.chosen is None or match.chosen.code != asked):
            raise NoSuchChoiceError(match.broadcast.row)
    taken = [match for match in found if match.state in TAKEN]
    replaced = [match.kept.pk for match in taken if match.kept is not None]
    LiveFigures.objects.filter(pk__in=replaced).update(replaced_at=now)
    LiveFigures.objects.bulk_create(_edition(match, upload, now) for match in taken)
    upload.outcomes = [_outcome(match) for match in found]
    upload.applied_at = now
    upload.save(update_fields=["outcomes", "applied_at"])
    return upload


def _edition(match: Match, upload: LiveUpload, now: datetime) -> LiveFigures:
    """The row's figures; what it does not have stays as the edition before told it."""
    assert match.chosen is not None
    names = [column.field for column in COLUMNS if column.field != "room_id"]
    before = {name: getattr(match.kept, name) for name in names} if match.kept is not None else {}
    told: dict[str, Any] = {name: match.broadcast.values[name] for name in names if name in match.broadcast.values}
    return LiveFigures(
        session=match.chosen,
        room_id=match.broadcast.room_id,
        **(before | told),
        covers_from=upload.covers_from,
        covers_to=upload.covers_to,
        file_name=upload.file_name,
        file_sha256=upload.file_sha256,
        taken_at=now,
        by=upload.owner,
    )


def _outcome(match: Match) -> dict[str, Any]:
    session = match.chosen
    return {"row": match.broadcast.row, "state": str(match.state.value), "session": session.code if session else None}
