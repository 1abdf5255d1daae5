"""Paints composed newspaper pages (`tests.parts.pdf_maker`) as a scanner would see them, clean or aged."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.parts.pdf_maker import BODY, GUTTER, HEIGHT, MARGIN, WIDTH, Mark, Sheet

_FOLDER = Path("/usr/share/fonts/opentype/noto")  # Debian's fonts-noto-cjk
SERIF, SANS = _FOLDER / "NotoSerifCJK-Regular.ttc", _FOLDER / "NotoSansCJK-Bold.ttc"
_CAPTIONS = ("图为活动现场。", "市民在公园散步。", "昨日，雨后的街头。")
_TALLEST = 220  # points of a photograph
_SIMPLIFIED = 2  # of the faces in each file


def paint(sheet: Sheet, dpi: int = 300) -> Image.Image:
    """A page in black on white: the body in a face with serifs, headlines in a bold one without."""
    scale = dpi / 72
    page = Image.new("L", (round(WIDTH * scale), round(HEIGHT * scale)), 255)
    pen = ImageDraw.Draw(page)
    for mark in sheet.marks:
        pen.text((mark.x * scale, mark.y * scale), mark.text, fill=0, font=_font(mark, scale), anchor="ls")
    return page


def furnish(page: Image.Image, sheet: Sheet, rng: random.Random) -> Image.Image:
    """The painted page with what papers print beside text: rules between stories, a box around one of them, and a
    photograph with its caption wherever there is room below a story.
    """
    scale = page.width / WIDTH
    pen = ImageDraw.Draw(page)
    places = [_bounds(story) for story in sheet.stories]
    boxed = rng.randrange(len(places))
    for number, (left, top, right, bottom) in enumerate(places):
        if number == boxed:
            corners = left - 6, top - 6, right + 5, bottom + 6
            pen.rectangle([edge * scale for edge in corners], outline=0, width=round(1.5 * scale))
        elif left > MARGIN + GUTTER:
            edge = left - GUTTER / 2
            pen.line([edge * scale, top * scale, edge * scale, bottom * scale], fill=0, width=round(0.5 * scale))
        under = (top for start, top, end, _ in places if top > bottom and start < right and left < end)
        end = min(min(under, default=page.height / scale) - 40, bottom + _TALLEST)
        if end - bottom > 60:
            _photograph(page, (left, bottom + 14, right, end), rng)
            font = ImageFont.truetype(str(SANS), round(7.5 * scale), index=_SIMPLIFIED)
            pen.text((left * scale, (end + 12) * scale), rng.choice(_CAPTIONS), fill=0, font=font, anchor="ls")
    return page


def _bounds(story: Sequence[Mark]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a story's lines in points."""
    return (
        min(mark.x for mark in story),
        min(mark.y - mark.size for mark in story),
        max(mark.x + len(mark.text) * mark.size for mark in story),
        max(mark.y + 0.2 * mark.size for mark in story),
    )


def _photograph(page: Image.Image, place: tuple[float, float, float, float], rng: random.Random) -> None:
    """Grey clouds, as no text has them."""
    left, top, right, bottom = (round(edge * page.width / WIDTH) for edge in place)
    grain = np.random.default_rng(rng.randrange(1 << 30)).integers(40, 220, (8, 12), np.uint8)
    page.paste(Image.fromarray(grain).resize((right - left, bottom - top), Image.Resampling.BICUBIC), (left, top))


def boxes(sheet: Sheet, dpi: int = 300) -> list[tuple[float, float, float, float]]:
    """Where the ink of each line stands on the page that `paint` makes: left, top, right, bottom in pixels."""
    return [_inked(mark, dpi / 72) for mark in sheet.marks]


def _inked(mark: Mark, scale: float) -> tuple[float, float, float, float]:
    text, font = mark.text.strip(), _font(mark, scale)
    left = (mark.x + (len(mark.text) - len(text)) * mark.size) * scale
    alone = Image.new("L", (round((len(text) + 2) * mark.size * scale), round(3 * mark.size * scale)))
    at = round(mark.size * scale), round(2 * mark.size * scale)
    ImageDraw.Draw(alone).text(at, text, fill=255, font=font, anchor="ls")
    x0, y0, x1, y1 = alone.getbbox() or (0, 0, 0, 0)
    return x0 - at[0] + left, y0 - at[1] + mark.y * scale, x1 - at[0] + left, y1 - at[1] + mark.y * scale


def _font(mark: Mark, scale: float) -> ImageFont.FreeTypeFont:
    file = SERIF if mark.size == BODY else SANS
    return ImageFont.truetype(str(file), round(mark.size * scale), index=_SIMPLIFIED)


def age(page: Image.Image, rng: random.Random, skew: float = 3.0) -> Image.Image:
    """The page slanted by at most `skew` degrees, on yellowed paper under uneven light, with what is printed behind it
    showing, a fold, blur, noise and the marks of JPEG at quality 40.
    """
    ink = 255 - np.asarray(page, np.float32)
    behind = np.asarray(page.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(3)), np.float32)
    height, width = ink.shape
    light = (
        np.linspace(1, rng.uniform(0.75, 0.9), width)[None, :] * np.linspace(1, rng.uniform(0.85, 1), height)[:, None]
    )
    paper = 225 * light - 0.12 * (255 - behind)
    seen = paper - 0.85 * ink * light
    fold = rng.randint(height // 3, 2 * height // 3)
    seen[fold : fold + max(2, height // 1000)] *= 0.8
    image = Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))
    image = image.rotate(rng.uniform(-skew, skew), Image.Resampling.BICUBIC, expand=True, fillcolor=210)
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 8, (image.height, image.width))
    image = Image.fromarray(np.clip(np.asarray(image, np.float32) + noise, 0, 255).astype(np.uint8))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=40)
    return Image.open(kept)
