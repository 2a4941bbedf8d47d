"""Pages of photos: take some in, put them in order, say what is to be seen, take one away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allowed
from catalog.keeping.owners import address, kept_owner, kind_of, member, tabs
from catalog.media.errors import UploadRefusedError
from catalog.media.photos import MOST_PHOTOS, add_photo, order_photos, remove_photo
from catalog.media.pictures import PHOTO_MEGABYTES
from catalog.models import Owner, Photo

_keeps = allowed("catalog.edit_own_listings")


class DescriptionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is to be seen in a photo."""

    class Meta:
        model = Photo
        fields = ("alt_vi", "alt_en")


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def photos(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The owner's photos in order, and room for more. Of several files each is taken or refused by itself, and the page says which."""
    owner = kept_owner(member(request), kind, code)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        problems, taken = _take_in(owner, request.FILES.getlist("photos"))
        if taken:
            text = ngettext("%(count)d photo was added.", "%(count)d photos were added.", taken)
            messages.success(request, text % {"count": taken})
        if not problems:
            return redirect(address("kept_photos", owner))
    found = list(Photo.objects.of(owner))
    context = {
        "owner": owner,
        "kind": kind,
        "tabs": tabs(owner, "kept_photos"),
        "photos": found,
        "problems": problems,
        "room": max(0, MOST_PHOTOS - len(found)),
        "megabytes": PHOTO_MEGABYTES,
    }
    return render(request, "catalog/kept_photos.html", context, status=422 if problems else 200)


def _take_in(owner: Owner, files: Sequence[UploadedFile[Any]]) -> tuple[list[tuple[str, str]], int]:
    """Problems (anchor, sentence) and how many photos were taken."""
    if not files:
        return [("id_photos", _("Choose a photo first."))], 0
    if len(files) > MOST_PHOTOS:
        return [("id_photos", _("These are more than ten photos. Choose fewer at a time."))], 0
    problems, taken = [], 0
    for file in files:
        assert isinstance(file, TemporaryUploadedFile)  # settings.FILE_UPLOAD_HANDLERS
        try:
            add_photo(owner=owner, path=Path(file.temporary_file_path()), name=file.name or "")
        except UploadRefusedError as error:
            problems.append(("id_photos", str(error)))
        else:
            taken += 1
    return problems, taken


def _photo(request: HttpRequest, pk: int) -> Photo:
    photos = Photo.objects.kept_by(member(request)).select_related("product__producer", "producer")
    return get_object_or_404(photos, pk=pk)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def photo_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is to be seen in the photo."""
    photo = _photo(request, pk)
    form = DescriptionForm(request.POST or None, instance=photo)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(address("kept_photos", photo.owner))
    context = {
        "owner": photo.owner,
        "kind": kind_of(photo.owner),
        "photo": photo,
        "form": form,
        "back": address("kept_photos", photo.owner),
    }
    return render(request, "catalog/kept_photo.html", context, status=422 if form.errors else 200)


@_keeps
@require_POST
def photo_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the photo one place earlier or later (`to`), or first. The first one stands for the product everywhere."""
    photo = _photo(request, pk)
    ids = list(Photo.objects.of(photo.owner).values_list("pk", flat=True))
    if photo.pk not in ids:
        raise Http404  # somebody has just removed it
    here = ids.index(photo.pk)
    there = {"first": 0, "earlier": here - 1, "later": here + 1}.get(request.POST.get("to", ""), here)
    ids.insert(max(0, there), ids.pop(here))
    order_photos(owner=photo.owner, ids=ids)
    return redirect(address("kept_photos", photo.owner) + f"#photo-{photo.pk}")


@_keeps
@require_POST
def photo_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the photo away; of one that is gone already there is nothing to do."""
    photo = _photo(request, pk)
    remove_photo(photo=photo)
    messages.success(request, _("The photo was removed."))
    return redirect(address("kept_photos", photo.owner))
