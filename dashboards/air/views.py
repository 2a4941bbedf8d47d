"""The control room's addresses; each is opened by the session's code or by an assistant's token."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dashboards.air.doors import Door, for_assistants, for_operators, for_rooms_of_operators
from dashboards.air.fragments import fragment_of, moment_of
from dashboards.air.minutes import minutes_of, minutes_picture
from dashboards.air.writing import write
from livestreams.air.batch import BatchError, faults_of_form, new_mark, new_sample, read_batch
from livestreams.air.forms import MarkForm, SampleForm
from livestreams.air.services import Fate, State


def room(request: HttpRequest, door: Door) -> HttpResponse:
    """The whole page."""
    return _page(request, door, SampleForm(initial={"id": uuid4()}))


def now(request: HttpRequest, door: Door) -> HttpResponse:
    """The part that renews itself; 304 where the reader has it already."""
    return _renewed(request, door, "room")


def wall(request: HttpRequest, door: Door) -> HttpResponse:
    """The room as a wall shows it: read from afar, nothing to press."""
    fragment = fragment_of(door.session, "wall")
    return render(
        request, "dashboards/air/wall.html", {"door": door, "session": door.session, "now": fragment, "clock": _milliseconds(fragment.at)}
    )


def wall_now(request: HttpRequest, door: Door) -> HttpResponse:
    """The wall's part that renews itself."""
    return _renewed(request, door, "wall")


def sales(request: HttpRequest, door: Door) -> HttpResponse:
    """Sales by the minute: picture and table, renewed at a slower pace."""
    return render(request, "dashboards/air/sales.html", _sales(door))


def sales_chart(request: HttpRequest, door: Door) -> HttpResponse:
    """Sales by the minute with the slots as bands, as SVG."""
    return minutes_picture(request, door.session)


def write_down(request: HttpRequest, door: Door) -> HttpResponse:
    """One mark or one sample by a plain form; then the page again."""
    if "mark" in request.POST:
        kind, slot, undoes, key = (request.POST["mark"].split(":") + [""] * 4)[:4]
        form = MarkForm({"kind": kind, "slot": slot, "undoes": undoes, "id": key})
        if not form.is_valid():
            messages.error(request, faults_of_form(form))
        else:
            _tell(request, write(door, marks=[new_mark(form)]))
        return redirect(door.address("room"))
    sample = SampleForm(request.POST)
    if not sample.is_valid():
        return _page(request, door, sample)
    _tell(request, write(door, samples=[new_sample(sample)]))
    return redirect(door.address("room"))


def sync(request: HttpRequest, door: Door) -> HttpResponse:
    """What a device's queue holds, as JSON; an answer for each row. 400 for what is no batch."""
    try:
        batch = read_batch(request.body)
    except BatchError as error:
        return JsonResponse({"error": str(error)}, status=400)
    fates = write(door, marks=batch.marks, samples=batch.samples, sent_at=batch.sent_at)
    answers = [
        {"id": str(fate.id), "state": fate.state, "reason": fate.reason, "message": fate.message or _warning(fate)} for fate in fates
    ]
    answers += [{"id": row.id, "state": State.REFUSED, "reason": "malformed", "message": row.message} for row in batch.malformed]
    return JsonResponse({"fates": answers})


def _page(request: HttpRequest, door: Door, form: SampleForm) -> HttpResponse:
    fragment = fragment_of(door.session, "room")
    _moment, replay = moment_of(door.session)
    context: dict[str, Any] = {
        "door": door,
        "session": door.session,
        "now": fragment,
        "clock": _milliseconds(fragment.at),
        "replay": replay,
        "form": form,
        "addresses": {part: door.address(part) for part in ("room", "now", "sales", "write", "sync")},
        **_sales(door),
    }
    return render(request, f"dashboards/air/{'assistant' if door.link else 'room'}.html", context)


def _renewed(request: HttpRequest, door: Door, part: str) -> HttpResponse:
    fragment = fragment_of(door.session, part)
    etag = quote_etag(fragment.etag)
    known = get_conditional_response(request, etag=etag)
    response = known if known is not None and known.status_code == 304 else HttpResponse(fragment.html)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    # By which the page's countdowns go, whatever the device's clock says.
    response["X-Now"] = _milliseconds(fragment.at)
    return response


def _milliseconds(at: Any) -> str:
    return str(round(at.timestamp() * 1000))


def _sales(door: Door) -> dict[str, Any]:
    rows = minutes_of(door.session)
    return {"minutes": rows, "chart": f"{door.address('sales_chart')}?v={rows.version}"}


def _warning(fate: Fate) -> str:
    """What looks wrong about a sample that was kept."""
    names = ", ".join(str(SampleForm.base_fields[name].label) for name in fate.warnings)
    return _("Kept, but less than before: %(names)s. Was it typed correctly?") % {"names": names} if names else ""


def _tell(request: HttpRequest, fates: list[Fate]) -> None:
    for fate in fates:
        if fate.state == State.REFUSED:
            messages.error(request, fate.message)
        elif fate.warnings:
            messages.warning(request, _warning(fate))


control_room, assistant_room = for_operators(room), for_assistants(room)
control_now, assistant_now = for_rooms_of_operators(now), for_assistants(now)
control_sales, assistant_sales = for_operators(sales), for_assistants(sales)
control_sales_chart, assistant_sales_chart = for_operators(sales_chart), for_assistants(sales_chart)
control_write, assistant_write = for_operators(write_down, require_POST), for_assistants(write_down, require_POST)
control_sync, assistant_sync = for_operators(sync, require_POST), for_assistants(sync, require_POST)
control_wall, control_wall_now = for_operators(wall), for_rooms_of_operators(wall_now)
