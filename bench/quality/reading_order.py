"""How well the reading order of composed newspaper pages in PDF is recovered.

    python -m bench.quality.reading_order crud-news --pages 4

Pages of two to five columns are set from the folder's articles (`corpus.jsonl.xz`, BEIR layout) and drawn story by
story, line by line over the page, and in no order. The figure is the share of neighbouring lines that come back as
neighbours, by the reader of 问报 and by PDFium's own order (that of the file); then how many stories are cut right.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import get_args

from qa.articles.cutting import cut
from qa.formats import read
from tests.parts.pdf_maker import Drawing, Sheet, Text, compose, draw

_ARTICLES = 400
_MOST_CHARS = (300, 600, 1000, 1600)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=4, help="of each number of columns")
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    articles = list(_articles(options.folder))
    print(f"{'drawn':10}{'read by':10}" + "".join(f"{columns} columns".rjust(11) for columns in range(2, 6)))
    for drawing in get_args(Drawing):
        for name, texts in (("wenbao", _ours), ("file", _as_in_file)):
            shares = [_share(articles, columns, drawing, texts, options) for columns in range(2, 6)]
            print(f"{drawing:10}{name:10}" + "".join(f"{share:11.3f}" for share in shares))
    right = [_cut(articles, columns, options) for columns in range(2, 6)]
    stories, titles, all_of_them = (sum(counts) for counts in zip(*right, strict=True))
    print(f"of {all_of_them} stories {stories} are cut right, {titles} have the right title")


def _articles(folder: Path) -> Iterator[str]:
    with lzma.open(folder / "corpus.jsonl.xz", "rt", encoding="utf-8") as file:
        for row in islice(file, _ARTICLES):
            text = re.sub(r"\s", "", json.loads(row)["text"])
            yield "".join(character for character in text if character < "\U00010000")  # what the font holds


def _texts(articles: Sequence[str], rng: random.Random) -> Iterator[Text]:
    while True:
        sentences = re.findall("[^。]+。", rng.choice(articles)[: rng.choice(_MOST_CHARS)])
        if len(sentences) >= 4:
            title = sentences[0][: rng.randint(10, 20)].rstrip("，。")
            kicker = rng.choice([None, None, sentences[1][:10]])
            yield Text(title, tuple(sentences[1:]), kicker, rng.choice([None, None, sentences[-1][:14]]))


def _sheets(articles: Sequence[str], columns: int, options: argparse.Namespace) -> list[Sheet]:
    rng = random.Random(options.seed + columns)
    stories = _texts(articles, rng)
    return [compose(stories, columns, rng) for _ in range(options.pages)]


def _share(
    articles: Sequence[str],
    columns: int,
    drawing: Drawing,
    texts: Callable[[Path], list[str]],
    options: argparse.Namespace,
) -> float:
    sheets = _sheets(articles, columns, options)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.pdf"
        draw(sheets, path, drawing)
        found = [_in_order(sheet, text) for sheet, text in zip(sheets, texts(path), strict=True)]
    return sum(found) / len(found)


def _cut(articles: Sequence[str], columns: int, options: argparse.Namespace) -> tuple[int, int, int]:
    """Stories that come back whole and alone, titles that come back, and how many there are."""
    sheets = _sheets(articles, columns, options)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.pdf"
        draw(sheets, path, "rows")
        found = [cut(page) for page in read(path, path.name, max_bytes=1 << 30)]
    stories = titles = 0
    for sheet, page in zip(sheets, found, strict=True):
        texts, names = ({_flat(one) for one in each} for each in ([a.text for a in page], [a.title for a in page]))
        stories += sum(_flat("".join(mark.text for mark in story)) in texts for story in sheet.stories)
        titles += sum(_flat(text.title) in names for text in sheet.texts)
    return stories, titles, sum(len(sheet.stories) for sheet in sheets)


def _flat(text: str) -> str:
    return re.sub(r"\s", "", text)


def _in_order(sheet: Sheet, text: str) -> float:
    flat = _flat(text)
    lines = [_flat(mark.text) for mark in sheet.marks]
    kept = [one + other in flat for one, other in pairwise(lines)]
    return sum(kept) / len(kept)


def _ours(path: Path) -> list[str]:
    return [page.text for page in read(path, path.name, max_bytes=1 << 30)]


def _as_in_file(path: Path) -> list[str]:
    import pypdfium2

    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]


if __name__ == "__main__":
    main()
