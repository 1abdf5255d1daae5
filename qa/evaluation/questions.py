"""Question sets in BEIR layout: read one, with what must hold of each answer, or write one of rated answers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import QaError, reason_of
from qa.types import Answer, Article, Assumption, Filters

_KEYS = {"answer_kind", "total", "items", "assumed", "not_assumed", "reason", "terms", "noted", "lead"}
_ASSUMPTION = {"kind", "from", "to"}
_NO_FILTERS = Filters()
Rated = tuple[str, Mapping[str, Any]]
"""A verdict ("up", "down"), and the question, its history, the day on which it was asked, the answer and its quotes."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be so of an answer; None, or nothing, where the set does not say."""

    answer_kind: str | None = None
    total: int | None = None
    items: tuple[str, ...] | None = None  # records of the articles, or names of the reporters, in any order
    assumed: tuple[Mapping[str, str], ...] = ()  # each is met by an assumption with these keys, `to` a part of its own
    not_assumed: tuple[str, ...] = ()  # kinds of assumption that must not be made
    reason: str | None = None  # kind of the refusal
    terms: tuple[str, ...] = ()  # that the refusal names, among others
    noted: bool | None = None  # whether something is said of what the quotes leave open
    lead: tuple[str, ...] = ()  # any of which the lead has

    def is_met(self, answer: Answer) -> bool:
        """Whether all of it is so of an answer."""
        given = answer.reason
        return (
            self.answer_kind in (None, answer.kind)
            and self.total in (None, answer.total)
            and (self.items is None or sorted(self.items) == _items(answer))
            and all(any(_fits(wanted, one) for one in answer.assumed) for wanted in self.assumed)
            and not any(one.kind in self.not_assumed for one in answer.assumed)
            and (self.reason is None or (given is not None and given.kind == self.reason))
            and (not self.terms or (given is not None and set(self.terms) <= set(given.terms)))
            and self.noted in (None, bool(answer.note))
            and (not self.lead or any(one in (answer.lead or "") for one in self.lead))
        )


def expected(told: Mapping[str, Any]) -> Expected:
    """From the object of a question's line. Raises TypeError, ValueError for one that is not as `Expected` says."""
    if unknown := set(told) - _KEYS:
        raise ValueError(f"nobody knows {sorted(unknown)}")
    assumed = told.get("assumed") or []
    if any(set(one) - _ASSUMPTION for one in assumed):
        raise ValueError("an assumption has a kind, from and to")
    return Expected(
        answer_kind=told.get("answer_kind"),
        total=told.get("total"),
        items=None if told.get("items") is None else _texts(told["items"]),
        assumed=tuple(assumed),
        not_assumed=_texts(told.get("not_assumed") or []),
        reason=told.get("reason"),
        terms=_texts(told.get("terms") or []),
        noted=told.get("noted"),
        lead=_texts(told.get("lead") or []),
    )


def _items(answer: Answer) -> list[str]:
    """What a count or list is made of, by what a set can know of it."""
    return sorted(item.name if item.source is None else item.record or item.source for item in answer.items or ())


def _fits(wanted: Mapping[str, str], one: Assumption) -> bool:
    return (
        wanted.get("kind") in (None, one.kind)
        and wanted.get("from", "") in one.source
        and wanted.get("to", "") in one.target
    )


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise TypeError("a list of texts is wanted")
    return tuple(values)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the documents that hold its answer and the answers accepted."""

    id: str
    text: str
    relevant: frozenset[str]  # record ids; empty where the set marks it unanswerable
    required: tuple[tuple[str, ...], ...]  # one of each group must be in the answer; no group: not known
    history: tuple[str, ...] = ()
    kind: str | None = None  # what the set calls this sort of question
    about: str | None = None  # the record that it was written about, where the set says so
    expected: Expected | None = None  # what must be so of the answer besides
    filters: Filters = _NO_FILTERS
    today: str | None = None  # ISO 8601: the day on which it is asked; None: the system's
    is_unanswerable: bool = False  # the set says so


def load_questions(folder: Path) -> list[Question]:
    """The answerable questions of a set, and those marked unanswerable, in the file's order. Raises QaError."""
    relevant = _relevant(folder / "qrels" / "test.tsv")
    path, found = folder / "queries.jsonl", []
    for number, line in _lines(path):
        try:
            question = _question(json.loads(line), relevant)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise QaError("evaluation.bad-question", path=path, line=number) from error
        if question:
            found.append(question)
    if not found:
        raise QaError("evaluation.no-question", folder=folder)
    return found


