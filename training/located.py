"""The CRUD-RAG questions that came without their article: found again where answer and key facts meet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa import text
from training.neighbours import Neighbours
from training.sets import Document, Example, lines
from training.split import held_out
from training.windows import meant, occurrences

SET = "crud-news"
_LONGEST = 60  # characters of an answer that is still a span and not a summary
_LOOKED = 8  # articles nearest to question and key facts
_AROUND = 160  # characters on each side of the answer that must speak of the question
_SAID = 0.5  # share of the question's content words that must stand there
_FACTS = 0.25  # share of the key facts that must stand in the article


def articles(folder: Path) -> list[Document]:
    """Every news article, folded."""
    records = lines(folder / "corpus.jsonl.xz")
    return [Document(one["_id"], text.fold(one["text"]), held_out(one["_id"], one["_id"])) for one in records]


def locate(folder: Path, documents: list[Document], found: Path) -> Iterator[Example]:
    """The questions whose answer stands beside what they ask, in an article that holds their key facts.

    `found` keeps which they are: the search takes minutes.
    """
    records = list(lines(folder / "questions-unlocated.jsonl.xz"))
    if not found.exists():
        found.write_text(json.dumps(dict(_search(records, documents))), encoding="utf-8")
    for number, position in json.loads(found.read_text(encoding="utf-8")).items():
        question, answer, _ = _folded(records[int(number)])
        yield Example(f"u{number}", SET, question, documents[position], (answer,))


def _search(records: list[dict[str, Any]], documents: list[Document]) -> Iterator[tuple[int, int]]:
    """Pairs of a record's number and the position of its article."""
    index = Neighbours([one.text for one in documents])
    for number, record in enumerate(records):
        question, answer, facts = _folded(record)
        if not 2 <= len(answer) <= _LONGEST:
            continue
        for position in index.nearest(" ".join([question, answer, *facts]), _LOOKED):
            if _meets(question, answer, facts, documents[position].text):
                yield number, position
                break


def _folded(record: dict[str, Any]) -> tuple[str, str, list[str]]:
    return (
        text.fold(record["question"]),
        text.fold(record["answer"]).strip("。 "),
        list(map(text.fold, record["key_info"])),
    )


def _meets(question: str, answer: str, facts: list[str], value: str) -> bool:
    spans = occurrences(value, (answer,))
    if not spans or sum(fact in value for fact in facts) < _FACTS * len(facts):
        return False
    span = meant(question, value, spans)
    near = value[max(0, span.start - _AROUND) : span.end + _AROUND]
    words = [word for word in text.content_words(question) if word not in answer]
    return bool(words) and sum(word in near for word in words) >= _SAID * len(words)
