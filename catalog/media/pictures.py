"""Pictures that came in, written anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from catalog.media import child
from catalog.media.errors import UploadRefusedError
from catalog.media.looking import PICTURES, look
from catalog.models.photos import SIZES

PHOTO_MEGABYTES = 15
SCAN_SIDE, SCAN_QUALITY = 2400, 80
QUALITIES = {"small": 70, "medium": 74, "large": 78}


@dataclass(frozen=True)
class Picture:
    """A WebP: its size in pixels and its bytes."""

    width: int
    height: int
    content: bytes


def encode_photo(path: Path, name: str) -> dict[str, Picture]:
    """The photo in the sizes of `catalog.models.photos.SIZES`, by their names. Raises UploadRefusedError."""
    look(path, name, megabytes=PHOTO_MEGABYTES, kinds=PICTURES)
    largest_first = sorted(SIZES, key=lambda size: -SIZES[size])
    return dict(zip(largest_first, _encode(path, name, [(SIZES[size], QUALITIES[size]) for size in largest_first]), strict=True))


def encode_scan(path: Path, name: str) -> Picture:
    """A page that was photographed or scanned, large enough to be read. Raises UploadRefusedError; `look` comes before."""
    return _encode(path, name, [(SCAN_SIDE, SCAN_QUALITY)])[0]


def _encode(path: Path, name: str, wanted: list[tuple[int, int]]) -> list[Picture]:
    try:
        answer, rest = child.run("catalog.media.picture_child", path, *(f"{side}:{quality}" for side, quality in wanted))
    except child.RefusedByChildError as error:
        raise UploadRefusedError(_sentence(error.reason) % {"file": name}) from error
    pictures, begin = [], 0
    for width, height, size in answer["pictures"]:
        pictures.append(Picture(width, height, rest[begin : begin + size]))
        begin += size
    return pictures


def _sentence(reason: str) -> str:
    sentences = {
        "huge": _("%(file)s is wider or higher than 12,000 pixels, or has more than 50 megapixels. Make it smaller and upload that."),
        "tiny": _("%(file)s is smaller than 100 pixels: too small to be shown. Upload the photo itself, not its preview."),
        "animated": _("%(file)s moves. Upload a photo that stands still."),
        "damaged": _("%(file)s is damaged: it cannot be shown to its end. Upload it once more, or take another photo."),
    }
    return sentences.get(reason, _("%(file)s needs far more memory or time than a photo. Take another photo."))
