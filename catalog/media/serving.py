"""Photos at addresses that never change."""

from __future__ import annotations

from django.db.models import Exists
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import public
from catalog.models import Photo, StoredFile


@public
@require_safe
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """One size of a photo. What a published listing shows is everybody's and may be kept for a year: its address names its bytes.

    Another photo is there for those alone who may see its product or producer; to others it does not exist.
    """
    photos = Photo.objects.with_file(digest)
    file = StoredFile.objects.filter(Exists(photos.shown()), pk=digest).first()
    keeping = "public, max-age=31536000, immutable"
    if file is None:
        if not request.user.is_authenticated:
            raise Http404
        file = StoredFile.objects.filter(Exists(photos.visible_to(request.user)), pk=digest).first()
        keeping = "private, max-age=3600"
    if file is None:
        raise Http404
    return HttpResponse(bytes(file.content), content_type=file.media_type, headers={"Cache-Control": keeping})
