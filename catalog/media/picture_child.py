"""Decodes a picture and writes it anew, in a process of its own: `python -m catalog.media.picture_child FILE SIDE:QUALITY…`.

What comes out is made of pixels alone: upright, sRGB, on white, as WebP with its longest side at most SIDE. Place, time, device,
comments and whatever else was in the file stay behind. The first line written is JSON, `{"pictures": [[width, height, bytes], …]}` or
`{"refused": reason}`; the pictures follow it, one after the other, the largest first.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from contextlib import suppress
from typing import IO, Any

from catalog.child_limits import limit_resources

MEMORY = 700 * 1024 * 1024
SECONDS = 20
LONGEST_SIDE = 12_000
MOST_PIXELS = 50_000_000
SHORTEST_SIDE = 100


def rewrite(source: IO[bytes], wanted: list[tuple[int, int]]) -> list[tuple[int, int, bytes]]:
    """Width, height and bytes of the picture for each wanted (longest side, quality). Raises ValueError with the reason of a refusal."""
    from PIL import Image, ImageOps  # after the limits

    Image.MAX_IMAGE_PIXELS = None  # our own limits, from the header, before a pixel is decoded
    try:
        image = Image.open(source, formats=("JPEG", "PNG", "WEBP"))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ValueError("damaged") from error
    if max(image.size) > LONGEST_SIDE or image.width * image.height > MOST_PIXELS:
        raise ValueError("huge")
    if min(image.size) < SHORTEST_SIDE:
        raise ValueError("tiny")
    if image.format in {"PNG", "WEBP"} and getattr(image, "is_animated", False):
        raise ValueError("animated")
    largest = max(side for side, _ in wanted)
    image.draft("RGB", (largest, largest))  # a large JPEG is decoded at a half, a quarter or an eighth: enough, and cheap
    try:
        image.load()
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ValueError("damaged") from error
    upright = _on_white(_in_srgb(ImageOps.exif_transpose(image)))
    written: list[tuple[int, int, bytes]] = []
    for side, quality in sorted(wanted, reverse=True):
        upright.thumbnail((side, side), Image.Resampling.LANCZOS)
        if written and written[-1][:2] == upright.size:
            written.append(written[-1])  # a small photo is the same in all sizes
            continue
        output = io.BytesIO()
        # Pixels alone: no EXIF, no XMP, no colour profile goes along.
        Image.frombytes("RGB", upright.size, upright.tobytes()).save(output, "WEBP", quality=quality, method=4)
        written.append((upright.width, upright.height, output.getvalue()))
    return written


def _in_srgb(image: Any) -> Any:
    """Phones photograph in wider colour spaces: without the profile their colours would be pale."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        with suppress(OSError, ValueError, ImageCms.PyCMSError):
            mode = "RGBA" if image.mode == "RGBA" else "RGB"
            theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, theirs, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    return image


def _on_white(image: Any) -> Any:
    from PIL import Image

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        page = Image.new("RGBA", image.size, "white")
        page.alpha_composite(image)
        image = page
    return image.convert("RGB")


def main(path: str, sizes: list[str]) -> None:
    """Read `path` and write what becomes of it to stdout."""
    warnings.simplefilter("ignore")
    wanted = [(int(side), int(quality)) for side, _, quality in (size.partition(":") for size in sizes)]
    try:
        with open(path, "rb") as source:
            written = rewrite(source, wanted)
    except ValueError as error:
        print(json.dumps({"refused": str(error)}))
        return
    print(json.dumps({"pictures": [[width, height, len(content)] for width, height, content in written]}), flush=True)
    for *_, content in written:
        sys.stdout.buffer.write(content)


if __name__ == "__main__":
    limit_resources(memory=MEMORY, seconds=SECONDS)
    main(sys.argv[1], sys.argv[2:])
