"""The application that has all doors: whoever may come in is let in before it (`ui.programs`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from qa import Library, QaError
from qa.errors.messages import Wording
from qa.services import dify, errors, mcp, openai, rest
from qa.services.desk import Composer, Desk

_ABOUT = "问报：问中文报纸，逐句注明出处。 Questions to Chinese newspaper pages, answered with their own sentences."
_BY_STATUS = {400: "api.unreadable", 404: "api.no-such-path", 405: "api.no-such-method"}


def create_app(
    library: Library,
    *,
    allow_changes: bool = False,
    has_screen: bool = True,
    composer: Callable[[], Composer | None] = lambda: None,
) -> FastAPI:
    """The doors of a library, read-only unless `allow_changes`; `composer` tells which language model writes at the
    time. Listens nowhere.
    """
    desk = Desk(library, allow_changes, has_screen, composer)
    sessions = mcp.manager(mcp.create_server(desk))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with sessions.run():
            yield

    application = FastAPI(
        title="问报 wenbao",
        description=_ABOUT,
        version="1",
        openapi_url=f"{errors.REST}/openapi.json",
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    for door in (rest, openai, dify):
        application.include_router(door.router(desk))
    application.router.routes.append(Route(errors.MCP, StreamableHTTPASGIApp(sessions)))
    application.add_exception_handler(QaError, _ours)
    application.add_exception_handler(RequestValidationError, _invalid)
    application.add_exception_handler(HTTPException, _by_status)
    application.add_exception_handler(ClientDisconnect, _left)
    application.add_exception_handler(Exception, _broken)
    return application


def _told(request: Request, problem: errors.Problem) -> Response:
    path = request.url.path
    return JSONResponse(errors.body(path, problem), errors.status(path, problem), errors.headers(problem))


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, QaError)
    return _told(request, errors.of(error))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = tuple(sorted({".".join(map(str, one["loc"])) for one in error.errors()}))
    return _told(request, errors.Problem(422, Wording("api.invalid", fields="、".join(fields)), fields))


def _by_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = _told(
        request, errors.Problem(error.status_code, Wording(_BY_STATUS.get(error.status_code, "api.refused")))
    )
    response.headers.update(error.headers or {})
    return response


def _left(_: Request, __: Exception) -> Response:
    """Nobody reads it."""
    return Response(status_code=400)


def _broken(request: Request, error: Exception) -> Response:
    return _told(request, errors.broken())
