"""What retrieval reads of a library (indexes, passages, vectors), and what the terms of passages depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from math import log

from qa.articles.passages import CONTEXT
from qa.index.engines import AnyIndexes
from qa.questions.glossary import Glossary
from qa.store.contents import Contents
from qa.store.log import Model
from qa.text import numerals
from qa.text.words import index_terms
from qa.types import Article, Filters, Passage
from qa.types.protocols import Array, Embedder, TermIndex, VectorIndex
from qa.types.settings import DEFAULT_MODEL

_NO_WORDS = Glossary()
_SAMPLE = "縣圖書館2019年5月4日舉行第3屆“讀書週”活動，共1,250人參加 COVID-19 防疫講座 Café 한국어。"


class LibrarySources:
    """A `Sources` for one question: the indexes as they stand now. What it asks several times is looked up
    once. The model is loaded when it is first asked for.
    """

    def __init__(
        self,
        contents: Contents,
        indexes: AnyIndexes,
        embedder_of: Callable[[Model | None], Embedder],
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self._contents = contents
        self._embedder_of = embedder_of
        self.hidden = hidden  # ids of articles that may not answer
        self._model, vectors = indexes.serving
        self.vectors: VectorIndex = vectors
        terms = indexes.terms.pinned()
        self.terms: TermIndex = terms
        self.passage_count = len(terms)
        self._allowed = cache(contents.allowed)
        self._weights: dict[tuple[str, str], float] = {}  # a cached method would hold this, and the index, in a cycle
        self._begun: dict[str, Future[Array]] = {}

    @property
    def embedder(self) -> Embedder:
        return self._embedder_of(self._model)

    def begin_vector(self, text: str) -> None:
        """Make a question's vector on a thread of its own: `query_vector` waits for it, and raises what that raised."""
        worker = ThreadPoolExecutor(1)
        self._begun[text] = worker.submit(lambda: self.embedder.embed_query(text))
        worker.shutdown(wait=False)

    def query_vector(self, text: str) -> Array:
        if text not in self._begun:
            self.begin_vector(text)
        return self._begun[text].result()

    def default_vector(self, text: str) -> Array | None:
        """`query_vector` where the default model serves; else None."""
        return self.query_vector(text) if self._model and self._model.name == DEFAULT_MODEL else None

    def allowed(self, filters: Filters) -> Collection[int] | None:
        return self._allowed(filters, self.hidden)

    def dates(self) -> tuple[str, str] | None:
        """The first and the last date of an article; None where none has one."""
        return self._contents.dates()

    def passages(self, ids: Collection[int]) -> dict[int, tuple[Passage, Article]]:
        return self._contents.passages(ids)

    def seen_weight(self, field: str, term: str) -> float:
        """`weight` as if the hidden articles were not there: a term that they alone have weighs nothing."""
        forms = (term, *numerals.variants_of_term(term))
        return self.weight(field, term) if not self.hidden or any(self._stays(field, one) for one in forms) else 0.0

    def _stays(self, field: str, term: str) -> bool:
        left = self.allowed(Filters())
        gone = self.passage_count - len(left) if left is not None else 0
        return self.terms.document_frequency(field, term) > gone or bool(self.terms.search({field: [term]}, 1, left))

    def weight(self, field: str, term: str) -> float:
        if (field, term) not in self._weights:
            self._weights[field, term] = self._weigh(field, term)
        return self._weights[field, term]

    def _weigh(self, field: str, term: str) -> float:
        forms = (term, *numerals.variants_of_term(term))
        held_by = max(self.terms.document_frequency(field, form) for form in forms)
        return log(1 + (self.passage_count - held_by + 0.5) / (held_by + 0.5)) if held_by else 0.0


def term_version(glossary: Glossary = _NO_WORDS) -> str:
    """What the terms of passages depend on: what a fixed sentence comes to, so a new dictionary is a new version, what
    is read beside a passage, and the library's own words.
    """
    sample = repr(sorted(index_terms(_SAMPLE).items()))
    return hashlib.blake2b(sample.encode(), digest_size=8).hexdigest() + f"-{CONTEXT}" + glossary.version
