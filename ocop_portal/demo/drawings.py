"""Pictures of our own that stand in for photos of made-up products: a few shapes of packaging in flat colours, drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 800, 600
_SMOOTH = 2  # drawn larger and shrunk, so that edges are smooth

Colour = tuple[int, int, int]
Ink = Literal["body", "shade", "paper", "leaf"]
LEAF: Colour = (64, 124, 72)


@dataclass(frozen=True)
class Palette:
    """The colours of one drawing."""

    ground: Colour
    body: Colour
    shade: Colour
    paper: Colour
    leaf: Colour = LEAF


@dataclass(frozen=True)
class Part:
    """One form: its corners (left, top, right, bottom; of a polygon all of them), its ink, the radius of corners or width of an arc."""

    form: Literal["polygon", "box", "ellipse", "arc"]
    ink: Ink
    corners: tuple[int, ...]
    size: int = 0


PALETTES = (
    Palette((236, 241, 233), (150, 98, 62), (122, 77, 47), (246, 238, 222)),
    Palette((243, 238, 228), (58, 112, 92), (43, 88, 72), (240, 244, 232)),
)


def _label(left: int, top: int, right: int, bottom: int) -> list[Part]:
    """A label with a leaf and three lines that cannot be read."""
    middle, high = (left + right) // 2, bottom - top
    leaf = high // 5
    lines = [
        Part("box", "body", (middle - wide, top + high * down // 100, middle + wide, top + high * down // 100 + high // 16), 4)
        for down, wide in ((52, 58), (66, 42), (80, 50))
    ]
    crown = Part("ellipse", "leaf", (middle - leaf, top + high // 8, middle + leaf, top + high // 8 + leaf))
    return [Part("box", "paper", (left, top, right, bottom), 10), crown, *lines]


SHAPES: dict[str, list[Part]] = {
    "bag": [
        Part("polygon", "body", (270, 130, 530, 130, 560, 520, 240, 520)),
        Part("polygon", "shade", (500, 130, 530, 130, 560, 520, 510, 520)),
        Part("box", "shade", (262, 100, 538, 140), 4),
        *_label(300, 220, 490, 440),
    ],
    "jar": [
        Part("box", "shade", (290, 110, 510, 180), 14),
        Part("box", "body", (250, 170, 550, 520), 46),
        Part("box", "shade", (505, 200, 550, 495), 22),
        *_label(285, 260, 490, 450),
    ],
    "bottle": [
        Part("box", "body", (372, 90, 428, 220)),
        Part("box", "shade", (364, 70, 436, 112), 8),
        Part("polygon", "body", (372, 200, 428, 200, 490, 290, 310, 290)),
        Part("box", "body", (310, 270, 490, 530), 20),
        Part("box", "shade", (462, 290, 490, 515), 12),
        *_label(318, 320, 454, 480),
    ],
    "box": [
        Part("polygon", "leaf", (200, 220, 520, 220, 610, 160, 300, 160)),
        Part("polygon", "shade", (520, 220, 610, 160, 610, 430, 520, 510)),
        Part("box", "body", (200, 220, 520, 510)),
        *_label(250, 270, 470, 460),
    ],
    "basket": [
        Part("arc", "shade", (290, 90, 510, 430), 18),
        Part("polygon", "body", (220, 270, 580, 270, 530, 510, 270, 510)),
        *(
            Part("box", "paper" if row % 2 else "shade", (left, top, left + 28, top + 24), 6)
            for row in range(6)
            for column in range(7)
            if (row + column) % 2 == 0
            for left, top in [(282 + 35 * column, 292 + 36 * row)]
        ),
        Part("box", "shade", (205, 250, 595, 284), 14),
    ],
    "plate": [
        Part("ellipse", "shade", (170, 330, 630, 520)),
        Part("ellipse", "paper", (170, 310, 630, 496)),
        *(
            part
            for left, top, size in ((280, 300, 120), (390, 290, 130), (335, 235, 120))
            for part in (
                Part("ellipse", "body", (left, top, left + size, top + size)),
                Part("ellipse", "shade", (left + size * 5 // 8, top + size // 4, left + size * 7 // 8, top + size // 2)),
            )
        ),
        Part("polygon", "leaf", (395, 235, 470, 170, 450, 235)),
    ],
    "pot": [
        *(
            Part("polygon", "leaf", (400, 380, 374 + turn, 200 + abs(turn) // 3, 400 + turn, 120 + abs(turn) // 2, 426 + turn, 210))
            for turn in (-130, -70, 0, 70, 130)
        ),
        Part("polygon", "body", (290, 360, 510, 360, 475, 520, 325, 520)),
        Part("box", "shade", (275, 340, 525, 385), 10),
    ],
    "house": [
        Part("polygon", "shade", (180, 320, 400, 120, 620, 320)),
        Part("box", "body", (230, 310, 570, 460)),
        *(Part("box", "paper", (left, 345, left + 70, 410), 4) for left in (270, 360, 450)),
        *(Part("box", "shade", (left, 460, left + 18, 530)) for left in (250, 340, 440, 535)),
    ],
    "sheet": [
        Part("box", "paper", (260, 50, 540, 550), 6),
        Part("box", "body", (300, 90, 500, 110), 4),
        *(
            Part("box", "shade", (290, top, 290 + wide, top + 10), 4)
            for top, wide in zip(range(150, 400, 30), (220, 200, 215, 190, 220, 200, 215, 190, 220), strict=True)
        ),
        Part("ellipse", "body", (430, 430, 510, 510)),
    ],
}


def drawing(shape: str, palette: Palette) -> Image.Image:
    """The shape in those colours, WIDTH × HEIGHT."""
    image = Image.new("RGB", (WIDTH * _SMOOTH, HEIGHT * _SMOOTH), palette.ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 490 * _SMOOTH, WIDTH * _SMOOTH, HEIGHT * _SMOOTH), fill=tuple(part - 14 for part in palette.ground))
    for part in SHAPES[shape]:
        corners, size, ink = [corner * _SMOOTH for corner in part.corners], part.size * _SMOOTH, getattr(palette, part.ink)
        if part.form == "polygon":
            pen.polygon(corners, fill=ink)
        elif part.form == "box":
            pen.rounded_rectangle(corners, size, fill=ink)
        elif part.form == "ellipse":
            pen.ellipse(corners, fill=ink)
        else:
            pen.arc(corners, 180, 360, fill=ink, width=size)
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
