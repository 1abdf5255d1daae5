"""How well pictures of composed newspaper pages are recognised and cut: `python -m bench.quality.scans crud-news`.

Pages of two to six columns are set from the folder's articles (`corpus.jsonl.xz`, BEIR layout), painted at 300 and 150
dots an inch, furnished with rules, a box and photographs, and aged (`tests.parts.scan_maker`); and pages of the old
press, vertical and traditional, of two to six strips (`tests.parts.vertical_maker`). A line a way of painting:

- cer: of each printed line the edits to the recognised line that is most like it, over all characters; a line that is
  like none counts whole.
- order: neighbouring lines of a story that come back as neighbours.
- F1: of the boundaries between stories, over neighbouring recognised lines.
- stories: those that come back whole and alone, line by line; titles: those whose title comes back, one character in
  ten apart at most.
- marks: of the lines of a page that lies straight, how much of what is marked for them and of their ink is the same
  (intersection over union).
- seconds a page by the clock, processor seconds (of two cores busy throughout it would be twice as many; a machine that
  has other work leaves these alone) and characters a page; the most megabytes of the process that recognises.

`--peer` recognises with tesseract (chi_sim, its own layout) as well, where it is installed.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import mean

from PIL import Image

from bench.quality.reading_order import _articles, _texts
from qa.articles.cutting import cut
from qa.formats import read
from qa.types import Page
from tests.parts.pdf_maker import Sheet, compose
from tests.parts.scan_maker import age, boxes, furnish, paint
from tests.parts.vertical_maker import compose_vertical, paint_vertical

WAYS: dict[str, Callable[[Sheet, random.Random], Image.Image]] = {
    "300 dpi": lambda sheet, rng: paint(sheet, 300),
    "150 dpi": lambda sheet, rng: paint(sheet, 150),
    "300 dpi, furnished": lambda sheet, rng: furnish(paint(sheet, 300), sheet, rng),
    "300 dpi, aged": lambda sheet, rng: age(paint(sheet, 300), rng),
    "150 dpi, aged": lambda sheet, rng: age(paint(sheet, 150), rng),
    "furnished, aged": lambda sheet, rng: age(furnish(paint(sheet, 300), sheet, rng), rng),
    "vertical": lambda sheet, rng: paint_vertical(sheet, 300),
    "vertical, aged": lambda sheet, rng: age(paint_vertical(sheet, 300), rng),
}
_STRAIGHT = ("300 dpi", "150 dpi", "300 dpi, furnished")  # pages on which what is marked can be compared
_ALIKE = 0.7  # of the pairs that the best line shares
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=1, help="of each number of columns, two to six")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--ways", nargs="*", default=list(WAYS), choices=WAYS, help="of painting")
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--show", type=Path, help="keep the pictures and texts in this folder")
    options = parser.parse_args()
    articles = list(_articles(options.folder))
    rng = random.Random(options.seed)
    texts = _texts(articles, rng)
    numbers = [number for number in range(2, 7) for _ in range(options.pages)]
    sheets = [compose(texts, columns, rng) for columns in numbers]
    vertical = [compose_vertical(texts, strips, rng) for strips in numbers]
    readers = {"wenbao": _ours, **({"tesseract": _tesseract} if options.peer else {})}
    names = ("cer", "order", "F1", "stories", "titles", "marks", "seconds", "cpu", "chars")
    print(f"{'painted':20}{'read by':12}" + "".join(f"{name:>9}" for name in names))
    for way in options.ways:
        for name, reader in readers.items():
            found = [
                _measured(sheet, reader, number, way, options.show)
                for number, sheet in enumerate(vertical if "vertical" in way else sheets)
            ]
            print(
                f"{way:20}{name:12}" + "".join(f"{mean(one[key] for one in found):9.3f}" for key in names), flush=True
            )
    print(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB at most")


def _measured(
    sheet: Sheet,
    reader: Callable[[Path], Page],
    number: int,
    way: str,
    show: Path | None,
) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(show or folder) / f"{number}-{way.replace(', ', '-').replace(' ', '')}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        WAYS[way](sheet, random.Random(number)).save(path)
        started, busy = time.perf_counter(), _processor_seconds()
        page = reader(path)
        seconds, busy = time.perf_counter() - started, _processor_seconds() - busy
        if show:
            path.with_suffix(".txt").write_text(page.text, encoding="utf-8")
    dpi = int(way.split()[0]) if way in _STRAIGHT else None
    characters = sum(len(mark.text) for mark in sheet.marks)
    return {**figures(sheet, page, dpi), "seconds": seconds, "cpu": busy, "chars": characters}


def _processor_seconds() -> float:
    """Of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def figures(sheet: Sheet, page: Page, dpi: int | None = None) -> Figures:
    """What a page tells beside the truth; with its `dpi`, where its lines stand too."""
    spans = [(at.start(), at[0]) for at in re.finditer(r"[^\n]+", page.text) if at[0].strip()]
    lines = [_flat(text) for _, text in spans]
    truth = [(story, _flat(mark.text)) for story, marks in enumerate(sheet.stories) for mark in marks]
    match = _matched([text for _, text in truth], lines)
    wrong = sum(
        len(text) if at is None else distance(text, lines[at]) for (_, text), at in zip(truth, match, strict=True)
    )
    story_of = {at: story for (story, _), at in zip(truth, match, strict=True) if at is not None}
    articles = cut(page)
    made = {
        at: number
        for number, article in enumerate(articles)
        for piece in article.location.pieces
        for at, (start, text) in enumerate(spans)
        if start < piece.end and piece.start < start + len(text)
    }
    known = [at for at in range(len(lines)) if at in story_of]
    true = {b for a, b in pairwise(known) if story_of[a] != story_of[b]}
    seen = {b for a, b in pairwise(known) if made.get(a) != made.get(b)}
    kept = [
        after is not None and before is not None and after == before + 1
        for (one, before), (other, after) in pairwise(zip((s for s, _ in truth), match, strict=True))
        if one == other
    ]
    of_story, of_article = defaultdict(set), defaultdict(set)
    for at in known:
        of_story[story_of[at]].add(at)
        of_article[made.get(at)].add(at)
    alone = [frozenset(one) for one in of_article.values()]
    titles = [_flat(article.title) for article in articles]
    printed = {line.start: line[2:] for line in page.printed}
    pairs = zip(boxes(sheet, dpi or 300), match, strict=True)
    starts = [start + len(text) - len(text.lstrip()) for start, text in spans]
    overlaps = [_overlap(box, printed[starts[at]]) for box, at in pairs if at is not None and starts[at] in printed]
    return {
        "marks": mean(overlaps) if dpi and overlaps else float("nan"),
        "cer": wrong / sum(len(text) for _, text in truth),
        "order": mean(kept),
        "F1": 2 * len(true & seen) / max(1, len(true) + len(seen)),
        "stories": mean(frozenset(of_story[number]) in alone for number in range(len(sheet.stories))),
        "titles": mean(
            any(distance(_flat(text.title), title) <= len(text.title) // 10 for title in titles) for text in sheet.texts
        ),
    }


def _overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Intersection over union of two boxes."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, wide) * max(0.0, high)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (areas - shared)


def _flat(text: str) -> str:
    return re.sub(r"\s", "", text)


def _matched(truth: Sequence[str], lines: Sequence[str]) -> list[int | None]:
    """For each line the recognised one that shares most pairs of characters with it, each taken once: first where no
    other comes near it; then of those that share nearly as many (what papers print below every story) the one nearest
    to where the line before was found."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        for part in _parts(line):
            holders[part].append(at)
    found: list[int | None] = [None] * len(truth)
    for is_sure in (True, False):
        after = 0
        for number, text in enumerate(truth):
            parts = _parts(text)
            shared = Counter(at for part in parts for at in holders[part] if at not in found)
            most = max(shared.values(), default=0)
            alike = [at for at, count in shared.items() if count >= _ALIKE * most]
            stands_out = len(alike) == 1 and _ALIKE * len(parts) <= most > 1
            if found[number] is None and (stands_out or not is_sure):
                found[number] = min(alike, key=lambda at: abs(at - after), default=None)
            after = after if (at := found[number]) is None else at + 1
    return found


def _parts(text: str) -> set[str]:
    """Pairs of neighbouring characters; of a line of two at most, which a mark may end, its first."""
    return {text[at : at + 2] for at in range(len(text) - 1)} if len(text) > 2 else {text[:1]}


def distance(one: str, other: str) -> int:
    """Edits from one text to the other (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for number, first in enumerate(one, 1):
        before, row[0] = row[0], number
        for at, second in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (first != second))
    return row[-1]


def _ours(path: Path) -> Page:
    (page,) = read(path, path.name, max_bytes=1 << 30)
    return page


def _tesseract(path: Path) -> Page:
    said = subprocess.run(
        ["tesseract", str(path), "-", "-l", "chi_sim", "--psm", "3"], capture_output=True, text=True, check=True
    )
    return Page(path.name, re.sub(r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])", "", said.stdout))


if __name__ == "__main__":
    main()
