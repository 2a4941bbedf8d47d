"""What somebody tells of a step, before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from catalog.models import Paper, StoredFile
from places.models import Commune
from traceability.steps.kinds import Kind


@dataclass(frozen=True)
class Told:
    """A step in plain words; `quantity` in the lot's unit, `temperature` in °C, `number` of a carton, device or document."""

    kind: Kind
    happened_at: datetime
    commune: Commune | None = None
    place: str = ""
    quantity: Decimal | None = None
    partner: str = ""
    number: str = ""
    temperature: Decimal | None = None
    note: str = ""
    photo: StoredFile | None = None
    paper: Paper | None = None
