"""`{% load air %}`: what a button of the control room sends."""

from __future__ import annotations

from uuid import UUID, uuid5

from django import template

from dashboards.air.room import Room

register = template.Library()

# Of this portal's buttons; any fixed UUID would do.
_BUTTONS = UUID("5f0c7c9e-3c55-4b0e-9c1c-0f4f6b1f52a1")


@register.simple_tag
def press(room: Room, kind: str, slot: int | None = None, undoes: UUID | None = None) -> str:
    """`kind:slot:undoes:id`, the value of a button that writes a mark by a plain form.

    The id is the same for all who look at the same state: pressed twice, or by two of them at once, it is one mark.
    """
    named = f"{kind}:{slot or ''}:{undoes or ''}"
    return f"{named}:{uuid5(_BUTTONS, f'{room.session.pk}:{room.marks}:{named}')}"
