"""Paints composed newspaper pages (`tests.parts.pdf_maker`) as a scanner would see them, clean or aged."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.parts.pdf_maker import BODY, HEIGHT, WIDTH, Mark, Sheet

_FOLDER = Path("/usr/share/fonts/opentype/noto")  # Debian's fonts-noto-cjk
SERIF, SANS = _FOLDER / "NotoSerifCJK-Regular.ttc", _FOLDER / "NotoSansCJK-Bold.ttc"
_SIMPLIFIED = 2  # of the faces in each file


def paint(sheet: Sheet, dpi: int = 300) -> Image.Image:
    """A page in black on white: the body in a face with serifs, headlines in a bold one without."""
    scale = dpi / 72
    page = Image.new("L", (round(WIDTH * scale), round(HEIGHT * scale)), 255)
    pen = ImageDraw.Draw(page)
    for mark in sheet.marks:
        pen.text((mark.x * scale, mark.y * scale), mark.text, fill=0, font=_font(mark, scale), anchor="ls")
    return page


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
