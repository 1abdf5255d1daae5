"""The interfaces between packages: embedding models, span readers, indexes, and what retrieval and counting read.

Arrays are numpy's; they are written as `Array` here so that the innermost room imports the standard library alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from qa.types import Article, ArticleText, Filters, Hit, Passage, Span


@dataclass(frozen=True, slots=True)
class Window:
    """A slice of a passage that is read at once: whole sentences. `sentences` are ranges of `text`, ascending; `head`
    is what stands above it: headline, paper, date.
    """

    text: str
    sentences: tuple[Span, ...]
    head: str = ""


class SentenceSpan(NamedTuple):
    """What a reader makes of one sentence."""

    span: Span  # of the window's text, inside the sentence: where its likeliest answer stands
    score: float  # the logits of that span's start and end, added
    share: float  # the chance that the answer stands in this sentence, if it stands in the window
    needed: float  # logit that an answer needs this sentence


@dataclass(frozen=True, slots=True)
class WindowSpans:
    """What a reader makes of a window: `answers` is the logit that it answers, `sentences` goes with the window's."""

    answers: float
    sentences: tuple[SentenceSpan, ...]


class Marked(NamedTuple):
    """An earlier question, normalised. `logits` go with `pieces`, ranges of the text, ascending: that they are taken
    over, a piece being of a word. What was not read has no piece.
    """

    text: str
    pieces: tuple[Span, ...]
    logits: tuple[float, ...]


class FollowUpReading(NamedTuple):
    """What a follow-up reader makes of a question."""

    leans: float  # the chance, in [0, 1], that it cannot be understood without those before it
    marked: tuple[Marked, ...]  # the earlier questions that were read, the last one last


Array = Any  # numpy.ndarray, float32

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``: "read", "index", "group", "embed", "model" or "ask"; total 0 where not known.

"file" between two of "read" tells how far the file under way is, in its bytes, where its format lets that be known.
"""


Heard = Callable[[tuple[Hit, ...] | str], None]
"""``heard(found)``: called from any thread with what there is before an answer: passages that were found, best first,
then, while they are read, the likeliest sentence of each window that seems to answer.
"""


class Embedder(Protocol):
    """A prepared embedding model. Same text, same vector, whatever the batch."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever a vector would: model, weights, pooling, prefixes, precision."""

    @property
    def name(self) -> str:
        """What the user calls it."""

    @property
    def dimension(self) -> int: ...

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        """(n, dimension) float32, unit rows, in the order of `texts`. Longer texts are cut at the model's limit."""

    def embed_query(self, text: str) -> Array:
        """(dimension,) float32, unit length."""


class Lexicon(Protocol):
    """How a model cuts a text into pieces of its vocabulary, and the row of numbers that stands for each."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever a piece's number or row would."""

    @property
    def begin(self) -> int:
        """The piece in front of a text."""

    @property
    def end(self) -> int:
        """The piece after it."""

    def cut(self, text: str) -> tuple[list[int], list[Span]]:
        """The pieces of a text, none in front or after, and the range of the text that each stands for."""

    def rows(self, pieces: Sequence[int]) -> Array:
        """(pieces, width) float32."""


class FollowUpReader(Protocol):
    """Reads a question with those before it in a conversation. Safe for many threads."""

    def read(self, question: str, history: Sequence[str]) -> FollowUpReading:
        """`history`: the earlier questions, the last one last; at least one. Only the last few are read."""


class SpanReader(Protocol):
    """Reads a text for a question: where in it the answer may stand, and whether it answers at all."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever a reading would."""

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowSpans]:
        """A reading for each window. Same question and window, same reading, whatever is read with them."""


