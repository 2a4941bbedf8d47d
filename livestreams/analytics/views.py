"""The pages of LIVE analytics files: upload, what each row would do, confirmation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.spreadsheets import UnreadableFileError
from livestreams.analytics.forms import NO_CHANNEL, LiveFileForm
from livestreams.analytics.matching import OPEN, TAKEN, State, matches
from livestreams.analytics.models import LiveUpload
from livestreams.analytics.reading import Broadcast
from livestreams.analytics.services import AppliedAlreadyError, NoSuchChoiceError, read_upload, take_upload
from livestreams.sessions.models import Session

_plans = allowed("livestreams.plan_sessions")


@_plans
@require_http_methods(["GET", "HEAD", "POST"])
def live_files(request: HttpRequest) -> HttpResponse:
    """Take a file and lead to what it would do; `?session=` has its channel chosen already."""
    user = _user(request)
    form = LiveFileForm(request.POST or None, request.FILES or None, user=user, initial=_initial(request, user))
    if request.method == "POST" and form.is_valid():
        file: TemporaryUploadedFile = form.cleaned_data["file"]
        try:
            upload = read_upload(user=user, channel=form.chosen, path=Path(file.temporary_file_path()), file_name=file.name or "")
        except UnreadableFileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("live_upload", upload.pk)
    uploads = LiveUpload.objects.filter(owner=user).select_related("channel").defer("rows", "outcomes")[:10]
    return render(request, "livestreams/live_files.html", {"form": form, "uploads": uploads})


@_plans
@require_safe
def live_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Before the confirmation what each row would do, for which session; after it what it did."""
    user = _user(request)
    upload = get_object_or_404(LiveUpload.objects.select_related("channel__host"), pk=pk, owner=user)
    return render(request, "livestreams/live_upload.html", _context(upload, user))


@_plans
@require_POST
def live_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the rows in, each for the session chosen; a second confirmation only shows what the first did."""
    try:
        take_upload(upload_id=pk, user=_user(request), chosen=_chosen(request))
    except LiveUpload.DoesNotExist:
        raise Http404 from None
    except AppliedAlreadyError:
        messages.info(request, _("This file was taken in already."))
    except NoSuchChoiceError as error:
        messages.error(request, _("Row %(row)s: this session does not fit the broadcast. Nothing was taken in.") % {"row": error.row})
    return redirect("live_upload", pk)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _initial(request: HttpRequest, user: User) -> dict[str, str]:
    session = Session.objects.planned_by(user).filter(code=request.GET.get("session", "").replace("\0", "")).first()
    if session is None:
        return {}
    return {"channel": str(session.channel_id) if session.channel_id else NO_CHANNEL}


def _chosen(request: HttpRequest) -> dict[int, str]:
    """The sessions chosen by row, from fields called `session-<row>`."""
    found: dict[int, str] = {}
    for name, value in request.POST.items():
        head, _dash, row = name.partition("-")
        if head == "session" and row.isascii() and row.isdigit() and len(row) < 8:
            found[int(row)] = str(value)
    return found


def _context(upload: LiveUpload, user: User) -> dict[str, Any]:
    rows: list[dict[str, Any]]
    if upload.applied_at is not None:
        by_code = Session.objects.in_bulk({one["session"] for one in upload.outcomes if one["session"]}, field_name="code")
        broadcasts = {kept["row"]: Broadcast.from_json(kept) for kept in upload.rows}
        rows = [
            {"broadcast": broadcasts[one["row"]], "state": State(one["state"]), "session": by_code.get(one["session"])}
            for one in upload.outcomes
        ]
    else:
        rows = [
            {
                "broadcast": match.broadcast,
                "state": match.state,
                "session": match.chosen,
                "sessions": match.sessions if match.state in OPEN else (),
                "apart": match.apart,
                "kept": match.kept,
            }
            for match in matches(upload, user)
        ]
    for row in rows:
        # A column that the file lacks is not known: a dash, never 0.
        row |= {name: row["broadcast"].values.get(name) for name in ("views", "orders", "gmv")}
    return {
        "upload": upload,
        "rows": rows,
        "by_state": [(state, sum(row["state"] == state for row in rows)) for state in State],
        "taking": sum(row["state"] in TAKEN for row in rows),
        # Where nothing would be taken in by itself, another session can still be chosen.
        "choosing": any(row.get("sessions") for row in rows),
    }
