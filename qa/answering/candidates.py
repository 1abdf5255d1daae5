"""Hits -> candidate sentences, each with the features that tell whether it answers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.answering.coverage import TermCoverage, fits_form
from qa.questions.analysed import AnalysedQuestion
from qa.text.sentences import headline, is_headline, split_sentences
from qa.types import Article, Hit, Span
from qa.types.protocols import SentenceSpan, SpanReader, Window, WindowSpans

LEAD_CHARS = 40
WINDOW_CHARS = 260  # within what the reader was made with


@dataclass(frozen=True, slots=True)
class HitWindow:
    """A window of a hit. `sentences` are ranges of the article's text."""

    hit: Hit
    order: int  # of the hit, from 0
    sentences: tuple[Span, ...]

    @property
    def window(self) -> Window:
        start, end = self.sentences[0].start, self.sentences[-1].end
        inside = tuple(Span(one.start - start, one.end - start) for one in self.sentences)
        return Window(self.hit.article.text[start:end], inside, _above(self.hit.article, start, end))


def _above(article: Article, start: int, end: int) -> str:
    """What stands above a window: for rows of a table the names of their columns too."""
    names = dict.fromkeys(" ".join(row.columns) for row in article.rows_within(start, end))
    return " ".join(filter(None, [above(article), *names]))


def above(article: Article) -> str:
    """What stands above a text, as the reader reads it: headline, or how it begins, paper and date."""
    headline = lead(article.text) if article.title_inferred else article.title
    return " ".join(filter(None, (headline, article.paper, article.date)))


def lead(value: str) -> str:
    """What serves as a headline where none is printed: the beginning of the first sentence."""
    first = next(iter(split_sentences(value)), None)
    return value[first.start : min(first.end, first.start + LEAD_CHARS)] if first else ""


def hit_windows(hits: Sequence[Hit]) -> list[HitWindow]:
    """Windows of all hits, those of the first hit first, each hit's in reading order and about equally long.

    A window is longer than WINDOW_CHARS only where one sentence is.
    """
    return [one for order, hit in enumerate(hits) for one in _of_hit(hit, order)]


def _of_hit(hit: Hit, order: int) -> Iterator[HitWindow]:
    sentences = [Span(hit.passage.start + one.start, hit.passage.start + one.end) for one in hit.passage.sentences]
    total = sentences[-1].end - sentences[0].start
    even = total / math.ceil(total / WINDOW_CHARS)
    first = 0
    for last, sentence in enumerate(sentences, 1):
        length = sentence.end - sentences[first].start
        grown = sentences[last].end - sentences[first].start if last < len(sentences) else math.inf
        if length >= even or grown > WINDOW_CHARS:
            yield HitWindow(hit, order, tuple(sentences[first:last]))
            first = last


_HITS = 5  # whose sentences are weighed without a reader
_HITS_READ = 8  # from which a reader's windows are taken
_WINDOWS_READ = 6  # what a reader reads for a question: on two cores, three each
_RANK_PULL = 0.3  # what a window's place among the hits counts against its words, in choosing what is read
_FORM_PULL = 0.3  # what the form asked for counts beside the words
_FAR = 12.0  # beyond this, a logit says no more

Features = Mapping[str, float]


def looked_at(shown: int) -> int:
    """How many hits an answer is made from that shows so many passages: those that are read, and as many to spare."""
    return max(_HITS_READ, 2 * shown)


@dataclass(frozen=True, slots=True)
class Candidate:
    """``article.text[start:end]``, one sentence of a hit."""

    hit: Hit
    order: int  # of the hit, from 0
    start: int
    end: int
    coverage: float  # share of the question's weight that stands in it, discounted by its headline
    form: float  # 1 where it has the form of answer that is asked for, 1/2 where one like it, 0 where none is
    answers: float | None = None  # logit that its window answers; None where nothing was read
    marked: SentenceSpan | None = None  # in the article's text

    @property
    def quote(self) -> str:
        return self.hit.article.text[self.start : self.end]

    def beside(self, sentence: Span) -> Candidate:
        """Another sentence of the article, of which nothing is known."""
        return Candidate(self.hit, self.order, *sentence, coverage=0.0, form=0.0)

    def features(self) -> Features:
        """What its chance is computed from; `bench/README.md` tells how the weights are fitted."""
        known = {"hit": _logit(self.hit.score), "order": math.log1p(self.order), "form": self.form}
        known |= {"coverage": self.coverage, "terms": self.hit.score * (self.coverage + _FORM_PULL * self.form)}
        if self.answers is not None and self.marked is not None:
            known["answers"] = _within(self.answers)
            known["span"] = _within(self.marked.score)
            known["share"] = math.log(max(self.marked.share, 1e-4))
            known["needed"] = _within(self.marked.needed)
        return known


def gather(
    asked: AnalysedQuestion, hits: Sequence[Hit], evidence: TermCoverage, reader: SpanReader | None
) -> list[Candidate]:
    """The sentences of the first hits, headlines only where there is nothing else; with a reader, those it read."""
    headlines = {hit.article.id: headline(hit.article) for hit in hits[:_HITS_READ]}
    below = {article: evidence.within(printed) for article, printed in headlines.items()}

    def candidate(part: HitWindow, sentence: Span) -> Candidate:
        quote = part.hit.article.text[sentence.start : sentence.end]
        coverage = below[part.hit.article.id].covers(quote)
        return Candidate(part.hit, part.order, *sentence, coverage, fits_form(quote, asked.forms))

    parts = hit_windows(hits[: _HITS_READ if reader else _HITS])
    found = [[candidate(part, sentence) for sentence in part.sentences] for part in parts]
    if reader:
        found = _read(asked.text, parts, found, reader)
    every = [one for each in found for one in each if not _is_header(one)]
    return [one for one in every if not is_headline(one.hit.article, one.quote)] or every


def _read(
    question: str, parts: Sequence[HitWindow], found: Sequence[Sequence[Candidate]], reader: SpanReader
) -> list[list[Candidate]]:
    """The candidates of the windows that are most worth reading, in their order, with their readings."""

    def worth(at: int) -> float:
        best = max(one.coverage + _FORM_PULL * one.form for one in found[at])
        return best - _RANK_PULL * math.log1p(parts[at].order)

    first = [at for at, part in enumerate(parts) if part.order == 0]
    later = sorted(range(len(first), len(parts)), key=lambda at: -worth(at))
    chosen = sorted((first + later)[:_WINDOWS_READ])
    readings = reader.read(question, [parts[at].window for at in chosen])
    return [_with_reading(found[at], reading) for at, reading in zip(chosen, readings, strict=True)]


def _with_reading(candidates: Sequence[Candidate], reading: WindowSpans) -> list[Candidate]:
    start = candidates[0].start
    placed = [one._replace(span=Span(start + one.span.start, start + one.span.end)) for one in reading.sentences]
    return [
        Candidate(one.hit, one.order, one.start, one.end, one.coverage, one.form, reading.answers, marked)
        for one, marked in zip(candidates, placed, strict=True)
    ]


def _is_header(one: Candidate) -> bool:
    """Whether a sentence is the names of a table's columns, which answer nothing."""
    article = one.hit.article
    return any(article.is_header(row) for row in article.rows_within(one.start, one.end))


def _logit(chance: float) -> float:
    held = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))


def _within(value: float) -> float:
    return min(max(value, -_FAR), _FAR)
