"""What the systems of `bench.peers` are given: documents, questions, and passages with or without their vectors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from qa import passages, suggest
from qa.archive import Archive
from qa.evaluate import Question, load_questions
from qa.stores.database import Database
from qa.stores.folder import Folder
from qa.stores.truth import Truth
from qa.stores.vectors import unpack
from qa.types import Article

_READ = 50_000  # vectors held at a time where all are gone through


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


def of_a_library(library: Path, folder: Path, count: int, questions: int) -> list[Question]:
    """Articles of a library that have all their vectors, `count` passages or a few more, into FOLDER, and their vectors
    beside them; questions after a fact of an article, or its headline where it tells none.
    """
    rows = _stored(library)
    texts: list[str] = []
    vectors: list[Any] = []
    articles: list[Article] = []
    with Archive.open(library) as archive, (folder / "corpus.jsonl").open("w", encoding="utf-8") as corpus:
        for article in archive.each_article():
            cut = passages.split(article)
            if len(texts) >= count:
                break
            if not all(one.id in rows for one in cut):
                continue
            texts += [passages.context(article, one) for one in cut]
            vectors += [rows[one.id] for one in cut]
            articles.append(article)
            record = {"id": article.id, "title": article.title, "text": article.text}
            corpus.write(json.dumps(record, ensure_ascii=False) + "\n")
    np.savez(folder / "given.npz", texts=np.array(texts), rows=np.stack(vectors))
    return [_question(one) for one in evenly(articles, questions)]


def lay_out(library: Path, folder: Path) -> dict[str, int]:
    """The passages of a library into FOLDER/passages.jsonl; how many documents and passages there are."""
    with Archive.open(library) as archive, (folder / "passages.jsonl").open("w", encoding="utf-8") as out:
        documents, lines = 0, 0
        for article in archive.each_article():
            documents += 1
            for one in passages.split(article):
                lines += 1
                found = (article.place.record, one.text, passages.context(article, one))
                out.write(json.dumps(found, ensure_ascii=False) + "\n")
    return {"documents": documents, "passages": lines}


def _stored(library: Path) -> Mapping[int, Any]:
    """The vectors that a library holds, by passage."""
    database = Database(Folder(library))
    try:
        truth = Truth(database)
        model = truth.state().model
        assert model is not None, "the library has no vectors"
        return {
            one: row
            for part in _parts(truth, model.fingerprint)
            for (one, _), row in zip(part, unpack([row for _, row in part], model.dimension), strict=True)
        }
    finally:
        database.close()


def _parts(truth: Truth, fingerprint: str) -> Iterator[Sequence[tuple[int, bytes]]]:
    after = -1
    while part := truth.stored_vectors(fingerprint, after, _READ):
        yield part
        after = part[-1][0]


def _question(article: Article) -> Question:
    asked = next(chain(suggest.of_facts(article), [article.title]))
    return Question(article.id, asked, frozenset({article.id}), ())
