"""Score the whole line on a question set in BEIR layout, in a library of its own.

BEIR: Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models".
A record is one article; documents rank by their best passage. Questions marked unanswerable count for refusal alone.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

from qa import text
from qa.archive import Archive
from qa.errors import QaError
from qa.protocols import Progress
from qa.settings import PASSAGE_OVERLAP_CHARS, PASSAGE_TARGET_CHARS
from qa.types import Answer, Hit, Query

_DEPTH = 10  # documents ranked
_PASSAGES = 50  # passages asked for, so that ten documents are among them


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the documents that hold its answer and the answers accepted."""

    id: str
    text: str
    relevant: frozenset[str]  # record ids; empty where the set marks it unanswerable
    required: tuple[tuple[str, ...], ...]  # one of each group must be in the answer; no group: not known
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the answerable questions, in [0, 1]; None where the set has nothing to measure it with."""

    success_at_1: float
    success_at_5: float
    success_at_10: float
    mrr_at_10: float
    ndcg_at_10: float
    answer_in_first_sentence: float | None
    answer_in_answer: float | None
    refusal_auroc: float | None  # confidence with the source present against hidden, or marked unanswerable
    ms_per_question: float  # median of one ask, the source present
    questions: int
    passages: int

    def as_dict(self) -> dict[str, Any]:
        return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}

    def as_table(self) -> str:
        return "\n".join(f"{key:26} {'-' if value is None else value}" for key, value in self.as_dict().items())


def evaluate(folder: Path, *, library: Path | None = None, progress: Progress | None = None) -> Scores:
    """Ask every question of a set in BEIR layout, and score the answers. Raises as `open_library`."""
    questions = load_questions(folder)
    with open_library(folder, library, progress) as archive:
        outcomes = []
        for number, question in enumerate(questions, 1):
            outcomes.append(_outcome(archive, question))
            if progress:
                progress("ask", number, len(questions))
        return _summary(outcomes, archive.stats().passages)


def open_library(folder: Path, library: Path | None = None, progress: Progress | None = None) -> Archive:
    """A library of the set's corpus alone, kept in the user's cache, so that a second run adds nothing.

    Raises QaError where the folder is not in BEIR layout.
    """
    corpus = _corpus(folder)
    archive = Archive.open(library or _library_for(corpus), create=True)
    try:
        report = archive.add([corpus], max_mb=math.inf, progress=progress)
        if report.failed:
            raise QaError(f"题集读不进去：{report.skipped[0].path}，{report.skipped[0].reason}")
    except BaseException:
        archive.close()
        raise
    return archive


def load_questions(folder: Path) -> list[Question]:
    """The answerable questions of a set, and those marked unanswerable, in the file's order."""
    relevant = _relevant(folder / "qrels" / "test.tsv")
    path, found = folder / "queries.jsonl", []
    for number, line in _lines(path):
        try:
            question = _question(json.loads(line), relevant)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise QaError(f'{path} 第 {number} 行不是一个问题。每行要像 {{"_id": "1", "text": "…"}}') from error
        if question:
            found.append(question)
    if not found:
        raise QaError(f"{folder} 里没有一个问题在 qrels/test.tsv 里有对应的文章。检查题集。")
    return found


def holds(quotes: Iterable[str], required: Sequence[Sequence[str]]) -> bool:
    """Whether the quotes together hold one accepted answer of each group, white space and form aside."""
    said = _plain("".join(quotes))
    return all(any(_plain(answer) in said for answer in group) for group in required)


