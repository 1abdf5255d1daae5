"""An Answer as it was given: articles are kept by id, so that they open as long as the library holds them.

What was shown of each article (its headline, place, quotes and passages) is kept too: once the article is gone, that
stands in for it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from qa.errors import LibraryError
from qa.types import Answer, Article, Citation, Hit, Place

Find = Callable[[str], Article | None]
"""The article of an id, None where the library does not hold it."""

_GAP = "\n"  # between two pieces of an article that is gone


def write(answer: Answer) -> bytes:
    """The answer, its articles by id; `read` gives it back."""
    articles: dict[str, Article] = {}
    tree = _plain(answer, articles)
    shown = {id: _plain(_shell(article, ""), {}, whole=True) for id, article in articles.items()}
    return zlib.compress(json.dumps({"answer": tree, "articles": shown}, separators=(",", ":")).encode())


def read(snapshot: bytes, find: Find) -> Answer:
    """The answer with the library's articles; in place of one that is gone, what was shown of it.

    Raises LibraryError where the snapshot is not what `write` wrote.
    """
    try:
        data = json.loads(zlib.decompress(snapshot))
        shells = {id: _made(Article, tree, {}) for id, tree in data["articles"].items()}
        articles = {id: find(id) or shell for id, shell in shells.items()}
        answer: Answer = _made(Answer, data["answer"], articles)
        gone = {id for id, article in articles.items() if article is shells[id]}
        return _without(answer, gone) if gone else answer
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LibraryError("这一答存得不完整，读不出来。请再问一次。") from error


def _shell(article: Article, text: str) -> Article:
    """The article with the text that is left of it, and its places without their pieces."""
    places = tuple(Place(place.source, place.record, place.page, ()) for place in article.places)
    return replace(article, text=text, places=places)


def _plain(value: Any, articles: dict[str, Article], whole: bool = False) -> Any:
    """A value of `qa.types` as JSON knows it; an article becomes its id, and is collected, unless it is the `whole`."""
    if isinstance(value, Article) and not whole:
        articles[value.id] = value
        return value.id
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), articles) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(one, articles) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one, articles) for one in value]
    return value


def _made(kind: Any, data: Any, articles: Mapping[str, Article]) -> Any:
    """The value of type `kind` behind what `_plain` made of it; names that `kind` no longer has are passed over."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Article and isinstance(data, str):
        return articles[data]
    if origin in (Union, UnionType):
        (only,) = (one for one in arguments if one is not NoneType)
        return None if data is None else _made(only, data, articles)
    if origin is tuple:
        return tuple(_made(arguments[0], one, articles) for one in data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        known = {name: _made(hints[name], value, articles) for name, value in data.items() if name in hints}
        return kind(**known)
    if isinstance(kind, type) and issubclass(kind, tuple):  # a NamedTuple
        return kind(*data)
    return data


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _without(answer: Answer, gone: set[str]) -> Answer:
    """The answer where each article that is gone holds its quotes and passages alone, one to a line, offsets moved."""
    left = {id: _Remains([piece for piece in _shown(answer) if piece[0] == id]) for id in gone}
    citations = tuple(left[one.article.id].cited(one) if one.article.id in gone else one for one in answer.citations)
    hits = tuple(left[one.article.id].found(one) if one.article.id in gone else one for one in answer.hits)
    return replace(answer, citations=citations, hits=hits)


def _shown(answer: Answer) -> Iterator[tuple[str, int, str]]:
    """(article id, start, text) of all that was shown of any article."""
    for citation in answer.citations:
        yield citation.article.id, citation.start, citation.quote
    for hit in answer.hits:
        yield hit.article.id, hit.passage.start, hit.passage.text


class _Remains:
    """What is left of one article: pieces of its text, and where each of its offsets is now."""

    def __init__(self, pieces: list[tuple[str, int, str]]) -> None:
        self.text = ""
        self._moved: list[tuple[int, int, int]] = []  # start, end, start in `text`
        for _, start, text in sorted(pieces, key=lambda piece: (piece[1], -len(piece[2]))):
            end = start + len(text)
            if self._moved and start <= self._moved[-1][1]:
                first, last, at = self._moved[-1]
                self.text += text[last - start :] if end > last else ""
                self._moved[-1] = (first, max(last, end), at)
            else:
                self.text += _GAP if self.text else ""
                self._moved.append((start, end, len(self.text)))
                self.text += text

    def _at(self, offset: int) -> int:
        return next(at + offset - start for start, end, at in self._moved if start <= offset <= end)

    def cited(self, citation: Citation) -> Citation:
        start = self._at(citation.start)
        article = replace(citation.article, text=self.text)
        return replace(citation, article=article, start=start, end=start + len(citation.quote))

    def found(self, hit: Hit) -> Hit:
        start = self._at(hit.passage.start)
        passage = replace(hit.passage, start=start, end=start + len(hit.passage.text))
        return replace(hit, passage=passage, article=replace(hit.article, text=self.text))
