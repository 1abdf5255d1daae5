"""Are pictures of pages answered as well as their text: `python -m bench.quality.scanned_answers DATA`.

Articles that have questions of asked-news' measuring part are set as pages of two to five columns; each page is added
as text, its lines in reading order, and as pictures painted at 300 dots an inch and aged. A library for each way is
asked the same questions: how many are answered, and by quotes that hold the answer, and how many of those that are
answered right from the text are not from the picture.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.quality.scans import WAYS
from qa import Library, Query
from qa.evaluation.measures import holds
from tests.parts.pdf_maker import Sheet, Text, compose
from training.sets import Document, Example, asked_news

MOST_CHARS = 1_000  # of an article: several to a page
TEXT = "text"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("--pages", type=int, default=2, help="of each number of columns, two to five")
    parser.add_argument("--seed", type=int, default=55)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    documents, questions = _asked(options.data)
    rng.shuffle(documents)
    texts = {_text(one): one for one in documents}
    stories = iter(texts)
    sheets = [compose(stories, columns, rng) for columns in range(2, 6) for _ in range(options.pages)]
    printed = {texts[text].id for sheet in sheets for text in sheet.texts}
    asked = [one for one in questions if one.document.id in printed]
    print(f"{len(sheets)} pages, {len(printed)} articles, {len(asked)} questions")
    right = {way: _right(sheets, way, asked) for way in (TEXT, "300 dpi", "300 dpi, aged")}
    for way, found in right.items():
        lost = sum(one and not other for one, other in zip(right[TEXT], found, strict=True))
        print(f"{way:16}right {sum(found) / len(asked):.3f}  right from the text alone {lost / len(asked):.3f}")


def _asked(data: Path) -> tuple[list[Document], list[Example]]:
    """Short articles of the measuring part, and the questions on them that they answer and that stand alone."""
    questions = [
        one
        for one in asked_news(data)
        if one.document.part == "measure" and one.answers and not one.history and len(one.document.text) <= MOST_CHARS
    ]
    return list({one.document.id: one.document for one in questions}.values()), questions


def _text(document: Document) -> Text:
    """The article as a story: its head as headline, and a paragraph for every few sentences."""
    sentences = re.findall("[^。]+。?", re.sub(r"\s", "", document.text))
    paragraphs = ["".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
    return Text(document.head.split("\n")[0][:24] or sentences[0][:20], tuple(paragraphs))


def _right(sheets: Sequence[Sheet], way: str, asked: Sequence[Example]) -> list[bool]:
    """For each question whether the quotes of its answer hold what is needed, asked of the pages as they are given."""
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "library") as library:
        library.add([_file(Path(folder), number, sheet, way) for number, sheet in enumerate(sheets)])
        library.vectors.make()
        return [_holds(library, one) for one in asked]


def _file(folder: Path, number: int, sheet: Sheet, way: str) -> Path:
    if way == TEXT:
        path = folder / f"{number}.txt"
        path.write_text("\n\n".join(_lines(sheet)), encoding="utf-8")
        return path
    path = folder / f"{number}.png"
    WAYS[way](sheet, random.Random(number)).save(path)
    return path


def _lines(sheet: Sheet) -> Iterator[str]:
    for story in sheet.stories:
        yield "\n".join(mark.text for mark in story)


def _holds(library: Library, one: Example) -> bool:
    answer = library.ask(Query(one.question))
    required = [[each] for each in one.answers] if one.mode == "all" else [one.answers]
    return answer.answered and holds([each.quote for each in answer.citations], required)


if __name__ == "__main__":
    main()
