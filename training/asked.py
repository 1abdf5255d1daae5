"""Ask questions whose documents were not trained on, some with their article hidden, and keep what is found.

Hidden means gone: words that no other article has are unknown.
"""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

from qa import models, questions, retrieval
from qa.answering.candidates import looked_at
from qa.answering.scoring import CandidateSet, collect
from qa.evaluation import open_library
from qa.evaluation.measures import holds
from qa.evaluation.questions import Question, load_questions
from qa.library.library import Library
from qa.models import readers
from qa.types import Query
from qa.types.protocols import SpanReader
from qa.types.settings import DEFAULT_MODEL
from training.sets import PUBLIC, lines
from training.split import Part, public_part

FOLDS = 5
_HIDDEN = 0.3  # share of the answerable questions that are asked again with their article hidden


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question asked once, and what was found."""

    kind: str
    fold: int
    required: tuple[tuple[str, ...], ...]  # empty where nothing that was found can be right
    first: bool  # whether the first hit is of the right article
    material: CandidateSet

    def right(self, quotes: Iterable[str]) -> bool:
        return bool(self.required) and holds(quotes, self.required)


Sets = dict[str, list[Asked]]


def ask_sets(folders: Sequence[Path], part: Part, most: int, *, read: bool, keep: Path | None) -> Sets:
    """At most `most` questions of each set, with the shipped reader where `read`. What was found is kept in `keep`."""
    reader = readers.load(models.lexicon_of(DEFAULT_MODEL)) if read else None
    sets = Sets()
    for folder in folders:
        kept = keep / f"{folder.name}-{most}-{'reader' if read else 'terms'}.pickle" if keep else None
        if kept and kept.exists():
            sets[folder.name] = pickle.loads(kept.read_bytes())
            continue
        with open_library(folder) as library:
            sets[folder.name] = [one for each in chosen(folder, part, most) for one in _ask(library, each, reader)]
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps(sets[folder.name]))
    return sets


def chosen(folder: Path, part: Part, most: int) -> list[Question]:
    """At most so many questions of a set, by chance, always the same; of a public one, those of the part."""
    found = load_questions(folder)
    if folder.name in PUBLIC:
        titles = {one["_id"]: one["title"] for one in lines(folder / "corpus.jsonl")}
        found = [one for one in found if one.about and public_part(one.about, titles[one.about]) == part]
    return random.Random(1).sample(found, min(most, len(found)))


def _ask(library: Library, question: Question, reader: SpanReader | None) -> Iterator[Asked]:
    """As it is and, at times, with its article hidden; an unanswerable question once."""
    asked = questions.analyse(Query(question.text, question.history))
    number = int(sha1(str(question.about).encode(), usedforsecurity=False).hexdigest(), 16)
    about = library.articles_of_records(question.relevant or frozenset(filter(None, [question.about])))
    nothing = frozenset[str]()
    ways = [(question.required if question.relevant else (), nothing)]
    if question.relevant and random.Random(question.id).random() < _HIDDEN:
        ways.append(((), about))
    for required, hidden in ways:
        sources = library.sources(hidden)
        if hits := retrieval.retrieve(asked, sources, most=looked_at(asked.query.k)):
            kind = "hidden" if hidden else question.kind or "fact"
            material = collect(asked, hits, sources.seen_weight, reader)
            yield Asked(kind, number % FOLDS, required, hits[0].article.id in about, material)
