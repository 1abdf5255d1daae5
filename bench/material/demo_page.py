"""The page of `docs/demo`, which shows what scans look like: `python -m bench.material.demo_page`.

A page of a made-up county's paper, set from `demo_page.txt` beside this file (`#` headline, `<` subtitle, a line a
paragraph, all written for it), painted at 150 dots an inch with rules, a box and photographs, and aged. The
same page each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from tests.parts.pdf_maker import MARGIN, Mark, Text, compose
from tests.parts.scan_maker import age, furnish, paint

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "demo" / "沅溪报-2023-08-21-02.jpg"
HEAD = "沅溪报　2023年8月21日　星期一　第2版"
_COLUMNS, _DPI, _QUALITY, _SEED = 4, 150, 50, 29


def main() -> None:
    rng = random.Random(_SEED)
    sheet = compose(texts(), _COLUMNS, rng)
    sheet.stories.append([Mark(HEAD, MARGIN, MARGIN + 4, 10.0)])
    page = paint(sheet, _DPI)
    lowest = max(mark.y for mark in sheet.marks) + MARGIN
    page = furnish(page.crop((0, 0, page.width, round(lowest * _DPI / 72))), sheet, rng)
    page = age(page, rng, skew=0.8)
    PAGE.parent.mkdir(exist_ok=True)
    page.save(PAGE, quality=_QUALITY)


def texts() -> Iterator[Text]:
    """The stories of the page."""
    for story in (Path(__file__).parent / "demo_page.txt").read_text(encoding="utf-8").split("\n\n"):
        lines = story.strip().split("\n")
        marked = {line[0]: line[2:] for line in lines if line[0] in "#<"}
        paragraphs = [line for line in lines if line[0] not in "#<"]
        yield Text(marked["#"], tuple(paragraphs), None, marked.get("<"))


if __name__ == "__main__":
    main()
