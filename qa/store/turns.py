"""The turns of a conversation, and an Answer as JSON and back: its articles are stored by id."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from qa.errors import LibraryError
from qa.errors.messages import Wording, code_of
from qa.types import Answer, Article, Assumption, Citation, Filters, Hit, Location

Verdict = Literal["up", "down"]
_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, what it was asked with, and what came of it: an answer or a problem."""

    question: str
    answer: Answer | None = None
    problem: str | None = None
    seconds: float = 0.0
    filters: Filters = _NO_FILTERS
    refused: tuple[Assumption, ...] = ()
    number: int = 0  # unique over all conversations, never used twice; 0 before it is kept
    verdict: Verdict | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class ConversationTitle:
    """A conversation in a list."""

    id: str
    title: str
    updated: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of an answer; `about` holds the question, its history, the answer and its quotes."""

    verdict: Verdict
    word: str
    given: str  # ISO 8601, UTC
    about: dict[str, Any]


Find = Callable[[Article], Iterable[Article]]
"""The articles that one of old may be now: that of its id, where the library holds it, else those of its page."""

NOT_WRITTEN_SO = (ValueError, LookupError, TypeError, AttributeError, StopIteration)
"""What data raises that is not what was written."""

_GAP = "\n"  # between two pieces of an article that is gone
_KINDS: Mapping[Any, Any] = MappingProxyType(
    {str: str, Literal: str, bool: bool, int: int, float: (int, float), list: list, dict: dict, Mapping: dict}
)
_T = TypeVar("_T")

_STORED = {"locations": "places", "location": "place"}  # fields that the file has under their first names
_NAMED = {stored: name for name, stored in _STORED.items()}


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
        found = {id: tuple(find(shell)) for id, shell in shells.items()}
        same = {id: next((one for one in articles if one.id == id), None) for id, articles in found.items()}
        answer: Answer = _made(Answer, data["answer"], {id: same[id] or shell for id, shell in shells.items()})
        gone = {id: found[id] for id in shells if same[id] is None}
        return _without(answer, gone) if gone else answer
    except (zlib.error, *NOT_WRITTEN_SO) as error:
        raise LibraryError("conversations.answer-damaged") from error


def plain(value: Any) -> Any:
    """A value of `qa.types` as JSON knows it, messages by their codes; `made` gives it back."""
    return _plain(value, {})


def worded(data: Any) -> str:
    """A message that `plain` made plain."""
    return str(_worded(data))


def made(kind: type[_T], data: Any) -> _T:
    """The value of a type that JSON told. Raises one of NOT_WRITTEN_SO where it tells none."""
    value: _T = _made(kind, data, {})
    return value


def _shell(article: Article, text: str) -> Article:
    """The article with the text that is left of it, and its places without their pieces."""
    places = tuple(Location(place.source, place.record, place.page, ()) for place in article.locations)
    return replace(article, text=text, locations=places)


def _plain(value: Any, articles: dict[str, Article], whole: bool = False) -> Any:
    """A value of `qa.types` as JSON knows it; an article becomes its id, and is collected, unless it is the `whole`."""
    if isinstance(value, Article) and not whole:
        articles[value.id] = value
        return value.id
    if is_dataclass(value):
        return {
            _STORED.get(field.name, field.name): _plain(getattr(value, field.name), articles) for field in fields(value)
        }
    if isinstance(value, Mapping):
        return {key: _plain(one, articles) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one, articles) for one in value]
    if isinstance(value, Wording):
        return {"code": value.code, "fields": _plain(value.fields, articles)}
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
        return tuple(_made(arguments[0], one, articles) for one in _plainly(list, data))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        named = {_NAMED.get(name, name): value for name, value in data.items()}
        known = {name: _made(hints[name], value, articles) for name, value in named.items() if name in hints}
        return kind(**known)
    if isinstance(kind, type) and issubclass(kind, tuple):  # a NamedTuple
        return kind(*(_made(hint, one, articles) for hint, one in zip(_hints(kind).values(), data, strict=True)))
    return _plainly(kind, _worded(data) if kind is str else data)


def _plainly(kind: Any, data: Any) -> Any:
    """Raises TypeError where the data is not of the kind, as far as JSON tells kinds apart."""
    known = _KINDS.get(get_origin(kind) or kind, object)
    if not isinstance(data, known) or (isinstance(data, bool) and kind in (int, float)):
        raise TypeError(f"{type(data).__name__} for {kind}")
    return data


def _worded(data: Any) -> Any:
    """A message as `_plain` told it, or as an earlier version did, by its form; what was plain as it is."""
    if not isinstance(data, dict):
        return data
    fields = {name: _worded(one) for name, one in data["fields"].items()}
    code = data["code"] if "code" in data else code_of(data["form"])
    return Wording(code, **fields) if code else data["form"].format(**fields) if fields else data["form"]


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _without(answer: Answer, gone: Mapping[str, tuple[Article, ...]]) -> Answer:
    """The answer with what says the same in place of each article that is gone."""
    left = {id: _Remains([piece for piece in _shown(answer) if piece[0] == id], near) for id, near in gone.items()}
    citations, nearest = (
        tuple(left[one.article.id].cited(one) if one.article.id in gone else one for one in cited)
        for cited in (answer.citations, answer.nearest)
    )
    hits = tuple(left[one.article.id].found(one) if one.article.id in gone else one for one in answer.hits)
    return replace(answer, citations=citations, nearest=nearest, hits=hits)


def _shown(answer: Answer) -> Iterator[tuple[str, int, str]]:
    """(article id, start, text) of all that was shown of any article."""
    for citation in (*answer.citations, *answer.nearest):
        yield citation.article.id, citation.start, citation.quote
    for hit in answer.hits:
        yield hit.article.id, hit.passage.start, hit.passage.text


class _Remains:
    """What is left of an article that is gone: the pieces that were shown of it, one to a line, and stories `near`."""

    def __init__(self, pieces: list[tuple[str, int, str]], near: tuple[Article, ...]) -> None:
        self._near = near
        self._text = ""
        self._moved: list[tuple[int, int, int]] = []  # start, end, start in `_text`
        for _, start, text in sorted(pieces, key=lambda piece: (piece[1], -len(piece[2]))):
            end = start + len(text)
            if self._moved and start <= self._moved[-1][1]:
                first, last, at = self._moved[-1]
                self._text += text[last - start :] if end > last else ""
                self._moved[-1] = (first, max(last, end), at)
            else:
                self._text += _GAP if self._text else ""
                self._moved.append((start, end, len(self._text)))
                self._text += text

    def _standing(self, was: Article, start: int, text: str) -> tuple[Article, int]:
        """The article that says `text` now, and where."""
        for story in self._near:
            if text in story.text:
                return story, story.text.index(text)
        at = next(at + start - first for first, last, at in self._moved if first <= start <= last)
        return replace(was, text=self._text), at

    def cited(self, citation: Citation) -> Citation:
        article, start = self._standing(citation.article, citation.start, citation.quote)
        return replace(citation, article=article, start=start, end=start + len(citation.quote))

    def found(self, hit: Hit) -> Hit:
        article, start = self._standing(hit.article, hit.passage.start, hit.passage.text)
        passage = replace(hit.passage, article=article.id, start=start, end=start + len(hit.passage.text))
        return replace(hit, passage=passage, article=article)
