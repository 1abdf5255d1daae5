"""Dify's external knowledge interface: ``POST /retrieval`` gives passages for a question; RAGFlow asks the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from qa import Filters, Hit, Query
from qa.errors import NotFound, UsageError
from qa.services import errors
from qa.services.clients import while_there
from qa.services.desk import K_MOST, Desk

NAME = "wenbao"  # of the knowledge base, beside that of the library's folder
_Metadata = Mapping[str, str]


class Setting(BaseModel):
    top_k: int = Field(ge=1, le=K_MOST)
    score_threshold: float = 0.0


class Condition(BaseModel):
    """One thing that metadata must be; of several names any will do."""

    name: list[str] | str
    comparison_operator: str
    value: str | int | float | list[str] | None = None

    @property
    def names(self) -> list[str]:
        return [self.name] if isinstance(self.name, str) else self.name


class Conditions(BaseModel):
    logical_operator: Literal["and", "or"] | None = "and"
    conditions: list[Condition] | None = None


class Wanted(BaseModel):
    knowledge_id: str
    query: str
    retrieval_setting: Setting
    metadata_condition: Conditions | None = None


def router(desk: Desk) -> APIRouter:
    """Its one route; it stands in no document of ours, its own is Dify's."""
    routes = APIRouter(include_in_schema=False)

    @routes.post(errors.RETRIEVAL)
    async def retrieve(request: Request, wanted: Wanted) -> Response:
        if wanted.knowledge_id not in (NAME, desk.library.root.name):
            raise NotFound("api.no-knowledge", name=NAME)
        given, setting = wanted.metadata_condition or Conditions(), wanted.retrieval_setting
        passes = _test(given)
        most = K_MOST if given.conditions else setting.top_k
        hits, _ = await while_there(request, desk.found(Query(wanted.query, filters=_period(given), k=most)))
        records = [_record(desk, hit, str(request.base_url)) for hit in hits if hit.score >= setting.score_threshold]
        return JSONResponse({"records": [one for one in records if passes(one["metadata"])][: setting.top_k]})

    return routes


def _record(desk: Desk, hit: Hit, base: str) -> dict[str, Any]:
    """A passage; its metadata says only what is known."""
    article, place = hit.article, hit.article.location
    known = {
        "article": article.id,
        "title": article.title,
        "paper": article.paper,
        "date": article.date,
        "edition": article.edition,
        "byline": "、".join(article.byline),
        "source": place.source,
        "record": place.record,
        "page": str(place.page) if place.page else None,
        "spans": " ".join(f"{span.start}-{span.end}" for span in hit.spans),
        "path": desk.address(article, base, hit.passage.start, hit.passage.end),
    }
    metadata = {name: value for name, value in known.items() if value}
    return {"content": hit.passage.text, "score": round(hit.score, 4), "title": article.title, "metadata": metadata}


def _test(given: Conditions) -> Callable[[_Metadata], bool]:
    """Whether metadata is what all conditions, or any, want. Raises UsageError for one that cannot be read."""
    conditions = given.conditions or []
    for one in conditions:
        is_date = one.comparison_operator in ("before", "after")
        if one.comparison_operator not in _TESTS or (is_date and not _day(one.value)):
            raise UsageError(
                "api.bad-condition",
                name="、".join(one.names),
                operator=one.comparison_operator,
                known="、".join(_TESTS),
            )
    combined = any if given.logical_operator == "or" and conditions else all
    return lambda metadata: combined(_passes(one, metadata) for one in conditions)


def _passes(condition: Condition, metadata: _Metadata) -> bool:
    test, wanted = _TESTS[condition.comparison_operator], _wanted(condition)
    return any(test(metadata.get(name, ""), wanted) for name in condition.names)


def _wanted(condition: Condition) -> str:
    """The value as the tests read it; of a list, one to a line."""
    value = condition.value
    if condition.comparison_operator in ("in", "not in"):
        return "\n".join(value if isinstance(value, list) else str(value or "").split(","))
    if isinstance(value, list):
        return ",".join(value)
    return _day(value) if _is_stamp(condition) else str(value or "")


def _is_stamp(condition: Condition) -> bool:
    return condition.comparison_operator in ("before", "after") or (
        isinstance(condition.value, int | float) and "date" in condition.names
    )


def _day(value: object) -> str:
    """A date as ISO 8601, of text or of seconds since 1970; empty for what is none."""
    if isinstance(value, int | float):
        try:
            return datetime.fromtimestamp(value, UTC).date().isoformat()
        except (ValueError, OverflowError, OSError):
            return ""
    found = re.match(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(?![0-9])", str(value))
    return found[0] if found else ""


def _period(given: Conditions) -> Filters:
    """The days that all conditions leave, for the search to look there; the conditions themselves are tested after."""
    if given.logical_operator == "or":
        return Filters()
    ends = {"after": "", "before": ""}
    for one in given.conditions or []:
        if one.names == ["date"] and one.comparison_operator in ends:
            ends[one.comparison_operator] = _day(one.value)
    return Filters(since=ends["after"] or None, until=ends["before"] or None)


def _before(have: str, wanted: str) -> bool:
    """By prefix: 2025 is neither before nor after 2025-03."""
    length = min(len(have), len(wanted))
    return bool(have) and have[:length] < wanted[:length]


def _number(test: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def compared(have: str, wanted: str) -> bool:
        try:
            return test(float(have), float(wanted))
        except ValueError:
            return False

    return compared


_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda have, wanted: wanted in have,
    "not contains": lambda have, wanted: wanted not in have,
    "start with": str.startswith,
    "end with": str.endswith,
    "is": str.__eq__,
    "is not": str.__ne__,
    "in": lambda have, wanted: have in wanted.split("\n"),
    "not in": lambda have, wanted: have not in wanted.split("\n"),
    "empty": lambda have, _: not have,
    "not empty": lambda have, _: bool(have),
    "=": _number(lambda have, wanted: have == wanted),
    "≠": _number(lambda have, wanted: have != wanted),
    ">": _number(lambda have, wanted: have > wanted),
    "<": _number(lambda have, wanted: have < wanted),
    "≥": _number(lambda have, wanted: have >= wanted),
    "≤": _number(lambda have, wanted: have <= wanted),
    "before": _before,
    "after": lambda have, wanted: _before(wanted, have),
}
