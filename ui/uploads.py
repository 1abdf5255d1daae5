"""Receive uploaded files: one a request, checked, kept in the library's inbox, queued for reading."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from qa.errors import QaError, UsageError
from ui.ingest import Reading
from ui.words import chosen

if TYPE_CHECKING:
    from qa.library.library import Library

PATH = "/library/upload"


def router(library: Library, ingest: Reading) -> APIRouter:
    """``POST /library/upload``: the body is the file, the header X-Name its name, percent-encoded.

    What is answered with 200 is on the disk, the server's where the library lies on one, and so is that it waits.
    """
    routes = APIRouter()

    @routes.post(PATH)
    async def upload(request: Request) -> JSONResponse:
        words = chosen(request.cookies, request.headers.get("accept-language", ""))
        if ingest.is_full:
            return JSONResponse({"problem": words.queue_full}, 503)
        try:
            name, size = unquote(request.headers.get("x-name", "")), int(request.headers.get("content-length") or 0)
            with library.incoming(name, size) as file:
                async for chunk in request.stream():
                    file.write(chunk)
                kept = await asyncio.to_thread(ingest.take, file)
        except QaError as error:
            return JSONResponse({"problem": words.told(str(error))}, 400 if isinstance(error, UsageError) else 507)
        return JSONResponse({"name": kept})

    return routes
