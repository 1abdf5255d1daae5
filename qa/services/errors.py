"""What a program is told when something is wrong: a status, a code and a message, in the form that its door speaks."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from qa import QaError
from qa.errors import (
    Forbidden,
    LibraryBusy,
    LibraryError,
    ModelError,
    NoKey,
    NotFound,
    Overloaded,
    TooManyTries,
    UsageError,
    WrongKey,
)
from qa.errors.messages import Wording

REST, MCP, OPENAI, RETRIEVAL = "/api/v1", "/mcp", "/v1", "/retrieval"
DOORS = ("/api", MCP, OPENAI, RETRIEVAL)  # another version of REST is refused as a program understands it
_STATUSES: tuple[tuple[type[QaError], int], ...] = (
    (UsageError, 400),
    (NoKey, 401),
    (WrongKey, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (TooManyTries, 429),
    (Overloaded, 503),
    (ModelError, 503),
    (LibraryError, 503),
)
_OF_DIFY = {"api.no-key": 1001, "api.wrong-key": 1002, "api.no-knowledge": 2001}
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class Problem(NamedTuple):
    """An error as a response of HTTP; `fields` of a request that are not as they should be."""

    status: int
    said: Wording
    fields: tuple[str, ...] = ()


def of(error: QaError) -> Problem:
    """What an error of ours is in HTTP. Which process writes, and where the library lies, is no program's business."""
    if isinstance(error, LibraryBusy):
        return Problem(409, Wording("api.busy"))
    return Problem(next((status for kind, status in _STATUSES if isinstance(error, kind)), 500), error.wording)


def broken() -> Problem:
    """A mistake of ours: what it is stands in the server's log alone."""
    return Problem(500, Wording("api.broken"))


def is_door(path: str) -> bool:
    """Whether a path belongs to a door for programs."""
    return any(path == door or path.startswith(f"{door}/") for door in DOORS)


def status(path: str, problem: Problem) -> int:
    """Dify knows no 401: who may not come in is told 403."""
    return 403 if path == RETRIEVAL and problem.status == 401 else problem.status


def body(path: str, problem: Problem) -> dict[str, Any]:
    """The object that tells a problem, in the form of the door that a path belongs to."""
    code, said = problem.said.code, str(problem.said)
    if path == RETRIEVAL:
        return {"error_code": _OF_DIFY.get(code, problem.status), "error_msg": said}
    if path.startswith(f"{OPENAI}/"):
        kind = _TYPES.get(problem.status, "invalid_request_error" if problem.status < 500 else "server_error")
        return {"error": {"message": said, "type": kind, "param": None, "code": code}}
    fields = {"fields": list(problem.fields)} if problem.fields else {}
    return {"error": {"code": code, "message": said, "message_en": problem.said.said_in("en"), **fields}}


def headers(problem: Problem) -> dict[str, str]:
    """Those that the status asks for (RFC 9110): how to come in, when to come again."""
    if problem.status == 401:
        return {"www-authenticate": "Bearer"}
    if problem.status in (409, 429, 503):
        fields = problem.said.fields
        seconds = int(str(fields["minutes"])) * 60 if "minutes" in fields else fields.get("seconds", 1)
        return {"retry-after": str(seconds)}
    return {}


def encoded(path: str, problem: Problem) -> str:
    """The body as JSON, for those that answer without a framework."""
    return json.dumps(body(path, problem), ensure_ascii=False)
