"""What all retrievers tell of a passage, so that it can be cited, and how they say that a framework is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qa import Hit
from qa.errors import NoPackage
from qa.services import wire


def identity(hit: Hit) -> str:
    """The same for the same passage, as long as its article's text is the same."""
    return str(hit.passage.id)


def metadata(hit: Hit, served_at: str | None = None) -> wire.Json:
    """Where a passage stands, under the names of ``qa search --json``, with paper, edition, byline and address.

    Each name is there, None where nothing is known. `spans` are ranges of the page's text, in code points. `url` leads
    to the article on the screen of the server `served_at`; without one it is the address that ``qa mcp`` reads.
    """
    article, passage = hit.article, hit.passage
    told = {name: value for name, value in wire.passage(hit).items() if name not in ("text", "score")}
    unserved = f"wenbao://article/{article.id}"
    return {
        **told,
        "paper": article.paper,
        "edition": article.edition,
        "byline": list(article.byline),
        "url": wire.address(article.id, served_at, passage.start, passage.end) if served_at else unserved,
    }


@contextmanager
def framework() -> Iterator[None]:
    """Around the imports of a framework. Raises NoPackage where it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise NoPackage("retrievers.no-package", name=error.name) from error