def rank_documents(hits: Iterable[Hit]) -> list[frozenset[str]]:
    """Documents by their best passage; records with the same text share a rank."""
    ranked = {hit.article.id: hit.article for hit in hits}
    return [frozenset(place.record or place.source for place in article.places) for article in ranked.values()]


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Probability that a positive scores above a negative, ties half (Mann-Whitney U); None without both."""
    if not positive or not negative:
        return None
    ordered = sorted([(score, 1) for score in positive] + [(score, 0) for score in negative])
    rank_sum, start = 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        rank_sum += (start + 1 + end) / 2 * sum(label for _, label in ordered[start:end])
        start = end
    return (rank_sum - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative))


@dataclass(frozen=True, slots=True)
class _Outcome:
    ranks: list[bool]  # is the document at this rank relevant
    relevant: int
    first_holds: bool | None
    answer_holds: bool | None
    present: float | None  # confidence with the source present
    absent: float  # confidence with the source hidden, or of an unanswerable question
    milliseconds: float


def _outcome(archive: Archive, question: Question) -> _Outcome:
    started = time.perf_counter()
    answer = archive.ask(Query(question.text, question.history, k=_PASSAGES))
    milliseconds = (time.perf_counter() - started) * 1000
    if not question.relevant:
        return _Outcome([], 0, None, None, None, answer.confidence, milliseconds)
    ranks = [bool(documents & question.relevant) for documents in rank_documents(answer.hits)[:_DEPTH]]
    hidden = archive.articles_of_records(question.relevant)
    held = {place.record for identity in hidden for place in archive.article(identity).places}
    relevant = len(hidden) + len(question.relevant - held)  # records with the same text are one document
    absent = archive.ask(Query(question.text, question.history, hidden=hidden)).confidence
    first, whole = _answer_holds(answer, question)
    return _Outcome(ranks, relevant, first, whole, answer.confidence, absent, milliseconds)


def _answer_holds(answer: Answer, question: Question) -> tuple[bool | None, bool | None]:
    if not question.required:
        return None, None
    quotes = [citation.quote for citation in answer.citations]
    return holds(quotes[:1], question.required), holds(quotes, question.required)


def _summary(outcomes: Sequence[_Outcome], passages: int) -> Scores:
    asked = [one for one in outcomes if one.relevant]
    times = sorted(one.milliseconds for one in outcomes)
    return Scores(
        success_at_1=_success(asked, 1),
        success_at_5=_success(asked, 5),
        success_at_10=_success(asked, 10),
        mrr_at_10=_mean([_reciprocal_rank(one.ranks) for one in asked]) or 0.0,
        ndcg_at_10=_mean([_ndcg(one.ranks, one.relevant) for one in asked]) or 0.0,
        answer_in_first_sentence=_mean([one.first_holds for one in asked if one.first_holds is not None]),
        answer_in_answer=_mean([one.answer_holds for one in asked if one.answer_holds is not None]),
        refusal_auroc=auroc(
            [one.present for one in asked if one.present is not None], [one.absent for one in outcomes]
        ),
        ms_per_question=times[len(times) // 2],
        questions=len(outcomes),
        passages=passages,
    )


def _success(asked: Sequence[_Outcome], depth: int) -> float:
    return _mean([any(one.ranks[:depth]) for one in asked]) or 0.0


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _reciprocal_rank(ranks: Sequence[bool]) -> float:
    return next((1 / rank for rank, hit in enumerate(ranks, 1) if hit), 0.0)


def _ndcg(ranks: Sequence[bool], relevant: int) -> float:
    """Järvelin and Kekäläinen 2002, binary gains."""
    gained = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(ranks, 1) if hit)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(relevant, _DEPTH) + 1))


def _plain(value: str) -> str:
    return "".join(text.normalise(value).split())


def _relevant(path: Path) -> dict[str, frozenset[str]]:
    rows = csv.DictReader((line for _, line in _lines(path)), delimiter="\t", quoting=csv.QUOTE_NONE)
    found: dict[str, set[str]] = {}
    try:
        for row in rows:
            if float(row["score"]) > 0:
                found.setdefault(row["query-id"], set()).add(row["corpus-id"])
    except (ValueError, KeyError, TypeError) as error:
        raise QaError(f"{path} 第 {rows.line_num} 行不对。要三列，用制表符隔开：query-id corpus-id score") from error
    return {query: frozenset(documents) for query, documents in found.items()}


def _corpus(folder: Path) -> Path:
    for name in ("corpus.jsonl", "corpus.jsonl.gz", "corpus.jsonl.xz"):
        if (folder / name).is_file():
            return folder / name
    raise QaError(f"{folder} 里没有 corpus.jsonl。题集要有 corpus.jsonl、queries.jsonl、qrels/test.tsv（BEIR 格式）。")


def _question(item: Mapping[str, Any], relevant: Mapping[str, frozenset[str]]) -> Question | None:
    """A line of queries.jsonl; None where the set says neither which documents answer it nor that none does."""
    metadata = item.get("metadata") or {}
    groups = metadata.get("required") or ([metadata["answers"]] if metadata.get("answers") else [])
    required, history = tuple(map(_texts, groups)), _texts(metadata.get("history") or [])
    identity, (asked,) = item["_id"], _texts([item["text"]])
    if metadata.get("unanswerable"):
        return Question(identity, asked, frozenset(), required, history)
    return Question(identity, asked, relevant[identity], required, history) if identity in relevant else None


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("a list of texts is wanted")
    return tuple(values)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1. JSON may hold other line separators than ``\\n``."""
    try:
        whole = path.read_text("utf-8-sig")
    except OSError as error:
        raise QaError(f"打不开 {path}：{error.strerror}。题集要有 queries.jsonl 和 qrels/test.tsv。") from error
    except UnicodeDecodeError as error:
        raise QaError(f"{path} 不是 UTF-8。转成 UTF-8 再试。") from error
    return ((number, line) for number, line in enumerate(whole.split("\n"), 1) if line.strip())


def _library_for(corpus: Path) -> Path:
    made = f"{corpus.resolve()} {PASSAGE_TARGET_CHARS} {PASSAGE_OVERLAP_CHARS}"  # other passages, another library
    name = hashlib.blake2b(made.encode(), digest_size=6).hexdigest()
    return Path(platformdirs.user_cache_dir("wenbao", appauthor=False)) / "eval" / f"{corpus.parent.name}-{name}"
