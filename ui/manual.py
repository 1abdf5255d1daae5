"""The manual, `docs/manual.md`, as a page of the screen: it comes with the package and needs no network."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from markdown_it import MarkdownIt
from markupsafe import Markup

from ui.markup import fragment
from ui.words import Words, chosen

ROUTE = "/help/"  # its pictures lie below it, so that their names hold here as in `docs/`
_HERE = Path(__file__).parent
# `ui/docs` is a symbolic link to `docs/`, a folder in a wheel, and a file where Git makes no links.
FOLDER = next(folder for folder in (_HERE / "docs", _HERE.parent / "docs") if folder.is_dir())
_PICTURE = re.compile(r"!\[[^\]]+\]\(([\w-]+\.png)\)")


def source() -> str:
    """The manual as it is written, in CommonMark with tables."""
    return (FOLDER / "manual.md").read_text("utf-8")


def pictures(text: str) -> list[str]:
    """The file names of its pictures, in order."""
    return _PICTURE.findall(text)


def page(text: str, words: Words) -> Markup:
    """The whole page; a heading's id is the one that the links of the contents name."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    for opening, title in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor(title.content))
    shown = reader.renderer.render(tokens, reader.options, {})
    body = Markup(shown.replace("<pre>", '<pre tabindex="0">'))  # what scrolls is reached with the keyboard
    return fragment("manual", body=body, words=words)


def anchor(heading: str) -> str:
    """The id that GitHub gives a heading: no punctuation, small letters, a hyphen for each space."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def router() -> APIRouter:
    """``/help/`` and the pictures below it, no other file."""
    routes = APIRouter()

    @routes.get(ROUTE)
    def manual(request: Request) -> Response:
        words = chosen(request.cookies, request.headers.get("accept-language", ""))
        return Response(page(source(), words), media_type="text/html")

    @routes.get(ROUTE + "{name}")
    def picture(name: str, request: Request) -> Response:
        if name in pictures(source()):
            return FileResponse(FOLDER / name)
        words = chosen(request.cookies, request.headers.get("accept-language", ""))
        return Response(words.no_such_page, 404, media_type="text/plain")

    return routes
