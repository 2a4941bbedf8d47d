"""The picture that stands for a product where its address is shared (Open Graph), drawn by us: 1200 × 630 pixels of PNG or JPEG.

Name, producer, place, and the star in force; the product's photo where there is one. Roboto has the Vietnamese letters.
"""

from __future__ import annotations

import io
import math
from functools import cache
from importlib.resources import files
from itertools import pairwise

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from catalog.models import Photo
from catalog.window.brand import Brand
from catalog.window.pages import ProductPage

WIDTH, HEIGHT = 1200, 630
PAPER, INK, INK_2, GREEN, ON_GREEN, GOLD, LINE = "#ffffff", "#17211b", "#4c5951", "#1f6b3b", "#ffffff", "#a87400", "#d8ded8"
MARGIN, BAND = 64, 96
LINES = 3


def draw(page: ProductPage, brand: Brand) -> tuple[bytes, str]:
    """The picture's bytes and media type, in the language in force."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    photo = page.media.photos[0] if page.media.photos else None
    room = WIDTH - 2 * MARGIN
    if photo is not None:
        _paste(image, photo)
        room = WIDTH - HEIGHT + BAND - 2 * MARGIN
    pen.rectangle((0, HEIGHT - BAND, WIDTH, HEIGHT), fill=GREEN)
    pen.text((MARGIN, HEIGHT - BAND / 2), f"OCOP  {brand.name}", font=_font("Bold", 40), fill=ON_GREEN, anchor="lm")
    pen.text((WIDTH - MARGIN, HEIGHT - BAND / 2), brand.line, font=_font("Regular", 28), fill=ON_GREEN, anchor="rm")

    at = float(MARGIN)
    size = 76 if len(page.product.name) < 40 else 60
    for line in _lines(page.product.name, _font("Bold", size), room):
        pen.text((MARGIN, at), line, font=_font("Bold", size), fill=INK)
        at += size * 1.2
    at += 20
    place = f"{page.commune.name}, {page.commune.province.short_name}" if page.commune else ""
    for text in (str(page.product.producer), place):
        for line in _lines(text, _font("Regular", 34), room, most=2):
            pen.text((MARGIN, at), line, font=_font("Regular", 34), fill=INK_2)
            at += 44
    if page.star and page.star.in_force:
        for place_of in range(5):
            _star(pen, MARGIN + 34 + place_of * 78, HEIGHT - BAND - 62, 36, filled=place_of < page.star.stars)
    else:
        pen.text((MARGIN, HEIGHT - BAND - 62), _("No OCOP star today"), font=_font("Regular", 34), fill=INK_2, anchor="lm")
    return _encoded(image, "JPEG" if photo else "PNG")


def _paste(image: Image.Image, photo: Photo) -> None:
    """The photo, filling a square at the right."""
    side = HEIGHT - BAND
    with Image.open(io.BytesIO(bytes(photo.medium.content))) as opened:
        shown = opened.convert("RGB")
    scale = side / min(shown.size)
    shown = shown.resize((max(side, round(shown.width * scale)), max(side, round(shown.height * scale))), Image.Resampling.LANCZOS)
    left, top = (shown.width - side) // 2, (shown.height - side) // 2
    image.paste(shown.crop((left, top, left + side, top + side)), (WIDTH - side, 0))


def _star(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, *, filled: bool) -> None:
    points = []
    for corner in range(10):
        reach, angle = radius if corner % 2 == 0 else radius * 0.42, math.pi * (corner / 5 - 0.5)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    if filled:
        pen.polygon(points, fill=GOLD)
    for start, end in pairwise([*points, points[0]]):
        pen.line((start, end), fill=GOLD, width=3)


def _lines(text: str, font: ImageFont.FreeTypeFont, room: float, most: int = LINES) -> list[str]:
    """The text broken between words into lines that fit; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] += " …"
    for place, line in enumerate(kept):
        while len(kept[place]) > 1 and font.getlength(kept[place]) > room:
            kept[place] = kept[place].rstrip("…").rstrip()[:-1] + "…"
        if line != kept[place] and not kept[place].endswith("…"):
            kept[place] += "…"
    return kept


def _encoded(image: Image.Image, kind: str) -> tuple[bytes, str]:
    written = io.BytesIO()
    if kind == "JPEG":
        image.save(written, "JPEG", quality=82, optimize=True, progressive=True)
        return written.getvalue(), "image/jpeg"
    # Few colours: a palette makes it a third of the size.
    image.quantize(64, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue(), "image/png"


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    data = (files("font_roboto") / "files" / f"Roboto-{weight}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size)
