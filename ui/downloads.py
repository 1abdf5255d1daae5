"""The routes that serve files to download: exported conversations, and the references of what they quote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from qa.citing.cite import FORMS, cite
from qa.errors import QaError
from qa.store.conversations import Conversations
from qa.store.turns import Turn
from qa.types import Span
from ui import chat, export
from ui.visitors import owner
from ui.words import Words, chosen

if TYPE_CHECKING:
    from qa.library.library import Library

_KINDS = {"md": (export.markdown, "text/markdown"), "html": (export.page, "text/html")}


def router(library: Library, kept: Conversations) -> APIRouter:
    """``/conversations/ID.md`` and ``.html``, and one ending for each form of references: to their owner alone, to all
    others they are not there.
    """
    routes = APIRouter()

    @routes.get("/conversations/{id}.{ending}")
    def conversation(id: str, ending: str, request: Request) -> Response:
        words = chosen(request.cookies, request.headers.get("accept-language", ""))
        try:
            turns = chat.opened(library, kept, owner(request.cookies, None), id).turns
        except QaError:
            turns = ()
        if not turns or (ending not in _KINDS and ending not in FORMS):
            return Response(words.no_such_page, 404, media_type="text/plain")
        now = datetime.now()
        text, suffix, kind = _written(turns, ending, now, words)
        name = quote(f"{words.name}-{now:%Y%m%d-%H%M}.{suffix}")
        disposition = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(text, media_type=kind, headers=disposition)

    return routes


def clippings(library: Library) -> APIRouter:
    """``/clippings/ARTICLE?at=START-END``: a quote as it is printed, cut out of the picture of its page, a JPEG;
    ``/clippings/ARTICLE/page?at=…`` all of the page, the article tinted and the quote, if there is one, marked.
    """
    routes = APIRouter()

    def shown(article: str, at: str, request: Request, *, whole: bool) -> Response:
        start, _, end = at.partition("-")
        try:
            quote = Span(int(start), int(end)) if at else None
            made = library.clipping(article, *quote) if quote and not whole else library.page_picture(article, quote)
        except (QaError, ValueError):  # what names no range is no page either
            words = chosen(request.cookies, request.headers.get("accept-language", ""))
            return Response(words.no_such_page, 404, media_type="text/plain")
        return Response(made, media_type="image/jpeg", headers={"cache-control": "private, max-age=3600"})

    @routes.get("/clippings/{article}")
    def clipping(article: str, at: str, request: Request) -> Response:
        return shown(article, at, request, whole=False)

    @routes.get("/clippings/{article}/page")
    def page(article: str, request: Request, at: str = "") -> Response:
        return shown(article, at, request, whole=True)

    return routes


def _written(turns: Sequence[Turn], ending: str, now: datetime, words: Words) -> tuple[str, str, str]:
    """A conversation, or the references to what it quotes: the text, what its file's name ends in, its media type."""
    if ending in FORMS:
        form = FORMS[ending]
        return cite([turn.answer for turn in turns if turn.answer], ending), form.ending, form.media_type
    write, kind = _KINDS[ending]
    return write(turns, now, words), ending, kind
