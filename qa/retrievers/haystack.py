"""The library as a retriever of Haystack: a component whose `run` gives documents, as `TextRetriever` wants it."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from qa import Filters, Hit, Library, Query
from qa.errors import NotFound
from qa.retrievers.passages import framework, identity, metadata
from qa.types.settings import PASSAGES_SHOWN

with framework():
    from haystack import Document, component, default_from_dict, default_to_dict
    from haystack.utils.filters import document_matches_filter

_LOOKED_AT = 100  # passages, where a filter is tested on them
_LIBRARYS = {  # what of a filter the library looks for itself
    ("source", "=="): "source",
    ("article", "=="): "article",
    ("date", ">"): "since",
    ("date", ">="): "since",
    ("date", "<"): "until",
    ("date", "<="): "until",
}


@component
class WenbaoRetriever:
    """The `top_k` passages of an open `library` that fit a question best, best first.

    `filters` are Haystack's, on the metadata; those given to `run` take their place. They are tested on the 100 best
    passages of the sources, articles and days that they name. `served_at` is the address of its ``qa serve``, for the
    links. A saved pipeline holds the library's path. Raises QaError, FilterError.
    """

    def __init__(
        self,
        library: Library,
        top_k: int = PASSAGES_SHOWN,
        filters: dict[str, Any] | None = None,
        served_at: str | None = None,
    ) -> None:
        self.library, self.top_k = library, top_k
        self.filters, self.served_at = filters, served_at

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """The passages as ``{"documents": […]}``."""
        k = self.top_k if top_k is None else top_k
        wanted = self.filters if filters is None else filters
        if not wanted:
            return {"documents": self._found(Query(query, k=k))}
        found = self._found(Query(query, filters=_narrowed(wanted), k=max(k, _LOOKED_AT)))
        return {"documents": [one for one in found if document_matches_filter(wanted, one)][:k]}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """As `run`, on a thread."""
        found: dict[str, list[Document]] = await asyncio.to_thread(self.run, query, filters, top_k)
        return found

    def to_dict(self) -> dict[str, Any]:
        """What it is made of, as plain values."""
        path = str(self.library.root.resolve())
        made: dict[str, Any] = default_to_dict(
            self, library=path, top_k=self.top_k, filters=self.filters, served_at=self.served_at
        )
        return made

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> WenbaoRetriever:
        """The component again. Opens the library; raises NoLibrary where it is gone."""
        given = data["init_parameters"]
        library = Library.open(given["library"], create=False)
        made: WenbaoRetriever = default_from_dict(cls, {**data, "init_parameters": {**given, "library": library}})
        return made

    def _found(self, query: Query) -> list[Document]:
        try:
            hits = self.library.search(query)
        except NotFound:  # a filter names a file or an article that is not there: none of it matches
            return []
        return [self._document(hit) for hit in hits]

    def _document(self, hit: Hit) -> Document:
        return Document(id=identity(hit), content=hit.passage.text, meta=metadata(hit, self.served_at), score=hit.score)


def _narrowed(filters: dict[str, Any]) -> Filters:
    """The part of a filter that the library can look for; whatever passes the filter passes this too."""
    conditions = filters.get("conditions", []) if filters.get("operator") == "AND" else [filters]
    known: dict[str, str] = {}
    for one in conditions:
        name = _LIBRARYS.get((str(one.get("field", "")).removeprefix("meta."), str(one.get("operator"))))
        value = _day(one.get("value")) if name in ("since", "until") else one.get("value")
        if name and isinstance(value, str):
            known[name] = value
    return Filters(**known)


def _day(value: object) -> str | None:
    """The date at the start of ISO 8601, of text or a datetime; None where there is none."""
    found = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", str(value))
    return found[0] if found else None
