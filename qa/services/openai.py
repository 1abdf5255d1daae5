"""OpenAI's chat interface under /v1: a chat program names 问报 as a model, and gets its answers with their sources.

Below an answer stands what a language model makes of it: the sentences that hold, then what they rest on.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Literal, NamedTuple
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from qa import Answer, Citation, Query
from qa.errors import NotFound, UsageError
from qa.errors.messages import Wording
from qa.services import errors, wire
from qa.services.clients import Events, data, while_there
from qa.services.desk import Composer, Desk, checked
from qa.services.markdown import lines, plain, quoted
from qa.types import Composition, Statement

MODEL = "wenbao"
COMPOSED = "wenbao-composed"  # there while a language model is: its text below the answer
NO_TOKENS = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # nothing here counts in tokens


class Content(BaseModel):
    """A part of a message; what is no text is passed over."""

    type: str
    text: str | None = None


class Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Content] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content.strip()
        return "\n".join(part.text for part in self.content or () if part.text).strip()


class StreamOptions(BaseModel):
    include_usage: bool = False


class Chat(BaseModel):
    """Of what may be sent, what makes a difference: temperature, tools and a system prompt change no answer."""

    model: str
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = False
    stream_options: StreamOptions | None = None

    def query(self) -> Query:
        """The user's last message, those before it as history. Raises UsageError where there is none, or it is too
        long.
        """
        *before, last = [one.text for one in self.messages if one.role == "user" and one.text] or [""]
        if not last:
            raise UsageError("api.no-question")
        return checked(Query(last, tuple(before)))


def router(desk: Desk) -> APIRouter:
    """Its routes; they stand in no document of ours, theirs is OpenAI's."""
    routes = APIRouter(prefix=errors.OPENAI, include_in_schema=False)

    @routes.get("/models")
    async def models() -> Response:
        return JSONResponse({"object": "list", "data": [_model(name) for name in _models(desk)]})

    @routes.get("/models/{model}")
    async def model(model: str) -> Response:
        _require_model(desk, model)
        return JSONResponse(_model(model))

    @routes.post("/chat/completions")
    async def complete(request: Request, chat: Chat) -> Response:
        _require_model(desk, chat.model)
        composer = desk.composer() if chat.model == COMPOSED else None
        parts = _parts(desk, chat.query(), composer, str(request.base_url))
        made = _Made(f"chatcmpl-{uuid4().hex}", int(time.time()), chat.model)
        if chat.stream:
            desk.require_room()
            with_usage = bool(chat.stream_options and chat.stream_options.include_usage)
            return Events(request.url.path, made.chunks(parts, with_usage), data)
        return JSONResponse(made.whole(await while_there(request, _all(parts))))

    return routes


def _models(desk: Desk) -> tuple[str, ...]:
    return (MODEL, COMPOSED) if desk.composer() else (MODEL,)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "wenbao"}


def _require_model(desk: Desk, name: str) -> None:
    if name not in (known := _models(desk)):
        raise NotFound("api.no-model", name="、".join(known))


async def _parts(desk: Desk, query: Query, composer: Composer | None, base: str) -> AsyncGenerator[Part]:
    """The answer, and below it, part by part, what a language model makes of it, where one does."""
    answer, elapsed = await desk.asked(query)
    citations = desk.answer(answer, elapsed, base)["citations"]
    yield Part(text(desk, answer, base), {"citations": citations})
    if composer is not None:
        async with aclosing(below_answer(desk, answer, composer, citations, base)) as below:
            async for part in below:
                yield part


async def _all(parts: AsyncGenerator[Part]) -> list[Part]:
    async with aclosing(parts):
        return [part async for part in parts]


def text(desk: Desk, answer: Answer, base: str) -> str:
    """The answer as Markdown: what was understood, the sentences or the reason for none, and where each one stands."""
    parts = [
        str(Wording("api.understood", source=plain(one.source), target=plain(one.target))) for one in answer.assumed
    ]
    parts.append(lines(answer.text or (answer.reason.text if answer.reason else "")))
    parts += [lines(answer.note)] if answer.note else []
    listed = dict.fromkeys((one.n, one.article.id) for one in answer.citations)
    cited = {(one.n, one.article.id): one for one in reversed(answer.citations)}
    parts += ["\n".join(source(desk, cited[key], base) for key in listed)] if listed else []
    if answer.nearest:
        parts.append(str(Wording("api.nearest")))
        parts += [f"{quoted(one.quote)}\n>\n> {source(desk, one, base)}" for one in answer.nearest]
    return "\n\n".join(parts)


