"""Composes and paints pages as the press had them until the middle of the last century.

Traditional characters, lines from top to bottom, from right to left through strips that lie one below another.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import opencc
from PIL import Image, ImageDraw, ImageFont

from tests.parts.pdf_maker import BODY, HEIGHT, LEADING, MARGIN, WIDTH, Mark, Sheet, Text, wrapped
from tests.parts.scan_maker import SANS, SERIF

HEADLINE = 20.0
_STRIP_GAP = 16.0
_FROM_EDGE = 0.08  # ems: so far a mark lies from the edges of its place
_TRADITIONAL = 3  # of the faces in each file
_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")
_NOT_SET = re.compile(r"[^\u4e00-\u9fff〇，。、；：]")  # neither Latin letters nor brackets, of which the press had few


def compose_vertical(texts: Iterator[Text], strips: int, rng: random.Random) -> Sheet:
    """A page full of stories; one that comes to the end of a strip goes on in the next. The `x` of a mark is the middle
    of its line, `y` where it begins.
    """
    convert = opencc.OpenCC("s2t").convert
    strip = (HEIGHT - 2 * MARGIN - (strips - 1) * _STRIP_GAP) / strips
    sheet = Sheet(strips)
    x, at = WIDTH - MARGIN, 0
    while True:
        text = next(texts)
        title, *paragraphs = (
            _NOT_SET.sub("", convert(words.translate(_NUMERALS))) for words in (text.title, *text.paragraphs)
        )
        marks: list[Mark] = []
        for line, size in _lines(title, paragraphs, strip):
            wide = LEADING if size == BODY else 1.6 * size
            if x - wide < MARGIN:
                x, at = WIDTH - MARGIN, at + 1
            if at == strips:
                return sheet
            marks.append(Mark(line, x - wide / 2, MARGIN + at * (strip + _STRIP_GAP), size))
            x -= wide
        sheet.stories.append(marks)
        sheet.texts.append(Text(title, tuple(paragraphs)))
        x -= rng.choice((8.0, 14.0))


def _lines(title: str, paragraphs: list[str], strip: float) -> Iterator[tuple[str, float]]:
    for words, size in ((title, HEADLINE), *(("　" + words, BODY) for words in paragraphs)):
        yield from ((line, size) for line in wrapped(words, strip, size))


def paint_vertical(sheet: Sheet, dpi: int = 300) -> Image.Image:
    """Black on white; a comma or a full stop stands in the upper right of its place."""
    scale = dpi / 72
    page = Image.new("L", (round(WIDTH * scale), round(HEIGHT * scale)), 255)
    pen = ImageDraw.Draw(page)
    for mark in sheet.marks:
        file = SERIF if mark.size == BODY else SANS
        font = ImageFont.truetype(str(file), round(mark.size * scale), index=_TRADITIONAL)
        for row, character in enumerate(mark.text):
            left, top = (mark.x - mark.size / 2) * scale, (mark.y + row * mark.size) * scale
            if character in "，。、":
                (_, high, right, _), em = _inked(character, font), _inked("國", font)
                left += font.size - _FROM_EDGE * font.size - right
                top += em[1] + _FROM_EDGE * font.size - high
            pen.text((left, top), character, font=font, fill=0)
    return page


def _inked(character: str, font: ImageFont.FreeTypeFont) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a character's ink; `font.getbbox` counts the paper beside it too."""
    place = Image.new("L", (2 * round(font.size), 2 * round(font.size)))
    ImageDraw.Draw(place).text((0, 0), character, font=font, fill=255)
    return place.getbbox() or (0, 0, 0, 0)
