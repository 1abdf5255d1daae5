"""A page with one short story, drawn: a picture for tests of what is recognised and shown."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.parts.scan_maker import SERIF

STORY = ("白鹭湖水质今年好转", "　　白鹭湖今年上半年水质达到二类", "标准。沿湖十一家工厂已经迁走。")


def drawn() -> Image.Image:
    """A page with that story, one line below the other. A test that takes it is skipped where the face is not there."""
    if not SERIF.exists():
        pytest.skip("pages are painted with fonts-noto-cjk")
    page = Image.new("L", (900, 600), 255)
    pen = ImageDraw.Draw(page)
    for row, (text, size) in enumerate(zip(STORY, (54, 36, 36), strict=True)):
        font = ImageFont.truetype(str(SERIF), size, index=2)
        pen.text((100, 80 + 90 * row), text, font=font, fill=0)
    return page