class VectorIndex(Protocol):
    """Nearest passages by cosine. Ids are ours (63-bit), never row numbers."""

    @property
    def change(self) -> int:
        """The last change number of the library that this index holds."""

    def add(self, ids: Sequence[int], vectors: Array) -> None:
        """Unit rows. An id that is there already is replaced. Visible after `commit` at the latest."""

    def remove(self, ids: Collection[int]) -> None:
        """Deletion is real: a removed id never comes back. Ids that are not there are passed over. Visible after
        `commit` at the latest.
        """

    def commit(self, change: int) -> None:
        """All additions and removals are held, together with the change number."""

    def search(self, vector: Array, k: int, allowed: Collection[int] | None = None) -> list[tuple[int, float]]:
        """At most `k` (id, cosine), best first, ties by id; `allowed` limits which ids may come."""

    def scores(self, vector: Array, ids: Sequence[int]) -> dict[int, float]:
        """The exact cosine of each id that the index holds."""


class TermIndex(Protocol):
    """Passages by BM25 over fields of terms."""

    @property
    def change(self) -> int:
        """The last change number of the library that this index holds."""

    def add(self, documents: Mapping[int, Mapping[str, Sequence[str]]]) -> None:
        """``{id: {field: terms}}``. An id that is there already is replaced. Visible after `commit`."""

    def remove(self, ids: Collection[int]) -> None:
        """Visible after `commit`."""

    def commit(self, change: int) -> None:
        """Make all additions and removals durable, together with the change number."""

    def search(
        self, terms: Mapping[str, Sequence[str]], k: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """At most `k` (id, BM25 summed over ``{field: terms}``), best first, ties by id."""

    def look_ahead(self, terms: Mapping[str, Sequence[str]]) -> None:
        """What is said of ``{field: terms}`` is wanted next: an index that is far away finds it in one go."""

    def document_frequency(self, field: str, term: str) -> int:
        """How many passages hold the term in the field."""

    def has_term(self, field: str, term: str) -> bool:
        """Whether a passage holds the term, or did until lately: quicker than counting, for trying many terms."""

    def held(self, field: str, terms: Iterable[str]) -> list[str]:
        """Those of many terms, none with white space, that a passage holds, or did until lately; in their order."""

    def starting(self, field: str, start: str) -> Mapping[str, int]:
        """The field's terms that begin so, each with the number of passages that hold it, or did until lately."""

    def holding(self, field: str, phrases: Sequence[Sequence[str]]) -> frozenset[int]:
        """Passages in which the terms of any of the phrases follow each other. Of fields that know their order."""

    def phrase_frequency(self, field: str, terms: Sequence[str]) -> int:
        """How many passages hold the terms one after the other. Of fields that know their order."""


class Sources(Protocol):
    """What retrieval reads: both indexes, the model and the passages behind the ids."""

    @property
    def vectors(self) -> VectorIndex: ...

    @property
    def terms(self) -> TermIndex: ...

    @property
    def passage_count(self) -> int: ...

    def query_vector(self, text: str) -> Array:
        """(dimension,) float32, unit length: a question for `vectors`."""

    def allowed(self, filters: Filters) -> Collection[int] | None:
        """Passage ids that pass the filters; None where all do."""

    def passages(self, ids: Collection[int]) -> dict[int, tuple[Passage, Article]]:
        """The passages that the library still holds, with their articles; an id that it does not hold is left out."""

    def weight(self, field: str, term: str) -> float:
        """The BM25 weight of a term (Robertson and Zaragoza 2009); 0 where no passage holds it."""


class ArticleTexts(Protocol):
    """What counting reads: the term index, and all articles behind the passages that it finds."""

    @property
    def terms(self) -> TermIndex: ...

    def articles_of(
        self, passages: Collection[int] | None, filters: Filters, signed: Collection[str]
    ) -> frozenset[int]:
        """Numbers of the articles that any of the passages is of, signed with any of the names, as far as the filters
        allow them; all passages for None, all names for none.
        """

    def stories(self, numbers: Collection[int]) -> Iterator[ArticleText]:
        """The articles of these numbers that are still there, in the order of arrival."""

    def reporters(self) -> frozenset[str]:
        """The names that articles are signed with, as printed."""

    def article(self, identity: str) -> Article:
        """The article of an id. Raises NotFound."""


Weight = Callable[[str, str], float]
"""``weight(field, term)``: what a term is worth, its inverse document frequency."""
