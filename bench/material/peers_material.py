"""Prepare what `bench.peers` gives to each system: documents, questions, passages, vectors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bench.material import million_maker
from bench.speed import million_parts
from qa.articles import passages
from qa.evaluation.questions import Question, load_questions
from qa.library.library import Library


def evenly(found: Sequence[Any], most: int) -> list[Any]:
    """At most so many, from all over the sequence."""
    places = np.linspace(0, len(found) - 1, min(most, len(found))).round().astype(int)
    return [found[place] for place in places]


def of_a_set(source: Path, folder: Path, documents: int | None, questions: int) -> list[Question]:
    """The first documents of a question set into FOLDER/corpus.jsonl, and questions that they answer."""
    with (source / "corpus.jsonl").open(encoding="utf-8") as lines:
        kept = list(islice(lines, documents))
    (folder / "corpus.jsonl").write_text("".join(kept), encoding="utf-8")
    records = {json.loads(line)["_id"] for line in kept}
    return evenly([one for one in load_questions(source) if one.relevant & records], questions)


def of_a_library(library_path: Path, folder: Path, count: int, questions: int) -> list[Question]:
    """The first articles of a library into FOLDER/corpus.jsonl, about `count` passages of them, and vectors of it into
    FOLDER/rows.npy; questions after facts, and headlines, of its first articles.
    """
    with (
        Library.open(library_path, create=False) as library,
        (folder / "corpus.jsonl").open("w", encoding="utf-8") as corpus,
    ):
        held = library.stats()
        for article in islice(library.each_article(), round(count * held.articles / held.passages)):
            record = {"id": article.id, "title": article.title, "text": article.text}
            corpus.write(json.dumps(record, ensure_ascii=False) + "\n")
    np.save(folder / "rows.npy", million_maker.real_rows(library_path)[1])
    asked = evenly(million_parts.questions(library_path), questions)
    return [Question(str(number), one, frozenset(), ()) for number, one in enumerate(asked)]


def lay_out(library_path: Path, folder: Path) -> dict[str, int]:
    """The passages of a library into FOLDER/passages.jsonl; how many documents and passages there are."""
    with (
        Library.open(library_path, create=False) as library,
        (folder / "passages.jsonl").open("w", encoding="utf-8") as out,
    ):
        documents, lines = 0, 0
        for article in library.each_article():
            documents += 1
            for one in passages.split(article):
                lines += 1
                found = (article.location.record, one.text, passages.context(article, one))
                out.write(json.dumps(found, ensure_ascii=False) + "\n")
    return {"documents": documents, "passages": lines}
