"""Turn answers that readers rated into a question set for `qa eval`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from qa.types import Article

Rated = tuple[str, Mapping[str, Any]]
"""A verdict ("up", "down"), and the question, its history, the day on which it was asked, the answer and its quotes."""


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
