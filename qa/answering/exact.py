"""Find text that is asked for word for word: quoted in the question, or a sentence pasted from a page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, zip_longest

from qa.questions.analysed import AnalysedQuestion
from qa.retrieval import best_first
from qa.text import matching
from qa.text.folding import fold
from qa.text.sentences import sentences_of
from qa.text.words import search_words
from qa.text.zh import QUESTION_WORDS, SPEAKING, is_han
from qa.types import Answer, Article, Citation, Filters, Hit, Passage, Span
from qa.types.protocols import Array, Sources, TermIndex, VectorIndex

_QUOTED = re.compile(r"“([^“”]+)”|「([^「」]+)」|『([^『』]+)』|\"([^\"]+)\"")
_ASKING = re.compile("|".join(QUESTION_WORDS))
# What is asked besides a quotation by who wants to know whose it is, or where it stands.
_WHOSE = re.compile(
    r"(?:[这那](?:句|番|段)(?:话|诗)?)?(?:最早|最先|首先)?(?:是|由)?(?:谁|哪[位个].{0,3}?|什么人)"
    r"(?:说|讲|写|喊|提出|表示)(?:过|出来|出)?的?(?:[这那](?:句|番|段)(?:话|诗))?"
    r"|[这那](?:句|番|段)(?:话|诗)?(?:是)?出[自于](?:谁|哪|何).{0,5}|出[自于](?:谁|哪|何).{0,5}"
)
_SPEAKS = re.compile(f"{'|'.join(SPEAKING)}|[称道讲](?=[:：,，“])")
_HE = re.compile(r"\W*[他她](?!们)")
_SPOKEN = re.compile("“[^”]*(?:”|$)|^[^“]*”")
_BESIDE = 3  # sentences behind and in front of quoted words among which the speaker is looked for
_SAID = 6  # characters from which a quotation is somebody's words, and no name or term
_PASTED = 10  # characters from which a question that stands in a page word for word was pasted from it
_SHORT = 20  # characters up to which the term index alone names the passages
_PART = 8  # pairs of characters of a longer text that are looked for together
_LOOKED_AT = 50  # passages with the rarest part in which the whole is looked for
_QUOTES = 3  # sentences quoted at most


def exact_texts(question: str) -> Iterator[tuple[str, ...]]:
    """The texts that a question may ask for word for word: all of it where it is long enough, then what it quotes."""
    if is_pasted(question):
        yield (question,)
    if quoted := tuple(filter(str.strip, (match[match.lastindex or 0] for match in _QUOTED.finditer(question)))):
        yield quoted


def is_pasted(question: str) -> bool:
    """Whether a question is long enough to be words of a page, pasted."""
    return len("".join(question.split())) >= _PASTED


def holders(texts: Sequence[str], sources: Sources) -> frozenset[int]:
    """Passages that seem to hold all the texts, else any of them; none where the library has none of them."""
    found = [passages for one in texts if (passages := _holding(one, sources))]
    return frozenset.intersection(*found) or frozenset.union(*found) if found else frozenset()


def holding(hits: Iterable[Hit], texts: Sequence[str]) -> Iterator[Hit]:
    """Those of the hits whose passage holds one of the texts, white space aside."""
    patterns = [matching.pattern(one) for one in texts]
    return (hit for hit in hits if any(one.search(hit.passage.text) for one in patterns))


def put_first(first: Sequence[Hit], hits: Iterable[Hit], most: int | None = None) -> tuple[Hit, ...]:
    """`first`, then the other hits that show something else, `most` in all; a score is at least that of what comes
    behind it.
    """
    others = (hit for hit in hits if not any(_overlap(hit, one) for one in first))
    rest = list(islice(others, None if most is None else max(most - len(first), 0)))
    best = max((hit.score for hit in rest), default=0.0)
    return (*(replace(hit, score=max(hit.score, best)) for hit in first), *rest)


def verbatim(asked: AnalysedQuestion, most: int, sources: Sources) -> tuple[tuple[str, ...], tuple[Hit, ...]]:
    """What the question asks for word for word and the library has, and the best passages that hold it."""
    for texts in exact_texts(asked.written):
        if passages := holders(texts, sources):
            found = best_first(asked, Within(sources, passages), likely=most)
            if first := tuple(islice(holding(found, texts), most)):
                return texts, first
    return (), ()


def answer(asked: AnalysedQuestion, texts: Sequence[str], hits: Sequence[Hit]) -> Answer | None:
    """The sentences that hold the texts, where the question is nothing besides, or asks whose words they are: with the
    sentence beside them that names who speaks; None for any other question.

    A sentence that asks something itself is no answer.
    """
    is_whose = len("".join(texts)) >= _SAID and bool(_WHOSE.fullmatch(_besides(asked.written, texts)))
    if any(map(search_words, _around(asked.written, texts))) and not is_whose:
        return None
    articles = {hit.article.id: hit.article for hit in hits}.values()
    found = [quotes for article in articles if (quotes := list(_quotes(article, texts)))]
    if is_whose:
        found = [[*quotes, *_speaker(quotes)] for quotes in found[:1]]
    cited = [replace(one, n=n) for n, quotes in enumerate(found, 1) for one in quotes][:_QUOTES]
    if not cited:
        return None
    said = "".join(f"{one.quote}[{one.n}]" for one in cited)
    return Answer(asked.written, "quote", said, 1.0, tuple(cited), tuple(hits[: asked.query.k]), asked.assumed)


def _besides(question: str, texts: Sequence[str]) -> str:
    """What a question says besides the texts, without marks."""
    return "".join(filter(is_han, fold("".join(_around(question, texts)))))


def _speaker(quotes: Sequence[Citation]) -> Iterator[Citation]:
    """The sentence nearest to quoted words that tells who speaks, the one behind before the one in front; none where
    theirs does. Of words that he or she says, the sentence before that does not call somebody so.
    """
    first, last = quotes[0], quotes[-1]
    if _HE.match(first.quote):
        yield from _named_before(first)
        return
    if any(_tells(one.quote) for one in quotes):
        return
    article = first.article
    spans = sentences_of(article)
    behind = [span for span in spans if span.start >= last.end][:_BESIDE]
    before = [span for span in spans if span.end <= first.start][: -_BESIDE - 1 : -1]
    nearest = (span for pair in zip_longest(behind, before) for span in pair if span)
    for start, end in nearest:
        if told := _tells(article.text[start:end]):
            yield Citation(1, article, start, end, article.text[start:end], told, 1.0)
            return


def _named_before(quote: Citation) -> Iterator[Citation]:
    article = quote.article
    before = [span for span in sentences_of(article) if span.end <= quote.start][: -_BESIDE - 1 : -1]
    for start, end in before:
        if not _HE.match(article.text[start:end]):
            yield Citation(1, article, start, end, article.text[start:end], Span(0, end - start), 1.0)
            return


def _tells(sentence: str) -> Span | None:
    """A verb of speaking, outside of what is said, with all of the sentence in front of it."""
    spoken = _SPEAKS.search(_SPOKEN.sub(lambda said: "“" * len(said[0]), sentence))
    if spoken is None:
        return None
    return Span(sentence.rfind("”", 0, spoken.start()) + 1, spoken.end())


def _around(question: str, texts: Sequence[str]) -> list[str]:
    """What a question says besides the texts."""
    return re.split("|".join(map(re.escape, texts)), question)


def _holding(one: str, sources: Sources) -> frozenset[int]:
    """Passages that seem to hold a text: a short one by the term index alone, a long one by the parts it has.

    Where the page has a blank inside a part, the index does not find that part: one part is enough to look at the page.
    """
    terms = sources.terms
    squeezed = "".join(one.split())
    if len(squeezed) <= _SHORT:
        phrases = matching.phrases(one)
        return terms.holding("grams", phrases) if phrases else frozenset()
    grams = matching.inner(squeezed)
    parts = [grams[at : at + _PART] for at in range(0, len(grams), _PART)]
    found = sorted((passages for part in parts if (passages := terms.holding("grams", [part]))), key=len)
    held = sources.passages(sorted(found[0])[:_LOOKED_AT]) if found else {}
    pattern = matching.pattern(one)
    return frozenset(identity for identity, (_, article) in held.items() if pattern.search(article.text))


def _overlap(one: Hit, other: Hit) -> bool:
    a, b = one.passage, other.passage
    return a.article == b.article and a.start < b.end and b.start < a.end


def _quotes(article: Article, texts: Sequence[str]) -> Iterator[Citation]:
    """The sentences of the first place where each text stands; none that ask."""
    for one in texts:
        place = next(matching.spans(matching.pattern(one), article.text), None)
        for start, end in sentences_of(article) if place else ():
            if place and start < place.end and place.start < end and not _asks(article.text[start:end], article):
                mark = Span(max(place.start, start) - start, min(place.end, end) - start)
                yield Citation(1, article, start, end, article.text[start:end], mark, 1.0)


def _asks(sentence: str, article: Article) -> bool:
    """Whether a sentence is a question; a headline asks without a mark."""
    is_headline = "".join(sentence.split()) in "".join(article.title.split())
    return sentence[-1] in "?？" or (is_headline and bool(_ASKING.search(sentence)))


class Within:
    """A `qa.types.protocols.Sources` of some passages only."""

    def __init__(self, sources: Sources, passages: frozenset[int]) -> None:
        self._sources = sources
        self._passages = passages
        self.vectors: VectorIndex = sources.vectors
        self.terms: TermIndex = sources.terms
        self.passage_count = sources.passage_count

    def query_vector(self, text: str) -> Array:
        return self._sources.query_vector(text)

    def allowed(self, filters: Filters) -> Collection[int]:
        others = self._sources.allowed(filters)
        return self._passages if others is None else self._passages.intersection(others)

    def passages(self, ids: Collection[int]) -> dict[int, tuple[Passage, Article]]:
        return self._sources.passages(ids)

    def weight(self, field: str, term: str) -> float:
        return self._sources.weight(field, term)
