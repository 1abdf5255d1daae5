"""The routes that serve files to download: exported conversations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from qa.conversations.store import Conversations
from qa.errors import QaError
from ui import chat, export
from ui.visitors import owner
from ui.words import chosen

if TYPE_CHECKING:
    from qa.library.library import Library

_KINDS = {"md": (export.markdown, "text/markdown"), "html": (export.page, "text/html")}


def router(library: Library, kept: Conversations) -> APIRouter:
    """``/conversations/ID.md`` and ``.html``: to their owner alone, to all others they are not there."""
    routes = APIRouter()

    @routes.get("/conversations/{id}.{ending}")
    def conversation(id: str, ending: str, request: Request) -> Response:
        words = chosen(request.cookies, request.headers.get("accept-language", ""))
        try:
            turns = chat.opened(library, kept, owner(request.cookies, None), id).turns
        except QaError:
            turns = ()
        if not turns or ending not in _KINDS:
            return Response(words.no_such_page, 404, media_type="text/plain")
        write, kind = _KINDS[ending]
        now = datetime.now()
        name = quote(f"{words.name}-{now:%Y%m%d-%H%M}.{ending}")
        disposition = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(write(turns, now, words), media_type=kind, headers=disposition)

    return routes
