"""Draws `sample_photo.webp`: eleven neighbours round a library table. A drawing, so that nobody real is on it.

    python geodata/draw_photo.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, FINER = 1200, 800, 2  # drawn large, then made small, so that edges are smooth
SHOWN = (960, 640)
WALL, FLOOR, WOOD, DARK_WOOD, SKY = "#f1e4cc", "#c9a87c", "#9a6b3f", "#6f4a2a", "#bcd9e6"
BUNTING = ("#c8553d", "#2f6f73", "#e0a33a", "#5b4b8a")
BOOKS = ("#7a3b2e", "#2f6f73", "#b98b2f", "#46527a", "#8a5a78", "#54703f")
SKINS = ("#f0c9a4", "#8d5a3b", "#d9a577", "#7a4c33", "#e8b98f", "#b57f56")
HAIRS = ("#2b211c", "#8b8580", "#6b3e20", "#d8d2c8", "#3a2a22")
CLOTHES = ("#c8553d", "#2f6f73", "#5b4b8a", "#e0a33a", "#54703f", "#8a5a78", "#46527a")


def draw() -> Image.Image:
    """The picture."""
    made = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), WALL)
    pen = ImageDraw.Draw(made)
    _room(pen)
    for number in range(6):  # behind the table, facing us
        _person(pen, 165 + number * 174, 400, number)
    _box(pen, 70, 520, 1130, 600, WOOD)
    _box(pen, 70, 590, 1130, 606, DARK_WOOD)
    for number in range(7):
        _box(pen, 150 + number * 150, 494, 176 + number * 150, 522, BUNTING[number % 4])  # a mug each
    for number in range(5):  # before it, from behind
        _person(pen, 255 + number * 174, 610, number + 6, from_behind=True)
    return made.resize(SHOWN, Image.Resampling.LANCZOS)


def _room(pen: ImageDraw.ImageDraw) -> None:
    _box(pen, 0, 640, WIDTH, HEIGHT, FLOOR)
    _box(pen, 470, 110, 730, 330, "#ffffff")
    _box(pen, 482, 122, 718, 318, SKY)
    _box(pen, 594, 122, 606, 318, "#ffffff")
    for left in (60, 800):
        _box(pen, left, 130, left + 340, 400, DARK_WOOD)
        for shelf in range(3):
            x = left + 14
            for book in range(14):
                wide, high = 16 + book * 7 % 9, 56 + book * 13 % 17
                _box(pen, x, 210 + shelf * 88 - high, x + wide, 210 + shelf * 88, BOOKS[(book + shelf * 2) % 6])
                x += wide + 3
    for number in range(17):
        x, sag = number * 72, 34 - abs(8 - number) * 4
        pen.polygon([(x * FINER, (30 + sag) * FINER), ((x + 56) * FINER, (30 + sag) * FINER),
                     ((x + 28) * FINER, (84 + sag) * FINER)], fill=BUNTING[number % 4])


def _person(pen: ImageDraw.ImageDraw, x: int, y: int, number: int, *, from_behind: bool = False) -> None:
    skin, hair = SKINS[number % 6], HAIRS[number * 2 % 5]
    pen.rounded_rectangle([(x - 62) * FINER, (y + 46) * FINER, (x + 62) * FINER, (y + 230) * FINER], 48 * FINER,
                          fill=CLOTHES[number % 7])
    _round(pen, x, y - 6, 48, hair)
    if from_behind:
        return
    _round(pen, x, y + 8, 42, skin)
    for side in (-15, 15):
        _round(pen, x + side, y + 2, 4, "#2b211c")
    pen.arc([(x - 18) * FINER, (y + 4) * FINER, (x + 18) * FINER, (y + 32) * FINER], 20, 160, fill="#fff4e8",
            width=3 * FINER)


def _box(pen: ImageDraw.ImageDraw, left: int, top: int, right: int, bottom: int, colour: str) -> None:
    pen.rectangle([left * FINER, top * FINER, right * FINER, bottom * FINER], fill=colour)


def _round(pen: ImageDraw.ImageDraw, x: int, y: int, radius: int, colour: str) -> None:
    pen.ellipse([(x - radius) * FINER, (y - radius) * FINER, (x + radius) * FINER, (y + radius) * FINER], fill=colour)


if __name__ == "__main__":
    draw().save(Path(__file__).parent / "sample_photo.webp", "WEBP", quality=52, method=6)
