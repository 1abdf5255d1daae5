"""What the line finds for the held-out questions of a set: each as it is and in other words, then with its article
hidden. Hidden means gone: words that no other article has are unknown. All of that once of the whole set's documents,
and once of libraries of SHELF documents, as small as a few pages are: there, words that anybody uses are unknown too.
"""

from __future__ import annotations

import json
import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha1
from pathlib import Path

from bench.held_out import held
from qa import embedding, questions, retrieve
from qa.answering import looked_at, shipped
from qa.answering.study import Material, collect
from qa.archive import Archive
from qa.evaluate import Question, holds, open_library
from qa.evaluate.questions import corpus
from qa.protocols import Reader
from qa.readings import Reading, Window
from qa.settings import DEFAULT_MODEL
from qa.types import Query
from training.reword import Synonyms, reword, synonyms

FOLDS = 5
SHELF = 40  # documents of a small library
SHELVES = 6  # small libraries of a set, those about which most is asked
SMALL = " small"  # behind the name of a set, of which small libraries were asked
REWORDED = " reworded"  # behind the name of a set


@dataclass(frozen=True, slots=True)
class Asked:
    """A question asked once, and what was found."""

    fold: int
    required: tuple[tuple[str, ...], ...]  # empty where nothing that was found can be right
    material: Material

    def right(self, quotes: Iterable[str]) -> bool:
        return bool(self.required) and holds(quotes, self.required)


Sets = dict[str, list[Asked]]


def ask_sets(folders: Sequence[Path], most: int, *, read: bool, keep: Path | None) -> Sets:
    """At most `most` questions of each set, with the shipped reader where `read`; in other words they are a set of
    their own. What was found is kept in the folder `keep`, and not asked again.
    """
    reader = Remembering(shipped.load(embedding.lexicon_of(DEFAULT_MODEL))) if read else None
    others, sets = synonyms(), Sets()
    for folder in folders:
        kept = keep / f"{folder.name}-{most}-{'reader' if read else 'terms'}.pickle" if keep else None
        if kept and kept.exists():
            sets |= pickle.loads(kept.read_bytes())
            continue
        found = ask(folder, reader, most, others)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps(found))
        sets |= found
    return sets


class Remembering:
    """A `qa.protocols.Reader` that reads nothing twice in a row: a question comes again with its article hidden."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._question = ""
        self._known: dict[Window, Reading] = {}
        self.fingerprint = reader.fingerprint

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        if question != self._question:
            self._question, self._known = question, {}
        new = [one for one in windows if one not in self._known]
        self._known |= zip(new, self._reader.read(question, new), strict=True)
        return [self._known[one] for one in windows]


def ask(folder: Path, reader: Reader | None, most: int, others: Synonyms) -> Sets:
    """The held-out questions of one set, by its name and how they were asked: of all its documents or of few, as they
    are or, those that can be answered, in other words.
    """
    questions = held(folder, most)
    with open_library(folder) as archive:
        found = _ask_all(archive, folder.name, questions, reader, others)
    for documents, about in _shelves(folder, questions):
        with tempfile.TemporaryDirectory() as place, Archive.open(Path(place) / "library", create=True) as archive:
            kept = Path(place) / "corpus.jsonl"
            kept.write_text("".join(documents), encoding="utf-8")
            archive.add([kept])
            for name, asked in _ask_all(archive, folder.name + SMALL, about, reader, others).items():
                found.setdefault(name, []).extend(asked)
    return found


def _ask_all(
    archive: Archive, name: str, questions: Sequence[Question], reader: Reader | None, others: Synonyms
) -> Sets:
    found: Sets = {name: [], name + REWORDED: []}
    for one in questions:
        found[name] += _ask(archive, one, reader)
        about = "\n".join(archive.article(each).text for each in archive.articles_of_records(one.relevant))
        if said := reword(one.text, about, others):
            found[name + REWORDED] += _ask(archive, replace(one, text=said), reader)
    return found


def _shelves(folder: Path, questions: Sequence[Question]) -> list[tuple[list[str], list[Question]]]:
    """The documents of a set, SHELF at a time, as lines of its corpus, with the questions that were written about them:
    the SHELVES that have most.
    """
    lines = corpus(folder).read_text("utf-8").splitlines(keepends=True)
    names = [json.loads(line)["_id"] for line in lines]
    shelves = []
    for start in range(0, len(lines), SHELF):
        here = set(names[start : start + SHELF])
        about = [one for one in questions if {one.about, *one.relevant} <= here]
        shelves.append((lines[start : start + SHELF], about))
    return sorted(shelves, key=lambda shelf: -len(shelf[1]))[:SHELVES]


def _ask(archive: Archive, question: Question, reader: Reader | None) -> Iterator[Asked]:
    """Present and hidden; an unanswerable question once."""
    query = questions.plan(Query(question.text, question.history))
    fold = int(sha1(str(question.about).encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS
    hidden = archive.articles_of_records(question.relevant)
    ways = [(question.required, query), ((), replace(query, hidden=hidden))] if question.relevant else [((), query)]
    for required, way in ways:
        sources = archive.sources()
        if hits := retrieve.retrieve(way, sources, most=looked_at(way.k)):
            yield Asked(fold, required, collect(way, hits, sources.weighing(way.hidden), reader))