def corpus(folder: Path) -> Path:
    """The set's documents. Raises QaError where there are none."""
    for name in ("corpus.jsonl", "corpus.jsonl.gz", "corpus.jsonl.xz"):
        if (folder / name).is_file():
            return folder / name
    raise QaError("evaluation.no-corpus", folder=folder)


def _relevant(path: Path) -> dict[str, frozenset[str]]:
    rows = csv.DictReader((line for _, line in _lines(path)), delimiter="\t", quoting=csv.QUOTE_NONE)
    found: dict[str, set[str]] = {}
    try:
        for row in rows:
            if float(row["score"]) > 0:
                found.setdefault(row["query-id"], set()).add(row["corpus-id"])
    except (ValueError, KeyError, TypeError) as error:
        raise QaError("evaluation.bad-row", path=path, line=rows.line_num) from error
    return {query: frozenset(documents) for query, documents in found.items()}


def _question(item: Mapping[str, Any], relevant: Mapping[str, frozenset[str]]) -> Question | None:
    """A line of queries.jsonl; None where the set says neither which documents answer it, nor that none does, nor what
    is expected.
    """
    metadata = item.get("metadata") or {}
    groups = metadata.get("required") or ([metadata["answers"]] if metadata.get("answers") else [])
    identity, (asked,) = item["_id"], _listed_texts([item["text"]])
    documents, is_unanswerable = relevant.get(identity, frozenset()), bool(metadata.get("unanswerable"))
    must_be = metadata.get("expected")
    if not (documents or is_unanswerable or must_be):
        return None
    return Question(
        id=identity,
        text=asked,
        relevant=frozenset() if is_unanswerable else documents,
        required=tuple(map(_listed_texts, groups)),
        history=_listed_texts(metadata.get("history") or []),
        kind=metadata.get("kind"),
        about=metadata.get("passage") or min(documents, default=None),
        expected=expected(must_be) if must_be else None,
        filters=Filters(**(metadata.get("filters") or {})),
        today=metadata.get("today"),
        is_unanswerable=is_unanswerable,
    )


def _listed_texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("a list of texts is wanted")
    return tuple(values)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1. JSON may hold other line separators than ``\\n``."""
    try:
        whole = path.read_text("utf-8-sig")
    except OSError as error:
        raise QaError("evaluation.not-opened", path=path, reason=reason_of(error)) from error
    except UnicodeDecodeError as error:
        raise QaError("evaluation.not-utf8", path=path) from error
    return ((number, line) for number, line in enumerate(whole.split("\n"), 1) if line.strip())


def write_question_set(folder: Path, articles: Iterable[Article], rated: Iterable[Rated]) -> int:
    """Write corpus, questions and relevance into `folder`, made where it is missing; how many questions there are.

    An answer that was called good is what its question should find, a refusal that was called good is one that should
    stay; of an answer that was called bad nobody said what is right, so it is left out. Of several ratings
    of a question the last counts.
    """
    last = {_key(about): (verdict, about) for verdict, about in rated}
    questions = [about for verdict, about in last.values() if verdict == "up" and _is_judged(about)]
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    _write(folder / "corpus.jsonl", (json.dumps(_document(one), ensure_ascii=False) for one in articles))
    _write(
        folder / "queries.jsonl", (json.dumps(_query(n, one), ensure_ascii=False) for n, one in enumerate(questions, 1))
    )
    found = [f"{n}\t{id}\t1" for n, one in enumerate(questions, 1) for id in _cited(one)]
    _write(folder / "qrels" / "test.tsv", ["query-id\tcorpus-id\tscore", *found])
    return len(questions)


def _key(about: Mapping[str, Any]) -> tuple[str, ...]:
    return (*about["history"], about["question"])


def _is_judged(about: Mapping[str, Any]) -> bool:
    """Whether it says what is right: articles that were quoted, or that there are none."""
    return bool(_cited(about)) or not about["answered"]


def _cited(about: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(citation["article"] for citation in about["citations"]))


def _query(n: int, about: Mapping[str, Any]) -> dict[str, Any]:
    judged = (
        {"answers": [quoted["quote"] for quoted in about["citations"]]} if about["answered"] else {"unanswerable": True}
    )
    asked = {"history": about["history"], "today": about["today"]}
    return {"_id": str(n), "text": about["question"], "metadata": asked | judged}


def _document(one: Article) -> dict[str, Any]:
    known = {"date": one.date, "byline": list(one.byline), "paper": one.paper, "edition": one.edition}
    return {"_id": one.id, "title": one.title, "text": one.text} | {
        name: value for name, value in known.items() if value
    }


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
