"""The public question sets, as the reader sees them: question, document, answers, all folded."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from qa import text
from training.split import held_out

FOLDERS = ("cmrc2018-dev", "drcd-dev", "dureader-robust-dev", "squad2-zh")
_OPENERS: Mapping[str, Callable[..., TextIO]] = {".xz": lzma.open, ".gz": gzip.open}


@dataclass(frozen=True, slots=True)
class Document:
    """A text that questions are asked about; `held` where it stays out of training."""

    id: str
    text: str
    held: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a document. No answers: the document only looks as if it answered."""

    id: str
    set: str
    question: str
    document: Document
    answers: tuple[str, ...]


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, packed or not."""
    with _OPENERS.get(path.suffix, open)(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def corpus(path: Path) -> dict[str, Document]:
    """Documents by id, folded."""
    found = {}
    for record in lines(path):
        held = held_out(record["_id"], record["title"])
        found[record["_id"]] = Document(record["_id"], text.fold(record["text"]), held)
    return found


def load(folder: Path) -> list[Example]:
    """Every question of one set in BEIR layout whose document is known."""
    documents = corpus(folder / "corpus.jsonl")
    relevant: dict[str, str] = {}
    for row in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, _ = row.split("\t")
        relevant.setdefault(query, document)
    found = []
    for record in lines(folder / "queries.jsonl"):
        about = record["metadata"]
        place = about.get("passage") or relevant[record["_id"]]
        answers = () if about.get("unanswerable") else tuple(map(text.fold, about["answers"]))
        found.append(Example(record["_id"], folder.name, text.fold(record["text"]), documents[place], answers))
    return found
