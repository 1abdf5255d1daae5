"""Values as JSON for other programs: `qa … --json` and the doors of `qa.services`. The keys are a contract."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from qa.types import (
    AddReport,
    Answer,
    Article,
    Assumption,
    Citation,
    FileInfo,
    FilePreview,
    Hit,
    Item,
    Location,
    Reason,
    Sign,
    Skipped,
    Span,
)

Json = dict[str, Any]


def answer(result: Answer, elapsed_ms: float, identity: Any = None) -> Json:
    """One line of ``qa ask --json``."""
    return {
        "id": identity,
        "question": result.question,
        "answered": result.answered,
        "answer_kind": result.kind,
        "answer": result.text,
        "lead": result.lead,
        "confidence": round(result.confidence, 4),
        "reason": _reason(result.reason),
        "assumed": [_assumption(one) for one in result.assumed],
        "citations": [citation(one) for one in result.citations],
        "nearest": [citation(one) for one in result.nearest],
        "passages": [passage(hit) for hit in result.hits],
        "total": result.total,
        "items": None if result.items is None else [_item(one) for one in result.items],
        "elapsed_ms": round(elapsed_ms, 1),
        **({"note": result.note} if result.note else {}),
    }


def explained(result: Answer) -> Json:
    """What ``--explain`` adds: null where no sentences were weighed, as in a count or small talk."""
    found = result.explanation
    if found is None:
        return {"explanation": None}
    chances = {"sentence": _signs(found.sentence), "confidence": _signs(found.confidence)}
    return {"explanation": {**chances, "threshold": found.threshold, "perhaps": found.perhaps}}


def _signs(signs: Iterable[Sign]) -> list[Json]:
    return [
        {"sign": one.name, "value": round(one.value, 4), "weight": one.weight, "adds": round(one.value * one.weight, 4)}
        for one in signs
    ]


def partial(ready: int, passages: int) -> Json:
    """What an answer's or a search's line says besides, while some passages are found by their terms alone."""
    return {"vectors": {"ready": ready, "passages": passages}} if ready < passages else {}


def asked(line: bytes) -> tuple[Any, str, tuple[str, ...]]:
    """The id as given, the question and its history, of a line of ``qa ask --questions``. Raises ValueError."""
    try:
        item = json.loads(line)
        identity, question, history = item.get("id"), item["question"], item.get("history") or []
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not an object with a question") from error
    if not isinstance(history, list) or not all(isinstance(text, str) for text in (question, *history)):
        raise ValueError("a question is a text, its history a list of texts")
    return identity, question, tuple(history)


def search(question: str, hits: Iterable[Hit], elapsed_ms: float) -> Json:
    """The line of ``qa search --json``."""
    return {"question": question, "passages": [passage(hit) for hit in hits], "elapsed_ms": round(elapsed_ms, 1)}


def passage(hit: Hit) -> Json:
    """A passage of an answer or a search, with its place on the page."""
    place = hit.article.location
    return {
        "article": hit.article.id,
        "title": hit.article.title,
        "source": place.source,
        "record": place.record,
        "page": place.page,
        "date": hit.article.date,
        "text": hit.passage.text,
        "spans": _spans(hit.spans),
        "score": round(hit.score, 4),
    }


def article(one: Article) -> Json:
    """A line of ``qa export``."""
    place = one.location
    return {
        "article": one.id,
        "title": one.title,
        "kicker": one.kicker,
        "subtitle": one.subtitle,
        "byline": list(one.byline),
        "paper": one.paper,
        "edition": one.edition,
        "date": one.date,
        "date_from": one.date_from,
        "source": place.source,
        "record": place.record,
        "page": place.page,
        "text": one.text,
        "spans": _spans(place.spans(0, len(one.text))),
        "also": [_place(other) for other in one.locations[1:]],
    }


def shown_article(one: Article) -> Json:
    """``qa show ARTICLE --json``: the exported line with the words that gave the date."""
    return {**article(one), "date_evidence": one.date_evidence, "title_inferred": one.title_inferred}


def address(article: str, served_at: str, start: int = 0, end: int = 0) -> str:
    """Where the screen at the address `served_at` shows an article, by its id, a range of its text marked."""
    return f"{served_at.rstrip('/')}/#article/{article}" + (f"?at={start}-{end}" if end else "")


def file(info: FileInfo) -> Json:
    """A line of ``qa list --json``."""
    return asdict(info)


def report(result: AddReport) -> Json:
    """The object of ``qa add --json``."""
    return {**asdict(result), "failed": result.failed}


def preview(one: FilePreview | Skipped) -> Json:
    """A line of ``qa add --dry-run --json``: a file as it would be added, or what would be passed over and why."""
    if isinstance(one, Skipped):
        return {"source": one.path, "state": "skipped", "reason": one.reason, "failed": one.failed}
    return asdict(one)


def citation(one: Citation) -> Json:
    place = one.article.location
    return {
        "n": one.n,
        "article": one.article.id,
        "title": one.article.title,
        "source": place.source,
        "record": place.record,
        "page": place.page,
        "also": [_place(other) for other in one.article.also],
        "paper": one.article.paper,
        "edition": one.article.edition,
        "date": one.article.date,
        "date_from": one.article.date_from,
        "byline": list(one.article.byline),
        "columns": None if one.columns is None else list(one.columns),
        "quote": one.quote,
        "mark": list(one.mark),
        "spans": _spans(one.spans),
        "regions": None if one.regions is None else [list(region) for region in one.regions],
        "score": round(one.score, 4),
    }


def _item(one: Item) -> Json:
    """An article as a line of a list, or a reporter with the ids of the articles."""
    if one.source is None:
        return {"name": one.name, "count": one.count, "articles": list(one.articles)}
    return {
        "article": one.articles[0],
        "title": one.name,
        "source": one.source,
        "record": one.record,
        "page": one.page,
        "date": one.date,
        "byline": list(one.byline),
        "count": one.count,
    }


def _place(place: Location) -> Json:
    return {"source": place.source, "record": place.record, "page": place.page}


def _reason(reason: Reason | None) -> Json | None:
    return {"kind": reason.kind, "terms": list(reason.terms), "text": reason.text} if reason else None


def _assumption(one: Assumption) -> Json:
    return {"kind": one.kind, "from": one.source, "to": one.target}


def _spans(spans: Iterable[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]
