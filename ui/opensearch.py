"""The description by which a browser offers to ask from its address bar (OpenSearch 1.1): `?q=` asks."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from ui.markup import fragment
from ui.words import Words, chosen

ROUTE = "/opensearch.xml"
TYPE = "application/opensearchdescription+xml"
LINK = f'<link rel="search" type="{TYPE}" title="问报" href="{ROUTE}">'


def description(address: str, words: Words) -> Markup:
    """The document, for the app at `address`, which ends in a slash."""
    return fragment("opensearch", address=address, words=words)


def router() -> APIRouter:
    """``/opensearch.xml``: for the name that the browser knows the app by."""
    routes = APIRouter()

    @routes.get(ROUTE)
    def described(request: Request) -> Response:
        words = chosen(request.cookies, request.headers.get("accept-language", ""))
        return Response(description(str(request.base_url), words), media_type=TYPE)

    return routes
