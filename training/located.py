"""Find the source articles of CRUD-RAG's questions, which come without: by answer and key facts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.text.folding import fold
from qa.text.words import content_words
from training.neighbours import Neighbours
from training.sets import Document, Example, lines, news_document
from training.windows import meant, occurrences

SET = "crud-news"
_LONGEST = 60  # characters of an answer that is still a span and not a summary
_LOOKED = 8  # articles nearest to question and key facts
_AROUND = 160  # characters on each side of the answer that must speak of the question
_SAID = 0.5  # share of the question's content words that must stand there
_FACTS = 0.25  # share of the key facts that must stand in the article


def locate(folder: Path, news: Sequence[Mapping[str, Any]], found: Path) -> Iterator[Example]:
    """The questions whose answer stands beside what they ask, in an article that holds their key facts.

    `found` keeps which they are: the search takes minutes.
    """
    records = list(lines(folder / "questions-unlocated.jsonl.xz"))
    if not found.exists():
        places = dict(_search(records, [fold(one["text"]) for one in news]))
        named = {number: news[position]["_id"] for number, position in places.items()}
        found.write_text(json.dumps(named), encoding="utf-8")
    articles = {one["_id"]: one for one in news}
    documents: dict[str, Document] = {}
    for number, identity in json.loads(found.read_text(encoding="utf-8")).items():
        if identity not in articles:
            continue
        question, answer, _ = _folded(records[int(number)])
        if identity not in documents:
            documents[identity] = news_document(articles[identity])
        yield Example(f"u{number}", SET, "fact", question, documents[identity], (answer,), "any")


def _search(records: list[dict[str, Any]], texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of a record's number and the position of its article."""
    index = Neighbours(texts)
    for number, record in enumerate(records):
        question, answer, facts = _folded(record)
        if not 2 <= len(answer) <= _LONGEST:
            continue
        for position in index.nearest(" ".join([question, answer, *facts]), _LOOKED):
            if _meets(question, answer, facts, texts[position]):
                yield number, position
                break


def _folded(record: dict[str, Any]) -> tuple[str, str, list[str]]:
    return (
        fold(record["question"]),
        fold(record["answer"]).strip("。 "),
        list(map(fold, record["key_info"])),
    )


def _meets(question: str, answer: str, facts: list[str], value: str) -> bool:
    spans = occurrences(value, (answer,))
    if not spans or sum(fact in value for fact in facts) < _FACTS * len(facts):
        return False
    span = meant(question, value, spans)
    near = value[max(0, span.start - _AROUND) : span.end + _AROUND]
    words = [word for word in content_words(question) if word not in answer]
    return bool(words) and sum(word in near for word in words) >= _SAID * len(words)
