"""REST under /api/v1, with its OpenAPI document: what `qa … --json` prints, over HTTP."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from fastapi import Query as InQuery
from fastapi.responses import JSONResponse, Response

from qa import Answer, Filters, cite
from qa.errors import Forbidden
from qa.services import errors, schema, wire
from qa.services.clients import SSE, Events, event, while_there
from qa.services.desk import PAGE_MOST, Desk, articles, counts
from qa.types import HEADER, Sender

FILES = f"{errors.REST}/files"
TAKEN = "wenbao.taken"
"""In the scope of a request that brought a file: whether the library has something of it now."""
_NUMBER_MOST = 2**31 - 1
_SAID = (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": schema.Problem, "description": "出错。 An error."} for status in _SAID
}
_Short = Annotated[str | None, InQuery(max_length=500)]
_Source = Annotated[str, InQuery(max_length=500, description="来源。 A file's source name.")]


def _filters(since: _Short = None, until: _Short = None, source: _Short = None, byline: _Short = None) -> Filters:
    return Filters(since, until, source, byline)


_Passing = Annotated[Filters, Depends(_filters)]


def router(desk: Desk) -> APIRouter:
    """Its routes. Each answers with what `qa.services.wire` makes; the models of `schema` only describe that."""
    routes = APIRouter(prefix=errors.REST, responses=_PROBLEMS)
    _questions(routes, desk)
    _looking(routes, desk)
    _changes(routes, desk)
    return routes


def _questions(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/search", response_model=schema.Found, summary="找段落 Search passages")
    async def search(request: Request, given: schema.Searched) -> Response:
        hits, elapsed = await while_there(request, desk.found(given.query()))
        return JSONResponse(desk.search(given.question, hits, elapsed, str(request.base_url)))

    streamed: dict[int | str, dict[str, Any]] = {
        200: {"content": {SSE: {"schema": schema.EVENT}}, "description": "答案。 The answer."}
    }

    @routes.post("/ask", response_model=schema.Answer, responses=streamed, summary="提问 Ask")
    async def ask(request: Request, given: schema.Asked) -> Response:
        base = str(request.base_url)
        if given.stream:
            desk.require_room()
            events = _events(desk, given, base)
            return Events(request.url.path, events, lambda problem: event("error", problem))
        answer, elapsed = await while_there(request, desk.asked(given.query()))
        return JSONResponse(_told(desk, given, answer, elapsed, base))


def _looking(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/articles", response_model=schema.Articles, summary="文章清单 List articles")
    async def listed(
        filters: _Passing,
        offset: Annotated[int, InQuery(ge=0, le=_NUMBER_MOST)] = 0,
        limit: Annotated[int, InQuery(ge=1, le=PAGE_MOST)] = 20,
    ) -> Response:
        return JSONResponse(await desk.run(lambda: articles(desk.library, filters, offset, limit)))

    @routes.get("/articles/{article}", response_model=schema.Article, summary="一篇文章 One article")
    async def article(request: Request, article: Annotated[str, InPath(max_length=100)]) -> Response:
        found = await desk.run(lambda: desk.library.article(article))
        return JSONResponse(desk.article(found, str(request.base_url)))

    @routes.get("/pages", response_model=schema.Page, summary="一页原文 The text of a page")
    async def page(
        source: _Source, record: _Short = None, page: Annotated[int | None, InQuery(ge=1, le=_NUMBER_MOST)] = None
    ) -> Response:
        text = await desk.run(lambda: desk.library.page_text(source, record, page))
        return JSONResponse({"source": source, "record": record, "page": page, "text": text})

    @routes.get("/counts", response_model=schema.Counts, summary="有多少 How many")
    async def counted(filters: _Passing) -> Response:
        return JSONResponse(await desk.run(lambda: counts(desk.library, filters)))

    @routes.get("/health", response_model=schema.Health, summary="是否就绪 Is it ready")
    async def health() -> Response:
        return JSONResponse(await desk.run(lambda: _health(desk)))


def _changes(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/files", response_model=list[schema.File], summary="文件清单 List files")
    async def files() -> Response:
        found = await desk.run(desk.library.files)
        return JSONResponse([wire.file(one) for one in found])

    @routes.post(
        "/files",
        response_model=schema.Report,
        summary="读入一个文件，同名的替换 Add a file, in the place of one of its name",
        openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}}},
    )
    async def add(request: Request, name: _Source) -> Response:
        sender = _changing(desk, request)
        with desk.library.incoming(name, int(request.headers.get("content-length") or 0)) as file:
            async for chunk in request.stream():
                file.write(chunk)
            report = await desk.run(lambda: desk.library.receive(file, sender))
        request.scope[TAKEN] = bool(report.added or report.changed or report.unchanged)
        return JSONResponse(wire.report(report))

    @routes.delete("/files", response_model=schema.Removed, summary="删掉一个文件 Remove a file")
    async def remove(request: Request, source: _Source) -> Response:
        sender = _changing(desk, request)
        return JSONResponse({"removed": list(await desk.run(lambda: desk.library.remove(source, sender)))})


def _told(desk: Desk, given: schema.Asked, answer: Answer, elapsed_ms: float, base: str) -> dict[str, Any]:
    told = desk.answer(answer, elapsed_ms, base)
    return told | ({"references": cite(answer, given.cite)} if given.cite else {})


async def _events(desk: Desk, given: schema.Asked, base: str) -> AsyncGenerator[str]:
    """`passages` as soon as they are found, `sentence` for what seems to answer as it is read, in the end `answer`."""
    began = time.perf_counter()
    async with aclosing(desk.answering(given.query())) as growing:
        async for found in growing:
            elapsed_ms = (time.perf_counter() - began) * 1000
            if isinstance(found, str):
                yield event("sentence", {"text": found})
            elif isinstance(found, Answer):
                yield event("answer", _told(desk, given, found, elapsed_ms, base))
            else:
                yield event("passages", desk.search(given.question, found, elapsed_ms, base))


def _changing(desk: Desk, request: Request) -> Sender:
    """Who would change something. Raises Forbidden where that is not allowed."""
    if not desk.allows_changes:
        raise Forbidden("api.read-only")
    sender = Sender.read(request.headers.get(HEADER))
    sender.require("editor")
    return sender


def _health(desk: Desk) -> dict[str, Any]:
    stats = desk.library.stats()
    return {
        "status": "ok",
        "version": version("wenbao"),
        "articles": stats.articles,
        "passages": stats.passages,
        "vectors": stats.embedded,
        "allows_changes": desk.allows_changes,
    }