class _Made:
    """One answer in OpenAI's objects."""

    def __init__(self, identity: str, created: int, model: str) -> None:
        self._common = {"id": identity, "created": created, "model": model}

    def whole(self, parts: Sequence[Part]) -> dict[str, Any]:
        fields = _fields(parts)
        said = "".join(part.said for part in parts)
        message = {"role": "assistant", "content": said, "refusal": None, **fields}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._common, "object": "chat.completion", "choices": [choice], "usage": NO_TOKENS, **fields}

    async def chunks(self, parts: AsyncGenerator[Part], with_usage: bool) -> AsyncGenerator[str]:
        """Line by line as they are there, the fields with the last of them."""
        yield self._chunk({"role": "assistant", "content": ""})
        held = list[Part]()
        async with aclosing(parts):
            async for part in parts:
                held.append(part)
                for line in part.said.splitlines(keepends=True):
                    yield self._chunk({"content": line})
        yield self._chunk({}, finish_reason="stop", **_fields(held))
        if with_usage:
            yield data({**self._common, "object": "chat.completion.chunk", "choices": [], "usage": NO_TOKENS})
        yield "data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return data({**self._common, "object": "chat.completion.chunk", "choices": [choice], **more})


def _fields(parts: Iterable[Part]) -> wire.Json:
    """What all parts tell beside their text, the later before the earlier."""
    return {name: value for part in parts for name, value in part.fields.items()}


class Part(NamedTuple):
    """A piece of what is said, and what is told beside it."""

    said: str
    fields: wire.Json


def source(desk: Desk, citation: Citation, base: str) -> str:
    """A line of Markdown that leads to where a quote stands."""
    article = citation.article
    told = "，".join(plain(one) for one in (article.paper, article.date) if one)
    address = desk.address(article, base, citation.start, citation.end)
    return f"[{citation.n}] [{plain(article.title)}]({address})" + (f" {told}" if told else "") + "  "


async def below_answer(
    desk: Desk, answer: Answer, composer: Composer, citations: list[wire.Json], base: str
) -> AsyncGenerator[Part]:
    """What a language model makes of the answer, sentence by sentence; what these rest on is numbered behind the
    answer's own `citations`, and told with them.
    """
    above, said, made = max((one.n for one in answer.citations), default=0), 0, None
    async with aclosing(desk.composed(answer, composer)) as growing:
        async for made in growing:
            if not said and made.statements:
                yield Part(f"\n\n---\n\n{Wording('api.composed')}\n\n", {})
            for one in made.statements[said:]:
                yield Part(_sentence(one, above), {})
            said = len(made.statements)
    if made is not None:
        yield _end(desk, made, citations, above, base)


def _sentence(statement: Statement, above: int) -> str:
    numbers = "".join(f"[{one.n + above}]" for one in statement.citations)
    return f"{lines(statement.text)}{numbers}"


def _end(desk: Desk, made: Composition, citations: list[wire.Json], above: int, base: str) -> Part:
    """The sentences that it rests on, how many were struck, why it ended early."""
    rests = sorted((replace(one, n=one.n + above) for one in made.citations), key=lambda one: one.n)
    told = [f"{quoted(one.quote.strip())}\n>\n> {source(desk, one, base)}" for one in rests]
    told += [str(Wording("api.composed-nothing"))] if not made.statements else []
    told += [str(Wording("api.struck", count=len(made.struck)))] if made.struck else []
    told += [plain(made.problem)] if made.problem else []
    kept = [desk.citation(wire.citation(one), one, base) for one in rests]
    fields = {"citations": [*citations, *kept], "composed": _told(made, above)}
    return Part("".join(f"\n\n{one}" for one in told), fields)


def _told(made: Composition, above: int) -> wire.Json:
    return {
        "statements": [
            {"text": one.text, "citations": [cited.n + above for cited in one.citations]} for one in made.statements
        ],
        "struck": [{"text": one.text, "fault": one.fault, "what": one.what} for one in made.struck],
        "problem": made.problem,
    }
