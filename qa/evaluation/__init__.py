"""Run a question set: ask every question, and once more with the documents that answer it hidden."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterable
from pathlib import Path

import platformdirs

from qa.errors import LibraryError, QaError
from qa.evaluation import measures
from qa.evaluation.measures import Judged
from qa.evaluation.questions import Question, corpus, load_questions
from qa.evaluation.scores import DEPTH, Outcome, Quoted, Scores, summary
from qa.library.library import Library
from qa.types import Answer, Hit, Query
from qa.types.protocols import Progress
from qa.types.settings import DEFAULT_READER, PASSAGE_OVERLAP_CHARS, PASSAGE_TARGET_CHARS

_PASSAGES = 50  # passages asked for, so that ten documents are among them


def evaluate(
    folder: Path, *, library_path: Path | None = None, reader: str = DEFAULT_READER, progress: Progress | None = None
) -> Scores:
    """Ask every question of a set in BEIR layout, and score the answers. Raises as `open_library`."""
    questions = load_questions(folder)
    with open_library(folder, library_path, progress, reader) as library:
        outcomes = []
        for number, question in enumerate(questions, 1):
            outcomes.append(outcome_of(library, question))
            if progress:
                progress("ask", number, len(questions))
        return summary(outcomes, library.stats().passages)


def open_library(
    folder: Path, library_path: Path | None = None, progress: Progress | None = None, reader: str = DEFAULT_READER
) -> Library:
    """A library of the set's corpus alone, kept in the user's cache, so that a second run adds nothing.

    Raises QaError where the folder is not in BEIR layout, LibraryError where the library named holds other files,
    UsageError for a reader that is not known.
    """
    documents = corpus(folder)
    library = Library.open(library_path or _library_for(documents), create=True, reader=reader)
    try:
        _refuse_others(library, documents)
        if library_path is None:  # ours: embedded anew where the model was prepared in another form since
            library.set_model(library.model, progress)
        report = library.add([documents], max_mb=math.inf, progress=progress)
        if report.failed:
            first = report.skipped[0]
            raise QaError("evaluation.not-read", path=first.path, reason=first.reason)
    except BaseException:
        library.close()
        raise
    return library


def _refuse_others(library: Library, documents: Path) -> None:
    """Somebody's own library would keep the set's documents for good, and its articles would spoil the scores."""
    held = (Path(one.path) for one in library.files())
    if any(one.exists() and not one.samefile(documents) for one in held):
        raise LibraryError("evaluation.library-in-use")


def outcome_of(library: Library, question: Question) -> Outcome:
    """What came of a question. Every answer is asked for, however unsure, and held against the threshold here."""
    asked = Query(question.text, question.history, question.filters, k=_PASSAGES, today=question.today)
    started = time.perf_counter()
    answer = library.ask(asked, least=0.0)
    milliseconds = (time.perf_counter() - started) * 1000
    expected = question.expected.is_met(library.ask(asked)) if question.expected else None
    if not question.relevant:  # that nothing answers, or that is answered by a number or a list
        judged = (Judged(answer.confidence, False, False),) if question.is_unanswerable else ()
        refused = [_refuses(library, answer)] if question.is_unanswerable else []
        return Outcome(question.kind, judged, refused, None, milliseconds, expected)
    hidden = library.articles_of_records(question.relevant)
    absent = library.ask(asked, least=0.0, hidden=hidden)
    right = bool(question.required) and measures.holds(_quotes(answer), question.required)
    return Outcome(
        kind=question.kind,
        judged=(Judged(answer.confidence, right, True), Judged(absent.confidence, False, False)),
        refused=[_refuses(library, one) for one in (answer, absent)],
        found=_quoted(library, question, answer, hidden),
        milliseconds=milliseconds,
        expected=expected,
    )


def rank_documents(hits: Iterable[Hit]) -> list[frozenset[str]]:
    """Documents by their best passage; records that tell the same story share a rank."""
    ranked = {hit.article.id: (hit.article.location, *hit.article.also) for hit in hits}
    return [frozenset(place.record or place.source for place in places) for places in ranked.values()]


def _quoted(library: Library, question: Question, answer: Answer, hidden: frozenset[str]) -> Quoted:
    held = {place.record for identity in hidden for place in library.article(identity).locations}
    ranks = [bool(documents & question.relevant) for documents in rank_documents(answer.hits)[:DEPTH]]
    relevant = len(hidden) + len(question.relevant - held)  # records with the same text are one document
    if not question.required:
        return Quoted(ranks, relevant)
    quotes = [] if _refuses(library, answer) else _quotes(answer)
    first, whole = (measures.holds(said, question.required) for said in (quotes[:1], quotes))
    if len(question.required) > 1:  # one mark cannot be several answers
        return Quoted(ranks, relevant, first, whole)
    marked = _marked(answer) if quotes else ""
    answers = question.required[0]
    return Quoted(ranks, relevant, first, whole, measures.f1(marked, answers), measures.exact(marked, answers))


def _refuses(library: Library, answer: Answer) -> bool:
    return not answer.answered or answer.confidence < library.threshold


def _quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


def _marked(answer: Answer) -> str:
    best = max(answer.citations, key=lambda citation: citation.score)
    return best.quote[best.mark.start : best.mark.end]


def _library_for(documents: Path) -> Path:
    made = f"{documents.resolve()} {PASSAGE_TARGET_CHARS} {PASSAGE_OVERLAP_CHARS}"  # other passages, another library
    name = hashlib.blake2b(made.encode(), digest_size=6).hexdigest()
    return (
        Path(platformdirs.user_cache_dir("wenbao", appauthor=False))
        / "eval"
        / f"{documents.resolve().parent.name}-{name}"
    )
