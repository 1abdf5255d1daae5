"""Receive uploaded files: one a request, checked, kept in the library's inbox, queued for reading."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from qa.errors import Forbidden, QaError, TooManyTries, UsageError
from qa.types import HEADER, Sender
from ui.door import Quotas
from ui.ingest import Reading
from ui.words import chosen

if TYPE_CHECKING:
    from qa.library.library import Library

PATH = "/library/upload"
STATUSES = ((UsageError, 400), (Forbidden, 403), (TooManyTries, 429))


def router(library: Library, ingest: Reading, quotas: Quotas) -> APIRouter:
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
            sender = Sender.read(request.headers.get(HEADER))
            sender.require("editor")
            name, size = unquote(request.headers.get("x-name", "")), int(request.headers.get("content-length") or 0)
            with quotas.bringing(sender, size, time.monotonic()) as brought, library.incoming(name, size) as file:
                async for chunk in request.stream():
                    file.write(chunk)
                kept = await asyncio.to_thread(ingest.take, file, sender)
                brought.is_taken = True
        except QaError as error:
            status = next((status for kind, status in STATUSES if isinstance(error, kind)), 507)
            return JSONResponse({"problem": words.told(str(error))}, status)
        return JSONResponse({"name": kept})

    return routes
